package io.github.phoenixkt.langchain4j;

import static java.util.Objects.requireNonNull;

import dev.langchain4j.model.chat.listener.ChatModelErrorContext;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.listener.ChatModelRequestContext;
import dev.langchain4j.model.chat.listener.ChatModelResponseContext;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Creates a span of kind LLM for each call of a chat model, blocking or streaming, with its
 * messages, tool calls, tokens and errors. Add it to the model:
 *
 * <pre>{@code
 * ChatModel model =
 *     OpenAiChatModel.builder()
 *         .apiKey(key)
 *         .modelName("gpt-4o-mini")
 *         .listeners(List.of(PhoenixChatModelListener.of(tracing.openTelemetry())))
 *         .build();
 * }</pre>
 *
 * <p>The span starts on the thread that calls the model. It is a child of the span that is current
 * there; where the OpenTelemetry SDK has a {@link
 * io.github.phoenixkt.opentelemetry.PhoenixContextSpanProcessor}, it carries the session that is
 * open there, and the {@link io.github.phoenixkt.opentelemetry.SpanCapture} around it captures it.
 * For what follows a streamed answer on other threads, see {@link CallerContext}.
 *
 * <p>The span is not current while the model works: LangChain4j has no place for that. Spans of
 * tools and of the HTTP client are its siblings. LangChain4j does not notify listeners if a
 * streamed answer is cancelled: its span does not end and does not reach Phoenix.
 *
 * <p>Thread-safe; one listener serves any number of models. Add only one listener to a model: each
 * creates its own spans.
 */
public final class PhoenixChatModelListener implements ChatModelListener {
  private static final String SCOPE = "io.github.phoenixkt.langchain4j";
  private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

  private final Supplier<OpenTelemetry> openTelemetry;
  private final ChatAttributes attributes;

  private PhoenixChatModelListener(
      Supplier<OpenTelemetry> openTelemetry, ChatAttributes attributes) {
    this.openTelemetry = openTelemetry;
    this.attributes = attributes;
  }

  /**
   * Creates a listener whose spans go to the OpenTelemetry of the whole process, as {@code
   * PhoenixTracing.register} or a framework has set it up. Calls before that create no spans.
   *
   * @return a listener
   */
  public static PhoenixChatModelListener create() {
    // Looked up for each call: the process may get its OpenTelemetry later than its models.
    return new PhoenixChatModelListener(
        PhoenixChatModelListener::global, new ChatAttributes(/* withContent= */ true));
  }

  /**
   * Creates a listener whose spans go to an OpenTelemetry.
   *
   * @param openTelemetry for instance that of {@code PhoenixTracing}
   * @return a listener
   */
  public static PhoenixChatModelListener of(OpenTelemetry openTelemetry) {
    requireNonNull(openTelemetry, "openTelemetry");
    return new PhoenixChatModelListener(
        () -> openTelemetry, new ChatAttributes(/* withContent= */ true));
  }

  /**
   * Returns a listener that records no content: no messages, no tools, and of an error only its
   * type. Model, tokens and finish reason stay.
   *
   * @return another listener
   */
  public PhoenixChatModelListener withoutContent() {
    return new PhoenixChatModelListener(
        openTelemetry, new ChatAttributes(/* withContent= */ false));
  }

  /** Starts the span of a call. */
  @Override
  public void onRequest(ChatModelRequestContext context) {
    Tracer tracer = openTelemetry.get().getTracer(SCOPE);
    Span span =
        tracer
            .spanBuilder(attributes.spanName(context.chatRequest()))
            .setSpanKind(SpanKind.CLIENT)
            .setAllAttributes(attributes.ofRequest(context.chatRequest(), context.modelProvider()))
            .startSpan();
    context.attributes().put(this, span);
  }

  /** Ends the span of a call with the model's answer. */
  @Override
  public void onResponse(ChatModelResponseContext context) {
    Span span = take(context.attributes());
    if (span != null) {
      try {
        span.setAllAttributes(attributes.ofResponse(context.chatRequest(), context.chatResponse()));
      } finally {
        span.end();
      }
    }
  }

  /** Ends the span of a call with the error. */
  @Override
  public void onError(ChatModelErrorContext context) {
    Span span = take(context.attributes());
    if (span != null) {
      try {
        Throwable error = context.error();
        span.setAttribute(ERROR_TYPE, error.getClass().getName());
        if (attributes.withContent()) {
          span.addEvent("exception", ChatAttributes.ofException(error));
        }
        span.setStatus(StatusCode.ERROR, attributes.description(error));
      } finally {
        span.end();
      }
    }
  }

  /** What a request has left for its response; each listener has its own. */
  private @Nullable Span take(Map<Object, Object> ofCall) {
    return ofCall.remove(this) instanceof Span span ? span : null;
  }

  /** That of the process; asking for it before it is set would keep it from being set. */
  private static OpenTelemetry global() {
    try {
      return GlobalOpenTelemetry.isSet() ? GlobalOpenTelemetry.get() : OpenTelemetry.noop();
    } catch (NoSuchMethodError e) {
      return GlobalOpenTelemetry.get(); // Before 1.57 there is no other way.
    }
  }
}
