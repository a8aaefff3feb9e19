package io.github.phoenixkt.annotations

import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.ServerVersion
import io.github.phoenixkt.transport.ApiRequest
import io.github.phoenixkt.transport.Transport
import io.github.phoenixkt.upload.KeysInFlight
import io.github.phoenixkt.upload.QUEUE_RETRY_TIME
import io.github.phoenixkt.upload.QueueBarrier
import io.github.phoenixkt.upload.QueueBudget
import io.github.phoenixkt.upload.RowKey
import java.time.Duration
import java.time.Instant
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.serialization.Serializable

/**
 * Before this, Phoenix lost queued rows of one name with different identifiers that shared a drain
 * of its queue.
 */
private val RELIABLE_QUEUE = ServerVersion(12, 2)

/** From then on a copy of a row whose target exists is stored, unless Phoenix is busy. */
private val LONGEST_ON_ITS_WAY: Duration = Duration.ofSeconds(10)

/**
 * One request with annotations, checked and encoded as every other. While it is under way, no other
 * call in this JVM writes its keys; what is confirmed stays, also where older values wait in
 * Phoenix's queue.
 *
 * A writer is one owner of keys: each upload and each single call has its own.
 *
 * @param project where rows can be read back; null for the project of the settings
 * @param waitsForever as an upload does; a single call has its own time
 */
