package io.github.phoenixkt.dataframe.reading

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.spans.SpanFilter
import io.github.phoenixkt.spans.spanFilter
import io.opentelemetry.api.common.AttributeKey
import io.opentelemetry.api.common.Attributes
import io.opentelemetry.api.trace.Span
import io.opentelemetry.api.trace.StatusCode
import io.opentelemetry.api.trace.Tracer
import io.opentelemetry.context.Context
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter
import io.opentelemetry.sdk.resources.Resource
import io.opentelemetry.sdk.trace.ReadWriteSpan
import io.opentelemetry.sdk.trace.ReadableSpan
import io.opentelemetry.sdk.trace.SdkTracerProvider
import io.opentelemetry.sdk.trace.SpanProcessor
import io.opentelemetry.sdk.trace.data.SpanData
import java.time.Duration
import java.time.Instant
import java.util.UUID
import java.util.concurrent.TimeUnit
import kotlin.random.Random
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.count
import kotlinx.coroutines.withTimeout

private const val MEAN_TURNS = 5

/** Of ten sessions one has a single turn, and one has nine. */
private val TURNS = listOf(1, 2, 3, 4, 5, 5, 6, 7, 8, 9)
private const val SPANS_PER_REQUEST = 250

/** Phoenix takes 20,000 before it refuses more; so many are on their way at most. */
private const val SPANS_UNDERWAY = 1_000
private const val REQUEST_SECONDS = 60L
private val LONGEST_STORE = 2.minutes
private val POLL = 100.milliseconds
private val START = Instant.parse("2026-01-05T10:00:00Z")

/** How long a text is: a page of a thousand spans has a size that can be measured. */
private const val TEXT_LENGTH = 500

/** One trace, as it was exported. */
class ExportedTurn(val sessionId: String?, val traceId: String, val spanIds: List<String>) {
    val rootId: String
        get() = spanIds.first()
}

/**
 * Conversations as an instrumented program would have exported them, over OTLP: [sessionCount]
 * sessions of five turns on average, of three spans each, and a twentieth as many traces without a
 * session. Up to three traces start at the same moment, and spans are stored in no order of time.
 */
class Exported(private val sessionCount: Int) {
    val project = "reading-${UUID.randomUUID()}"
    val turns: List<ExportedTurn>
    val sessionIds = List(sessionCount) { "session-${UUID.randomUUID()}" }
    private val random = Random(11)
    private val spans = mutableListOf<SpanData>()

    init {
        require(sessionCount % TURNS.size == 0) { "a multiple of ${TURNS.size}" }
        turns =
            SdkTracerProvider.builder()
                .setResource(
                    Resource.create(
                        Attributes.of(AttributeKey.stringKey("openinference.project.name"), project)
                    )
                )
                .addSpanProcessor(Collecting(spans))
                .build()
                .use { provider ->
                    val tracer = provider.get("reading")
                    val ofSessions =
                        sessionIds.withIndex().flatMap { (number, id) ->
                            List(TURNS[number % TURNS.size]) { id to it }
                        }
                    val ofNone = List(sessionCount / 20) { null to it }
                    // Turns of one session are apart, those of different ones overlap.
                    (ofSessions + ofNone).mapIndexed { number, (session, turn) ->
                        val start = START.plusMillis((number - number % 3) * 20L + turn * 60_000L)
                        tracer.record(session, turn, start)
                    }
                }
        check(turns.size == sessionCount * MEAN_TURNS + sessionCount / 20)
    }

    val spanIds: List<String> = turns.flatMap { it.spanIds }.sorted()
    val traceIds: List<String> = turns.map { it.traceId }.sorted()

    /** Those of the session, the earliest first. */
    val turnsBySession: Map<String, List<ExportedTurn>> =
        turns.filter { it.sessionId != null }.groupBy { it.sessionId!! }

