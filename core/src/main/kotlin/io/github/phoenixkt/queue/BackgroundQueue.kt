package io.github.phoenixkt.queue

import io.github.phoenixkt.OutcomesEvent
import io.github.phoenixkt.annotations.AnnotationData
import io.github.phoenixkt.annotations.noteIdentifier
import io.github.phoenixkt.internal.GuardedListener
import io.github.phoenixkt.transport.Drained
import io.github.phoenixkt.transport.Transport
import java.time.Duration
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.atomic.AtomicReference
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.withLock
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
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
import org.slf4j.LoggerFactory

private val logger = LoggerFactory.getLogger("io.github.phoenixkt.queue")

/** The only implementation of ours. */
internal fun AnnotationQueue(
    transport: Transport,
    options: AnnotationQueueOptions,
): AnnotationQueue = BackgroundQueue(transport, options)

private class BackgroundQueue(
    private val transport: Transport,
    private val options: AnnotationQueueOptions,
) : AnnotationQueue, Drained {
    private val runtime = transport.runtime

    /** For how long rows wait. The spool has the times of the machine, for a later process. */
    private val clock = runtime.steadyClock
    private val listener = GuardedListener("listener of the annotation queue", options.listener)
    private val log = QueueLog(transport.endpoint, options)
    private val line: WaitingLine
    private val delivery: QueueDelivery
    private val scope = CoroutineScope(SupervisorJob() + Dispatchers.IO)
    private val outcomes = MutableStateFlow(emptyMap<String, Long>())
    private val toldFull = AtomicBoolean()
    private val toldProblem = AtomicReference<String>()
    private val closing = Mutex()
    @Volatile private var closed: QueueReport? = null
    private val ended = CountDownLatch(1)
    private val begunToClose = AtomicBoolean()

    /** Held while the listener is called. */
    private val telling = ReentrantLock()

    /** Whether a listener did not return before the queue had ended. */
    @Volatile private var isStuck = false
    private val shutdownHook: Thread?

    init {
        check(!transport.isClosed) { "The Phoenix client is closed." }
        val opened = options.spool?.let { Spool.open(it, options.maxSpoolBytes) }
        val now = clock.instant()
        line = WaitingLine(options, opened?.spool, opened?.content, now, runtime.clock.instant())
        delivery =
            QueueDelivery(transport, options, line, clock, log, ::settle, ::tendSpool, ::tellState)
        scope.launch { deliver() }
        shutdownHook =
            if (options.drainOnShutdown) Thread(::close, "phoenix-annotation-queue") else null
        shutdownHook?.let(::addHook)
        transport.drainBeforeClose(this)
    }

    /** Whatever ends the delivery, nothing is accepted then that nobody would send. */
    private suspend fun deliver() {
        try {
            delivery.run()
        } catch (@Suppress("TooGenericExceptionCaught") e: Throwable) {
            currentCoroutineContext().ensureActive()
            if (e !is QueueEnded) logger.error("The annotation queue has failed and is closed", e)
            line.close()
            endAlone()
        }
    }

    private fun endAlone() {
        // close() has the lock while it waits for the outcomes, and reports then.
        if (!closing.tryLock()) return tellUnfinished(line.flush())
        try {
            if (closed == null) abandon()
        } finally {
            closing.unlock()
        }
    }

    override val state: QueueState
        get() = line.state(clock.instant(), delivery.waitingFor, outcomes.value)

    override fun offer(annotation: AnnotationData): Offer = admit(QueueItem.of(annotation))

    override fun offer(note: NoteData): Offer = admit(itemOf(note))

    override suspend fun send(annotation: AnnotationData): Offer =
        sendOnceThereIsRoom(QueueItem.of(annotation))

    override suspend fun send(note: NoteData): Offer = sendOnceThereIsRoom(itemOf(note))

    override suspend fun flush(timeout: Duration): Boolean {
        val entries = line.flush()
        // Not even a timeout of zero is too short for nothing.
        if (entries.isEmpty()) return true
        delivery.wake()
        return withTimeoutOrNull(timeout.toKotlinDuration()) {
            entries.forEach { it.result.copy().await() }
            true
        } ?: false
    }

    override suspend fun close(timeout: Duration): QueueReport =
        // At once for a listener that is told what is left, and closes the queue again.
        closed
            ?: closing.withLock {
                closed
                    ?: run {
                        line.close()
                        flush(timeout)
                        withContext(NonCancellable + Dispatchers.IO) { end() }
                    }
            }

    override fun close() {
        beginToClose()
        awaitClosed()
    }

    override fun beginToClose() {
        if (!begunToClose.compareAndSet(false, true)) return
        CoroutineScope(Dispatchers.IO).launch {
            try {
                close(options.closeTimeout)
                // The listener may still be told what is left.
                closing.withLock {}
            } finally {
                ended.countDown()
            }
        }
    }

    override fun awaitClosed() {
        // The listener closes the queue: it goes on to its end when the listener has returned.
        if (telling.isHeldByCurrentThread) return
        try {
            ended.await(options.closeTimeout.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS)
        } catch (_: InterruptedException) {
            Thread.currentThread().interrupt()
        }
    }

    override fun toString(): String = "AnnotationQueue($state)"

    private fun itemOf(note: NoteData) =
        QueueItem.of(note) { noteIdentifier(it, transport.newId()) }

    private fun admit(item: QueueItem): Offer {
        val admission = line.admit(item, clock.instant(), runtime.clock.instant())
        tellSpoolProblem()
        return when (admission) {
            is Admission.Refused -> {
                if (toldFull.compareAndSet(false, true)) tellState()
                Offer.refused(admission.reason)
            }
            is Admission.Taken -> {
                admission.replaced?.let { tell(it, QueueOutcome.Superseded) }
                delivery.wake()
                Offer.accepted(admission.entry.result)
            }
        }
    }

    private suspend fun sendOnceThereIsRoom(item: QueueItem): Offer {
        while (true) {
            val before = outcomes.value
            // Once it is accepted, the caller must learn that, even if it is cancelled meanwhile.
            val offer = withContext(NonCancellable) { withContext(Dispatchers.IO) { admit(item) } }
            if (offer.accepted || line.isClosed) return offer
            // Every outcome makes room.
            outcomes.first { it !== before }
        }
    }

    private fun settle(entry: QueueEntry, outcome: QueueOutcome) {
        line.settle(entry)
        tell(entry, outcome)
        tellSpoolProblem()
        tellRoom()
    }

    /** A row that waited for room may have taken it already: then the queue is full as before. */
    private fun tellRoom() {
        if (!toldFull.get() || line.isFull) return
        val now = state
        if (now.status != QueueStatus.FULL && toldFull.compareAndSet(true, false)) tellState(now)
    }

    private fun tell(entry: QueueEntry, outcome: QueueOutcome) {
        if (!entry.ended.compareAndSet(false, true)) return
        try {
            tellAll(entry, outcome)
        } finally {
            outcomes.update { it + (outcome.name to (it[outcome.name] ?: 0L) + 1) }
            entry.result.complete(outcome)
        }
    }

    private fun tellAll(entry: QueueEntry, outcome: QueueOutcome) {
        val targetKind = entry.item.targetKind
        transport.listener.tell { it.onOutcomes(OutcomesEvent(targetKind, outcome.name, 1)) }
        if (options.listener == null && outcome.isLoss)
            log.ended(entry, outcome, delivery.waitingFor, clock.instant())
        if (isStuck) tellListener(entry.item, outcome)
        else telling.withLock { tellListener(entry.item, outcome) }
    }

    private fun tellListener(told: QueueItem, outcome: QueueOutcome) = listener.tell {
        when (told) {
            is QueueItem.OfAnnotation -> it.onOutcome(told.annotation, outcome)
            is QueueItem.OfNote -> it.onNoteOutcome(told.note, outcome)
        }
    }

    private fun tendSpool() {
        line.tendSpool(clock.instant())
        tellSpoolProblem()
    }

    private fun tellSpoolProblem() {
        val problem = line.spoolProblem
        if (toldProblem.getAndSet(problem) != problem) tellState()
    }

    private fun tellState(now: QueueState = state) = transport.listener.tell { it.onQueue(now) }

    private suspend fun end(): QueueReport {
        val hasEnded =
            withTimeoutOrNull(GRACE.toKotlinDuration()) {
                scope.coroutineContext.job.cancelAndJoin()
            }
        if (hasEnded == null) isStuck = true
        return abandon()
    }

    private fun abandon(): QueueReport {
        val left = line.abandon()
        val report = QueueReport(left.size, left.count(line::isSpooled))
        closed = report
        val isTurn = !isStuck && awaitListener()
        // A listener that closes the queue and waits for that would wait forever.
        if (!isTurn) isStuck = true
        try {
            tellUnfinished(left)
        } finally {
            if (isTurn) telling.unlock()
        }
        shutdownHook?.let(::removeHook)
        transport.drained(this)
        tellState()
        return report
    }

    /** @return whether it is the turn of this thread to call the listener */
    private fun awaitListener(): Boolean =
        try {
            telling.tryLock(GRACE.toMillis(), TimeUnit.MILLISECONDS)
        } catch (_: InterruptedException) {
            Thread.currentThread().interrupt()
            telling.tryLock()
        }

    private fun tellUnfinished(left: List<QueueEntry>) = left.forEach {
        try {
            tell(it, QueueOutcome.Unfinished(it.mayHaveArrived, line.isSpooled(it)))
        } catch (e: VirtualMachineError) {
            // Of the listener. The others must learn of their end, too.
            logger.error("The listener of the annotation queue failed", e)
        }
    }

    private fun addHook(hook: Thread) {
        try {
            Runtime.getRuntime().addShutdownHook(hook)
        } catch (_: IllegalStateException) {
            // The JVM is shutting down already. A queue that is opened now must be closed.
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
