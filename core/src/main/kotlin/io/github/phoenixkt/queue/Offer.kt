package io.github.phoenixkt.queue

import java.util.concurrent.CompletableFuture
import kotlinx.coroutines.future.await

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
    /** Waits for what becomes of it. A cancelled wait does not take it out of the queue. */
    @JvmSynthetic public suspend fun await(): QueueOutcome = result.copy().await()

    /**
     * What becomes of it, for Java; completed on the common pool. Cancelling the future does not
     * take it out of the queue.
     */
    public fun outcome(): CompletableFuture<QueueOutcome> = result.thenApplyAsync { it }

    override fun toString(): String = "Offer(${result.getNow(null) ?: "accepted"})"

    internal companion object {
        fun refused(reason: String): Offer =
            Offer(false, CompletableFuture.completedFuture(QueueOutcome.NotAccepted(reason)))
    }
}
