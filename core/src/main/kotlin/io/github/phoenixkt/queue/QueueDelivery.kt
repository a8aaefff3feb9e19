package io.github.phoenixkt.queue

import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.annotations.AnnotationRows
import io.github.phoenixkt.annotations.InvalidAnnotationsException
import io.github.phoenixkt.annotations.NoteWriter
import io.github.phoenixkt.askedPause
import io.github.phoenixkt.internal.SteadyClock
import io.github.phoenixkt.internal.asReason
import io.github.phoenixkt.transport.Transport
import io.github.phoenixkt.upload.Delivery
import io.github.phoenixkt.upload.RowOutcome
import io.github.phoenixkt.upload.Upload
import io.github.phoenixkt.upload.UploadReport
import io.github.phoenixkt.upload.uploadOptions
import java.time.Duration
import kotlin.coroutines.cancellation.CancellationException
import kotlin.time.toJavaDuration
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.isActive
import kotlinx.coroutines.launch
import kotlinx.coroutines.selects.select
import org.slf4j.LoggerFactory

private val logger = LoggerFactory.getLogger("io.github.phoenixkt.queue")

/** How much larger each batch may be than the one before, once the server is back. */
private const val GROWTH = 4
private const val CRASH = 500
private val FIRST_PAUSE: Duration = Duration.ofMillis(500)
/** A server that is back is noticed within so long. */
private val LONGEST_PAUSE: Duration = Duration.ofSeconds(5)
private val LONGEST_RETRY: Duration = Duration.ofSeconds(30)

/** However long the server asks to be left alone: that it is back is noticed within so long. */
private val LONGEST_ASKED_PAUSE: Duration = Duration.ofMinutes(1)

/**
 * Sends what waits in the [line], one batch after the other, until it is cancelled. While the
 * server is away or refuses the key, one row at a time asks whether it is back.
 *
 * @param end takes each entry that has its outcome
 */
