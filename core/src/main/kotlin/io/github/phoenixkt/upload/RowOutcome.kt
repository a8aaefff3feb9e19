package io.github.phoenixkt.upload

import io.github.phoenixkt.annotations.AnnotationProblem
import io.github.phoenixkt.annotations.AnnotationRows
import io.github.phoenixkt.internal.asMessage
import io.github.phoenixkt.internal.asReason
import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.internal.lowerCaseHint
import io.github.phoenixkt.internal.presentOrNull
import java.time.Instant

private const val LONGEST_REASON = 1_000

/** What became of one row of an upload. The tree may grow: keep an `else` branch. */
public sealed class RowOutcome {
    /**
     * Whether the row needs nothing more from you: stored, queued where that was asked for, or
     * given way to a later row.
     */
    public open val succeeded: Boolean
        get() = false

    /** Whether the row is left to be sent again. */
    internal val remains: Boolean
        get() = !succeeded && this !is Skipped

    /** The name of the outcome, for counts: `Stored`, `MissingTarget`. */
    public val name: String
        get() = javaClass.simpleName

    /**
     * Phoenix has the row under this [id].
     *
     * @property overwritten someone else has written this name, target and identifier since; their
     *   values are left alone
     */
    public class Stored(public val id: String, public val overwritten: Boolean = false) :
        RowOutcome() {
        override val succeeded: Boolean
            get() = true

        override fun toString(): String =
            if (overwritten) "Stored($id, overwritten)" else "Stored($id)"
    }

    /**
     * Phoenix took the row into its memory, and answers that before it knows whether the target
     * exists: where none appears within about ten minutes, or Phoenix is restarted first, the row
     * is dropped without a word. Until Phoenix has stored it, it can replace a newer value that
     * another process has confirmed.
     */
    public data object Queued : RowOutcome() {
        override val succeeded: Boolean
            get() = true
    }

    /**
     * A later row has the same name, target and identifier and replaces this one; [by] is the
     * number of that row.
     */
    public class Superseded(public val by: Int) : RowOutcome() {
        override val succeeded: Boolean
            get() = true

        override fun toString(): String = "Superseded(by row $by)"
    }

    /** Not sent, since it cannot be and the options say to skip such rows. */
    public class Skipped(public val problems: List<AnnotationProblem>) : RowOutcome() {
        override fun toString(): String = "Skipped(${problems.joinToString("; ")})".asMessage()
    }

    /** Phoenix refused the row, for this [reason]; it is not stored. */
    public class Rejected(public val reason: String) : RowOutcome() {
        override fun toString(): String = "Rejected(${reason.forMessage(LONGEST_REASON)})"
    }

    /**
     * Phoenix does not know the row's target. Ids of spans and traces are lower case there.
     *
     * @property mayAppearUntil until then a copy waits in Phoenix's queue, and is stored if the
     *   target arrives; null when none waits
     */
    public class MissingTarget(public val mayAppearUntil: Instant? = null) : RowOutcome() {
        /** What may be wrong with the id, for instance that it is in upper case; or null. */
        public var hint: String? = null
            private set

        internal constructor(mayAppearUntil: Instant?, hint: String?) : this(mayAppearUntil) {
            this.hint = hint
        }

        override fun toString(): String {
            val copy = mayAppearUntil?.let { "stored all the same if it arrives before $it" }
            val remarks = listOfNotNull(copy, hint)
            return if (remarks.isEmpty()) "MissingTarget"
            else remarks.joinToString("; ", "MissingTarget(", ")")
        }
    }

    /**
     * Sent, but what came of it is not known: the row may be stored or not, or may wait in
     * Phoenix's queue. Sending it again is safe.
     */
    public class Unknown(public val cause: Throwable?) : RowOutcome() {
        override fun toString(): String =
            "Unknown(${cause?.asReason()?.forMessage(LONGEST_REASON) ?: "no answer yet"})"
    }

    /**
     * Not stored: the upload stopped before the row was sent, or no request with it can have been
     * carried out.
     */
    public data object NotAttempted : RowOutcome()
}

internal fun missingTarget(
    rows: AnnotationRows,
    row: Int,
    mayAppearUntil: Instant? = null,
): RowOutcome {
    val hexId = rows.targetId(row).presentOrNull().takeIf { rows.targetKind(row).hexIds }
    return RowOutcome.MissingTarget(mayAppearUntil, lowerCaseHint(listOfNotNull(hexId)))
}
