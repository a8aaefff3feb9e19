package io.github.phoenixkt.upload

import io.github.phoenixkt.annotations.AnnotationProblem
import io.github.phoenixkt.annotations.AnnotationRows
import io.github.phoenixkt.internal.asMessage
import io.github.phoenixkt.internal.asReason
import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.internal.presentOrNull
import java.time.Instant

private const val LONGEST_REASON = 1_000

/**
 * The outcome of one row of an upload. More subclasses may be added: keep an `else` branch.
 *
 * @property kind which of these outcomes it is
 */
public sealed class RowOutcome(public val kind: Kind) {
    /**
     * An outcome without its details, for counts, metrics and frames. The enum may grow: keep an
     * `else` branch.
     *
     * @property outcomeName the name of the outcome: `Stored`, `MissingTarget`
     * @property succeeded see [RowOutcome.succeeded]
     */
    public enum class Kind(
        public val outcomeName: String,
        public val succeeded: Boolean = false,
    ) {
        /** [RowOutcome.Stored] */
        STORED("Stored", succeeded = true),

        /** [RowOutcome.Queued] */
        QUEUED("Queued", succeeded = true),

        /** [RowOutcome.Superseded] */
        SUPERSEDED("Superseded", succeeded = true),

        /** [RowOutcome.Skipped] */
        SKIPPED("Skipped"),

        /** [RowOutcome.Rejected] */
        REJECTED("Rejected"),

        /** [RowOutcome.MissingTarget] */
        MISSING_TARGET("MissingTarget"),

        /** [RowOutcome.Unknown] */
        UNKNOWN("Unknown"),

        /** [RowOutcome.NotAttempted] */
        NOT_ATTEMPTED("NotAttempted"),
    }

    /**
     * Whether you need to do nothing more about the row: it is stored, it is queued as you asked,
     * or a later row replaces it.
     */
    public val succeeded: Boolean
        get() = kind.succeeded

    /** Whether the row is left to be sent again. */
    internal val remains: Boolean
        get() = !succeeded && kind != Kind.SKIPPED

    /** The name of the outcome, for counts: `Stored`, `MissingTarget`. */
    public val name: String
        get() = kind.outcomeName

    /**
     * Phoenix has the row.
     *
     * @property id Phoenix's id of the annotation
     * @property overwritten whether someone else has written this name, target and identifier since
     *   then; their values are kept
     */
    public class Stored
    internal constructor(public val id: String, public val overwritten: Boolean = false) :
        RowOutcome(Kind.STORED) {
        override fun toString(): String =
            if (overwritten) "Stored($id, overwritten)" else "Stored($id)"
    }

    /**
     * Phoenix has the row in its memory. It answers before it knows whether the target exists: if
     * the target does not appear within about ten minutes, or if Phoenix is restarted first, the
     * row is dropped and nothing reports it. Until Phoenix has stored the row, the row can replace
     * a newer value that another process has confirmed.
     */
    public data object Queued : RowOutcome(Kind.QUEUED)

    /**
     * A later row has the same name, target and identifier, and replaces this one.
     *
     * @property by the number of that row
     */
    public class Superseded internal constructor(public val by: Int) : RowOutcome(Kind.SUPERSEDED) {
        override fun toString(): String = "Superseded(by row $by)"
    }

    /**
     * The row cannot be sent, and the options say to skip such rows; or a later annotation replaced
     * it in a queue before it was sent.
     *
     * @property problems what is wrong with the row
     */
    public class Skipped internal constructor(public val problems: List<AnnotationProblem>) :
        RowOutcome(Kind.SKIPPED) {
        override fun toString(): String = "Skipped(${problems.joinToString("; ")})".asMessage()
    }

    /**
     * Phoenix refused the row. The row is not stored.
     *
     * @property reason what Phoenix said
     */
    public class Rejected internal constructor(public val reason: String) :
        RowOutcome(Kind.REJECTED) {
        override fun toString(): String = "Rejected(${reason.forMessage(LONGEST_REASON)})"
    }

    /**
     * Phoenix does not know the row's target. Phoenix stores ids of spans and traces in lower case.
     *
     * @property mayAppearUntil until then a copy of the row waits in Phoenix's queue, and is stored
     *   if the target arrives; null if no copy waits
     */
    public class MissingTarget internal constructor(public val mayAppearUntil: Instant? = null) :
        RowOutcome(Kind.MISSING_TARGET) {
        /** What may be wrong with the id, for instance that it has too few digits; or null. */
        public var hint: String? = null
            private set

        internal constructor(mayAppearUntil: Instant?, hint: String?) : this(mayAppearUntil) {
            this.hint = hint
        }

        override fun toString(): String {
            val copy = mayAppearUntil?.let { "stored all the same if it arrives before $it" }
            val remarks = listOfNotNull(copy, hint)
            return if (remarks.isEmpty()) name else remarks.joinToString("; ", "$name(", ")")
        }
    }

    /**
     * The row was sent, but its result is unknown: it may be stored, in Phoenix's queue, or
     * neither. It is safe to send it again.
     *
     * @property cause what went wrong with the request, or null if there is no response yet
     */
    public class Unknown internal constructor(public val cause: Throwable?) :
        RowOutcome(Kind.UNKNOWN) {
        override fun toString(): String =
            "Unknown(${cause?.asReason()?.forMessage(LONGEST_REASON) ?: "no response yet"})"
    }

    /**
     * The row is not stored: the upload stopped before it was sent, or Phoenix cannot have carried
     * out any request with it.
     */
    public data object NotAttempted : RowOutcome(Kind.NOT_ATTEMPTED)
}

/** What may be wrong with the id of the row's target, or null. */
internal fun hintOfId(rows: AnnotationRows, row: Int): String? {
    val id = rows.targetId(row).presentOrNull()
    return rows.targetKind(row).idForm?.hint(listOfNotNull(id))
}
