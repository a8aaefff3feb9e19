package io.github.phoenixkt

import io.github.phoenixkt.annotations.AnnotationQuery
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.annotations.DeleteAll
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.configs.CategoricalAnnotationConfig
import io.github.phoenixkt.configs.CategoricalValue
import io.github.phoenixkt.configs.ContinuousAnnotationConfig
import io.github.phoenixkt.configs.FreeformAnnotationConfig
import io.github.phoenixkt.internal.indexOfUnstorable
import io.github.phoenixkt.spans.SpanData
import io.github.phoenixkt.spans.SpanEventData
import io.github.phoenixkt.spans.SpanFilter
import io.github.phoenixkt.spans.SpanQuery
import io.github.phoenixkt.traces.TraceQuery
import io.github.phoenixkt.upload.uploadOptions
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import java.time.Instant
import kotlinx.coroutines.flow.toList

private const val SPAN = "67f6740bbe1ddc3f"
private const val TRACE = "67f6740bbe1ddc3f67f6740bbe1ddc3f"
private val NOW: Instant = Instant.parse("2026-01-05T10:00:00Z")

private fun span(
    name: String = "n",
    id: String = SPAN,
    trace: String = TRACE,
    attributes: Map<String, Any?> = emptyMap(),
    events: List<SpanEventData> = emptyList(),
) =
    SpanData.builder(name, id, trace, NOW, NOW)
        .attributes(attributes)
        .apply { events.forEach { event(it) } }
        .build()

private fun annotation(label: String = "l", metadata: Map<String, Any?>? = null) =
    SpanAnnotationData(SPAN, "n", AnnotatorKind.CODE, label, metadata = metadata)

/** Every place of the client where a text is taken that goes to the server. */
private val PLACES: Map<String, suspend PhoenixClient.(String) -> Any?> =
    mapOf(
        "span id" to { spans.addSpanAnnotation(it, "n", label = "l") },
        "name" to { spans.addSpanAnnotation(SPAN, it, label = "l") },
        "label" to { spans.addSpanAnnotation(annotation(it)) },
        "explanation" to { spans.addSpanAnnotation(SPAN, "n", explanation = it) },
        "identifier" to { spans.addSpanAnnotation(SPAN, "n", label = "l", identifier = it) },
        "metadata key" to { spans.addSpanAnnotation(annotation(metadata = mapOf(it to 1))) },
        "metadata text" to { spans.addSpanAnnotation(annotation(metadata = mapOf("k" to it))) },
        "document" to { spans.addDocumentAnnotation(it, 0, "n", label = "l") },
        "trace id" to { traces.addTraceAnnotation(it, "n", label = "l") },
        "session id" to { sessions.addSessionAnnotation(it, "n", label = "l") },
        "span of a note" to { spans.addSpanNote(it, "x") },
        "note" to { spans.addSpanNote(SPAN, it) },
        "identifier of a note" to { traces.addTraceNote(TRACE, "x", it) },
        "session of a note" to { sessions.addSessionNote(it, "x") },
        "list" to { spans.logSpanAnnotations(listOf(annotation(it))) },
        "project of an upload" to
            {
                annotations.upload(listOf(annotation()), uploadOptions { project = it })
            },
        "ids of annotations" to { spans.getSpanAnnotations(listOf(it)).toList() },
        "identifiers of annotations" to
            {
                spans.getSpanAnnotations(identifiers = listOf(it)).toList()
            },
        "names to include" to
            {
                spans.getSpanAnnotations(listOf(SPAN), includeAnnotationNames = listOf(it)).toList()
            },
        "names to exclude" to
            {
                spans.getSpanAnnotations(listOf(SPAN), excludeAnnotationNames = listOf(it)).toList()
            },
        "project of annotations" to
            {
                traces.getTraceAnnotations(listOf(TRACE), project = it).toList()
            },
        "cursor of annotations" to
            {
                spans.getSpanAnnotationsPage(
                    AnnotationQuery.builder().ids(listOf(SPAN)).build(),
                    "0:$it",
                )
            },
        "foreign cursor of annotations" to
            {
                spans.getSpanAnnotationsPage(
                    AnnotationQuery.builder().ids(listOf(SPAN)).build(),
                    it,
                )
            },
        "project to delete annotations of" to { spans.deleteSpanAnnotations(it, DeleteAll) },
        "name to delete" to { spans.deleteSpanAnnotations("p", DeleteAll, name = it) },
        "identifier to delete" to { spans.deleteSpanAnnotations("p", DeleteAll, identifier = it) },
        "project of spans" to { spans.getSpans(project = it).toList() },
        "cursor of spans" to { spans.getSpansPage(cursor = "0:$it") },
        "cursor of all spans" to { spans.getSpans(cursor = "0:$it").toList() },
        "parent of spans" to { spans.getSpans(SpanFilter.builder().parentId(it).build()).toList() },
        "names of spans" to
            {
                spans.getSpans(SpanFilter.builder().names(listOf(it)).build()).toList()
            },
        "condition" to { spans.querySpans(SpanQuery().where(it)).toList() },
        "key" to { spans.querySpans(SpanQuery().select(it)).toList() },
        "separator" to { spans.querySpans(SpanQuery().concat("k", separator = it)).toList() },
        "project of a query" to { spans.querySpans(project = it).toList() },
        "cursor of a query" to { spans.querySpansPage(cursor = it) },
        "span to delete" to { spans.delete(it) },
        "name of a new span" to { spans.logSpans(listOf(span(name = it))) },
        "id of a new span" to { spans.logSpans(listOf(span(id = it))) },
        "trace of a new span" to { spans.logSpans(listOf(span(trace = it))) },
        "attribute" to { spans.logSpans(listOf(span(attributes = mapOf("k" to it)))) },
        "name of an attribute" to { spans.logSpans(listOf(span(attributes = mapOf(it to 1)))) },
        "event" to { spans.logSpans(listOf(span(events = listOf(SpanEventData(it, NOW))))) },
        "project of new spans" to { spans.logSpans(listOf(span()), project = it) },
        "project of traces" to { traces.getTraces(project = it).toList() },
        "cursor of traces" to { traces.getTracesPage(cursor = it) },
        "time cursor of traces" to { traces.getTracesPage(cursor = "time:$NOW,$it") },
        "sessions of traces" to
            {
                traces.getTraces(TraceQuery.builder().sessionIds(listOf(it)).build()).toList()
            },
        "filter of traces" to
            {
                traces.getTraces(TraceQuery.builder().filter(it).build()).toList()
            },
        "trace to delete" to { traces.delete(it) },
        "traces to move" to { traces.transfer(listOf(it), "p") },
        "where to move traces" to { traces.transfer(listOf(TRACE), it) },
        "session" to { sessions.get(it) },
        "session of turns" to { sessions.getSessionTurns(it) },
        "project of sessions" to { sessions.list(project = it).toList() },
        "filter of sessions" to { sessions.list(filter = it).toList() },
        "cursor of sessions" to { sessions.listPage(cursor = it) },
        "session to delete" to { sessions.delete(it) },
        "sessions to delete" to { sessions.bulkDelete(listOf("a", it)) },
        "project" to { projects.get(it) },
        "part of the names of projects" to { projects.list(it).toList() },
        "cursor of projects" to { projects.listPage(cursor = it) },
        "new project" to { projects.create(it) },
        "project to have" to { projects.ensure(it) },
        "description of a project" to { projects.create("p", it) },
        "new description of a project" to { projects.update("p", it) },
        "project to delete" to { projects.delete(it) },
        "project of configs" to { annotationConfigs.list(it).toList() },
        "cursor of configs" to { annotationConfigs.listPage(cursor = it) },
        "config" to { annotationConfigs.get(it) },
        "name of a config" to
            {
                annotationConfigs.create(ContinuousAnnotationConfig.builder(it).build())
            },
        "description of a config" to
            {
                annotationConfigs.create(
                    FreeformAnnotationConfig.builder("c").description(it).build()
                )
            },
        "label of a config" to
            {
                val config = CategoricalAnnotationConfig.builder("c").value(it).build()
                annotationConfigs.update("c", config)
            },
        "config to delete" to { annotationConfigs.delete(it) },
        "config to assign" to { annotationConfigs.assign("p", it) },
        "project to assign to" to { annotationConfigs.assign(it, "c") },
        "project to take from" to { annotationConfigs.unassign(it, "c") },
        "configs of a project" to { annotationConfigs.replace("p", listOf(it)) },
        "project of configs to replace" to { annotationConfigs.replace(it, listOf("c")) },
        "annotation to check" to
            {
                annotationConfigs.check(SpanAnnotationData(SPAN, it, label = "l"))
            },
    )

