package io.github.phoenixkt.opentelemetry;

import io.github.phoenixkt.internal.Messages;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.trace.ReadableSpan;
import org.jspecify.annotations.Nullable;

/**
 * A span that started in a {@link SpanCapture}. What is read here is read from the span itself, as
 * it is at that moment: a kind or an output that was set after it started counts.
 */
public final class CapturedSpan {
  private final ReadableSpan span;

  CapturedSpan(ReadableSpan span) {
    this.span = span;
  }

  /**
   * The id by which Phoenix knows the span.
   *
   * @return 16 hex digits
   */
  public String spanId() {
    return spanContext().getSpanId();
  }

  /**
   * The id by which Phoenix knows the span's trace.
   *
   * @return 32 hex digits
   */
  public String traceId() {
    return spanContext().getTraceId();
  }

  /**
   * The span that this one is part of.
   *
   * @return its id, or null when this is the first of its trace
   */
  public @Nullable String parentId() {
    SpanContext parent = span.getParentSpanContext();
    return parent.isValid() ? parent.getSpanId() : null;
  }

  /**
   * The ids and flags of the span.
   *
   * @return valid and sampled
   */
  public SpanContext spanContext() {
    return span.getSpanContext();
  }

  /**
   * What the span is called.
   *
   * @return its name
   */
  public String name() {
    return span.getName();
  }

  /**
   * Returns the kind that Phoenix shows for the span: that of its {@link
   * OpenInferenceAttributes#SPAN_KIND}, or else what Phoenix infers from {@code gen_ai} attributes.
   *
   * @return the kind, or null if Phoenix shows it as unknown
   * @see OpenInferenceSpanKind#of
   */
  public @Nullable OpenInferenceSpanKind kind() {
    return OpenInferenceSpanKind.of(attributes());
  }

  /**
   * An attribute of the span.
   *
   * @param key name and type
   * @param <T> type
   * @return its value, or null when the span does not have it
   */
  public <T> @Nullable T attribute(AttributeKey<T> key) {
    return span.getAttribute(key);
  }

  /**
   * All attributes of the span.
   *
   * @return a copy
   */
  public Attributes attributes() {
    return span.getAttributes();
  }

  /**
   * Whether the span has ended. Only then is it sent to Phoenix.
   *
   * @return true from its end on
   */
  public boolean hasEnded() {
    return span.hasEnded();
  }

  @Override
  public String toString() {
    return "CapturedSpan(" + Messages.forMessage(name()) + ", " + spanId() + ")";
  }
}
