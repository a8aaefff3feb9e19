package io.github.phoenixkt.dataframe

import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.internal.presentOrNull
import io.github.phoenixkt.internal.textOf
import io.github.phoenixkt.rows.isAbsent
import io.github.phoenixkt.spans.SpanFilter
import io.github.phoenixkt.spans.SpansResource
import java.time.Instant
import kotlin.reflect.typeOf
import org.jetbrains.kotlinx.dataframe.AnyFrame
import org.jetbrains.kotlinx.dataframe.AnyRow
import org.jetbrains.kotlinx.dataframe.api.dataFrameOf
import org.jetbrains.kotlinx.dataframe.api.rename

private const val RETRIEVER = "RETRIEVER"

/**
 * Returns the documents that retriever spans found, one row per span and document, to judge their
 * relevance. [retrievedDocuments] lists the columns, and does the same for a frame of spans that
 * you already have. Since Phoenix 13.15.
 *
 * ```
 * val documents = client.spans.getRetrievedDocuments(startTime = yesterday)
 * val judged = documents.evaluate("relevance") { judge(it["input"], it["document"]) }
 * client.logEvaluations(DocumentEvaluations("relevance", judged))
 * ```
 *
 * @param startTime the earliest start of a span, inclusive
 * @param endTime the latest start of a span, exclusive
 * @param project the name or id of the project; null for the project of the settings
 */
public suspend fun SpansResource.getRetrievedDocuments(
    startTime: Instant? = null,
    endTime: Instant? = null,
    project: String? = null,
): AnyFrame = getRetrievers(startTime, endTime, project).retrievedDocuments()

/**
 * Returns questions, answers and the documents retrieved between them, one row per root span of a
 * trace with retrieval, to judge answers by their sources. [inputOutputContext] lists the columns,
 * and does the same for a frame of spans that you already have. Since Phoenix 13.15.
 *
 * ```
 * val answers = client.spans.getInputOutputContext()
 * val judged = answers.evaluate("faithfulness") { judge(it["output"], it["context"]) }
 * client.logEvaluations(SpanEvaluations("faithfulness", judged))
 * ```
 *
 * The parameters are those of [getRetrievedDocuments].
 */
public suspend fun SpansResource.getInputOutputContext(
    startTime: Instant? = null,
    endTime: Instant? = null,
    project: String? = null,
): AnyFrame {
    val roots = within(startTime, endTime).rootSpansOnly(true).build()
    return joinContext(
        getSpansDataframe(roots, project),
        getRetrievers(startTime, endTime, project),
    )
}

/**
 * Like [getInputOutputContext], but with the retrieved texts in a column `reference` instead of
 * `context`: older clients, and prompts written for them, use that name.
 */
public suspend fun SpansResource.getQaWithReference(
    startTime: Instant? = null,
    endTime: Instant? = null,
    project: String? = null,
): AnyFrame = getInputOutputContext(startTime, endTime, project).rename("context" to "reference")

private suspend fun SpansResource.getRetrievers(
    startTime: Instant?,
    endTime: Instant?,
    project: String?,
) = getSpansDataframe(within(startTime, endTime).spanKinds(listOf(RETRIEVER)).build(), project)

private fun within(startTime: Instant?, endTime: Instant?) =
    SpanFilter.builder().startTime(startTime).endTime(endTime)

/**
 * Returns the documents that the retriever spans of this frame found, one row per span and
 * document, in the order of the frame:
 *
 * | column                                 | what                                    |
 * |----------------------------------------|-----------------------------------------|
 * | `context.span_id`, `document_position` | the document, see [AnnotationTargets]   |
 * | `context.trace_id`                     | the trace of the span                   |
 * | `input`                                | the question; null if the span has none |
 * | `document`                             | the text, or null                       |
 * | `document_score`                       | by the retriever, or null               |
 * | `document_metadata`                    | a map, or null                          |
 *
 * The frame may have been read from a file: the documents of a span can be a list, a nested frame
 * or the text of a JSON array.
 *
 * @throws IllegalArgumentException if a column of [getSpansDataframe] is missing, or if the
 *   documents of a retriever are anything else
 */
public fun AnyFrame.retrievedDocuments(): AnyFrame {
    val retrieved = RetrievedDocuments(this)
    val documents = retrieved.documents
    fun ofSpan(column: String, values: List<String?>) =
        column(column, documents.map { values[it.row] }, TEXT)
    return dataFrameOf(
        listOf(
            ofSpan("context.span_id", retrieved.spanIds),
            column("document_position", documents.map { it.position }, typeOf<Int>()),
            ofSpan("context.trace_id", retrieved.traceIds),
            ofSpan("input", retrieved.inputs),
            column("document", documents.map { it.content }, TEXT),
            Declared.NUMBER.column("document_score", documents.map { it["document.score"] }),
            Declared.OBJECT.column("document_metadata", documents.map { it["document.metadata"] }),
        )
    )
}

/**
 * Returns the root spans of this frame whose trace has a retriever span with documents, in the
 * order of the frame. The columns are `context.span_id`, `context.trace_id`, `input`, `output`,
 * `context` (the texts that the retrievers of the trace found, in the order of the spans' start,
 * separated by empty lines; empty if they found none) and `metadata`. Documents may have the forms
 * that [retrievedDocuments] takes.
 *
 * @throws IllegalArgumentException if a column of [getSpansDataframe] is missing, or if the
 *   documents of a retriever are in none of these forms
 */
