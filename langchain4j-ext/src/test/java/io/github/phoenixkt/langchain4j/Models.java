package io.github.phoenixkt.langchain4j;

import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.service.TokenStream;
import io.opentelemetry.api.trace.Tracer;
import java.util.concurrent.CompletableFuture;

/**
 * LangChain4j's own models of OpenAI, in front of the stub, and what an application makes of them.
 */
final class Models {
  private Models() {}

  static ChatModel blocking(OpenAiStub openAi, ChatModelListener... listeners) {
    return OpenAiChatModel.builder()
        .baseUrl(openAi.url())
        .apiKey("stub")
        .modelName("stub-model")
        .temperature(0.5)
        .maxRetries(0)
        .listeners(java.util.List.of(listeners))
        .build();
  }

  static StreamingChatModel streaming(OpenAiStub openAi, ChatModelListener... listeners) {
    return OpenAiStreamingChatModel.builder()
        .baseUrl(openAi.url())
        .apiKey("stub")
        .modelName("stub-model")
        .listeners(java.util.List.of(listeners))
        .build();
  }

  /** An AI service that is answered at once. */
  interface Assistant {
    String chat(String question);
  }

  /** An AI service that is answered in parts. */
  interface StreamingAssistant {
    TokenStream chat(String question);
  }

  /** A tool that makes a span. */
  static final class Weather {
    private final Tracer tracer;

    Weather(Tracer tracer) {
      this.tracer = tracer;
    }

    /** The weather of a city. */
    @Tool("Tells the weather of a city")
    public String weather(@P("the city") String city) {
      tracer.spanBuilder("weather").startSpan().end();
      return "Rain in " + city;
    }
  }

  /** Waits for a streamed answer. */
  static final class Answer implements StreamingChatResponseHandler {
    final CompletableFuture<ChatResponse> complete = new CompletableFuture<>();
    private final Runnable whenComplete;

    Answer() {
      this(() -> {});
    }

    Answer(Runnable whenComplete) {
      this.whenComplete = whenComplete;
    }

    @Override
    public void onPartialResponse(String part) {}

    @Override
    public void onCompleteResponse(ChatResponse response) {
      whenComplete.run();
      complete.complete(response);
    }

    @Override
    public void onError(Throwable error) {
      complete.completeExceptionally(error);
    }
  }
}
