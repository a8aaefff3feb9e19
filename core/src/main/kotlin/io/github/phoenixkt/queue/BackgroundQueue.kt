package io.github.phoenixkt.queue

import io.github.phoenixkt.annotations.AnnotationData
import io.github.phoenixkt.annotations.noteIdentifier
import io.github.phoenixkt.internal.GuardedListener
import io.github.phoenixkt.transport.Transport
import java.time.Duration
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.future.await
import kotlinx.coroutines.job
import kotlinx.coroutines.launch
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull

/**
 * Writes annotations and notes in the background, for services that give feedback while they handle
 * a request. What it accepts ends in one [QueueOutcome]: stored once, or reported.
 *
 * ```
 * val queue = client.annotationQueue { spool = Path.of("/var/lib/app/phoenix") }
 *
 * if (!queue.offer(annotation).accepted) return ServiceUnavailable
 * // at shutdown
 * queue.close()
 * ```
 *
 * Writes are confirmed by Phoenix, in batches. A target that Phoenix does not know yet is awaited
 * for [AnnotationQueueOptions.awaitTarget]. While the server is away, or refuses the key, the queue
 * keeps what it holds and asks with one row at a time whether it is back. A later annotation of the
 * same name, target and identifier replaces one that still waits.
 *
 * With [AnnotationQueueOptions.spool] what was accepted is on disk before [offer] returns, and the
 * next queue on the same folder sends it if the process is killed.
 *
 * Make one queue per client and share it: it is thread-safe. Closing the client ends the queue
 * without draining it, so close the queue first.
 */