public fun AnyFrame.inputOutputContext(): AnyFrame {
    val parents = requireColumn("Root spans are those without a parent", "parent_id").texts()
    return joinContext(this[parents.indices.filter { parents[it] == null }], this)
}

/** @param retrievers spans, retrievers among them */
private fun joinContext(roots: AnyFrame, retrievers: AnyFrame): AnyFrame {
    val contexts = RetrievedDocuments(retrievers).textsByTrace()
    val spanIds = roots.requireColumn("Answers go by their span", SPAN_ID).texts()
    val traceIds =
        roots.requireColumn("Answers and documents are matched by trace", TRACE_ID).texts()
    val rows = roots.rowIndices().filter { traceIds[it] in contexts }
    fun cells(name: String) = roots.findColumn(name).let { column -> rows.map { column?.get(it) } }
    return dataFrameOf(
        listOf(
            column("context.span_id", rows.map { spanIds[it] }, TEXT),
            column("context.trace_id", rows.map { traceIds[it] }, TEXT),
            Declared.TEXT_VALUE.column("input", cells(INPUT)),
            Declared.TEXT_VALUE.column("output", cells("attributes.output.value")),
            column("context", rows.map { contexts.getValue(traceIds[it]) }, typeOf<String>()),
            Declared.OBJECT.column("metadata", cells("attributes.metadata").map(::plainObject)),
        )
    )
}

/** In a frame from a file, a map can be a nested row or JSON text. */
private fun plainObject(cell: Any?): Any? =
    if (cell is AnyRow) PlainValues().of(cell, depth = 0) else parsedObject(cell)

private val SPAN_ID = listOf("context.span_id", "span_id")
private val TRACE_ID = listOf("context.trace_id", "trace_id")
private const val INPUT = "attributes.input.value"
private const val DOCUMENTS = "attributes.retrieval.documents"

private fun AnyFrame.rowIndices() = 0 until rowsCount()

/** One document; [row] is that of its span. */
private class RetrievedDocument(val row: Int, val position: Int, private val fields: Map<*, *>) {
    val content: String?
        get() = this["document.content"]?.toString()

    operator fun get(field: String): Any? = fields[field]
}

/** What the retrievers of a frame of spans have found. */
private class RetrievedDocuments(private val spans: AnyFrame) {
    val spanIds = spans.requireColumn("Documents are identified by their span", SPAN_ID).texts()
    val traceIds = spans.requireColumn("Documents are matched by trace", TRACE_ID).texts()
    val inputs = spans.findColumn(INPUT)?.texts() ?: List(spans.rowsCount()) { null }
    private val found = spans.requireColumn("Documents are an attribute of their span", DOCUMENTS)

    /** By the row of the retriever, in the order of the frame. */
    private val byRetriever =
        spans.requireColumn("Documents are found by retrievers", "span_kind").texts().let { kinds ->
            spans
                .rowIndices()
                .filter { kinds[it].equals(RETRIEVER, ignoreCase = true) }
                .mapNotNull { row -> documentsOf(row)?.let { row to it } }
                .toMap()
        }

    val documents = byRetriever.values.flatten()

    /** Null if the span has none; it may also have found an empty list. */
    private fun documentsOf(row: Int): List<RetrievedDocument>? {
        val cell = found[row].takeUnless(::isAbsent) ?: return null
        val list =
            when (cell) {
                is List<*> -> cell
                is CharSequence -> jsonOrNull(cell.toString().presentOrNull() ?: return null)
                else -> PlainValues().of(cell, depth = 0)
            }
        return (list as? List<*> ?: throw unreadable(row, cell)).mapIndexed { position, document ->
            val fields =
                when (document) {
                    // A document without any value.
                    null -> emptyMap<Any, Any>()
                    is Map<*, *> -> document
                    is String -> fieldsOf(document)
                    else -> null
                }
            RetrievedDocument(row, position, fields ?: throw unreadable(row, cell))
        }
    }

    /** A document as writers of JSON files write a map, or its content alone. */
    private fun fieldsOf(document: String): Map<*, *>? =
        if (document.trimStart().startsWith('{')) parsedObject(document) as? Map<*, *>
        else mapOf("document.content" to document)

    private fun unreadable(row: Int, cell: Any) =
        IllegalArgumentException(
            "Row $row: $DOCUMENTS is \"${textOf(cell).forMessage()}\", which is not a list of documents. " +
                "Give a list of maps, a nested frame, or the text of a JSON array of objects."
        )

    /** By the time of the span; empty where nothing was found. */
    fun textsByTrace(): Map<String?, String> {
        val starts = spans.requireColumn("Documents are sorted by time", "start_time")
        val times = starts.instants("start_time")
        return byRetriever.keys
            .filter { traceIds[it] != null }
            .sortedWith(compareBy(nullsFirst()) { times[it] })
            .groupBy { traceIds[it] }
            .mapValues { (_, ofTrace) ->
                ofTrace
                    .flatMap(byRetriever::getValue)
                    .mapNotNull { it.content }
                    .joinToString("\n\n")
            }
    }
}
