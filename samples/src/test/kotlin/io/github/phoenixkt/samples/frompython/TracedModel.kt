package io.github.phoenixkt.samples.frompython

import io.github.phoenixkt.java.PhoenixBlockingClient
import io.github.phoenixkt.opentelemetry.OpenInferenceAttributes.PROJECT_NAME
import io.github.phoenixkt.opentelemetry.OpenInferenceAttributes.SPAN_KIND
import io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind
import io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind.CHAIN
import io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind.LLM
import io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind.RETRIEVER
import io.github.phoenixkt.opentelemetry.PhoenixContextSpanProcessor
import io.github.phoenixkt.spans.spanData
import io.opentelemetry.api.common.Attributes
import io.opentelemetry.api.trace.Span
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter
import io.opentelemetry.extension.kotlin.asContextElement
import io.opentelemetry.sdk.common.CompletableResultCode
import io.opentelemetry.sdk.resources.Resource
import io.opentelemetry.sdk.trace.SdkTracerProvider
import io.opentelemetry.sdk.trace.data.SpanData
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor
import io.opentelemetry.sdk.trace.export.SpanExporter
import java.time.Duration
import java.time.Instant
import java.util.concurrent.TimeUnit
import kotlinx.coroutines.withContext

/**
 * A program with a model that is traced. Its spans go in batches to a real Phoenix, over OTLP,
 * which the Phoenix in memory does not speak.
 *
 * @param collector where the real one is, or null
 */
class TracedModel(project: String, collector: String?, phoenix: PhoenixBlockingClient) :
    AutoCloseable {
    private val exporter =
        if (collector == null) ByHand(phoenix, project)
        else
            OtlpHttpSpanExporter.builder()
                .setEndpoint("$collector/v1/traces")
                .setTimeout(Duration.ofMinutes(1))
                .build()
    private val provider =
        SdkTracerProvider.builder()
            .setResource(Resource.create(Attributes.of(PROJECT_NAME, project)))
            .addSpanProcessor(PhoenixContextSpanProcessor())
            .addSpanProcessor(
                BatchSpanProcessor.builder(exporter)
                    .setScheduleDelay(Duration.ofSeconds(1))
                    .setExporterTimeout(Duration.ofMinutes(1))
                    .build()
            )
            .build()
    private val tracer = provider.get("program")

    /** All spans so far, in the order of their start. */
    val spanIds = mutableListOf<String>()

    fun answer(prompt: String): String {
        val chain = start("chain", CHAIN)
        chain.makeCurrent().use {
            start("look up", RETRIEVER).end()
            start("answer", LLM).end()
        }
        chain.end()
        return "The answer to: $prompt"
    }

    /** In a span that is active, as that of a request is in a service. */
    suspend fun <T> inSpan(block: suspend () -> T): T {
        val span = start("request", CHAIN)
        return try {
            withContext(span.asContextElement()) { block() }
        } finally {
            span.end()
        }
    }

    private fun start(name: String, kind: OpenInferenceSpanKind): Span =
        tracer.spanBuilder(name).setAttribute(SPAN_KIND, kind.name).startSpan().also {
            spanIds += it.spanContext.spanId
        }

    override fun close() = provider.close()
}

private class ByHand(private val phoenix: PhoenixBlockingClient, private val project: String) :
    SpanExporter {
    override fun export(spans: Collection<SpanData>): CompletableResultCode {
        phoenix.spans().logSpans(spans.map(::toPhoenix), project)
        return CompletableResultCode.ofSuccess()
    }

    private fun toPhoenix(span: SpanData) =
        spanData(
            span.name,
            span.spanId,
            span.traceId,
            instant(span.startEpochNanos),
            instant(span.endEpochNanos),
        ) {
            spanKind = span.attributes[SPAN_KIND].orEmpty()
            parentId = span.parentSpanId.takeIf { span.parentSpanContext.isValid }
        }

    private fun instant(nanos: Long) =
        Instant.ofEpochSecond(
            TimeUnit.NANOSECONDS.toSeconds(nanos),
            nanos % TimeUnit.SECONDS.toNanos(1),
        )

    override fun flush(): CompletableResultCode = CompletableResultCode.ofSuccess()

    override fun shutdown(): CompletableResultCode = CompletableResultCode.ofSuccess()
}
