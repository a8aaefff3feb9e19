package io.github.phoenixkt.opentelemetry;

import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.internal.Messages;
import io.github.phoenixkt.upload.Delivery;
import io.github.phoenixkt.upload.UploadOptions;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.trace.ReadableSpan;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** What feedback writes, in whatever form it is given: annotations of spans that are at hand. */
final class FeedbackRows {
  private FeedbackRows() {}

  /** How it is written: a person waits for it, so that an outage is told and not waited out. */
  static UploadOptions options(boolean sync, Duration awaitTarget) {
    return UploadOptions.builder()
        .delivery(sync ? Delivery.CONFIRMED : Delivery.QUEUED)
        .awaitTarget(awaitTarget)
        .outageTolerance(Duration.ZERO)
        .build();
  }

  static void refuseForQueue(boolean isQueued) {
    if (isQueued) {
      throw new IllegalStateException(
          "This feedback goes through a queue: set awaitTarget in the options of the queue.");
    }
  }

  /** Of the active span: one. */
  static List<SpanAnnotationData> ofCurrent(
      boolean sync, String annotationName, Consumer<SpanAnnotationData.Builder> annotation) {
    SpanContext current = Span.current().getSpanContext();
    if (!current.isValid()) {
      throw new IllegalStateException(
          "There is no active span to annotate: set up tracing (an OpenTelemetry SDK or the Java agent), start a span, and"
              + " call this inside its scope.");
    }
    if (!current.isSampled()) {
      throw new IllegalStateException(
          "The active span "
              + current.getSpanId()
              + " is not sampled, so Phoenix never receives it: let the sampler keep it, or give no feedback if"
              + " Span.current().getSpanContext().isSampled() is false.");
    }
    return rows(List.of(current.getSpanId()), sync, annotationName, annotation);
  }

  /** Of the span that started last: one. */
  static List<SpanAnnotationData> ofLast(
      SpanCapture capture,
      boolean sync,
      String annotationName,
      Consumer<SpanAnnotationData.Builder> annotation) {
    CapturedSpan last = capture.last();
    if (last == null) {
      throw nothingCaptured();
    }
    return rows(List.of(last.spanId()), sync, annotationName, annotation);
  }

  /** Of the spans that satisfy a condition: maybe none. */
  static List<SpanAnnotationData> ofThose(
      SpanCapture capture,
      Predicate<? super CapturedSpan> condition,
      boolean sync,
      String annotationName,
      Consumer<SpanAnnotationData.Builder> annotation) {
    List<CapturedSpan> held = capture.spans();
    long overflow = capture.overflow();
    if (overflow > 0) {
      throw new IllegalStateException(
          "Nothing was sent: the capture holds only "
              + held.size()
              + " of the "
              + (held.size() + overflow)
              + " spans that started. Set a higher limit, capture a smaller block, or annotate the last span.");
    }
    if (held.isEmpty()) {
      throw nothingCaptured();
    }
    List<String> ids = held.stream().filter(condition).map(CapturedSpan::spanId).toList();
    return rows(ids, sync, annotationName, annotation);
  }

  private static List<SpanAnnotationData> rows(
      List<String> spanIds,
      boolean sync,
      String annotationName,
      Consumer<SpanAnnotationData.Builder> annotation) {
    if (sync) {
      refuseToWaitForOneself(spanIds);
    }
    return spanIds.stream()
        .map(
            spanId -> {
              var builder = SpanAnnotationData.builder(spanId, annotationName);
              annotation.accept(builder);
              return builder.build();
            })
        .toList();
  }

  /**
   * Other spans that have not ended may do so while they are waited for. The agent's spans do not
   * tell.
   */
  private static void refuseToWaitForOneself(List<String> spanIds) {
    if (Span.current() instanceof ReadableSpan current
        && !current.hasEnded()
        && spanIds.contains(current.getSpanContext().getSpanId())) {
      throw new IllegalStateException(
          "Nothing was sent: the active span "
              + current.getSpanContext().getSpanId()
              + " ("
              + Messages.forMessage(current.getName())
              + ") has not ended. Phoenix receives a span only after it ends, so waiting here cannot succeed. Queue the"
              + " annotation (without sync), or write it after the span's block.");
    }
  }

  private static IllegalStateException nothingCaptured() {
    return new IllegalStateException(
        "There is no span to annotate: none was captured. Either the block started no span, or none was sampled, or the"
            + " OpenTelemetry SDK has no PhoenixContextSpanProcessor, or the work continued on another thread without the"
            + " OpenTelemetry context, or the spans are those of the Java agent, which cannot be captured.");
  }
}
