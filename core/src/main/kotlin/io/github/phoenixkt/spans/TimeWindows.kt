package io.github.phoenixkt.spans

import io.github.phoenixkt.transport.PartCursor
import java.time.Instant
import java.time.temporal.ChronoUnit

/**
 * The windows of time that are still to be read: adjacent, the latest first, down to [start].
 *
 * @property uppers the exclusive end of each window; only the first may be open
 */
internal class TimeWindows
private constructor(private val start: Instant?, private val uppers: List<Instant?>) {
    /** Start and end of the window to read next. */
    val first: Pair<Instant?, Instant?>
        get() = (if (uppers.size > 1) uppers[1] else start) to uppers[0]

    /** The cursor of the windows after the [first]; null if there are none. */
    fun next(): String? =
        uppers
            .drop(1)
            .ifEmpty { null }
            ?.joinToString(".", PREFIX) { checkNotNull(it).micros().toString(RADIX) }

    /** Cuts the [first] window into pieces with at most [spans] of the sorted [times] each. */
    fun split(times: List<Instant>, spans: Int): TimeWindows {
        val cuts = mutableListOf<Instant>()
        val older = times.groupingBy { it }.eachCount().entries.reversed().iterator()
        var (cut, inPiece) = older.next()
        for ((time, count) in older) {
            if (inPiece + count > spans) {
                cuts += cut
                inPiece = 0
            }
            cut = time
            inPiece += count
        }
        return TimeWindows(start, uppers.take(1) + cuts + uppers.drop(1))
    }

    /** Makes the moment [time] a window of its own; null if it is the whole [first] window. */
    fun setApart(time: Instant): TimeWindows? {
        val (lower, upper) = first
        val cuts =
            listOf(time.plus(1, ChronoUnit.MICROS), time).filter {
                (lower == null || it > lower) && (upper == null || it < upper)
            }
        return if (cuts.isEmpty()) null
        else TimeWindows(start, uppers.take(1) + cuts + uppers.drop(1))
    }

    companion object {
        private const val PREFIX = "t."
        private const val RADIX = 36
        private const val MICROS_PER_SECOND = 1_000_000L
        private const val NANOS_PER_MICRO = 1_000

        fun parse(cursor: String?, start: Instant?, end: Instant?): TimeWindows {
            if (cursor == null) return TimeWindows(start, listOf(end))
            val uppers = cursor.removePrefix(PREFIX).split('.').map { it.toLongOrNull(RADIX) }
            val times = uppers.filterNotNull().map { Instant.EPOCH.plus(it, ChronoUnit.MICROS) }
            val falling = times.zipWithNext().all { (later, earlier) -> later > earlier }
            val inside = times.all { (start == null || it > start) && (end == null || it < end) }
            require(cursor.startsWith(PREFIX) && times.size == uppers.size && falling && inside) {
                PartCursor.foreign(cursor)
            }
            return TimeWindows(start, times)
        }

        // ChronoUnit counts nanoseconds, of which a Long cannot hold those since year 1.
        private fun Instant.micros(): Long =
            epochSecond * MICROS_PER_SECOND + nano / NANOS_PER_MICRO
    }
}
