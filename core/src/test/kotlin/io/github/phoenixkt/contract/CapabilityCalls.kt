package io.github.phoenixkt.contract

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.annotations.DeleteAll
import io.github.phoenixkt.annotations.DeleteWindow
import io.github.phoenixkt.annotations.TargetKind
import io.github.phoenixkt.configs.freeformAnnotationConfig
import io.github.phoenixkt.spans.SpanSort
import io.github.phoenixkt.spans.spanData
import io.github.phoenixkt.spans.spanFilter
import io.github.phoenixkt.traces.traceQuery
import io.github.phoenixkt.transport.Capability
import java.time.Instant
import kotlinx.coroutines.flow.toList

private val THEN: Instant = Instant.parse("2026-01-05T10:00:00Z")

/** What the calls of [callsOf] are about. [project] is the project of the client, too. */
internal class There(
    val project: String,
    val span: String,
    val documents: String,
    val trace: String,
    val session: String,
    val newSpan: String,
    val newConfig: String,
    val cursor: String,
)

/** One call that needs each capability, of what is [there]. */
@Suppress("LongMethod") // A table.
internal fun callsOf(there: There): Map<Capability, suspend (PhoenixClient) -> Any?> =
    mapOf(
        TargetKind.SPAN.write to { it.spans.addSpanAnnotation(there.span, "a", score = 1.0) },
        TargetKind.TRACE.write to { it.traces.addTraceAnnotation(there.trace, "a", score = 1.0) },
        TargetKind.DOCUMENT.write to
            {
                it.spans.addDocumentAnnotation(there.documents, 0, "a", score = 1.0)
            },
        TargetKind.SESSION.write to
            {
                it.sessions.addSessionAnnotation(there.session, "a", score = 1.0)
            },
        checkNotNull(TargetKind.SPAN.read) to
            {
                it.spans.getSpanAnnotations(listOf(there.span)).toList()
            },
        checkNotNull(TargetKind.TRACE.read) to
            {
                it.traces.getTraceAnnotations(listOf(there.trace)).toList()
            },
        checkNotNull(TargetKind.SESSION.read) to
            {
                it.sessions.getSessionAnnotations(listOf(there.session)).toList()
            },
        Capability.READ_BY_IDENTIFIER to
            {
                it.spans.getSpanAnnotations(identifiers = listOf("i")).toList()
            },
        Capability.DELETE_ANNOTATIONS to
            {
                it.spans.deleteSpanAnnotations(there.project, DeleteAll)
            },
        checkNotNull(TargetKind.SPAN.note) to { it.spans.addSpanNote(there.span, "x") },
        checkNotNull(TargetKind.TRACE.note) to { it.traces.addTraceNote(there.trace, "x") },
        checkNotNull(TargetKind.SESSION.note) to { it.sessions.addSessionNote(there.session, "x") },
        Capability.NOTE_IDENTIFIER to { it.spans.addSpanNote(there.span, "x", "i") },
        Capability.ANNOTATION_CONFIGS to { it.annotationConfigs.listPage() },
        Capability.FREEFORM_BOUNDS to
            {
                it.annotationConfigs.create(
                    freeformAnnotationConfig(there.newConfig) { threshold = 1.0 }
                )
            },
        Capability.CONFIG_ASSIGNMENT to { it.annotationConfigs.listPage(there.project) },
        Capability.PROJECTS to { it.projects.listPage() },
        Capability.PROJECTS_BY_NAME_PART to { it.projects.listPage("x") },
        Capability.READ_SPANS to { it.spans.getSpansPage() },
        Capability.CREATE_SPANS to
            {
                it.spans.logSpans(listOf(spanData("s", there.newSpan, there.trace, THEN, THEN)))
            },
        Capability.SPANS_BY_TRACE_ID to
            {
                it.spans.getSpansPage(spanFilter { traceIds = listOf(there.trace) })
            },
        Capability.SPANS_BY_PARENT_ID to
            {
                it.spans.getSpansPage(spanFilter { rootSpansOnly = true })
            },
        Capability.SPANS_BY_NAME_KIND_STATUS to
            {
                it.spans.getSpansPage(spanFilter { names = listOf("n") })
            },
        Capability.SPANS_BY_ATTRIBUTE to
            {
                it.spans.getSpansPage(spanFilter { attributes = mapOf("k" to 1) })
            },
        Capability.SPANS_BY_SPAN_ID to
            {
                it.spans.getSpansPage(spanFilter { spanIds = listOf(there.span) })
            },
        Capability.SORTED_SPANS to
            {
                it.spans.getSpansPage(spanFilter { sort = SpanSort.START_TIME })
            },
        Capability.QUERY_SPANS to { it.spans.querySpansPage() },
        Capability.DELETE_SPANS to { it.spans.delete(there.span) },
        Capability.READ_TRACES to { it.traces.getTracesPage() },
        Capability.PAGES_OF_TRACES to { it.traces.getTracesPage(cursor = there.cursor) },
        Capability.FILTERED_TRACES to
            {
                it.traces.getTracesPage(traceQuery { filter = "latency_ms > 1" })
            },
        Capability.DELETE_TRACES to { it.traces.delete(there.trace) },
        Capability.DELETE_TRACES_IN_WINDOW to
            {
                it.traces.deleteInWindow(there.project, DeleteWindow(Instant.EPOCH, THEN))
            },
        Capability.TRANSFER_TRACES to { it.traces.transfer(listOf(there.trace), "default") },
        Capability.READ_SESSIONS to { it.sessions.listPage() },
        Capability.FILTERED_SESSIONS to { it.sessions.listPage(filter = "session_id == 'x'") },
        Capability.DELETE_SESSIONS to { it.sessions.bulkDelete(listOf(there.session)) },
    )
