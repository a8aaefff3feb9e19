package io.github.phoenixkt.annotations

import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.ServerVersion
import io.github.phoenixkt.transport.ApiRequest
import io.github.phoenixkt.transport.Transport
import io.github.phoenixkt.upload.KeysInFlight
import io.github.phoenixkt.upload.Passage
import io.github.phoenixkt.upload.QUEUE_RETRY_TIME
import io.github.phoenixkt.upload.QueueBarrier
import io.github.phoenixkt.upload.QueueBudget
import io.github.phoenixkt.upload.RowKey
import io.github.phoenixkt.upload.isCrash
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
        if (!sync && reliable) {
            queueUnobserved(chunk)
            return null
        }
        var end: ConfirmedRows? = null
        confirm(chunk) { end = it }
        val confirmed = checkNotNull(end)
        confirmed.doubt?.let { throw it }
        return if (sync) InsertedAnnotation(confirmed.ids.single()) else null
    }

    /**
     * Stores the rows.
     *
     * @param onAttempt called each time before they are handed to the engine
     * @param onEnd called with rows as soon as their end is known: once for each row, unless this
     *   function throws before
     */
    suspend fun confirm(
        chunk: RowChunk,
        onAttempt: () -> Unit = {},
        onEnd: (ConfirmedRows) -> Unit,
    ) {
        inTurn(chunk) { claim ->
            val now = runtime.steadyClock.instant()
            val others = inFlight.queuedByOthers(chunk.keys, this, now)
            val stored = post(chunk, confirmed = true, onAttempt)
            val tell = { rows: RowChunk, overwritten: Boolean, doubt: PhoenixException? ->
                // A listener may wait for another call that writes these keys.
                claim.leave(rows.keys)
                onEnd(ConfirmedRows(rows, stored.idsOf(rows, chunk), overwritten, doubt))
            }
            val sure = chunk.filterPositions { chunk.keys[it] !in others }
            if (sure.size > 0) tell(sure, false, null)
            if (sure.size < chunk.size)
                outlast(chunk.filterPositions { chunk.keys[it] in others }, others, now, tell)
        }
    }

    /** Queues the rows of a window, whose keys are held, within its [lease]. */
    suspend fun queue(
        chunk: RowChunk,
        lease: QueueBudget.Lease,
        onAttempt: () -> Unit = {},
    ): Unit =
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
    suspend fun queueUnobserved(chunk: RowChunk, onAttempt: () -> Unit = {}): Unit =
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
        queue: suspend (onHandOver: () -> Unit) -> Unit,
    ) {
        val limit = if (waitsForever) null else transport.timeLeft
        var hasTurn = false
        var handedOver = false
        try {
            // Kept in there: a cancellation discards what whileOpen returns.
            transport.whileOpen { hasTurn = budget.awaitPace(chunk.size, runtime, limit) }
            if (!hasTurn) throw tooLate()
            queue { handedOver = true }
        } finally {
            if (hasTurn && !handedOver) budget.giveBack(chunk.size)
        }
    }

    /** The keys are this writer's while the rows are sent. */
    private suspend fun inTurn(chunk: RowChunk, send: suspend (KeysInFlight.Claim) -> Unit) =
        inFlight.claim(chunk.keys, this).use { claim ->
            if (!claim.granted) awaitTurn(claim, chunk.keys.first())
            send(claim)
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
    fun arrived(keys: Collection<RowKey>) = inFlight.arrived(keys)

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

    private suspend fun queueNow(chunk: RowChunk, onAttempt: () -> Unit) {
        val notes = ArrayList<KeysInFlight.Note>(chunk.size)
        try {
            post(chunk, confirmed = false) {
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

    /**
     * Waits until no older copy of these rows, which are stored, can replace them. What cannot be
     * made sure of is told as a doubt about these rows, unless it concerns all others, too.
     */
    private suspend fun outlast(
        contested: RowChunk,
        others: Map<RowKey, Instant>,
        now: Instant,
        tell: (RowChunk, overwritten: Boolean, doubt: PhoenixException?) -> Unit,
    ) {
        var left = contested
        val barrier =
            QueueBarrier(
                transport,
                project,
                if (waitsForever) QUEUE_RETRY_TIME else transport.timeLeft,
            ) { copies ->
                inPace(copies, { copyTooLate(copies) }) { queueNow(copies, it) }
            }
        val recent = others.values.any { it + LONGEST_ON_ITS_WAY > now }
        val doubt =
            try {
                barrier.pass(contested, recent) { rows, passage ->
                    left = left.without(rows)
                    notePassed(rows, passage, others)
                    tell(rows, passage == Passage.OVERWRITTEN, null)
                }
            } catch (e: PhoenixException) {
                // They are stored, whatever becomes of the copies.
                e.carryOverArrival()
                if (!e.isOfTheCopies) throw e
                e
            }
        if (doubt != null) tell(left, false, doubt)
    }

    private fun notePassed(rows: RowChunk, passage: Passage, others: Map<RowKey, Instant>) {
        arrived(rows.keys)
        if (passage == Passage.ARRIVED) return
        // The copy is on its way as the older ones are, but does not prolong their time.
        for (key in rows.keys) {
            val queued = others.getValue(key)
            inFlight.queued(listOf(key), this, queued, queued + QUEUE_RETRY_TIME)
        }
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
    ): List<InsertedRow> {
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
        return rows
    }

    /**
     * Whether rows that are queued are safe there; an unknown server is taken for a current one.
     */
    suspend fun queueIsReliable(): Boolean =
        transport.versionOrNull()?.let { it >= RELIABLE_QUEUE } ?: true
}

/**
 * Rows of one request that Phoenix has confirmed.
 *
 * @property ids in the order of the rows
 * @property overwritten whether somebody else is known to have written them since
 * @property doubt why an older value may still replace them; null if that cannot happen
 */
internal class ConfirmedRows(
    val rows: RowChunk,
    val ids: List<String>,
    val overwritten: Boolean,
    val doubt: PhoenixException?,
)

/** The ids of these [rows] of the [chunk] that was stored. */
private fun List<InsertedRow>.idsOf(rows: RowChunk, chunk: RowChunk): List<String> {
    if (rows === chunk) return map { it.id }
    val positions = HashMap<Int, Int>()
    chunk.indexes.forEachIndexed { position, row -> positions[row] = position }
    return rows.indexes.map { this[positions.getValue(it)].id }
}

/** Whether this says something of the copies that were sent, and nothing of Phoenix itself. */
private val PhoenixException.isOfTheCopies: Boolean
    get() = this is PhoenixException.NotFound || this is PhoenixException.Rejected || isCrash

@Serializable internal class InsertedRows(val data: List<InsertedRow>)

@Serializable internal class InsertedRow(val id: String)