internal class QueueDelivery(
    private val transport: Transport,
    private val options: AnnotationQueueOptions,
    private val line: WaitingLine,
    private val clock: SteadyClock,
    private val log: QueueLog,
    private val end: (QueueEntry, QueueOutcome) -> Unit,
    private val tendSpool: () -> Unit,
    private val tellState: () -> Unit,
) {
    private val runtime = transport.runtime
    private val notes = NoteWriter(transport)
    private val signal = Channel<Unit>(Channel.CONFLATED)

    /** Ends a pause that the server has asked for. */
    private val hurry = Channel<Unit>(Channel.CONFLATED)
    private val targetClock = TargetClock(clock)
    private var failures = 0

    /** Whether a row of the batch that was sent last has had an answer. */
    @Volatile private var isAnswered = false
    private var mostRows = BATCH_ROWS

    /** Why nothing can be sent now, or null. */
    @Volatile
    var waitingFor: String? = null
        private set

    /** Something has changed: look into the line again. */
    fun wake() {
        signal.trySend(Unit)
    }

    /**
     * Someone waits for what has been accepted: asks the server once more, even if it wants to be
     * left alone for longer. The queue's own pause is kept, so that frequent calls do not lead to
     * more requests than any outage does.
     */
    fun hurry() {
        hurry.trySend(Unit)
        wake()
    }

    suspend fun run() {
        while (true) {
            currentCoroutineContext().ensureActive()
            expire()
            tendSpool()
            val step = line.next(clock.instant(), mostRows)
            if (step.batch.isEmpty()) signal.await(step.lookAgainAfter) else deliver(step.batch)
        }
    }

    /** @return false if there was no signal for the [longest] time */
    private suspend fun Channel<Unit>.await(longest: Duration?): Boolean = coroutineScope {
        val timer = longest?.let { launch { runtime.sleep(it.toKotlinDuration()) } }
        val isSignalled = select {
            onReceive { true }
            if (timer != null) timer.onJoin { false }
        }
        timer?.cancel()
        isSignalled
    }

    private suspend fun expire() {
        val context = currentCoroutineContext()
        line.olderThan(clock.instant() - options.maxAge).forEachToTheEnd {
            // A queue that has ended tells the outcome of what is left itself.
            context.ensureActive()
            end(it, QueueOutcome.Expired(it.mayHaveArrived))
        }
    }

    private suspend fun deliver(batch: List<QueueEntry>) {
        isAnswered = false
        val began = clock.instant()
        // This is the attempt that earlier calls have asked for.
        hurry.tryReceive()
        val stoppedBy =
            try {
                when (batch.first().item) {
                    is QueueItem.OfNote -> deliverNotes(batch)
                    is QueueItem.OfAnnotation -> deliverAnnotations(batch)
                }
            } catch (@Suppress("TooGenericExceptionCaught") e: Exception) {
                currentCoroutineContext().ensureActive()
                // A fault of ours must not end the queue for good.
                logger.warn("The annotation queue failed to send and tries again", e)
                batch.filterNot { it.ended.get() }.forEach { again(it, retryPause(it)) }
                e
            }
        // A server that is too old is not asked: that its rows have come to their end tells
        // nothing.
        if (stoppedBy == null && isAnswered) {
            failures = 0
            mostRows = minOf(mostRows * GROWTH, BATCH_ROWS)
            log.goesOn { rows() }
        } else if (stoppedBy != null) {
            mostRows = 1
            val suspect = batch.singleOrNull()?.takeIf { mayBeAtFault(stoppedBy) }
            // A server that answers other rows of the batch is there.
            if (!isAnswered || !mayBeAtFault(stoppedBy)) targetClock.failed(began, suspect)
            pause(stoppedBy, suspect)
        }
    }

    /** @return what stops the queue for now, or null */
    private suspend fun deliverAnnotations(batch: List<QueueEntry>): Throwable? {
        val annotations = batch.map { (it.item as QueueItem.OfAnnotation).annotation }
        val confirmed = uploadOptions {
            delivery = Delivery.CONFIRMED
            // The queue itself waits for a server that is away.
            outageTolerance = Duration.ZERO
        }
        val rows = AnnotationRows.of(annotations)
        // Each row is told when it has come to its end, and not whenever it is tried.
        val upload = Upload(transport, rows, confirmed, tellsOutcomes = false)
        try {
            upload.run()
        } finally {
            // Also when it was cancelled: what has come to its end has.
            takeOutcomes(batch, upload.report)
        }
        return upload.report.stoppedBy.takeUnless { it is PhoenixException.ServerTooOld }
    }

    private fun takeOutcomes(batch: List<QueueEntry>, report: UploadReport) {
        val tooOld = report.stoppedBy as? PhoenixException.ServerTooOld
        // Before the outcomes: a caller that has one must see a queue that sends again. An upload
        // that was cancelled may have had no answer.
        if (report.outcomes.any(::isAnswer)) {
            targetClock.answered()
            if (report.stoppedBy == null) resumed()
        }
        batch.zip(report.outcomes).forEachToTheEnd { (entry, outcome) ->
            when (outcome) {
                is RowOutcome.Stored -> end(entry, QueueOutcome.Stored(outcome.id))
                is RowOutcome.Rejected -> reject(entry, outcome.reason)
                is RowOutcome.MissingTarget -> missing(entry)
                is RowOutcome.Skipped -> reject(entry, outcome.problems.joinToString("; "))
                else -> {
                    if (outcome is RowOutcome.Unknown) entry.mayHaveArrived = true
                    if (tooOld != null) reject(entry, tooOld.message.orEmpty())
                    else again(entry, pauseOf(entry, batch, report.stoppedBy))
                }
            }
        }
    }

    private fun isAnswer(outcome: RowOutcome) =
        outcome is RowOutcome.Stored ||
            outcome is RowOutcome.Rejected ||
            outcome is RowOutcome.MissingTarget

    /** An error of the listener ends the queue, but not before the others have their outcome. */
    private fun <T> List<T>.forEachToTheEnd(act: (T) -> Unit) {
        val errors = mapNotNull {
            try {
                act(it)
                null
            } catch (e: VirtualMachineError) {
                e
            }
        }
        errors.firstOrNull()?.let { throw it }
    }

    /**
     * Null, which keeps its place in the line, if the row is not at fault. A row that was alone
     * when the server choked on it may be: it lets the others pass.
     */
    private fun pauseOf(
        entry: QueueEntry,
        batch: List<QueueEntry>,
        stoppedBy: Throwable?,
    ): Duration? =
        if (stoppedBy == null || (batch.size == 1 && mayBeAtFault(stoppedBy))) retryPause(entry)
        else null

    private fun mayBeAtFault(stoppedBy: Throwable) =
        stoppedBy is PhoenixException.UnexpectedResponse ||
            (stoppedBy is PhoenixException.ServerError && stoppedBy.status == CRASH)

    /** Phoenix takes one note in a request. */
    private suspend fun deliverNotes(batch: List<QueueEntry>): Throwable? = coroutineScope {
        val failures = batch.map { async { deliverNote(it) } }.awaitAll().filterNotNull()
        failures.maxByOrNull { it.askedPause ?: Duration.ZERO }
    }

    private suspend fun deliverNote(entry: QueueEntry): Throwable? {
        val note = (entry.item as QueueItem.OfNote).note
        try {
            val stored = notes.add(note.targetKind, note.targetId, note.note, note.identifier)
            answered()
            end(entry, QueueOutcome.Stored(stored.id))
        } catch (e: CancellationException) {
            entry.mayHaveArrived = true
            again(entry, null)
            if (!currentCoroutineContext().isActive) throw e
            return e
        } catch (_: PhoenixException.NotFound) {
            answered()
            missing(entry)
        } catch (e: PhoenixException.Rejected) {
            answered()
            if (e.mayHaveArrived) entry.mayHaveArrived = true
            reject(entry, e.message.orEmpty())
        } catch (e: PhoenixException.ServerTooOld) {
            reject(entry, e.message.orEmpty())
        } catch (e: InvalidAnnotationsException) {
            reject(entry, e.message.orEmpty())
        } catch (@Suppress("TooGenericExceptionCaught") e: Exception) {
            if (e !is PhoenixException || e.mayHaveArrived) entry.mayHaveArrived = true
            again(entry, pauseOf(entry, listOf(entry), e))
            return e
        } catch (@Suppress("TooGenericExceptionCaught") e: Throwable) {
            entry.mayHaveArrived = true
            throw e
        }
        return null
    }

    /** A refusal does not undo an earlier attempt. */
    private fun reject(entry: QueueEntry, reason: String) =
        end(entry, QueueOutcome.Rejected(reason, entry.mayHaveArrived))

    private fun missing(entry: QueueEntry) {
        val now = targetClock.now()
        val since = entry.missingSince ?: now.also { entry.missingSince = it }
        entry.awaited = Duration.between(since, now)
        if (entry.awaited >= options.awaitTarget) end(entry, QueueOutcome.MissingTarget)
        else again(entry, retryPause(entry))
    }

    private fun again(entry: QueueEntry, pause: Duration?) {
        if (pause != null) entry.tries++
        if (!line.putBack(entry, pause?.let { clock.instant() + it }))
            end(entry, QueueOutcome.Superseded)
    }

    private fun retryPause(entry: QueueEntry): Duration =
        doubled(FIRST_PAUSE, entry.tries, LONGEST_RETRY)

    /** @param suspect the row that may be at fault, if any */
    private suspend fun pause(cause: Throwable, suspect: QueueEntry?) {
        // A client that is closed sends nothing any more: the queue ends with it.
        if (transport.isClosed) throw QueueEnded(cause)
        waitingFor = cause.asReason()
        if (failures == 0) tellState()
        log.waits(cause, suspect, clock.instant()) { rows() }
        val longest = doubled(FIRST_PAUSE, failures++, LONGEST_PAUSE)
        // Between half of it and all of it, so that many clients do not come back at once.
        val own = longest.toKotlinDuration() * (1 + runtime.random.nextDouble()) / 2
        runtime.sleep(own)
        val asked = minOf(cause.askedPause ?: Duration.ZERO, LONGEST_ASKED_PAUSE)
        leaveAlone(asked - own.toJavaDuration())
    }

    /** In steps, so that rows expire and the disk is tried again in time. */
    private suspend fun leaveAlone(longest: Duration) {
        var left = longest
        while (left > Duration.ZERO) {
            val step = minOf(left, LONGEST_PAUSE)
            if (hurry.await(step)) return
            left -= step
            expire()
            tendSpool()
        }
    }

    private fun answered() {
        targetClock.answered()
        resumed()
    }

    private fun resumed() {
        isAnswered = true
        if (waitingFor == null) return
        waitingFor = null
        tellState()
    }

    private fun rows() = line.state(clock.instant(), waitingFor, emptyMap()).rows

    private fun doubled(first: Duration, times: Int, most: Duration): Duration =
        minOf(first.multipliedBy(1L shl minOf(times, 20)), most)
}

/** The client was closed under the queue. */
internal class QueueEnded(cause: Throwable) : Exception(cause)
