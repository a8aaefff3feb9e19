package io.github.phoenixkt.annotations

import io.github.phoenixkt.ServerVersion
import io.github.phoenixkt.transport.ApiRequest
import io.github.phoenixkt.transport.Transport
import io.github.phoenixkt.upload.QueueBudget
import kotlinx.serialization.Serializable

/**
 * Before this, Phoenix lost queued rows of one name with different identifiers that shared a drain
 * of its queue.
 */
private val RELIABLE_QUEUE = ServerVersion(12, 2)

/** One request with annotations, checked and encoded as every other. */
internal class AnnotationWriter(private val transport: Transport) {
    suspend fun add(annotation: AnnotationData, sync: Boolean): InsertedAnnotation? =
        AnnotationWriter(transport.forOneCall()).addInTime(annotation, sync)

    private suspend fun addInTime(annotation: AnnotationData, sync: Boolean): InsertedAnnotation? {
        val rows = AnnotationRows.of(listOf(annotation))
        val problems = findProblems(rows, 0)
        if (problems.isNotEmpty()) throw InvalidAnnotationsException(problems, rows.size)
        // Asked even where the answer does not matter: a server below 9 would mix up identifiers.
        val reliable = queueIsReliable()
        val confirmed = sync || !reliable
        if (!confirmed) QueueBudget.of(transport.endpoint).chargeUnobserved(1, transport.runtime)
        val sent = send(RowChunk(rows, annotation.level, listOf(0)), confirmed)
        return if (sync) InsertedAnnotation(sent.ids.single()) else null
    }

    /**
     * Sends the rows in the order of their keys: two requests with the same keys in different order
     * deadlock PostgreSQL.
     */
    suspend fun send(chunk: RowChunk, confirmed: Boolean): SentRows {
        val request =
            ApiRequest.post(
                "v1",
                chunk.level.path,
                query = if (confirmed) listOf("sync" to "true") else emptyList(),
                body = encode(chunk),
                requires = chunk.level.write,
                sentIds = chunk.indexes.mapNotNull { chunk.rows.targetId(it).presentOrNull() },
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
 */
internal class SentRows(val ids: List<String>, val attempts: Int)

@Serializable internal class InsertedRows(val data: List<InsertedRow>)

@Serializable internal class InsertedRow(val id: String)
