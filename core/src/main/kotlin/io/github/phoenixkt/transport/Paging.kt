package io.github.phoenixkt.transport

import io.github.phoenixkt.Page
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.ReadProgress
import io.github.phoenixkt.internal.AllOrNothing
import java.time.Instant
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.take

internal const val LARGEST_PAGE: Int = 1_000

internal fun requirePageSize(limit: Int) {
    require(limit in 1..LARGEST_PAGE) { "limit must be from 1 to $LARGEST_PAGE but is $limit." }
}

/** The window must not be empty. Null means no bound. */
internal fun requireWindow(start: Instant?, end: Instant?) {
    require(start == null || end == null || start < end) {
        "The time window ends ($end) before it starts ($start)."
    }
}

/**
 * The items of all pages from [start] on, at most [limit]. Each page is fetched when it is needed.
 * A failure says how many items came before it.
 */
internal fun <T> pagesAsFlow(
    sizes: PageSizes,
    start: String? = null,
    limit: Int? = null,
    page: suspend (cursor: String?, page: PageRequest) -> Page<T>,
): Flow<T> {
    require(limit == null || limit > 0) { "limit must be positive but is $limit." }
    val all = flow {
        val seen = listOfNotNull(start).toMutableSet()
        val sofar = FlowProgress()
        var cursor = start
        do {
            val current =
                sofar.reading(cursor) { sizes.fetch(limit ?: Int.MAX_VALUE) { page(cursor, it) } }
            current.items.forEach { item ->
                emit(item)
                sofar.delivered++
            }
            cursor = current.nextCursor
            sofar.reading(cursor = null) { requireNew(cursor, seen) }
        } while (cursor != null)
    }
    return ListFlow(if (limit == null) all else all.take(limit))
}

/** Explains itself when it is printed, for example as the last line of a notebook cell. */
internal class ListFlow<T>(items: Flow<T>) : Flow<T> by items {
    override fun toString(): String =
        "A list that has not been read yet: collect it in a coroutine, or runBlocking { ….toList() }"
}

/** Counts the items that a flow has emitted, for the error when reading fails. */
internal class FlowProgress {
    var delivered: Long = 0

    suspend inline fun <T> reading(cursor: String?, read: () -> T): T =
        try {
            read()
        } catch (e: PhoenixException) {
            // A failure of the first request needs no count.
            if (delivered > 0 && currentCoroutineContext()[AllOrNothing] == null)
                e.stopped(ReadProgress(delivered, cursor))
            throw e
        }
}

/** A [cursor] that was [seen] before would make an endless loop. */
internal fun requireNew(cursor: String?, seen: MutableSet<String>) {
    if (cursor != null && !seen.add(cursor)) {
        throw PhoenixException.UnexpectedResponse(
            "The server gave the same cursor twice, so that its list would never end.",
            status = null,
        )
    }
}