/** Ends the line of a log, colours it, turns its direction, and goes on as a line of its own. */
private const val FORGED = "x\r\n2026-01-05 INFO all is well\u001b[2J\u2028\u202e\u0085"

private fun shouldBeSafe(message: String) {
    message.length shouldBeLessThanOrEqual 2_000
    message.indexOfUnstorable() shouldBe -1
    message.filter { it != '\n' && it != '\t' && it.isISOControl() } shouldBe ""
    message.filter { it in "\u2028\u2029\u202e" } shouldBe ""
    message.lines().filter { it.startsWith("2026") }.shouldBeEmpty()
}

class HostileTextsSpec :
    FunSpec({
        for ((place, call) in PLACES) {
            for (bad in listOf("a\u0000b", "x\ud83d", "\ude00x")) {
                test("$place: ${bad.map { it.code }} is refused before anything is sent") {
                    val server = MockPhoenix()
                    shouldThrow<IllegalArgumentException> { server.client().call(bad) }
                        .message
                        .orEmpty()
                        .let(::shouldBeSafe)
                    server.requests.shouldBeEmpty()
                }
            }

            for ((what, text) in
                mapOf(
                    "a forged line" to FORGED,
                    "a megabyte" to "y$FORGED".padEnd(1 shl 20, 'z'),
                )) {
                test("$place: $what in it stays harmless in messages") {
                    for (answer in
                        listOf(
                            Answer(404, "there is no $text"),
                            Answer(422, "[$text]"),
                            Answer(500, text),
                            json("""{"data":[]}"""),
                            Answer(200, "<html>$text</html>", "text/html"),
                        )) {
                        val server = MockPhoenix { answer }
                        val error = runCatching {
                            server
                                .client {
                                    retry { maxAttempts = 1 }
                                    runtime = FakeTime().runtime()
                                }
                                .call(text)
                        }
                            .exceptionOrNull()
                        withClue("$answer, $error") { error?.message?.let(::shouldBeSafe) }
                    }
                }
            }
        }

        test("what shows a text shows it safely") {
            listOf<Any>(
                    SpanAnnotationData(FORGED, FORGED, label = FORGED, identifier = FORGED),
                    span(name = FORGED, id = FORGED, trace = FORGED),
                    SpanEventData(FORGED, NOW),
                    SpanQuery().where(FORGED),
                    ContinuousAnnotationConfig.builder(FORGED).build(),
                    CategoricalValue(FORGED, 1.0),
                )
                .forEach { shouldBeSafe(it.toString()) }
        }
    })
