package io.github.phoenixkt.opentelemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;

/**
 * Gives spans what the {@link PhoenixContext} around them sets, and tells each {@link SpanCapture}
 * around them, whoever starts them. Register it once with the OpenTelemetry SDK:
 *
 * <pre>{@code
 * SdkTracerProvider.builder()
 *     .addSpanProcessor(new PhoenixContextSpanProcessor())
 *     .addSpanProcessor(BatchSpanProcessor.builder(exporter).build())
 *     .build();
 * }</pre>
 *
 * <p>{@link PhoenixTracing} and OpenTelemetry's SDK autoconfiguration do so by themselves.
 *
 * <p>An attribute that the span is started with wins. The context is that of the span's parent;
 * where that has none of ours, as for a span without a parent, it is the one that is current where
 * the span starts.
 */
public final class PhoenixContextSpanProcessor implements SpanProcessor {
  /** A processor; they have no state and are all alike. */
  public PhoenixContextSpanProcessor() {}

  @Override
  public void onStart(Context parentContext, ReadWriteSpan span) {
    Context current = Context.current();
    Attributes attributes = ContextEntry.attributesOf(parentContext);
    putMissing(attributes.isEmpty() ? ContextEntry.attributesOf(current) : attributes, span);
    SpanCapture capture = SpanCapture.of(parentContext);
    if (capture == null) {
      capture = SpanCapture.of(current);
    }
    if (capture != null) {
      capture.add(span);
    }
  }

  private static void putMissing(Attributes attributes, ReadWriteSpan span) {
    attributes.forEach(
        (key, value) -> {
          if (!has(span, key)) {
            put(span, key, value);
          }
        });
  }

  /** Also of another type: a span would carry both, and Phoenix show either. */
  private static boolean has(ReadWriteSpan span, AttributeKey<?> key) {
    return span.getAttribute(key) != null
        || span.getAttributes().asMap().keySet().stream()
            .anyMatch(other -> other.getKey().equals(key.getKey()));
  }

  @SuppressWarnings("unchecked") // Attributes hold values of the types of their keys.
  private static <T> void put(ReadWriteSpan span, AttributeKey<T> key, Object value) {
    span.setAttribute(key, (T) value);
  }

  @Override
  public boolean isStartRequired() {
    return true;
  }

  @Override
  public void onEnd(ReadableSpan span) {}

  @Override
  public boolean isEndRequired() {
    return false;
  }
}
