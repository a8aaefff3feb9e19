package io.github.phoenixkt.queue

import java.time.Duration

/** Whether an [AnnotationQueue] accepts and sends annotations. */
public enum class QueueStatus {
    /** It accepts annotations and sends them. */
    OPEN,

    /** It accepts annotations but cannot send them at the moment: see [QueueState.waitingFor]. */
    WAITING,

    /** It accepts no more until some are sent. */
    FULL,

    /** It was closed. */
    CLOSED,
}

/**
 * The state of a queue at one moment, for health checks and metrics.
 *
 * @property status whether it accepts and sends annotations
 * @property rows the number of annotations and notes it holds, including those under way
 * @property bytes their total size
 * @property oldestAge how long ago the oldest of them was accepted; null if the queue is empty
 * @property waitingFor why it cannot send, for instance because the server is down or refuses the
 *   API key; null if it can
 * @property spoolProblem why the spool cannot be written, so that accepted rows are in memory only;
 *   null if it works or if there is none
 * @property outcomes the number of rows by the name of their outcome
 */
public class QueueState
internal constructor(
    public val status: QueueStatus,
    public val rows: Int,
    public val bytes: Long,
    public val oldestAge: Duration?,
    public val waitingFor: String?,
    public val spoolProblem: String?,
    public val outcomes: Map<String, Long>,
) {
    override fun toString(): String =
        listOfNotNull(
                "$status: $rows rows ($bytes bytes)",
                oldestAge?.let { "oldest ${it.toMillis()} ms" },
                outcomes.takeIf { it.isNotEmpty() }?.toString(),
                waitingFor,
                spoolProblem,
            )
            .joinToString(", ")
}

/**
 * What was left when a queue was closed.
 *
 * @property unfinishedRows the number of annotations and notes that Phoenix did not confirm; each
 *   has the outcome [QueueOutcome.Unfinished]
 * @property spooledRows how many of them are in the spool, from which the next queue on the same
 *   folder sends them
 */
public class QueueReport
internal constructor(public val unfinishedRows: Int, public val spooledRows: Int) {
    /** Whether everything had an outcome before the queue was closed. */
    public val drained: Boolean
        get() = unfinishedRows == 0

    override fun toString(): String =
        if (drained) "drained" else "$unfinishedRows rows unfinished, $spooledRows of them spooled"
}
