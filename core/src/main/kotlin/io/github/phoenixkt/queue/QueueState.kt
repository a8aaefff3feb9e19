package io.github.phoenixkt.queue

import java.time.Duration

/** Whether an [AnnotationQueue] takes and sends annotations. */
public enum class QueueStatus {
    /** It takes annotations and sends them. */
    OPEN,

    /** It takes annotations, but cannot send them now: see [QueueState.waitingFor]. */
    WAITING,

    /** It takes no more until some were sent. */
    FULL,

    /** It was closed. */
    CLOSED,
}

/**
 * A queue at one moment, for health checks and metrics.
 *
 * @property status whether it takes and sends annotations
 * @property rows how many annotations and notes it holds, those under way included
 * @property bytes how many bytes these have
 * @property oldestAge how long ago the oldest of them was accepted; null if there are none
 * @property waitingFor why nothing can be sent now, or null: the server is away, or refuses the key
 * @property spoolProblem why what is accepted is kept in memory only although there is a spool, or
 *   null
 * @property outcomes how many came to which end, by the name of the outcome
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
 * What [AnnotationQueue.close] left behind.
 *
 * @property unfinishedRows how many annotations and notes were not confirmed; each has the outcome
 *   [QueueOutcome.Unfinished]
 * @property spooledRows how many of them are on disk, for the next queue on the same folder
 */
public class QueueReport
internal constructor(public val unfinishedRows: Int, public val spooledRows: Int) {
    /** Whether everything came to its end before the queue was closed. */
    public val drained: Boolean
        get() = unfinishedRows == 0

    override fun toString(): String =
        if (drained) "drained" else "$unfinishedRows rows unfinished, $spooledRows of them spooled"
}
