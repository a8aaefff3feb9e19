package io.github.phoenixkt.queue

import io.github.phoenixkt.annotations.AnnotationData
import io.github.phoenixkt.annotations.noteIdentifier
import io.github.phoenixkt.internal.asReason
import io.github.phoenixkt.transport.Drained
import io.github.phoenixkt.transport.Transport
import java.time.Duration
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.atomic.AtomicReference
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.first
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
    private val log = QueueLog(transport.endpoint, options)
    private val teller =
        OutcomeTeller(transport, options, ::forget) { entry, outcome ->
            log.ended(entry, outcome)
        }
    private val line: WaitingLine
    private val delivery: QueueDelivery
    private val scope = CoroutineScope(SupervisorJob() + Dispatchers.IO)
    private val toldFull = AtomicBoolean()
    private val toldProblem = AtomicReference<String>()
    /** No listener is called while it is held. */
    private val closing = Mutex()
    @Volatile private var closed: QueueReport? = null

    /** All outcomes have been told. */
    private val told = CompletableDeferred<Unit>()
    private val ended = CountDownLatch(1)
    private val begunToClose = AtomicBoolean()
    private val shutdownHook: Thread?

    init {
        check(!transport.isClosed) { "The Phoenix client is closed." }
        val opened = options.spool?.let { Spool.open(it, options.maxSpoolBytes) }
        val now = clock.instant()
        line = WaitingLine(options, opened?.spool, opened?.content, now, runtime.clock.instant())
        delivery =
            QueueDelivery(transport, options, line, clock, log, ::end, ::tendSpool, ::tellState)
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
            endAlone(if (e is QueueEnded) whyUnfinished() else "the queue failed: ${e.asReason()}")
        }
    }

    private fun endAlone(reason: String) {
        // close() has the lock while it waits for the outcomes, and reports then.
        if (!closing.tryLock()) return tellUnfinished(line.flush(), reason)
        val left =
            try {
                if (closed == null) abandon() else null
            } finally {
                closing.unlock()
            }
        left?.let { tellEnd(it, reason) }
    }

    override val state: QueueState
        get() = line.state(clock.instant(), delivery.waitingFor, teller.outcomes.value)

    override fun offer(annotation: AnnotationData): Offer = admit(QueueItem.of(annotation))

    override fun offer(note: NoteData): Offer = admit(itemOf(note))

    override suspend fun send(annotation: AnnotationData): Offer =
        sendOnceThereIsRoom(QueueItem.of(annotation))

    override suspend fun send(note: NoteData): Offer = sendOnceThereIsRoom(itemOf(note))

    override suspend fun flush(timeout: Duration): Boolean {
        // Nothing goes on until the listener returns, which may wait for this.
        if (isTellingHere) return sendNow().isEmpty()
        return awaitOutcomes(sendNow() + line.leaving(), timeout)
    }

    /** @return all that is in the line */
    private fun sendNow(): List<QueueEntry> =
        line.flush().also { if (it.isNotEmpty()) delivery.hurry() }

    private suspend fun awaitOutcomes(entries: List<QueueEntry>, timeout: Duration): Boolean {
        // Not even a timeout of zero is too short for nothing.
        if (entries.isEmpty()) return true
        return withTimeoutOrNull(timeout.toKotlinDuration()) {
            entries.forEach { it.result.copy().await() }
            true
        } ?: false
    }

    override suspend fun close(timeout: Duration): QueueReport {
        val isListener = isTellingHere
        closed?.let {
            if (!isListener) awaitTold()
            return it
        }
        var left: List<QueueEntry>? = null
        var patience = GRACE
        try {
            closing.withLock {
                if (closed != null) return@withLock
                line.close()
                val waiting = sendNow()
                // What the listener is being told of ends only once it returns.
                val leaving = if (isListener) emptyList() else line.leaving()
                awaitOutcomes(waiting + leaving, timeout)
                withContext(NonCancellable + Dispatchers.IO) {
                    // A listener that closes the queue and waits for that would wait forever.
                    if (!endDelivery()) patience = Duration.ZERO
                    left = abandon()
                }
            }
        } finally {
            left?.let {
                withContext(NonCancellable + Dispatchers.IO) {
                    tellEnd(it, whyUnfinished(), patience)
                }
            }
        }
        if (!isListener) awaitTold()
        return checkNotNull(closed)
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
            } finally {
                ended.countDown()
            }
        }
    }

    /** Waits for as long as a listener goes on being told. */
    private suspend fun awaitTold() {
        do {
            val before = teller.outcomes.value
            val isTold = withTimeoutOrNull(GRACE.toKotlinDuration()) { told.await() } != null
        } while (!isTold && teller.outcomes.value !== before)
    }

    override val isTellingHere: Boolean
        get() = teller.isTellingHere

    override fun awaitClosed() {
        // A listener closes the queue: it goes on to its end when the listener has returned.
        if (isTellingHere) return
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
                admission.replaced?.let { teller.tell(it, QueueOutcome.Superseded) }
                delivery.wake()
                Offer.accepted(admission.entry.result)
            }
        }
    }

    private suspend fun sendOnceThereIsRoom(item: QueueItem): Offer {
        while (true) {
            val before = teller.outcomes.value
            // Once it is accepted, the caller must learn that, even if it is cancelled meanwhile.
            val offer = withContext(NonCancellable) { withContext(Dispatchers.IO) { admit(item) } }
            if (offer.accepted || line.isClosed) return offer
            // Every outcome makes room.
            teller.outcomes.first { it !== before }
        }
    }

    private fun forget(entry: QueueEntry) = line.told(entry)

    /** The entry has its outcome. */
    private fun end(entry: QueueEntry, outcome: QueueOutcome) {
        line.remove(entry)
        teller.tellAndWait(entry, outcome)
        tellSpoolProblem()
        tellRoom()
    }

    /** A row that waited for room may have taken it already: then the queue is full as before. */
    private fun tellRoom() {
        if (!toldFull.get() || line.isFull) return
        val now = state
        if (now.status != QueueStatus.FULL && toldFull.compareAndSet(true, false)) tellState(now)
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

    /** @return whether it has ended, and does not wait for a listener */
    private suspend fun endDelivery(): Boolean =
        withTimeoutOrNull(GRACE.toKotlinDuration()) {
            scope.coroutineContext.job.cancelAndJoin()
        } != null

    /** Nothing is sent any more. [closing] is held. */
    private fun abandon(): List<QueueEntry> {
        val left = line.abandon()
        closed = QueueReport(left.size, left.count(line::isSpooled))
        return left
    }

    private fun tellEnd(left: List<QueueEntry>, reason: String, patience: Duration = GRACE) {
        try {
            tellUnfinished(left, reason, patience)
            shutdownHook?.let(::removeHook)
            transport.drained(this)
            tellState()
        } finally {
            told.complete(Unit)
        }
    }

    private fun tellUnfinished(
        left: List<QueueEntry>,
        reason: String,
        patience: Duration = GRACE,
    ) =
        teller.tellTheRest(left, patience) {
            QueueOutcome.Unfinished(it.mayHaveArrived, line.isSpooled(it), reason)
        }

    private fun whyUnfinished(): String =
        delivery.waitingFor?.let {
            "the queue was closed while it waited for Phoenix at ${transport.endpoint}: $it"
        } ?: QueueOutcome.Unfinished.CLOSED_FIRST

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
