package io.github.phoenixkt.samples.chat;

import static io.github.phoenixkt.opentelemetry.OpenInferenceAttributes.INPUT_MIME_TYPE;
import static io.github.phoenixkt.opentelemetry.OpenInferenceAttributes.INPUT_VALUE;
import static io.github.phoenixkt.opentelemetry.OpenInferenceAttributes.LLM_MODEL_NAME;
import static io.github.phoenixkt.opentelemetry.OpenInferenceAttributes.LLM_TOKEN_COUNT_COMPLETION;
import static io.github.phoenixkt.opentelemetry.OpenInferenceAttributes.LLM_TOKEN_COUNT_PROMPT;
import static io.github.phoenixkt.opentelemetry.OpenInferenceAttributes.LLM_TOKEN_COUNT_TOTAL;
import static io.github.phoenixkt.opentelemetry.OpenInferenceAttributes.OUTPUT_MIME_TYPE;
import static io.github.phoenixkt.opentelemetry.OpenInferenceAttributes.OUTPUT_VALUE;
import static io.github.phoenixkt.opentelemetry.OpenInferenceAttributes.SPAN_KIND;
import static io.github.phoenixkt.opentelemetry.OpenInferenceAttributes.llmInputMessageContent;
import static io.github.phoenixkt.opentelemetry.OpenInferenceAttributes.llmInputMessageRole;
import static io.github.phoenixkt.opentelemetry.OpenInferenceAttributes.llmOutputMessageContent;
import static io.github.phoenixkt.opentelemetry.OpenInferenceAttributes.llmOutputMessageRole;

import io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind;
import io.github.phoenixkt.opentelemetry.PhoenixContext;
import io.github.phoenixkt.opentelemetry.SpanCapture;
import io.github.phoenixkt.samples.chat.ChatModel.Message;
import io.github.phoenixkt.samples.chat.ChatModel.TextListener;
import io.github.phoenixkt.samples.chat.Conversation.Turn;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * A chat of which each turn is a trace: the span {@code chat-turn}, and in it that of the model's
 * call. Both carry the session, the user and the number of the turn.
 */
final class TracedChat implements AutoCloseable {
  private final Tracer tracer;
  private final ChatModel model;
  private final Executor threads;

  /**
   * A chat.
   *
   * @param tracer makes the spans
   * @param model answers
   * @param threads one is in use for each answer that is being written
   */
  TracedChat(Tracer tracer, ChatModel model, Executor threads) {
    this.tracer = tracer;
    this.model = model;
    // The session and the active span are of a thread. This takes them along.
    this.threads = Context.taskWrapping(threads);
  }

  /** Who reads an answer. What it throws ends the turn. */
  interface Reader extends TextListener {
    /** The answer is complete, and its spans have ended. */
    void complete(Answer answer) throws IOException;

    /** There is no answer, or only what was told of it. */
    void failed(Exception e);
  }

  /** Begins a turn; another thread goes on with it. */
  @SuppressWarnings("try") // scopes are there to be closed
  void answer(Conversation conversation, String question, Reader reader) throws Refusal {
    Turn turn = conversation.begin(question);
    PhoenixContext context =
        PhoenixContext.builder()
            .sessionId(conversation.sessionId())
            .userId(conversation.userId())
            .metadata(Map.of("turn_number", turn.number()))
            .build();
    try (Scope session = context.makeCurrent()) {
      Span span = spanBuilder("chat-turn", OpenInferenceSpanKind.CHAIN, question).startSpan();
      try (Scope active = span.makeCurrent()) {
        threads.execute(() -> finish(conversation, turn, reader));
      } catch (RejectedExecutionException e) {
        conversation.abandon();
        fail(span, e);
        span.end();
        throw new Refusal(503, "Too many are asking at the moment. Please try again.");
      }
    }
  }

  /** Runs on another thread, where the session and the chat-turn are those of who asked. */
  private void finish(Conversation conversation, Turn turn, Reader reader) {
    Span span = Span.current();
    Answer answer;
    try {
      SpanCapture spans = SpanCapture.start();
      String text;
      try (spans) {
        text = ask(turn.messages(), reader);
      }
      succeed(span, text);
      // Feedback waits for spans, but not for those that never end.
      span.end();
      answer = conversation.end(turn, text, spans);
    } catch (IOException | RuntimeException e) {
      fail(span, e);
      span.end();
      conversation.abandon();
      reader.failed(e);
      return;
    }
    try {
      reader.complete(answer);
    } catch (IOException e) {
      // The visitor has gone. The answer stays, and the page shows it when it is loaded again.
    }
  }

  @SuppressWarnings("try")
  private String ask(List<Message> messages, TextListener reader) throws IOException {
    String question = messages.get(messages.size() - 1).content();
    SpanBuilder builder =
        spanBuilder("chat-completion", OpenInferenceSpanKind.LLM, question)
            .setAttribute(LLM_MODEL_NAME, model.name());
    for (int i = 0; i < messages.size(); i++) {
      builder.setAttribute(llmInputMessageRole(i), messages.get(i).role());
      builder.setAttribute(llmInputMessageContent(i), messages.get(i).content());
    }
    Span span = builder.startSpan();
    StringBuilder said = new StringBuilder();
    try (Scope active = span.makeCurrent()) {
      ChatModel.Answer answer =
          model.answer(
              messages,
              piece -> {
                said.append(piece);
                reader.text(piece);
              });
      if (answer.usage() != null) {
        span.setAttribute(LLM_TOKEN_COUNT_PROMPT, answer.usage().prompt());
        span.setAttribute(LLM_TOKEN_COUNT_COMPLETION, answer.usage().completion());
        span.setAttribute(LLM_TOKEN_COUNT_TOTAL, answer.usage().total());
      }
      succeed(span, answer.text());
      return answer.text();
    } catch (IOException | RuntimeException e) {
      fail(span, e);
      throw e;
    } finally {
      // Also of an answer that broke off.
      span.setAttribute(llmOutputMessageRole(0), "assistant");
      span.setAttribute(llmOutputMessageContent(0), said.toString());
      span.end();
    }
  }

  /** Ends the answers that are being written. */
  @Override
  public void close() {
    model.close();
  }

  private SpanBuilder spanBuilder(String name, OpenInferenceSpanKind kind, String input) {
    return tracer
        .spanBuilder(name)
        .setAttribute(SPAN_KIND, kind.name())
        .setAttribute(INPUT_VALUE, input)
        .setAttribute(INPUT_MIME_TYPE, "text/plain");
  }

  private static void succeed(Span span, String output) {
    span.setAttribute(OUTPUT_VALUE, output);
    span.setAttribute(OUTPUT_MIME_TYPE, "text/plain");
    span.setStatus(StatusCode.OK);
  }

  private static void fail(Span span, Exception e) {
    span.recordException(e);
    span.setStatus(StatusCode.ERROR, e.getMessage() == null ? e.toString() : e.getMessage());
  }
}
