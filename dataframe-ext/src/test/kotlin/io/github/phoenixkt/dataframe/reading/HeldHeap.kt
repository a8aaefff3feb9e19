package io.github.phoenixkt.dataframe.reading

import java.lang.management.ManagementFactory
import java.lang.ref.Reference
import java.lang.ref.WeakReference
import kotlin.math.abs
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.delay

private const val MEASURE_EVERY = 3 * PAGE

/** In the midst of a page, while it is held. */
private const val WITHIN_PAGE = PAGE / 2

/** The page that is read, and the one before where something still points to it. */
private const val MOST_ITEMS = 2 * PAGE

/** Those, and the text of the last answer and what was parsed of it, which threads had in hand. */
private const val MOST_PAGES = 2.5
private const val WARM_UP = 3
private const val FEW_CALLS = 20
private const val TRIES = 20
private const val QUIET_BYTES = 64 * 1024
private val IDLE = 200.milliseconds

/** What was held at one point: [items] that had been handed out, and [bytes] of heap in all. */
private class Held(val items: Int, val bytes: Long)

/**
 * What a reading held at several points, when all garbage was gone.
 *
 * @param pageBytes what 1,000 items take
 */
class HeldHeap
private constructor(
    private val name: String,
    private val pageBytes: Long,
    private val held: List<Held>,
) {
    private val pages = held.map { it.bytes.toDouble() / pageBytes }

    /** A page or two, at the end as at the beginning, and whatever the number of items. */
    val bounded: Boolean
        get() =
            held.size > 2 &&
                held.all { it.items <= MOST_ITEMS } &&
                pages.all { abs(it) <= MOST_PAGES }

    override fun toString(): String =
        "%-36s held: items %s; heap %s pages of %d KiB"
            .format(
                name,
                held.joinToString(" ") { "${it.items}" },
                pages.joinToString(" ") { "%.1f".format(it) },
                pageBytes / 1024,
            )

    companion object {
        /** What each form of reading [project] holds, all of which are to be bounded. */
        suspend fun ofReading(project: Project): List<HeldHeap> = READINGS.map {
            measured(project, it)
        }

        /** The same where the caller keeps all items: a measure that does not see these is none. */
        suspend fun ofKeeping(project: Project): HeldHeap {
            val kept = mutableListOf<Any>()
            val flow = READINGS.first()
            val keeping =
                Reading("${flow.name}, all kept", flow.page) { onItem ->
                    flow.read(this) {
                        kept += it
                        onItem(it)
                    }
                }
            return measured(project, keeping).also { Reference.reachabilityFence(kept) }
        }

        private suspend fun measured(project: Project, reading: Reading): HeldHeap {
            val pageBytes = project.pageBytes(reading)
            val before = project.quietBytes()
            val reachable = mutableListOf<WeakReference<Any>>()
            val held = mutableListOf<Held>()
            var items = 0
            reading.read(project) {
                reachable += WeakReference(it)
                if (++items % MEASURE_EVERY == WITHIN_PAGE) {
                    liveBytes()
                    // The references to what is gone would grow with the number of items.
                    reachable.removeIf { item -> item.get() == null }
                    held += Held(reachable.size, liveBytes() - before)
                }
            }
            return HeldHeap(reading.name, pageBytes, held)
        }
    }
}

/** A page of a query has as many rows as its window of time. */
private suspend fun Project.pageBytes(reading: Reading): Long {
    warmUp(reading)
    val before = quietBytes()
    val page = reading.page(this)
    val bytes = (quietBytes() - before) * PAGE / page.items.size
    Reference.reachabilityFence(page)
    check(bytes > QUIET_BYTES) {
        "a page of ${reading.name} took $bytes bytes: nothing was measured"
    }
    return bytes
}

/**
 * Makes the classes and buffers that are made once, and stay. A function of its own: a coroutine
 * holds the last result that it was resumed with, and this one is no page.
 */
private suspend fun Project.warmUp(reading: Reading) {
    repeat(WARM_UP) { reading.page(this) }
}

/** Nothing is under way, and what threads and pools had last in hand is small. */
private suspend fun Project.quietBytes(): Long {
    var last = Long.MAX_VALUE
    repeat(TRIES) {
        repeat(FEW_CALLS) { kotlin.spans.getSpansPage(limit = 1) }
        delay(IDLE)
        val now = liveBytes()
        if (abs(last - now) < QUIET_BYTES) return now
        last = now
    }
    error("the heap does not come to rest")
}

/** What is left when all garbage is gone. */
private fun liveBytes(): Long {
    repeat(2) { System.gc() }
    return ManagementFactory.getMemoryMXBean().heapMemoryUsage.used
}
