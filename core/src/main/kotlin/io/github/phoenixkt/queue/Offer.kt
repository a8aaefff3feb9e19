package io.github.phoenixkt.queue

import java.util.concurrent.CompletableFuture
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.future.asDeferred

/**
 * The result of [AnnotationQueue.offer] and [AnnotationQueue.send].
 *
 * @property accepted whether the queue accepted it. If not, its outcome is
 *   [QueueOutcome.NotAccepted]
 */
public class Offer
private constructor(
    public val accepted: Boolean,
    private val result: CompletableFuture<QueueOutcome>,
) {
    /**
     * The outcome, once it is known. Cancelling the deferred does not remove the annotation or note
     * from the queue.
     */
    @get:JvmSynthetic
    public val outcome: Deferred<QueueOutcome>
        get() = result.copy().asDeferred()

    /**
     * The outcome, for Java. Completes on the common pool. Cancelling the future does not remove
     * the annotation or note from the queue.
     */
    public fun outcomeFuture(): CompletableFuture<QueueOutcome> = result.thenApplyAsync { it }

    override fun toString(): String = "Offer(${result.getNow(null) ?: "accepted"})"

    /** Offers for a queue of your own, for instance in a test. */
    public companion object {
        /** An accepted offer; [outcome] completes it. */
        @JvmStatic
        public fun accepted(outcome: CompletableFuture<QueueOutcome>): Offer = Offer(true, outcome)

        /** An offer that was not accepted, for this [reason]. */
        @JvmStatic
        public fun refused(reason: String): Offer =
            Offer(false, CompletableFuture.completedFuture(QueueOutcome.NotAccepted(reason)))
    }
}
