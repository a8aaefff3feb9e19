package io.github.phoenixkt.annotations

import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.ServerVersion
import io.github.phoenixkt.transport.ApiRequest
import io.github.phoenixkt.transport.ApiResponse
import io.github.phoenixkt.transport.Transport
import kotlinx.serialization.Serializable

/**
 * Before this, Phoenix lost queued rows of one name with different identifiers that shared a drain
 * of its queue.
 */
private val RELIABLE_QUEUE = ServerVersion(12, 2)

private const val ROWS_PER_REQUEST = 100

/**
 * Every write of annotations goes through here: check all, then send in chunks, and account for
 * each row.
 */
internal class AnnotationWriter(private val transport: Transport) {
    suspend fun add(annotation: AnnotationData, sync: Boolean): InsertedAnnotation? {
        val rows = checked(listOf(annotation))
        val chunk = RowChunk(rows, annotation.level, listOf(0))
        return send(chunk, confirm = sync || !queueIsReliable())?.single().takeIf { sync }
    }

    suspend fun log(
        annotations: Iterable<AnnotationData>,
        sync: Boolean,
    ): List<InsertedAnnotation>? {
        val list = annotations.toList()
        require(list.isNotEmpty()) { "There are no annotations to log: the list is empty." }
        val rows = checked(list)
        val confirm = sync || !queueIsReliable()
        val outcomes = MutableList<RowOutcome>(list.size) { RowOutcome.NotAttempted }
        var stoppedBy: PhoenixException? = null
        for (indexes in list.indices.chunked(ROWS_PER_REQUEST)) {
            val chunk = RowChunk(rows, list.first().level, indexes.sortedWith(keyOrder(rows)))
            try {
                val ids = send(chunk, confirm)
                chunk.indexes.forEachIndexed { position, row ->
                    outcomes[row] =
                        ids?.let { RowOutcome.Stored(it[position].id) } ?: RowOutcome.Queued
                }
            } catch (e: PhoenixException) {
                chunk.indexes.forEach { outcomes[it] = outcomeAfter(e, rows.targetId(it)) }
                stoppedBy = e
                break
            }
        }
        val report = UploadReport(list, outcomes, stoppedBy)
        if (!report.complete) throw uploadException(report)
        return if (sync) outcomes.map { InsertedAnnotation((it as RowOutcome.Stored).id) } else null
    }

    /** Ids in the order of the chunk, or null when Phoenix only queued it. */
    private suspend fun send(chunk: RowChunk, confirm: Boolean): List<InsertedAnnotation>? {
        val request =
            ApiRequest.post(
                "v1",
                chunk.level.path,
                query = if (confirm) listOf("sync" to "true") else emptyList(),
                body = encode(chunk),
                requires = chunk.level.write,
                sentIds = chunk.indexes.mapNotNull { chunk.rows.targetId(it).presentOrNull() },
            )
        val response = transport.send(request)
        val ids = response.decode(InsertedRows.serializer()).data.map { InsertedAnnotation(it.id) }
        if (!confirm) return null
        return ids.also { checkCount(it.size, chunk.indexes.size, response) }
    }

    private fun checkCount(ids: Int, rows: Int, response: ApiResponse) {
        if (ids != rows)
            throw response.unexpected("$rows annotations were sent but the answer has $ids ids")
    }

    private suspend fun queueIsReliable(): Boolean =
        transport.versionOrNull()?.let { it >= RELIABLE_QUEUE } ?: true

    private fun checked(annotations: List<AnnotationData>): AnnotationRows {
        val rows = AnnotationRows.of(annotations)
        val problems = findProblems(rows)
        if (problems.isNotEmpty()) throw InvalidAnnotationsException(problems, rows.size)
        return rows
    }
}

/**
 * The order in which rows of one request go: two requests with the same keys in different order
 * deadlock PostgreSQL. Rows of one key keep their order, so that the last of them wins.
 */
private fun keyOrder(rows: AnnotationRows): Comparator<Int> =
    compareBy(
        { rows.targetId(it).presentOrNull() },
        { rows.documentPosition(it) },
        { rows.name(it).presentOrNull() },
        { rows.identifier(it).presentOrNull() },
    )

private fun outcomeAfter(error: PhoenixException, targetId: String?): RowOutcome =
    when (error) {
        is PhoenixException.NotFound ->
            if (targetId.presentOrNull() in error.missingIds) RowOutcome.MissingTarget
            else RowOutcome.NotAttempted
        is PhoenixException.Rejected -> RowOutcome.Rejected(error.message.orEmpty())
        is PhoenixException.ServerError,
        is PhoenixException.Timeout,
        is PhoenixException.UnexpectedResponse -> RowOutcome.Unknown(error)
        is PhoenixException.Unreachable ->
            if (error.mayHaveArrived) RowOutcome.Unknown(error) else RowOutcome.NotAttempted
        else -> RowOutcome.NotAttempted
    }

private fun uploadException(report: UploadReport): PhoenixException.UploadException {
    val done = report.outcomes.count { it.succeeded }
    val cause = report.stoppedBy?.message.orEmpty()
    return PhoenixException.UploadException(
        report,
        "Only $done of ${report.outcomes.size} annotations were written ($report). " +
            "The report has the outcome of each; send report.remaining() again. What stopped it: $cause",
    )
}

@Serializable internal class InsertedRows(val data: List<InsertedRow>)

@Serializable internal class InsertedRow(val id: String)
