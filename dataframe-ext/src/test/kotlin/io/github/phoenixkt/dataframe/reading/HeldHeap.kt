package io.github.phoenixkt.dataframe.reading

import java.lang.management.ManagementFactory
import java.lang.ref.Reference
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext

private const val PAGE = 1_000
private const val MEASURE_EVERY = 3 * PAGE

/** In the midst of a page, while it is held. */
private const val WITHIN_PAGE = PAGE / 2
private const val MOST_PAGES = 2.0
private const val WARM_UP = 3

/**
 * What a reading held of the heap at several points.
 *
 * @property pageBytes what one page takes
 * @property bytes what was held beyond what had been held before the reading, at each point
 */
class HeldHeap(
    private val name: String,
    private val pageBytes: Long,
    private val bytes: List<Long>,
) {
    private val pages = bytes.map { it.toDouble() / pageBytes }

    /** A page or two, at the end as at the beginning. */
    val bounded: Boolean
        get() = pages.size > 1 && pages.max() <= MOST_PAGES

    override fun toString(): String {
        val held = pages.joinToString(" ") { "%.1f".format(it) }
        return "%-46s held %s pages of %d KiB".format(name, held, pageBytes / 1024)
    }
}

/** How spans are read item by item; the reader calls back at each of them. */
private class Reading(
    val name: String,
    val page: suspend Project.() -> Any,
    val read: suspend Project.(onItem: (Any) -> Unit) -> Unit,
)

private val READINGS =
    listOf(
        Reading("memory, flow of getSpans", { kotlin.spans.getSpansPage(limit = PAGE) }) { onItem ->
            kotlin.spans.getSpans().collect { onItem(it) }
        },
        Reading("memory, Java stream of getSpans", { kotlin.spans.getSpansPage(limit = PAGE) }) {
            onItem ->
            withContext(Dispatchers.IO) { java.spans().getSpans().use { it.forEach(onItem) } }
        },
        Reading("memory, flow of querySpans", { kotlin.spans.querySpansPage(limit = PAGE) }) {
            onItem ->
            kotlin.spans.querySpans().collect { onItem(it) }
        },
    )

/** What each form of reading holds, all of which are to be bounded. */
suspend fun Project.heldByReading(): List<HeldHeap> = READINGS.map { held(it) }

/** The same where the caller keeps all spans: a measure that does not see these sees nothing. */
suspend fun Project.heldByKeeping(): HeldHeap {
    val kept = mutableListOf<Any>()
    val flow = READINGS.first()
    val keeping =
        Reading("memory, flow of getSpans, all kept", flow.page) { onItem ->
            flow.read(this) {
                kept += it
                onItem(it)
            }
        }
    return held(keeping).also { Reference.reachabilityFence(kept) }
}

private suspend fun Project.held(reading: Reading): HeldHeap {
    // Classes, connections and buffers that are made once, and stay.
    repeat(WARM_UP) { reading.page(this) }
    val pageBytes = pageBytes(reading)
    val before = liveBytes()
    val bytes = mutableListOf<Long>()
    var items = 0
    reading.read(this) { if (++items % MEASURE_EVERY == WITHIN_PAGE) bytes += liveBytes() - before }
    return HeldHeap(reading.name, pageBytes, bytes)
}

private suspend fun Project.pageBytes(reading: Reading): Long {
    val before = liveBytes()
    val page = reading.page(this)
    return (liveBytes() - before).also { Reference.reachabilityFence(page) }
}

/** What is left when all garbage is gone. */
private fun liveBytes(): Long {
    repeat(2) { System.gc() }
    return ManagementFactory.getMemoryMXBean().heapMemoryUsage.used
}
