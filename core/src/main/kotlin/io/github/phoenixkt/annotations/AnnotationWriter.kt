package io.github.phoenixkt.annotations

import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.ServerVersion
import io.github.phoenixkt.internal.presentOrNull
import io.github.phoenixkt.transport.ApiRequest
import io.github.phoenixkt.transport.Transport
import io.github.phoenixkt.upload.KeysInFlight
import io.github.phoenixkt.upload.QUEUE_RETRY_TIME
import io.github.phoenixkt.upload.QueueBarrier
import io.github.phoenixkt.upload.QueueBudget
import io.github.phoenixkt.upload.RowKey
import io.github.phoenixkt.upload.key
import io.github.phoenixkt.upload.keys
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
        val problems = findProblems(rows, 0)
        if (problems.isNotEmpty()) throw InvalidAnnotationsException(problems, rows.size)
        // Asked even where the answer does not matter: a server below 9 would mix up identifiers.
        val reliable = queueIsReliable()
        val confirmed = sync || !reliable
        if (!confirmed) budget.chargeUnobserved(1, runtime)
        val sent = send(RowChunk(rows, annotation.targetKind, listOf(0)), confirmed)
        return if (sync) InsertedAnnotation(sent.ids.single()) else null
    }

    /**
     * Sends the rows in the order of their keys: two requests with the same keys in different order
     * deadlock PostgreSQL.
     *
     * @param onAttempt called each time before they are handed to the engine
     */
    suspend fun send(
        chunk: RowChunk,
        confirmed: Boolean,
        onAttempt: () -> Unit = {},
    ): SentRows {
        val keys = chunk.rows.keys(chunk.indexes)
        return inFlight.claim(keys, this).use { claim ->
            if (!claim.granted) awaitTurn(claim, keys.first())
            if (confirmed) confirm(chunk, keys, onAttempt) else queue(chunk, keys, onAttempt)
        }
    }

    /** Keeps others from these keys, for longer than one request. */
    suspend fun hold(rows: AnnotationRows, indexes: List<Int>): AutoCloseable {
        val claim = inFlight.claim(rows.keys(indexes), this)
        var held = false
        try {
            transport.whileOpen { claim.await() }
            held = true
        } finally {
            if (!held) claim.close()
        }
        return claim
    }

    /** Phoenix has stored what was queued of these rows: nothing that came before can follow. */
    fun settled(rows: AnnotationRows, indexes: Collection<Int>) =
        inFlight.settled(rows.keys(indexes))

    /** Whether others have queued a value for this row that may still replace it. */
    fun isContested(rows: AnnotationRows, row: Int): Boolean =
        inFlight.queuedByOthers(listOf(rows.key(row)), this, runtime.clock.instant()).isNotEmpty()

    private suspend fun awaitTurn(claim: KeysInFlight.Claim, key: RowKey) {
        transport.whileOpen {
            if (waitsForever) claim.await()
            else withTimeoutOrNull(transport.timeLeft.toKotlinDuration()) { claim.await() }
        }
        if (!claim.granted)
            throw PhoenixException.Timeout(
                "Nothing was sent: another call of this process is writing $key, most likely an upload that waits until " +
                    "Phoenix has stored what it queued, and has not ended within the time of this call. Try again later, " +
                    "or raise the total timeout.",
                mayHaveArrived = false,
            )
    }

    private suspend fun queue(
        chunk: RowChunk,
        keys: List<RowKey>,
        onAttempt: () -> Unit = {},
    ): SentRows {
        val now = runtime.clock.instant()
        // Beforehand: a call that is cancelled may have handed them over.
        inFlight.queued(keys, this, now, now + QUEUE_RETRY_TIME)
        return post(chunk, confirmed = false, onAttempt)
    }

    private suspend fun confirm(
        chunk: RowChunk,
        keys: List<RowKey>,
        onAttempt: () -> Unit,
    ): SentRows {
        val now = runtime.clock.instant()
        val others = inFlight.queuedByOthers(keys, this, now)
        val sent = post(chunk, confirmed = true, onAttempt)
        if (others.isEmpty()) return sent
        val contested = chunk.indexes.filterIndexed { index, _ -> keys[index] in others }
        val overwritten = outlast(RowChunk(chunk.rows, chunk.targetKind, contested), others, now)
        return SentRows(sent.ids, sent.attempts, overwritten.toSet())
    }

    /** @return the rows that somebody else has written since */
    private suspend fun outlast(
        chunk: RowChunk,
        others: Map<RowKey, Instant>,
        now: Instant,
    ): List<Int> {
        val barrier =
            QueueBarrier(
                transport,
                project,
                if (waitsForever) QUEUE_RETRY_TIME else transport.timeLeft,
            ) {
                budget.chargeUnobserved(it.indexes.size, runtime)
                queue(it, it.rows.keys(it.indexes))
            }
        val passed =
            try {
                barrier.pass(chunk, recent = others.values.any { it + LONGEST_ON_ITS_WAY > now })
            } catch (e: PhoenixException) {
                // They are stored, whatever becomes of the copies.
                throw e.apply { carryOverArrival() }
            }
        settled(chunk.rows, chunk.indexes)
        // The copy is on its way as the older ones are, but does not prolong their time.
        chunk.rows.keys(passed.unseen + passed.overwritten).forEach { key ->
            val queued = others.getValue(key)
            inFlight.queued(listOf(key), this, queued, queued + QUEUE_RETRY_TIME)
        }
        return passed.overwritten
    }

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
                body = encode(chunk),
                requires = chunk.targetKind.write,
                sentIds = chunk.indexes.mapNotNull { chunk.rows.targetId(it).presentOrNull() },
                onAttempt = onAttempt,
            )
        val response = transport.send(request)
        val ids = response.decode(InsertedRows.serializer()).data.map { it.id }
        if (confirmed && ids.size != chunk.indexes.size) {
            throw response.unexpected(
                "${chunk.indexes.size} annotations were sent but the answer has ${ids.size} ids"
            )
        }
        return SentRows(ids, response.attempts)
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
 * @property ids in the order of the rows sent; none when they were only queued
 * @property attempts how often it was sent; each may have been queued
 * @property overwritten rows that somebody else is known to have written since
 */
internal class SentRows(
    val ids: List<String>,
    val attempts: Int,
    val overwritten: Set<Int> = emptySet(),
)

@Serializable internal class InsertedRows(val data: List<InsertedRow>)

@Serializable internal class InsertedRow(val id: String)
