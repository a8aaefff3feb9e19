package io.github.phoenixkt.spring;

import io.github.phoenixkt.opentelemetry.OpenInferenceAttributes;
import io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.tracing.handler.TracingObservationHandler.TracingContext;
import io.micrometer.tracing.otel.bridge.OtelSpan;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says on the spans of Spring AI what they are and, where the application wants it, what was asked
 * and answered. It writes on the span itself: as key values of the observation, prompts would go to
 * every other handler too.
 *
 * <p>It must come after the handler that makes the spans, so that it is told of an end before it.
 */
final class SpringAiSpans implements ObservationHandler<Observation.Context> {
  private static final Logger logger = LoggerFactory.getLogger(SpringAiSpans.class);

  /** Without an output, Phoenix would show the id and the model of the response in its place. */
  private static final Attributes NOT_RECORDED =
      Attributes.of(
          OpenInferenceAttributes.OUTPUT_VALUE,
          "(not recorded)",
          OpenInferenceAttributes.OUTPUT_MIME_TYPE,
          "text/plain");

  private final Function<Observation.Context, Attributes> content;

  /**
   * @param content what was asked and answered, when an observation has ended
   */
  SpringAiSpans(Function<Observation.Context, Attributes> content) {
    this.content = content;
  }

  @Override
  public boolean supportsContext(Observation.Context context) {
    return true;
  }

  @Override
  public void onStart(Observation.Context observation) {
    SpringAiKinds.kindOf(observation)
        .ifPresent(
            kind ->
                spanOf(observation).setAttribute(OpenInferenceAttributes.SPAN_KIND, kind.name()));
  }

  @Override
  public void onStop(Observation.Context observation) {
    try {
      Attributes found = content.apply(observation);
      if (isAnsweredModel(observation) && found.get(OpenInferenceAttributes.OUTPUT_VALUE) == null) {
        spanOf(observation).setAllAttributes(NOT_RECORDED);
      }
      spanOf(observation).setAllAttributes(found);
    } catch (RuntimeException e) {
      // Tracing fails no call. Not the message, which may have the prompt in it.
      logger.warn("The content of a span was left out: {}", e.getClass().getName());
    }
  }

  private static boolean isAnsweredModel(Observation.Context observation) {
    return observation.getError() == null
        && SpringAiKinds.kindOf(observation).filter(OpenInferenceSpanKind.LLM::equals).isPresent();
  }

  private static Span spanOf(Observation.Context observation) {
    TracingContext tracing = observation.get(TracingContext.class);
    return tracing != null && tracing.getSpan() instanceof OtelSpan span
        ? OtelSpan.toOtel(span)
        : Span.getInvalid();
  }
}
