package io.github.phoenixkt.dataframe

import io.github.phoenixkt.spans.SpanFilter
import io.github.phoenixkt.spans.SpansResource
import java.time.Instant
import kotlin.reflect.typeOf
import org.jetbrains.kotlinx.dataframe.AnyFrame
import org.jetbrains.kotlinx.dataframe.api.dataFrameOf
import org.jetbrains.kotlinx.dataframe.api.rename

private const val RETRIEVER = "RETRIEVER"

/**
 * The documents that retriever spans have found, one row per span and document, to judge whether
 * they are relevant. Since Phoenix 13.15. For a frame of spans that is already there, use
 * [retrievedDocuments], which lists the columns.
 *
 * ```
 * val documents = client.spans.getRetrievedDocuments(startTime = yesterday)
 * val judged = documents.evaluate("relevance") { judge(it["input"], it["document"]) }
 * client.logEvaluations(DocumentEvaluations("relevance", judged))
 * ```
 *
 * @param startTime spans that start then or later
 * @param endTime spans that start before then
 * @param project its name or id; null for that of the settings
 */
public suspend fun SpansResource.getRetrievedDocuments(
    startTime: Instant? = null,
    endTime: Instant? = null,
    project: String? = null,
): AnyFrame = getRetrievers(startTime, endTime, project).retrievedDocuments()

/**
 * Questions, answers, and what was retrieved between them, one row per root span of a trace with
 * retrieval, to judge answers by their sources. Since Phoenix 13.15. For a frame of spans that is
 * already there, use [inputOutputContext], which lists the columns.
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
 * As [getInputOutputContext], with what was retrieved in a column `reference`: the name that older
 * clients and the prompts written for them use.
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
 * The documents that the retriever spans of this frame of spans have found, one row per span and
 * document, in the order of the frame:
 *
 * | column                                 | what                                              |
 * |----------------------------------------|---------------------------------------------------|
 * | `context.span_id`, `document_position` | which document, as [AnnotationTargets] wants it   |
 * | `context.trace_id`                     | the trace of the span                             |
 * | `input`                                | what was looked for; null where the span has none |
 * | `document`                             | the text, or null                                 |
 * | `document_score`                       | by the retriever, or null                         |
 * | `document_metadata`                    | a map, or null                                    |
 *
 * @throws IllegalArgumentException when a column of [getSpansDataframe] is missing
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
 * The root spans of this frame of spans whose trace has a retriever span with documents, in the
 * order of the frame: `context.span_id`, `context.trace_id`, `input`, `output`, `context` (the
 * texts that the retrievers of the trace have found, by the time of the span and separated by an
 * empty line; empty where they found none) and `metadata`.
 *
 * @throws IllegalArgumentException when a column of [getSpansDataframe] is missing
 */
public fun AnyFrame.inputOutputContext(): AnyFrame {
    val parents = requireColumn("Root spans are those without a parent", "parent_id").texts()
    return joinContext(this[parents.indices.filter { parents[it] == null }], this)
}

/** @param retrievers spans, retrievers among them */
private fun joinContext(roots: AnyFrame, retrievers: AnyFrame): AnyFrame {
    val contexts = RetrievedDocuments(retrievers).textsByTrace()
    val spanIds = roots.requireColumn("Answers go by their span", SPAN_ID).texts()
    val traceIds = roots.requireColumn("Answers and documents meet in a trace", TRACE_ID).texts()
    val rows = roots.rowIndices().filter { traceIds[it] in contexts }
    fun cells(name: String) = roots.findColumn(name).let { column -> rows.map { column?.get(it) } }
    return dataFrameOf(
        listOf(
            column("context.span_id", rows.map { spanIds[it] }, TEXT),
            column("context.trace_id", rows.map { traceIds[it] }, TEXT),
            Declared.TEXT_VALUE.column("input", cells(INPUT)),
            Declared.TEXT_VALUE.column("output", cells("attributes.output.value")),
            column("context", rows.map { contexts.getValue(traceIds[it]) }, typeOf<String>()),
            Declared.OBJECT.column("metadata", cells("attributes.metadata").map(::parsedObject)),
        )
    )
}

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
    val spanIds = spans.requireColumn("Documents go by their span", SPAN_ID).texts()
    val traceIds = spans.requireColumn("Documents go by their trace", TRACE_ID).texts()
    val inputs = spans.findColumn(INPUT)?.texts() ?: List(spans.rowsCount()) { null }
    private val found = spans.requireColumn("Documents are an attribute of their span", DOCUMENTS)

    /** The rows of retrievers that have found something, be it an empty list. */
    private val retrievers =
        spans.requireColumn("Documents are found by retrievers", "span_kind").texts().let { kinds ->
            spans.rowIndices().filter {
                kinds[it].equals(RETRIEVER, ignoreCase = true) && found[it] is List<*>
            }
        }

    val documents = retrievers.flatMap(::documentsOf)

    private fun documentsOf(row: Int): List<RetrievedDocument> =
        (found[row] as List<*>).mapIndexedNotNull { position, document ->
            (document as? Map<*, *>)?.let { RetrievedDocument(row, position, it) }
        }

    /** By the time of the span; empty where nothing was found. */
    fun textsByTrace(): Map<String?, String> {
        val starts = spans.requireColumn("Documents are put in the order of time", "start_time")
        val times = starts.instants("start_time")
        return retrievers
            .filter { traceIds[it] != null }
            .sortedWith(compareBy(nullsFirst()) { times[it] })
            .groupBy { traceIds[it] }
            .mapValues { (_, ofTrace) ->
                ofTrace.flatMap(::documentsOf).mapNotNull { it.content }.joinToString("\n\n")
            }
    }
}
