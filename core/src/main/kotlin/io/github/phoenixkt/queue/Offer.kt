package io.github.phoenixkt.queue

import java.util.concurrent.CompletableFuture
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.future.asDeferred

/**
 * The answer to [AnnotationQueue.offer] and [AnnotationQueue.send].
 *
 * @property accepted whether the queue took it. If not, its outcome is [QueueOutcome.NotAccepted]
 */
public class Offer
internal constructor(
    public val accepted: Boolean,
    private val result: CompletableFuture<QueueOutcome>,
) {
    /** What becomes of it. Cancelling the deferred does not take anything out of the queue. */
    @get:JvmSynthetic
    public val outcome: Deferred<QueueOutcome>
        get() = result.copy().asDeferred()

    /** The same for Java, completed on the common pool. Cancelling it takes nothing out either. */
    public fun outcomeFuture(): CompletableFuture<QueueOutcome> = result.thenApplyAsync { it }

    override fun toString(): String = "Offer(${result.getNow(null) ?: "accepted"})"

    internal companion object {
        fun refused(reason: String): Offer =
            Offer(false, CompletableFuture.completedFuture(QueueOutcome.NotAccepted(reason)))
    }
}
