package io.github.phoenixkt.samples.frompython

import io.github.phoenixkt.opentelemetry.OpenInferenceAttributes
import io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind
import io.github.phoenixkt.opentelemetry.PhoenixTracing
import io.opentelemetry.api.OpenTelemetry
import io.opentelemetry.api.trace.StatusCode

// What docs/from-python.md shows, between the marks; a test compares the two and runs this.

fun registered(): PhoenixTracing {
    // begin register
    val tracing = PhoenixTracing.register("evaluating_traces_quickstart")
    // end register
    return tracing
}

@Suppress("TooGenericExceptionCaught") // Whatever the model throws is thrown on.
// begin instrumented
fun instrumented(openTelemetry: OpenTelemetry, model: (String) -> String): (String) -> String {
    val tracer = openTelemetry.getTracer("joke-generator")
    return { prompt ->
        val span =
            tracer
                .spanBuilder("ChatCompletion")
                .setAttribute(
                    OpenInferenceAttributes.SPAN_KIND,
                    OpenInferenceSpanKind.LLM.name,
                )
                .setAttribute(OpenInferenceAttributes.INPUT_VALUE, prompt)
                .startSpan()
        try {
            val answer = span.makeCurrent().use { model(prompt) }
            span.setAttribute(OpenInferenceAttributes.OUTPUT_VALUE, answer)
            answer
        } catch (e: RuntimeException) {
            span.recordException(e).setStatus(StatusCode.ERROR)
            throw e
        } finally {
            span.end()
        }
    }
}

// end instrumented
