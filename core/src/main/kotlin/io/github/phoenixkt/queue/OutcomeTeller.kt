package io.github.phoenixkt.queue

import io.github.phoenixkt.OutcomesEvent
import io.github.phoenixkt.internal.GuardedListener
import io.github.phoenixkt.internal.InTurn
import io.github.phoenixkt.transport.Transport
import java.time.Duration
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.update
import org.slf4j.LoggerFactory

private val logger = LoggerFactory.getLogger("io.github.phoenixkt.queue")

/**
 * Tells each outcome of a queue once: the listeners first, then those that wait for the outcome.
 *
 * @param afterwards done with each entry once the listener has been told of it
 * @param logLoss says what became of a row, if there is no listener
 */
internal class OutcomeTeller(
    private val transport: Transport,
    options: AnnotationQueueOptions,
    private val afterwards: (QueueEntry) -> Unit,
    private val logLoss: (QueueEntry, QueueOutcome) -> Unit,
) {
    private class Told(val entry: QueueEntry, val outcome: QueueOutcome)

    private val listener = GuardedListener("listener of the annotation queue", options.listener)
    private val turns = InTurn(::finish, ::tellListener)
    private val counts = MutableStateFlow(emptyMap<String, Long>())

    /** How many have been told, by the name of the outcome. Another map after each. */
    val outcomes: StateFlow<Map<String, Long>> = counts.asStateFlow()

    /** Whether a listener is being called on this thread. */
    val isTellingHere: Boolean
        get() = listener.isToldHere || transport.listener.isToldHere

    /** Does not wait for a listener that another thread calls: that thread tells it this, too. */
    fun tell(entry: QueueEntry, outcome: QueueOutcome): Unit = tellOnce(entry, outcome, turns::tell)

    /** Waits until the listener has been told. */
    fun tellAndWait(entry: QueueEntry, outcome: QueueOutcome): Unit =
        tellOnce(entry, outcome, turns::tellAndWait)

    /**
     * Tells these and all that is left, even if the listener has not returned for [patience].
     *
     * @param outcomeOf is asked for each that has no outcome yet
     */
    fun tellTheRest(
        left: List<QueueEntry>,
        patience: Duration,
        outcomeOf: (QueueEntry) -> QueueOutcome,
    ) {
        left.forEach { entry -> guarded { tellOnce(entry, outcomeOf(entry)) {} } }
        guarded { turns.tellTheRest(patience) }
    }

    private fun tellOnce(entry: QueueEntry, outcome: QueueOutcome, takeTurn: () -> Unit) {
        if (!entry.ended.compareAndSet(false, true)) return
        try {
            announce(entry, outcome)
        } finally {
            val told = Told(entry, outcome)
            if (listener.isToldHere) tellNow(told)
            else {
                turns.add(told)
                takeTurn()
            }
        }
    }

    private fun announce(entry: QueueEntry, outcome: QueueOutcome) {
        val targetKind = entry.item.targetKind
        transport.listener.tell { it.onOutcomes(OutcomesEvent(targetKind, outcome.name, 1)) }
        if (!listener.present && outcome.isLoss) logLoss(entry, outcome)
    }

    /** What the listener itself brings about, it is told at once, and may wait for. */
    private fun tellNow(told: Told) =
        try {
            tellListener(told)
        } finally {
            finish(told)
        }

    private fun tellListener(told: Told) = listener.tell {
        when (val item = told.entry.item) {
            is QueueItem.OfAnnotation -> it.onOutcome(item.annotation, told.outcome)
            is QueueItem.OfNote -> it.onNoteOutcome(item.note, told.outcome)
        }
    }

    private fun finish(told: Told) {
        val name = told.outcome.name
        counts.update { it + (name to (it[name] ?: 0L) + 1) }
        afterwards(told.entry)
        told.entry.result.complete(told.outcome)
    }

    private fun guarded(act: () -> Unit) =
        try {
            act()
        } catch (e: VirtualMachineError) {
            // Of a listener. The others must learn of their end, too.
            logger.error("The listener of the annotation queue failed", e)
        }
}
