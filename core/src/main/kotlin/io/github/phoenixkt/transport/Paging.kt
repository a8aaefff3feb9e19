package io.github.phoenixkt.transport

import io.github.phoenixkt.Page
import io.github.phoenixkt.PhoenixException
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow

internal const val LARGEST_PAGE: Int = 1_000

internal fun requirePageSize(limit: Int) {
    require(limit in 1..LARGEST_PAGE) { "limit must be from 1 to $LARGEST_PAGE but is $limit." }
}

/** The items of all pages, each page fetched when it is needed. */
internal fun <T> pagesAsFlow(page: suspend (cursor: String?) -> Page<T>): Flow<T> = flow {
    val seen = mutableSetOf<String>()
    var cursor: String? = null
    do {
        val current = page(cursor)
        current.items.forEach { emit(it) }
        cursor = current.nextCursor
        requireNew(cursor, seen)
    } while (cursor != null)
}

/** A [cursor] that was [seen] before would lead around in a circle. */
internal fun requireNew(cursor: String?, seen: MutableSet<String>) {
    if (cursor != null && !seen.add(cursor)) {
        throw PhoenixException.UnexpectedResponse(
            "The server gave the same cursor twice, so that its list would never end.",
            status = null,
        )
    }
}
