package io.github.phoenixkt.opentelemetry

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.PhoenixListener
import io.github.phoenixkt.RequestEvent
import io.github.phoenixkt.annotations.StoredAnnotation
import io.github.phoenixkt.opentelemetry.OpenInferenceAttributes.PROJECT_NAME
import io.github.phoenixkt.opentelemetry.OpenInferenceAttributes.SPAN_KIND
import io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind.CHAIN
import io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind.LLM
import io.github.phoenixkt.spans.spanFilter
import io.github.phoenixkt.support.RealPhoenix
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.matchers.shouldBe
import io.opentelemetry.api.common.Attributes
import io.opentelemetry.api.trace.Span
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter
import io.opentelemetry.sdk.common.CompletableResultCode
import io.opentelemetry.sdk.resources.Resource
import io.opentelemetry.sdk.trace.SdkTracerProvider
import io.opentelemetry.sdk.trace.data.SpanData
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor
import io.opentelemetry.sdk.trace.export.SpanExporter
import java.time.Duration
import java.util.UUID
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.flow.toList

/** A busy Phoenix may take longer than the ten seconds that exporters wait by default. */
private val EXPORT_LIMIT = Duration.ofMinutes(1)

/**
 * A program whose spans go to a real Phoenix in batches, into a project of its own: the first batch
 * once the delay is over, and never before feedback was [given].
 */
class TracedProgram(scheduleDelay: Duration) : AutoCloseable {
    private val project = "feedback-${UUID.randomUUID()}"
    private val given = CountDownLatch(1)

    /** Set once Phoenix was asked to store an annotation of a span that it does not know. */
    val refused = CountDownLatch(1)

    val client = PhoenixClient {
        environment = PhoenixEnvironment.empty()
        endpoint = RealPhoenix.SQLITE.endpoint()
        project = this@TracedProgram.project
        listener =
            object : PhoenixListener {
                override fun onRequest(event: RequestEvent) {
                    if (event.route.endsWith("span_annotations") && event.status == 404) {
                        refused.countDown()
                        given.countDown()
                    }
                }
            }
    }

    private val provider =
        SdkTracerProvider.builder()
            .setResource(Resource.create(Attributes.of(PROJECT_NAME, project)))
            .addSpanProcessor(PhoenixContextSpanProcessor())
            .addSpanProcessor(
                BatchSpanProcessor.builder(Late(given))
                    .setScheduleDelay(scheduleDelay)
                    .setExporterTimeout(EXPORT_LIMIT)
                    .build()
            )
            .build()
    private val tracer = provider.get("program")

    /** A span that starts in whatever block this is called in. */
    fun start(name: String, kind: OpenInferenceSpanKind): Span =
        tracer.spanBuilder(name).setAttribute(SPAN_KIND, kind.name).startSpan()

    /** A chain of two calls of a model; all of them have ended. */
    fun answer(): Captured = captureSpans { capture ->
        val chain = start("chain", CHAIN)
        val calls =
            chain.makeCurrent().use {
                List(2) { start("model", LLM).also(Span::end).spanContext.spanId }
            }
        chain.end()
        Captured(capture, chain.spanContext.spanId, calls)
    }

    class Captured(val capture: SpanCapture, val chain: String, val models: List<String>)

    /** From now on, spans are exported, after the delay. */
    fun given() = given.countDown()

    /** The annotations of that name, by the id of their span; each span is there, too. */
    suspend fun stored(name: String, on: List<String>): Map<String, StoredAnnotation> {
        var found = emptyMap<String, StoredAnnotation>()
        eventually(90.seconds) {
            val traces = traceIds(on)
            val spans = client.spans.getSpans(spanFilter { traceIds = traces }).toList()
            found =
                client.spans
                    .getSpanAnnotations(
                        spans.map { it.spanId },
                        includeAnnotationNames = listOf(name),
                    )
                    .toList()
                    .associateBy { it.targetId }
            found.keys shouldBe on.toSet()
        }
        return found
    }

    private suspend fun traceIds(spanIds: List<String>): List<String> =
        client.spans
            .getSpans(spanFilter { this.spanIds = spanIds })
            .toList()
            .map { it.traceId }
            .distinct()

    override fun close() {
        given()
        provider.close()
        client.close()
    }
}

/** The stock exporter, which is held until feedback was given. */
private class Late(
    private val given: CountDownLatch,
    private val exporter: SpanExporter =
        OtlpHttpSpanExporter.builder()
            .setEndpoint("${RealPhoenix.SQLITE.endpoint()}/v1/traces")
            .setTimeout(EXPORT_LIMIT)
            .build(),
) : SpanExporter by exporter {
    override fun export(spans: Collection<SpanData>): CompletableResultCode {
        check(given.await(60, TimeUnit.SECONDS)) { "no feedback was given" }
        return exporter.export(spans)
    }
}
