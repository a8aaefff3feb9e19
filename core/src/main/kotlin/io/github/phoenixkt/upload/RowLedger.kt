package io.github.phoenixkt.upload

import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.annotations.AnnotationRows
import java.time.Instant

/**
 * What the requests of an upload have said of each row, and the outcome that follows from all of
 * it: the one place that decides which outcome may follow which. Not thread-safe.
 *
 * What one request says of a row does not undo what an earlier one may have done with it: that is
 * kept beside the outcomes, for as long as the upload lasts.
 */
internal class RowLedger(rows: AnnotationRows) {
    private val outcomes = arrayOfNulls<RowOutcome>(rows.size)

    /** The row is in a request that has no response yet. */
    private val underWay = BooleanArray(rows.size)

    /** Phoenix may hold a copy of the row in its queue. */
    private val queued = BooleanArray(rows.size)

    /** Why it is not known whether a request stored the row. */
    private val open = arrayOfNulls<Exception>(rows.size)

    /** How many rows have an outcome. */
    var done = 0
        private set

    /** How many of these did not succeed. */
    var failed = 0
        private set

    operator fun get(row: Int): RowOutcome? = outcomes[row]

    /** A request with the row begins. */
    fun begin(row: Int) {
        underWay[row] = true
    }

    /** Phoenix has taken the row into its queue. */
    fun taken(row: Int) {
        underWay[row] = false
        queued[row] = true
    }

    /**
     * A request with the row has failed.
     *
     * @param confirmed whether it was to store the row, and not only to queue it
     */
    fun failed(row: Int, cause: Exception, mayHaveArrived: Boolean, confirmed: Boolean) {
        underWay[row] = false
        if (!mayHaveArrived) return
        // That Phoenix itself failed says less than that there was no response of Phoenix's.
        if (!isOpen(row)) open[row] = cause
        if (!confirmed && isOpen(row)) queued[row] = true
        if (outcomes[row] is RowOutcome.MissingTarget) become(row, RowOutcome.Unknown(open[row]))
    }

    /** The row has come to this end, whatever was said of it before. */
    fun decide(row: Int, outcome: RowOutcome) = become(row, outcome)

    /**
     * Phoenix does not know the row's target; it looks for that of a queued copy [until] then.
     *
     * @param hint what may be wrong with the id, or null
     */
    fun missing(row: Int, cause: Exception, until: Instant, hint: String? = null) {
        val before = outcomes[row]
        val outcome =
            when {
                before is RowOutcome.MissingTarget && before.mayAppearUntil != null -> before
                isOpen(row) -> RowOutcome.Unknown(cause)
                queued[row] -> RowOutcome.MissingTarget(until, hint)
                else -> RowOutcome.MissingTarget(null, hint)
            }
        become(row, outcome)
    }

    /** Phoenix has refused the row. */
    fun refused(row: Int, cause: Exception) =
        becomeUnlessThere(row, cause, RowOutcome.Rejected(cause.message.orEmpty()))

    /** Only more than the row was refused, for its size, and the row is not sent again. */
    fun unread(row: Int, cause: Exception) = becomeUnlessThere(row, cause, RowOutcome.NotAttempted)

    private fun becomeUnlessThere(row: Int, cause: Exception, outcome: RowOutcome) =
        become(row, if (isOpen(row) || queued[row]) RowOutcome.Unknown(cause) else outcome)

    /** The row was sent, and nothing more is done to learn what became of it. */
    fun leaveOpen(row: Int, cause: Exception) =
        become(row, outcomes[row] ?: RowOutcome.Unknown(open[row] ?: cause))

    /** What can be said of the row now, if the upload ends because of [stoppedBy]. */
    fun outcomeOf(row: Int, stoppedBy: Exception?): RowOutcome {
        val outcome = outcomes[row]
        return when {
            outcome != null && !underWay[row] -> outcome
            underWay[row] || queued[row] || open[row] != null ->
                RowOutcome.Unknown(open[row] ?: stoppedBy)
            else -> RowOutcome.NotAttempted
        }
    }

    private fun become(row: Int, after: RowOutcome) {
        val before = outcomes[row]
        check(before == null || before === after || before.mayChange) {
            "row $row is $before already, and cannot become $after"
        }
        if (before == null) done++ else if (!before.succeeded) failed--
        if (!after.succeeded) failed++
        outcomes[row] = after
        underWay[row] = false
    }

    /** Whether the row may be sent again, since its target may have come meanwhile. */
    private val RowOutcome.mayChange: Boolean
        get() = this is RowOutcome.MissingTarget || this is RowOutcome.Unknown

    /** Phoenix rolls back a request in which it fails itself. */
    private fun isOpen(row: Int): Boolean {
        val cause = open[row] ?: return false
        return !cause.isCrash || (cause as PhoenixException).earlierMayHaveArrived
    }
}

/** Phoenix's own failure, or that of a proxy that looks the same. */
internal val Exception.isCrash: Boolean
    get() = this is PhoenixException.ServerError && status == 500
