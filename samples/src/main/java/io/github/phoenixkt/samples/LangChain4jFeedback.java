package io.github.phoenixkt.samples;

import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.langchain4j.CallerContext;
import io.github.phoenixkt.langchain4j.PhoenixChatModelListener;
import io.github.phoenixkt.opentelemetry.BlockingSpanFeedback;
import io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind;
import io.github.phoenixkt.opentelemetry.PhoenixContext;
import io.github.phoenixkt.opentelemetry.PhoenixTracing;
import io.github.phoenixkt.opentelemetry.SessionIds;
import io.github.phoenixkt.opentelemetry.SpanCapture;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Asks a LangChain4j model twice in one session, at once and in parts, and gives feedback on the
 * spans of the answers. docs/langchain4j.md shows what is between the marks; a test compares the
 * two and runs this.
 *
 * <p>It needs a Phoenix that takes traces: {@code PHOENIX_ENDPOINT}. The model is that of {@code
 * OPENAI_BASE_URL}, {@code OPENAI_API_KEY} and {@code OPENAI_MODEL}, or a stub where none is named.
 */
public final class LangChain4jFeedback {
  private static final String PROJECT = "phoenix-kt-langchain4j";
  private static final SystemMessage BRIEF = SystemMessage.from("Answer in one sentence.");

  private final ChatModel model;
  private final StreamingChatModel streamingModel;
  private final BlockingSpanFeedback feedback;

  LangChain4jFeedback(
      OpenTelemetry openTelemetry, LlmJudge.Settings llm, PhoenixBlockingClient phoenix) {
    String baseUrl = llm.baseUrl().toString();
    String apiKey = llm.apiKey();
    String modelName = llm.model();
    // begin model
    ChatModel model =
        OpenAiChatModel.builder()
            .baseUrl(baseUrl)
            .apiKey(apiKey)
            .modelName(modelName)
            .listeners(List.of(PhoenixChatModelListener.of(openTelemetry)))
            .build();
    // end model
    // begin streamingModel
    StreamingChatModel streamingModel =
        CallerContext.keep(
            OpenAiStreamingChatModel.builder()
                .baseUrl(baseUrl)
                .apiKey(apiKey)
                .modelName(modelName)
                .listeners(List.of(PhoenixChatModelListener.of(openTelemetry)))
                .build());
    // end streamingModel
    this.model = model;
    this.streamingModel = streamingModel;
    feedback = BlockingSpanFeedback.of(phoenix);
  }

  @SuppressWarnings("try") // The scope is opened for what it does.
  String ask(String sessionId, String question) {
    // begin ask
    try (Scope session = PhoenixContext.session(sessionId).makeCurrent();
        SpanCapture capture = SpanCapture.start()) {
      String answer = model.chat(BRIEF, UserMessage.from(question)).aiMessage().text();
      feedback.annotateWhere(
          capture,
          span -> span.kind() == OpenInferenceSpanKind.LLM,
          "user feedback",
          it -> it.label("thumbs-up").score(1));
      return answer;
    }
    // end ask
  }

  @SuppressWarnings("try") // The scope is opened for what it does.
  String stream(String sessionId, String question, Consumer<String> reader) {
    ChatRequest request = ChatRequest.builder().messages(BRIEF, UserMessage.from(question)).build();
    // begin stream
    CompletableFuture<ChatResponse> answer = new CompletableFuture<>();
    try (Scope session = PhoenixContext.session(sessionId).makeCurrent();
        SpanCapture capture = SpanCapture.start()) {
      streamingModel.chat(request, telling(reader, answer));
      String text = answer.join().aiMessage().text();
      feedback.annotateLast(capture, "user feedback", it -> it.label("thumbs-down").score(0));
      return text;
    }
    // end stream
  }

  private static StreamingChatResponseHandler telling(
      Consumer<String> reader, CompletableFuture<ChatResponse> answer) {
    return new StreamingChatResponseHandler() {
      @Override
      public void onPartialResponse(String part) {
        reader.accept(part);
      }

      @Override
      public void onCompleteResponse(ChatResponse response) {
        answer.complete(response);
      }

      @Override
      public void onError(Throwable error) {
        answer.completeExceptionally(error);
      }
    };
  }

  public static void main(String[] args) {
    PhoenixSettings settings = PhoenixSettings.fromEnvironment();
    if (!settings.getEndpointGiven()) {
      System.err.println("Set PHOENIX_ENDPOINT to a Phoenix that takes traces.");
      System.exit(1);
    }
    Optional<LlmJudge.Settings> given = LlmJudge.Settings.of(System.getenv());
    try (StubModel stub = StubModel.start();
        PhoenixTracing tracing =
            PhoenixTracing.builder().settings(settings).project(PROJECT).build();
        PhoenixBlockingClient phoenix = PhoenixBlockingClient.create(settings)) {
      if (given.isEmpty()) {
        stub.answerNext(StubModel.says("A span is a unit of work with a start and an end."));
      }
      LangChain4jFeedback sample =
          new LangChain4jFeedback(tracing.openTelemetry(), given.orElse(stub.settings()), phoenix);
      String sessionId = SessionIds.conversation("42");
      System.out.println(sample.ask(sessionId, "What is a span?"));
      sample.stream(sessionId, "And what is a trace?", System.out::print);
      System.out.println();
      if (!tracing.flush(Duration.ofSeconds(30))) {
        throw new IllegalStateException("Phoenix did not get all spans.");
      }
      System.out.println("See project " + PROJECT + " at " + settings.getEndpoint() + ".");
    } catch (PhoenixException | IllegalStateException e) {
      System.err.println("The sample failed. " + e.getMessage());
      System.exit(1);
    }
    // Maven unloads our classes when main returns, and the client's last threads still need them.
    System.exit(0);
  }
}
