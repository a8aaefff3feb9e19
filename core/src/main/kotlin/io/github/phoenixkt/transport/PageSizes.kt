package io.github.phoenixkt.transport

import io.github.phoenixkt.PhoenixException
import java.time.Duration

internal const val GATEWAY_TIMEOUT: Int = 504
private const val CONTENT_TOO_LARGE = 413

/**
 * One try for a page.
 *
 * @property limit how many items to ask for
 * @property divisible whether fewer are asked for if these are too many
 */
internal class PageRequest(val limit: Int, val divisible: Boolean = false) {
    /** The error, if the number of items was too large. Other errors are final. */
    var tooMuch: PhoenixException? = null
        private set

    suspend fun send(transport: Transport, request: ApiRequest): ApiResponse =
        try {
            transport.send(request)
        } catch (e: PhoenixException) {
            if (e.isAboutSize()) tooMuch = e
            throw e
        }
}

/**
 * How many items a read asks for at a time. If a page is too large for the server, a proxy or this
 * client, half of it is asked for. The size stays small for a while, because a page that fails can
 * take a minute.
 *
 * @param usual the size if the options of the call have none
 * @param smallest the smallest size that the route accepts
 */
internal class PageSizes(
    private val transport: Transport,
    usual: Int = LARGEST_PAGE,
    private val smallest: Int = 1,
) {
    private val wanted = maxOf(transport.options.pageSize ?: usual, smallest)

    // Pages that are read ahead change these from other threads. A lost update does no harm.
    @Volatile private var size = wanted
    @Volatile private var goodInARow = 0

    /** Calls [read] with ever fewer items, down to [smallest], until it succeeds. */
    suspend fun <R> fetch(atMost: Int, read: suspend (PageRequest) -> R): R {
        val clock = transport.runtime.steadyClock
        val deadline = clock.instant() + PATIENCE
        val first = minOf(size, atMost)
        var asked = first
        while (true) {
            val request = PageRequest(asked, divisible = asked > smallest)
            val error =
                try {
                    return read(request).also { grow() }
                } catch (e: PhoenixException) {
                    e
                }
            val mayHalve = request.divisible && clock.instant() < deadline
            when {
                request.tooMuch !== error -> throw error
                mayHalve -> asked = halve(asked)
                else -> throw if (asked < first) error.afterHalving(asked) else error
            }
        }
    }

    private fun halve(asked: Int): Int {
        size = maxOf(asked / 2, smallest)
        goodInARow = 0
        return size
    }

    private fun grow() {
        if (size == wanted || ++goodInARow < GOOD_BEFORE_GROWTH) return
        goodInARow = 0
        size = minOf(size * 2, wanted)
    }

    private companion object {
        const val GOOD_BEFORE_GROWTH = 10

        /** If a proxy times out after a minute, this allows to halve the size five times. */
        val PATIENCE: Duration = Duration.ofMinutes(5)
    }
}

private fun PhoenixException.isAboutSize(): Boolean =
    status == GATEWAY_TIMEOUT ||
        status == CONTENT_TOO_LARGE ||
        this is PhoenixException.UnexpectedResponse && tooLarge

private fun PhoenixException.afterHalving(asked: Int): PhoenixException {
    val items = if (asked == 1) "a single item" else "$asked items"
    val told = "$message Larger pages failed before; this one asked for $items."
    return when (this) {
        is PhoenixException.ServerError ->
            PhoenixException.ServerError(told, checkNotNull(status), fromPhoenix, retryAfter)
        is PhoenixException.Rejected ->
            PhoenixException.Rejected(told, checkNotNull(status), fields)
        else -> PhoenixException.UnexpectedResponse(told, status, cause, tooLarge = true)
    }
}
