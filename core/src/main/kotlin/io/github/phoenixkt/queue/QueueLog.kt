package io.github.phoenixkt.queue

import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.internal.asReason
import io.github.phoenixkt.internal.forMessage
import java.time.Duration
import java.time.Instant
import org.slf4j.LoggerFactory

private val logger = LoggerFactory.getLogger("io.github.phoenixkt.queue")

private val SHORTEST_SILENCE: Duration = Duration.ofMinutes(1)

/** What a queue tells people: that it waits or goes on, and which rows were not stored. */
internal class QueueLog(
    private val endpoint: String,
    private val options: AnnotationQueueOptions,
) {
    /** The kind of failure that was last told since the queue began to wait. */
    private var told: String? = null

    /** When each kind was told, in the last minute or for the last time. */
    private val toldAt = mutableMapOf<String, List<Instant>>()

    /**
     * One warning when the queue begins to wait and whenever the kind of failure changes: not one
     * for each probe, nor whenever the same row fails between others that do not. Failures that
     * come and go are told once in a minute, and those that take turns twice.
     *
     * @param suspect the row that may be at fault, if any
     */
    @Synchronized
    fun waits(cause: Throwable, suspect: QueueEntry?, now: Instant, rows: () -> Int) {
        val kind = kindOf(cause)
        if (kind == told || told == null && suspect?.toldFailure == kind) return
        val recently = toldAt[kind].orEmpty().filter { it + SHORTEST_SILENCE > now }
        if (recently.size >= if (told == null) 1 else 2) return
        told = kind
        toldAt[kind] = recently + now
        suspect?.toldFailure = kind
        logger.warn(
            "The annotation queue cannot send to Phoenix at {}: {} {} waiting.",
            endpoint,
            sentence(cause.asReason()),
            counted(rows()),
        )
    }

    @Synchronized
    fun goesOn(rows: () -> Int) {
        if (told == null) return
        told = null
        logger.info(
            "The annotation queue continues: Phoenix at {} responds again. {} waiting.",
            endpoint,
            counted(rows()),
        )
    }

    /** For a queue without a listener. */
    fun ended(entry: QueueEntry, outcome: QueueOutcome) {
        val what = if (entry.item is QueueItem.OfNote) "A note on" else "An annotation of"
        val row = "$what ${entry.item.targetKind.noun} ${entry.item.targetId.forMessage()}"
        if (outcome is QueueOutcome.Unfinished && outcome.spooled)
            logger.info("{} is in the spool. The next queue on this folder sends it.", row)
        else
            logger.warn(
                "{} {} stored: {} Set a listener in the options of the queue to handle it.",
                row,
                if (outcome.mayBeStored) "may not be" else "was not",
                sentence(why(entry, outcome)),
            )
    }

    private fun why(entry: QueueEntry, outcome: QueueOutcome): String =
        when (outcome) {
            is QueueOutcome.Unfinished -> outcome.reason
            is QueueOutcome.MissingTarget -> missingTarget(entry)
            is QueueOutcome.Expired ->
                "it waited longer than maxAge (${options.maxAge.toSeconds()} s)"
            is QueueOutcome.Rejected -> outcome.reason
            else -> outcome.toString()
        }

    private fun missingTarget(entry: QueueEntry): String {
        val kind = entry.item.targetKind
        val hint = kind.idForm?.hint(listOf(entry.item.targetId))?.let { ". $it" }.orEmpty()
        return "Phoenix did not know the ${kind.noun} within ${entry.awaited.toSeconds()} s (awaitTarget)$hint"
    }
}

private val QueueOutcome.mayBeStored: Boolean
    get() =
        when (this) {
            is QueueOutcome.Unfinished -> mayHaveArrived
            is QueueOutcome.Expired -> mayHaveArrived
            is QueueOutcome.Rejected -> mayHaveArrived
            else -> false
        }

/** Failures of one kind have the same remedy, however their messages differ. */
private fun kindOf(cause: Throwable): String {
    val status = (cause as? PhoenixException)?.status
    return "${cause.javaClass.name} $status ${cause.cause?.javaClass?.name}"
}

private fun counted(rows: Int) = if (rows == 1) "1 row is" else "$rows rows are"

internal fun sentence(text: String) = if (text.endsWith('.')) text else "$text."
