package io.github.phoenixkt.samples.frompython

import io.github.phoenixkt.opentelemetry.OpenInferenceAttributes
import io.github.phoenixkt.opentelemetry.PhoenixContextSpanProcessor
import io.kotest.matchers.shouldBe
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter
import io.opentelemetry.sdk.resources.Resource
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter
import io.opentelemetry.sdk.trace.SdkTracerProvider
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor
import java.time.Duration
import java.util.concurrent.TimeUnit

/**
 * What an application traces with. The spans are kept here, and sent to Phoenix where it is a real
 * one: the one in memory does not take them.
 */
class Tracing(project: String, endpoint: String?) : AutoCloseable {
    private val memory = InMemorySpanExporter.create()
    private val provider =
        SdkTracerProvider.builder()
            .setResource(
                Resource.builder().put(OpenInferenceAttributes.PROJECT_NAME, project).build()
            )
            .addSpanProcessor(PhoenixContextSpanProcessor())
            .addSpanProcessor(SimpleSpanProcessor.create(memory))
            .apply { if (endpoint != null) addSpanProcessor(sending(endpoint)) }
            .build()
    private val tracer = provider.get("from-python")

    /** Something that is traced by a span of that name. */
    fun <T> traced(name: String, result: T): T {
        tracer.spanBuilder(name).startSpan().end()
        return result
    }

    /** Names and sessions of the spans, in their order. */
    fun spans(): List<Pair<String, String?>> {
        provider.forceFlush().join(60, TimeUnit.SECONDS).isSuccess shouldBe true
        return memory.finishedSpanItems.map {
            it.name to it.attributes[OpenInferenceAttributes.SESSION_ID]
        }
    }

    override fun close() = provider.close()

    private fun sending(endpoint: String) =
        SimpleSpanProcessor.create(
            OtlpHttpSpanExporter.builder()
                .setEndpoint("$endpoint/v1/traces")
                .setTimeout(Duration.ofMinutes(1))
                .build()
        )
}