public class AnnotationQueue
internal constructor(
    private val transport: Transport,
    private val options: AnnotationQueueOptions,
) : AutoCloseable {
    private val runtime = transport.runtime
    private val listener = GuardedListener("listener of the annotation queue", options.listener)
    private val line: WaitingLine
    private val delivery: QueueDelivery
    private val scope = CoroutineScope(SupervisorJob() + Dispatchers.IO)
    private val outcomes = MutableStateFlow(emptyMap<String, Long>())
    private val toldFull = AtomicBoolean()
    private val closing = Mutex()
    private var closed: QueueReport? = null
    private val shutdownHook: Thread?

    init {
        val opened = options.spool?.let { Spool.open(it, options.maxSpoolBytes) }
        line = WaitingLine(options, opened?.spool, opened?.items.orEmpty())
        delivery = QueueDelivery(transport, options, line, ::settle, ::tellState)
        scope.launch {
            try {
                delivery.run()
            } catch (_: QueueEnded) {
                line.close()
                closing.withLock { if (closed == null) abandon() }
            }
        }
        shutdownHook =
            if (options.drainOnShutdown) Thread(::close, "phoenix-annotation-queue") else null
        shutdownHook?.let(Runtime.getRuntime()::addShutdownHook)
    }

    /** What the queue holds, and whether it can send it. */
    public val state: QueueState
        get() = line.state(runtime.clock.instant(), delivery.waitingFor, outcomes.value)

    /**
     * Puts an annotation into the queue without waiting; with a spool, after writing it there.
     *
     * @return whether the queue took it, and what becomes of it
     * @throws io.github.phoenixkt.annotations.InvalidAnnotationsException if it cannot be sent
     * @throws IllegalArgumentException if it alone is larger than the queue
     */
    public fun offer(annotation: AnnotationData): Offer = admit(QueueItem.of(annotation))

    /** Puts a note into the queue, like the other `offer`. */
    public fun offer(note: NoteData): Offer = admit(itemOf(note))

    /**
     * Puts an annotation into the queue, and waits for room while it is full.
     *
     * @return what becomes of it; not accepted only if the queue is closed
     * @throws io.github.phoenixkt.annotations.InvalidAnnotationsException if it cannot be sent
     * @throws IllegalArgumentException if it alone is larger than the queue
     */
    public suspend fun send(annotation: AnnotationData): Offer =
        sendOnceThereIsRoom(QueueItem.of(annotation))

    /** Puts a note into the queue, like the other `send`. */
    public suspend fun send(note: NoteData): Offer = sendOnceThereIsRoom(itemOf(note))

    /**
     * Sends what was accepted so far without waiting for more, and waits until all of it has its
     * outcome.
     *
     * @return false if that took longer than [timeout]
     */
    public suspend fun flush(timeout: Duration): Boolean {
        val entries = line.flush()
        delivery.wake()
        return withTimeoutOrNull(timeout.toKotlinDuration()) {
            entries.forEach { it.result.copy().await() }
            true
        } ?: false
    }

    /**
     * Takes no more, sends what waits, and ends the queue. What was not confirmed within [timeout]
     * has the outcome [QueueOutcome.Unfinished]. Closing again returns the first report.
     */
    public suspend fun close(timeout: Duration): QueueReport = closing.withLock {
        closed
            ?: run {
                line.close()
                flush(timeout)
                end()
            }
    }

    /**
     * Closes with [AnnotationQueueOptions.closeTimeout], and blocks the thread meanwhile. An
     * interrupt ends the wait, not the drain.
     */
    override fun close() {
        val done = CountDownLatch(1)
        CoroutineScope(Dispatchers.IO).launch {
            try {
                close(options.closeTimeout)
            } finally {
                done.countDown()
            }
        }
        try {
            done.await(options.closeTimeout.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS)
        } catch (_: InterruptedException) {
            Thread.currentThread().interrupt()
        }
    }

    override fun toString(): String = "AnnotationQueue($state)"

    private fun itemOf(note: NoteData) =
        QueueItem.of(note) { noteIdentifier(it, transport.newId()) }

    private fun admit(item: QueueItem): Offer =
        when (val admission = line.admit(item, runtime.clock.instant())) {
            is Admission.Refused -> {
                if (toldFull.compareAndSet(false, true)) tellState()
                Offer.refused(admission.reason)
            }
            is Admission.Taken -> {
                admission.replaced?.let { tell(it, QueueOutcome.Superseded) }
                delivery.wake()
                Offer(accepted = true, admission.entry.result)
            }
        }

    private suspend fun sendOnceThereIsRoom(item: QueueItem): Offer {
        while (true) {
            val before = outcomes.value
            val offer = withContext(Dispatchers.IO) { admit(item) }
            if (offer.accepted || state.status == QueueStatus.CLOSED) return offer
            // Every outcome makes room.
            outcomes.first { it !== before }
        }
    }

    private fun settle(entry: QueueEntry, outcome: QueueOutcome) {
        line.settle(entry)
        tell(entry, outcome)
        if (toldFull.compareAndSet(true, false)) tellState()
    }

    private fun tell(entry: QueueEntry, outcome: QueueOutcome) {
        if (!entry.ended.compareAndSet(false, true)) return
        listener.tell {
            when (val item = entry.item) {
                is QueueItem.OfAnnotation -> it.onOutcome(item.annotation, outcome)
                is QueueItem.OfNote -> it.onNoteOutcome(item.note, outcome)
            }
        }
        outcomes.update { it + (outcome.name to (it[outcome.name] ?: 0L) + 1) }
        entry.result.complete(outcome)
    }

    private fun tellState() = transport.listener.tell { it.onQueue(state) }

    private suspend fun end(): QueueReport {
        scope.coroutineContext.job.cancelAndJoin()
        return abandon()
    }

    private fun abandon(): QueueReport {
        val left = line.abandon()
        var spooled = 0
        for (entry in left) {
            val kept = line.isSpooled(entry)
            if (kept) spooled++
            tell(entry, QueueOutcome.Unfinished(entry.mayHaveArrived, kept))
        }
        shutdownHook?.let(::removeHook)
        return QueueReport(left.size, spooled).also {
            closed = it
            tellState()
        }
    }

    private fun removeHook(hook: Thread) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook)
        } catch (_: IllegalStateException) {
            // The JVM is shutting down, and the hook may be what runs here.
        }
    }

    private companion object {
        val GRACE: Duration = Duration.ofSeconds(2)
    }
}