    private fun Tracer.record(session: String?, turn: Int, start: Instant): ExportedTurn {
        val root = begin("chain", "CHAIN", session, start, parent = null)
        root.setAttribute("input.value", "question $turn ${text()}")
        root.setAttribute("output.value", "answer $turn ${text()}")
        root.setAttribute("metadata", """{"turn": $turn, "user": "u${random.nextInt(50)}"}""")
        val retriever = begin("retrieve", "RETRIEVER", session, start.plusMillis(5), root)
        retriever.setAttribute("retrieval.documents.0.document.content", text())
        val llm = begin("answer", "LLM", session, start.plusMillis(10), root)
        if (random.nextInt(4) > 0) {
            val (prompt, completion) = random.nextLong(1, 500) to random.nextLong(1, 500)
            llm.setAttribute("llm.token_count.prompt", prompt)
            llm.setAttribute("llm.token_count.completion", completion)
            llm.setAttribute("llm.token_count.total", prompt + completion)
        }
        val spans = listOf(root, retriever, llm)
        spans.reversed().forEach { span ->
            span.setStatus(if (random.nextInt(10) == 0) StatusCode.ERROR else StatusCode.OK)
            // Phoenix keeps microseconds.
            span.end(start.plusMillis(10).plusNanos(random.nextLong(1, 3_000_000) * 1_000))
        }
        val ids = spans.map { it.spanContext.spanId }
        return ExportedTurn(session, root.spanContext.traceId, ids)
    }

    private fun Tracer.begin(
        name: String,
        kind: String,
        session: String?,
        start: Instant,
        parent: Span?,
    ): Span {
        val builder = spanBuilder(name).setStartTimestamp(start)
        if (parent == null) builder.setNoParent()
        else builder.setParent(Context.root().with(parent))
        builder.setAttribute("openinference.span.kind", kind)
        if (session != null) builder.setAttribute("session.id", session)
        return builder.startSpan()
    }

    private fun text() = "word${random.nextInt()} ".repeat(TEXT_LENGTH / 12)

    /** Returns when all of them are stored; [onStored] is told how many are. */
    suspend fun export(
        endpoint: String,
        client: PhoenixClient,
        onStored: (Int) -> Unit = {},
    ): Exported {
        val exporter =
            OtlpHttpSpanExporter.builder()
                .setEndpoint("$endpoint/v1/traces")
                .setTimeout(Duration.ofSeconds(REQUEST_SECONDS))
                .build()
        exporter.use {
            var stored = 0
            for (part in spans.shuffled(Random(3)).chunked(SPANS_UNDERWAY)) {
                for (request in part.chunked(SPANS_PER_REQUEST)) {
                    val result = exporter.export(request).join(REQUEST_SECONDS, TimeUnit.SECONDS)
                    check(result.isSuccess) {
                        "spans were not exported: ${result.failureThrowable}"
                    }
                }
                awaitStored(client, part)
                stored += part.size
                onStored(stored)
            }
        }
        spans.clear()
        return this
    }

    /** In the background, and not in the order in which they came. */
    private suspend fun awaitStored(client: PhoenixClient, part: List<SpanData>) {
        val filter = spanFilter { spanIds = part.map { it.spanId } }
        withTimeout(LONGEST_STORE) {
            while (client.countOrNone(filter, project) < part.size) delay(POLL)
        }
    }
}

/** The project appears with its first span. */
private suspend fun PhoenixClient.countOrNone(filter: SpanFilter, project: String): Int =
    try {
        spans.getSpans(filter, project).count()
    } catch (@Suppress("SwallowedException") e: PhoenixException.NotFound) {
        0
    }

/** Keeps what has ended: the exporter is given it in an order and at a pace of our own. */
private class Collecting(private val ended: MutableList<SpanData>) : SpanProcessor {
    override fun onStart(parentContext: Context, span: ReadWriteSpan) = Unit

    override fun isStartRequired() = false

    override fun onEnd(span: ReadableSpan) {
        ended += span.toSpanData()
    }

    override fun isEndRequired() = true
}