internal class AnnotationWriter(
    private val transport: Transport,
    private val project: String? = null,
    private val waitsForever: Boolean = true,
) {
    private val runtime = transport.runtime
    private val budget = QueueBudget.of(transport.endpoint)
    private val inFlight = KeysInFlight.of(transport.endpoint)

    suspend fun add(annotation: AnnotationData, sync: Boolean): InsertedAnnotation? =
        AnnotationWriter(transport.forOneCall(), project, waitsForever = false)
            .addInTime(annotation, sync)

    private suspend fun addInTime(annotation: AnnotationData, sync: Boolean): InsertedAnnotation? {
        val rows = AnnotationRows.of(listOf(annotation))
        val problems = findProblems(rows)
        if (problems.isNotEmpty()) throw InvalidAnnotationsException(problems, rows.size)
        val chunk = RowChunk(rows, annotation.targetKind, intArrayOf(0))
        // Asked even where the answer does not matter: a server below 9 would mix up identifiers.
        val reliable = queueIsReliable()
        val sent = if (sync || !reliable) confirm(chunk) else queueUnobserved(chunk)
        return if (sync) InsertedAnnotation(sent.stored.single().id) else null
    }

    /**
     * Stores the rows.
     *
     * @param onAttempt called each time before they are handed to the engine
     */
    suspend fun confirm(chunk: RowChunk, onAttempt: () -> Unit = {}): SentRows =
        inTurn(chunk) {
            val now = runtime.steadyClock.instant()
            val others = inFlight.queuedByOthers(chunk.keys, this, now)
            val sent = post(chunk, confirmed = true, onAttempt)
            if (others.isEmpty()) sent
            else {
                val contested = chunk.filterPositions { chunk.keys[it] in others }
                SentRows(sent.stored, outlast(contested, others, now))
            }
        }

    /** Queues the rows of a window, whose keys are held, within its [lease]. */
    suspend fun queue(
        chunk: RowChunk,
        lease: QueueBudget.Lease,
        onAttempt: () -> Unit = {},
    ): SentRows =
        inTurn(chunk) {
            var handedOver = 0
            try {
                queueNow(chunk) {
                    lease.handOver(chunk.size)
                    handedOver += chunk.size
                    onAttempt()
                }
            } catch (e: PhoenixException) {
                if (!e.mayHaveArrived) lease.takeBack(handedOver)
                throw e
            }
        }

    /** Queues rows that nobody looks at again, not faster than Phoenix stores them. */
    suspend fun queueUnobserved(chunk: RowChunk, onAttempt: () -> Unit = {}): SentRows =
        inPace(chunk, { turnTooLate(chunk) }) { onHandOver ->
            inTurn(chunk) {
                queueNow(chunk) {
                    onHandOver()
                    onAttempt()
                }
            }
        }

    private fun turnTooLate(chunk: RowChunk) =
        PhoenixException.Timeout(
            "Nothing was sent: unconfirmed writes are limited to 250 rows per second, and ${chunk.keys.first()} would wait " +
                "longer than the total timeout. Send fewer rows at once, use upload, or raise the total timeout.",
            mayHaveArrived = false,
        )

    /**
     * Waits for the turn of the rows, and gives it back if they are not handed over after all.
     *
     * @param tooLate the error if the turn comes after the time of this call
     */
    private suspend fun inPace(
        chunk: RowChunk,
        tooLate: () -> PhoenixException,
        queue: suspend (onHandOver: () -> Unit) -> SentRows,
    ): SentRows {
        val limit = if (waitsForever) null else transport.timeLeft
        var hasTurn = false
        var handedOver = false
        try {
            // Kept in there: a cancellation discards what whileOpen returns.
            transport.whileOpen { hasTurn = budget.awaitPace(chunk.size, runtime, limit) }
            if (!hasTurn) throw tooLate()
            return queue { handedOver = true }
        } finally {
            if (hasTurn && !handedOver) budget.giveBack(chunk.size)
        }
    }

    /** The keys are this writer's while the rows are sent. */
    private suspend fun inTurn(chunk: RowChunk, send: suspend () -> SentRows): SentRows =
        inFlight.claim(chunk.keys, this).use { claim ->
            if (!claim.granted) awaitTurn(claim, chunk.keys.first())
            send()
        }

    /** Keeps others from these keys, for longer than one request. */
    suspend fun hold(keys: List<RowKey>): AutoCloseable {
        val claim = inFlight.claim(keys, this)
        var held = false
        try {
            transport.whileOpen { claim.await() }
            held = true
        } finally {
            if (!held) claim.close()
        }
        return claim
    }

    /** Phoenix has stored what was queued under these keys: nothing that came before can follow. */
    fun settled(keys: Collection<RowKey>) = inFlight.settled(keys)

    /** Whether others have queued a value for this key that may still replace it. */
    fun isContested(key: RowKey): Boolean =
        inFlight.queuedByOthers(listOf(key), this, runtime.steadyClock.instant()).isNotEmpty()

    private suspend fun awaitTurn(claim: KeysInFlight.Claim, key: RowKey) {
        transport.whileOpen {
            if (waitsForever) claim.await()
            else withTimeoutOrNull(transport.timeLeft.toKotlinDuration()) { claim.await() }
        }
        if (!claim.granted)
            throw PhoenixException.Timeout(
                "Nothing was sent: another call of this process, probably an upload, is writing $key and did not finish " +
                    "within the total timeout. Try again later, or raise the total timeout.",
                mayHaveArrived = false,
            )
    }

    private suspend fun queueNow(chunk: RowChunk, onAttempt: () -> Unit): SentRows {
        val notes = ArrayList<KeysInFlight.Note>(chunk.size)
        try {
            return post(chunk, confirmed = false) {
                // Before each attempt: a call that is cancelled may have handed them over.
                val now = runtime.steadyClock.instant()
                notes += inFlight.queued(chunk.keys, this, now, now + QUEUE_RETRY_TIME)
                onAttempt()
            }
        } catch (e: PhoenixException) {
            if (!e.mayHaveArrived) inFlight.takeBack(notes)
            throw e
        }
    }

    /** @return the rows that somebody else has written since */
    private suspend fun outlast(
        chunk: RowChunk,
        others: Map<RowKey, Instant>,
        now: Instant,
    ): Set<Int> {
        val barrier =
            QueueBarrier(
                transport,
                project,
                if (waitsForever) QUEUE_RETRY_TIME else transport.timeLeft,
            ) { copies ->
                inPace(copies, { copyTooLate(copies) }) { queueNow(copies, it) }
            }
        val passed =
            try {
                barrier.pass(chunk, recent = others.values.any { it + LONGEST_ON_ITS_WAY > now })
            } catch (e: PhoenixException) {
                // They are stored, whatever becomes of the copies.
                throw e.apply { carryOverArrival() }
            }
        settled(chunk.keys)
        // The copy is on its way as the older ones are, but does not prolong their time.
        for ((row, key) in chunk.indexes.zip(chunk.keys)) {
            if (row !in passed.unseen && row !in passed.overwritten) continue
            val queued = others.getValue(key)
            inFlight.queued(listOf(key), this, queued, queued + QUEUE_RETRY_TIME)
        }
        return passed.overwritten
    }

    private fun copyTooLate(chunk: RowChunk) =
        QueueBarrier.notStored(
            chunk,
            "The client could not queue a second copy within the total timeout. Write it again later, or raise the total " +
                "timeout.",
        )

    private suspend fun post(
        chunk: RowChunk,
        confirmed: Boolean,
        onAttempt: () -> Unit,
    ): SentRows {
        val request =
            ApiRequest.post(
                "v1",
                chunk.targetKind.path,
                query = if (confirmed) listOf("sync" to "true") else emptyList(),
                body = chunk.body(),
                requires = chunk.targetKind.write,
                sentIds = chunk.keys.map { it.targetId },
                onAttempt = onAttempt,
            )
        val response = transport.send(request)
        val rows = response.decode(InsertedRows.serializer()).data
        if (confirmed && rows.size != chunk.size) {
            throw response.unexpected(
                "${chunk.size} annotations were sent but the response has ${rows.size} ids"
            )
        }
        return SentRows(rows)
    }

    /**
     * Whether rows that are queued are safe there; an unknown server is taken for a current one.
     */
    suspend fun queueIsReliable(): Boolean =
        transport.versionOrNull()?.let { it >= RELIABLE_QUEUE } ?: true
}

/**
 * An accepted request.
 *
 * @property stored in the order of the rows sent; none when they were only queued
 * @property overwritten rows that somebody else is known to have written since
 */
internal class SentRows(
    val stored: List<InsertedRow>,
    val overwritten: Set<Int> = emptySet(),
)

@Serializable internal class InsertedRows(val data: List<InsertedRow>)

@Serializable internal class InsertedRow(val id: String)
