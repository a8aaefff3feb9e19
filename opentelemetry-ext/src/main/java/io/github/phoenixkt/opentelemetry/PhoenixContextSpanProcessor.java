package io.github.phoenixkt.opentelemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;

/**
 * Gives each span the attributes of the {@link PhoenixContext} that it starts in, and adds it to
 * the {@link SpanCapture} that it starts in. Register it once with the OpenTelemetry SDK:
 *
 * <pre>{@code
 * SdkTracerProvider.builder()
 *     .addSpanProcessor(new PhoenixContextSpanProcessor())
 *     .addSpanProcessor(BatchSpanProcessor.builder(exporter).build())
 *     .build();
 * }</pre>
 *
 * <p>{@link PhoenixTracing} and OpenTelemetry's SDK autoconfiguration register it by themselves.
 *
 * <p>An attribute that the span is started with wins. The context is that of the span's parent. If
 * that has no attributes or no capture of this library, or if the span has no parent, the context
 * that is current where the span starts is used.
 */
public final class PhoenixContextSpanProcessor implements SpanProcessor {
  private final IdCopies copies;

  /** Creates a processor. It has no state. */
  public PhoenixContextSpanProcessor() {
    this(IdCopies.NONE);
  }

  private PhoenixContextSpanProcessor(IdCopies copies) {
    this.copies = copies;
  }

  /**
   * Creates a processor that gives every span of a session the attribute {@code
   * gen_ai.conversation.id} as well, as {@link PhoenixContext#withConversationId} does for one
   * scope.
   *
   * @return another processor
   */
  public static PhoenixContextSpanProcessor withConversationId() {
    return new PhoenixContextSpanProcessor(IdCopies.CONVERSATION);
  }

  /** Sets the attributes of the context on the span, and adds the span to the capture. */
  @Override
  public void onStart(Context parentContext, ReadWriteSpan span) {
    Context current = Context.current();
    ContextEntry entry = ContextEntry.validIn(parentContext);
    if (entry.attributes().isEmpty()) {
      entry = ContextEntry.validIn(current);
    }
    putMissing(entry.attributes(), span);
    if (copies.and(entry.copies()).asConversation()) {
      putConversation(span);
    }
    SpanCapture capture = CaptureEntry.captureIn(parentContext);
    if (capture == null) {
      capture = CaptureEntry.captureIn(current);
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

  /** By the session that the span has, which may be one that it was started with. */
  private static void putConversation(ReadWriteSpan span) {
    String session = span.getAttribute(OpenInferenceAttributes.SESSION_ID);
    if (session != null && !has(span, OpenInferenceAttributes.CONVERSATION_ID)) {
      span.setAttribute(OpenInferenceAttributes.CONVERSATION_ID, session);
    }
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

  /** Spans are needed when they start. */
  @Override
  public boolean isStartRequired() {
    return true;
  }

  /** Does nothing. */
  @Override
  public void onEnd(ReadableSpan span) {}

  /** Spans are not needed when they end. */
  @Override
  public boolean isEndRequired() {
    return false;
  }
}
