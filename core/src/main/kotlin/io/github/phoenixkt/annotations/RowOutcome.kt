package io.github.phoenixkt.annotations

/** What became of one row of a bulk write. The tree may grow: keep an `else` branch. */
public sealed class RowOutcome {
    /** Whether the row needs nothing more: it is stored, or queued where that was asked for. */
    public open val succeeded: Boolean
        get() = false

    /** Phoenix has the row under this [id]. */
    public class Stored(public val id: String) : RowOutcome() {
        override val succeeded: Boolean
            get() = true

        override fun toString(): String = "Stored($id)"
    }

    /**
     * Phoenix took the row into its memory, and answers that before it knows whether the target
     * exists: where none appears within about ten minutes, or Phoenix is restarted first, the row
     * is dropped without a word.
     */
    public data object Queued : RowOutcome() {
        override val succeeded: Boolean
            get() = true
    }

    /** Phoenix refused the request that held the row, for this [reason]; it is not stored. */
    public class Rejected(public val reason: String) : RowOutcome() {
        override fun toString(): String = "Rejected($reason)"
    }

    /** Phoenix does not know the row's target. Ids of spans and traces are lower case there. */
    public data object MissingTarget : RowOutcome()

    /** Sent, but no answer came: the row may be stored or not. Sending it again is safe. */
    public class Unknown(public val cause: Throwable) : RowOutcome() {
        override fun toString(): String = "Unknown(${cause.message})"
    }

    /**
     * Not stored: the write stopped before the row, or Phoenix refused its neighbours and stored
     * none of them.
     */
    public data object NotAttempted : RowOutcome()
}
