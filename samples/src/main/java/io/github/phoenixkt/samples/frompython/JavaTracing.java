package io.github.phoenixkt.samples.frompython;

import io.github.phoenixkt.opentelemetry.OpenInferenceAttributes;
import io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind;
import io.github.phoenixkt.opentelemetry.PhoenixTracing;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import java.util.function.UnaryOperator;

/** What docs/from-python.md shows, between the marks; a test compares the two and runs this. */
final class JavaTracing {
  private JavaTracing() {}

  static PhoenixTracing registered() {
    // begin register
    PhoenixTracing tracing = PhoenixTracing.register("evaluating_traces_quickstart");
    // end register
    return tracing;
  }

  @SuppressWarnings("try") // The scope is opened for what it does.
  // begin instrumented
  static UnaryOperator<String> instrumented(
      OpenTelemetry openTelemetry, UnaryOperator<String> model) {
    Tracer tracer = openTelemetry.getTracer("joke-generator");
    return prompt -> {
      Span span =
          tracer
              .spanBuilder("ChatCompletion")
              .setAttribute(OpenInferenceAttributes.SPAN_KIND, OpenInferenceSpanKind.LLM.name())
              .setAttribute(OpenInferenceAttributes.INPUT_VALUE, prompt)
              .startSpan();
      try (Scope scope = span.makeCurrent()) {
        String answer = model.apply(prompt);
        span.setAttribute(OpenInferenceAttributes.OUTPUT_VALUE, answer);
        return answer;
      } catch (RuntimeException e) {
        span.recordException(e).setStatus(StatusCode.ERROR);
        throw e;
      } finally {
        span.end();
      }
    };
  }

  // end instrumented
}
