package io.github.phoenixkt.queue

/**
 * The outcome of one annotation or note of an [AnnotationQueue]. There may be more outcomes in
 * future: keep an `else` branch.
 */
public sealed class QueueOutcome(
    /** The name of the outcome, for metrics: `Stored`, `MissingTarget`. */
    public val name: String
) {
    /** Whether it may be missing in Phoenix, and no later value takes its place. */
    internal val isLoss: Boolean
        get() = this !is Stored && this !is Superseded

    override fun toString(): String = name

    /**
     * Phoenix stored it.
     *
     * @property id Phoenix's id of the annotation or note
     */
    public class Stored(public val id: String) : QueueOutcome("Stored") {
        override fun toString(): String = "Stored($id)"
    }

    /**
     * A later annotation with the same name, target and identifier replaced it before Phoenix
     * confirmed it.
     */
    public object Superseded : QueueOutcome("Superseded")

    /**
     * The target did not appear in Phoenix within [AnnotationQueueOptions.awaitTarget]. Nothing was
     * stored.
     */
    public object MissingTarget : QueueOutcome("MissingTarget")

    /**
     * Phoenix refused it, or is too old for it.
     *
     * @property reason what Phoenix said, or which version it needs
     * @property mayHaveArrived whether an earlier attempt got no answer and may have stored it; if
     *   not, nothing was stored
     */
    public class Rejected(public val reason: String, public val mayHaveArrived: Boolean) :
        QueueOutcome("Rejected") {
        override fun toString(): String =
            if (mayHaveArrived) "Rejected($reason; an earlier attempt may have arrived)"
            else "Rejected($reason)"
    }

    /**
     * It waited longer than [AnnotationQueueOptions.maxAge] and is not sent any more, because a
     * newer correction may have been made elsewhere.
     *
     * @property mayHaveArrived whether an earlier attempt got no answer and may have stored it
     */
    public class Expired(public val mayHaveArrived: Boolean) : QueueOutcome("Expired") {
        override fun toString(): String = "Expired(${arrival(mayHaveArrived)})"
    }

    /**
     * The queue was closed before Phoenix confirmed it.
     *
     * @property mayHaveArrived whether an attempt got no answer and may have stored it
     * @property spooled whether it is in the spool, from which the next queue on the same folder
     *   sends it
     * @property reason why it was not sent in time, for instance what the queue waited for when it
     *   was closed
     */
    public class Unfinished
    @JvmOverloads
    constructor(
        public val mayHaveArrived: Boolean,
        public val spooled: Boolean,
        public val reason: String = CLOSED_FIRST,
    ) : QueueOutcome("Unfinished") {
        override fun toString(): String {
            val where = if (spooled) "in the spool" else null
            val arrived = arrival(mayHaveArrived).takeIf { mayHaveArrived || !spooled }
            return listOfNotNull(arrived, where).joinToString(prefix = "Unfinished(") + "; $reason)"
        }

        internal companion object {
            const val CLOSED_FIRST = "the queue was closed before Phoenix confirmed it"
        }
    }

    /**
     * The queue did not accept it, because it is full or closed. Nothing was sent.
     *
     * @property reason why the queue did not accept it
     */
    public class NotAccepted(public val reason: String) : QueueOutcome("NotAccepted") {
        override fun toString(): String = "NotAccepted($reason)"
    }
}

private fun arrival(mayHaveArrived: Boolean) =
    if (mayHaveArrived) "may have arrived" else "not stored"
