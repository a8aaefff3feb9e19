package io.github.phoenixkt.opentelemetry;

import io.github.phoenixkt.internal.Messages;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.trace.ReadableSpan;
import org.jspecify.annotations.Nullable;

/**
 * A span that started in a {@link SpanCapture}. All methods read the span itself, as it is at that
 * moment, so that a kind or an output that was set after the start is seen.
 */
public final class CapturedSpan {
  private final ReadableSpan span;

  CapturedSpan(ReadableSpan span) {
    this.span = span;
  }

  /**
   * Returns the span's id in Phoenix.
   *
   * @return 16 hex digits
   */
  public String spanId() {
    return spanContext().getSpanId();
  }

  /**
   * Returns the id of the span's trace in Phoenix.
   *
   * @return 32 hex digits
   */
  public String traceId() {
    return spanContext().getTraceId();
  }

  /**
   * Returns the id of the parent span.
   *
   * @return 16 hex digits, or null if this is the root of its trace
   */
  public @Nullable String parentId() {
    SpanContext parent = span.getParentSpanContext();
    return parent.isValid() ? parent.getSpanId() : null;
  }

  /**
   * Returns the ids and flags of the span.
   *
   * @return a context that is valid and sampled
   */
  public SpanContext spanContext() {
    return span.getSpanContext();
  }

  /**
   * Returns the span's name.
   *
   * @return the name
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
   * Returns an attribute of the span.
   *
   * @param key name and type
   * @param <T> the type of the value
   * @return the value, or null if the span does not have the attribute
   */
  public <T> @Nullable T attribute(AttributeKey<T> key) {
    return span.getAttribute(key);
  }

  /**
   * Returns all attributes of the span.
   *
   * @return a copy
   */
  public Attributes attributes() {
    return span.getAttributes();
  }

  /**
   * Tells whether the span has ended. A span is sent to Phoenix after its end.
   *
   * @return true once it has ended
   */
  public boolean hasEnded() {
    return span.hasEnded();
  }

  @Override
  public String toString() {
    return "CapturedSpan(" + Messages.forMessage(name()) + ", " + spanId() + ")";
  }
}
