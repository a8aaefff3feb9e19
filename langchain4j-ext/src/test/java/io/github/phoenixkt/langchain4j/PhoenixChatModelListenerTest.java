package io.github.phoenixkt.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.CustomMessage;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.listener.ChatModelErrorContext;
import dev.langchain4j.model.chat.listener.ChatModelRequestContext;
import dev.langchain4j.model.chat.listener.ChatModelResponseContext;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.service.AiServices;
import io.github.phoenixkt.opentelemetry.CapturedSpan;
import io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind;
import io.github.phoenixkt.opentelemetry.PhoenixContext;
import io.github.phoenixkt.opentelemetry.SpanCapture;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // A scope is opened for what it does, not for its name.
class PhoenixChatModelListenerTest {
  private final Spans spans = new Spans();
  private final OpenAiStub openAi = new OpenAiStub();
  private final PhoenixChatModelListener listener =
      PhoenixChatModelListener.of(spans.openTelemetry);
  private final ChatModel blocking = Models.blocking(openAi, listener);
  private final StreamingChatModel streaming = Models.streaming(openAi, listener);

  @AfterEach
  void close() {
    openAi.close();
    spans.close();
  }

  private static JsonNode json(SpanData span, String name) throws Exception {
    return new JsonMapper().readTree(Spans.text(span, name));
  }

  private void ask(StreamingChatModel model, String question) throws Exception {
    Models.Answer answer = new Models.Answer();
    model.chat(question, answer);
    answer.complete.get(30, TimeUnit.SECONDS);
  }

  @Test
  void aCallIsAnLlmSpanWithWhatWasSaid() throws Exception {
    blocking.chat(SystemMessage.from("Be brief."), UserMessage.from("why?"));
    SpanData span = spans.only();

    assertThat(span.getName()).isEqualTo("chat stub-model");
    assertThat(OpenInferenceSpanKind.of(span.getAttributes())).isEqualTo(OpenInferenceSpanKind.LLM);
    Map<String, Object> expected =
        Map.ofEntries(
            Map.entry("openinference.span.kind", "LLM"),
            Map.entry("gen_ai.operation.name", "chat"),
            Map.entry("gen_ai.provider.name", "openai"),
            Map.entry("gen_ai.request.model", "stub-model"),
            Map.entry("gen_ai.request.temperature", 0.5),
            Map.entry("gen_ai.response.model", "stub-model-2026"),
            Map.entry("gen_ai.response.id", "chat-1"),
            Map.entry("gen_ai.response.finish_reasons", List.of("stop")),
            Map.entry("gen_ai.usage.input_tokens", 11L),
            Map.entry("gen_ai.usage.output_tokens", 7L),
            Map.entry("llm.model_name", "stub-model"),
            Map.entry("llm.token_count.prompt", 11L),
            Map.entry("llm.token_count.completion", 7L),
            Map.entry("llm.token_count.total", 18L),
            Map.entry("input.value", "why?"),
            Map.entry("output.value", "Echo: why?"));
    expected.forEach((name, value) -> assertThat(Spans.attribute(span, name)).isEqualTo(value));
    assertThat(json(span, "gen_ai.input.messages"))
        .isEqualTo(
            new JsonMapper()
                .readTree(
                    """
                    [{"role":"system","parts":[{"type":"text","content":"Be brief."}]},
                     {"role":"user","parts":[{"type":"text","content":"why?"}]}]
                    """));
    assertThat(json(span, "gen_ai.output.messages"))
        .isEqualTo(
            new JsonMapper()
                .readTree(
                    """
                    [{"role":"assistant","parts":[{"type":"text","content":"Echo: why?"}],
                      "finish_reason":"stop"}]
                    """));
  }

  @Test
  void blockingAndStreamedCallsAreInTheSessionAndTheCaptureAndUnderTheSpan() throws Exception {
    Span request = spans.tracer.spanBuilder("request").startSpan();
    SpanCapture capture;
    try (Scope span = request.makeCurrent();
        Scope session = PhoenixContext.session("chat-7").makeCurrent();
        SpanCapture opened = SpanCapture.start()) {
      capture = opened;
      blocking.chat("first");
      ask(streaming, "second");
    }
    request.end();
    List<CapturedSpan> models = capture.ofKind(OpenInferenceSpanKind.LLM);
    assertThat(models).hasSize(2);
    assertThat(spans.ended().subList(0, 2))
        .allSatisfy(
            span -> {
              assertThat(Spans.text(span, "session.id")).isEqualTo("chat-7");
              assertThat(span.getParentSpanId()).isEqualTo(request.getSpanContext().getSpanId());
            })
        .extracting(span -> Spans.text(span, "output.value"))
        .containsExactly("Echo: first", "Echo: second");
    assertThat(Spans.attribute(spans.ended().get(1), "llm.token_count.total")).isEqualTo(18L);
  }

  @Test
  void aFailedCallIsAnErrorAndEnds() throws Exception {
    assertThatThrownBy(() -> blocking.chat("fail")).hasMessageContaining("refused");
    assertThatThrownBy(() -> ask(streaming, "fail")).isInstanceOf(ExecutionException.class);
    assertThat(spans.ended())
        .hasSize(2)
        .allSatisfy(
            span -> {
              assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
              assertThat(span.getStatus().getDescription()).contains("refused");
              assertThat(span.getEvents()).hasSize(1);
              assertThat(Spans.text(span, "error.type")).contains("dev.langchain4j.exception");
              assertThat(Spans.text(span, "input.value")).isEqualTo("fail");
            });
  }

  @Test
  void aToolIsShownInItsDefinitionItsCallAndItsResult() throws Exception {
    Models.Assistant assistant =
        AiServices.builder(Models.Assistant.class)
            .chatModel(blocking)
            .tools(new Models.Weather(spans.tracer))
            .build();
    assertThat(assistant.chat("weather in Oslo?")).isEqualTo("Echo: Rain in Oslo");

    assertThat(spans.ended())
        .extracting(SpanData::getName)
        .containsExactly("chat stub-model", "weather", "chat stub-model");
    SpanData first = spans.ended().get(0);
    JsonNode tool = json(first, "gen_ai.tool.definitions").get(0);
    assertThat(tool.get("type").asText()).isEqualTo("function");
    assertThat(tool.get("name").asText()).isEqualTo("weather");
    assertThat(tool.get("description").asText()).isEqualTo("Tells the weather of a city");
    JsonNode parameters = tool.get("parameters");
    assertThat(parameters.get("type").asText()).isEqualTo("object");
    assertThat(parameters.get("properties").iterator().next().get("type").asText())
        .isEqualTo("string");
    JsonNode call = json(first, "gen_ai.output.messages").get(0);
    assertThat(call.get("finish_reason").asText()).isEqualTo("tool_call");
    assertThat(call.get("parts").toString())
        .isEqualTo(
            "[{\"type\":\"tool_call\",\"name\":\"weather\",\"id\":\"call-1\","
                + "\"arguments\":\"{\\\"city\\\":\\\"Oslo\\\"}\"}]");
    assertThat(Spans.text(first, "output.value")).isEqualTo("weather({\"city\":\"Oslo\"})");
    JsonNode result = json(spans.ended().get(2), "gen_ai.input.messages").get(2);
    assertThat(result.toString())
        .isEqualTo(
            "{\"role\":\"tool\",\"parts\":[{\"type\":\"tool_call_response\",\"response\":\"Rain in"
                + " Oslo\",\"id\":\"call-1\"}]}");
  }

  @Test
  void aStreamingServiceKeepsTheSessionThroughToolsAndFurtherCalls() throws Exception {
    for (boolean kept : List.of(false, true)) {
      Models.StreamingAssistant assistant =
          AiServices.builder(Models.StreamingAssistant.class)
              .streamingChatModel(kept ? CallerContext.keep(streaming) : streaming)
              .tools(new Models.Weather(spans.tracer))
              .build();
      CompletableFuture<ChatResponse> done = new CompletableFuture<>();
      try (Scope session = PhoenixContext.session("kept " + kept).makeCurrent()) {
        assistant
            .chat("weather in Oslo?")
            .onPartialResponse(part -> {})
            .onCompleteResponse(done::complete)
            .onError(done::completeExceptionally)
            .start();
      }
      assertThat(done.get(30, TimeUnit.SECONDS).aiMessage().text()).isEqualTo("Echo: Rain in Oslo");
    }
    assertThat(spans.ended())
        .extracting(span -> Spans.text(span, "session.id"))
        .containsExactly("kept false", null, null, "kept true", "kept true", "kept true");
  }

  @Test
  void whatAHandlerDoesIsInTheContextOfTheCaller() throws Exception {
    Models.Answer answer =
        new Models.Answer(() -> spans.tracer.spanBuilder("saved").startSpan().end());
    try (Scope session = PhoenixContext.session("chat-7").makeCurrent()) {
      CallerContext.keep(streaming).chat("why?", answer);
    }
    answer.complete.get(30, TimeUnit.SECONDS);
    assertThat(spans.ended())
        .extracting(span -> Spans.text(span, "session.id"))
        .containsExactly("chat-7", "chat-7");
    assertThat(CallerContext.keep(streaming).provider()).isEqualTo(ModelProvider.OPEN_AI);
    Models.Answer refused = new Models.Answer();
    assertThatThrownBy(() -> CallerContext.keep(streaming).chat((ChatRequest) null, refused))
        .isInstanceOf(NullPointerException.class);
  }

  @Test
  void withoutContentNothingThatWasSaidIsRecorded() throws Exception {
    ChatModel quiet = Models.blocking(openAi, listener.withoutContent());
    quiet.chat("secret");
    assertThatThrownBy(() -> quiet.chat("fail secretly")).isNotNull();
    assertThat(spans.ended()).hasSize(2);
    assertThat(spans.ended().toString()).doesNotContain("secret").doesNotContain("refused");
    assertThat(Spans.attribute(spans.ended().get(0), "llm.token_count.total")).isEqualTo(18L);
  }

  @Test
  void textThatPhoenixCannotStoreIsReplaced() throws Exception {
    blocking.chat("a\0b \uD83D \uD83D\uDE00");
    SpanData span = spans.only();
    String storable = "a\uFFFDb \uFFFD \uD83D\uDE00";
    assertThat(Spans.text(span, "input.value")).isEqualTo(storable);
    assertThat(json(span, "gen_ai.input.messages").at("/0/parts/0/content").asText())
        .isEqualTo(storable);
    assertThat(Spans.text(span, "gen_ai.output.messages")).doesNotContain("\\u0000");
  }

  /** On PostgreSQL, Phoenix would lose the whole span. */
  @Test
  void anErrorThatPhoenixCannotStoreIsReplacedInTheEventToo() {
    Throwable error =
        new IllegalStateException(
            "a\0b \uD83D \uD83D\uDE00", new IllegalArgumentException("cause\0"));
    for (Throwable each : List.of(error, new IllegalStateException())) {
      ChatRequest request = ChatRequest.builder().messages(UserMessage.from("why?")).build();
      Map<Object, Object> ofCall = new ConcurrentHashMap<>();
      listener.onRequest(new ChatModelRequestContext(request, ModelProvider.OPEN_AI, ofCall));
      listener.onError(new ChatModelErrorContext(each, request, ModelProvider.OPEN_AI, ofCall));
    }
    EventData event = spans.ended().get(0).getEvents().get(0);
    assertThat(event.getName()).isEqualTo("exception");
    assertThat(event.getAttributes().get(AttributeKey.stringKey("exception.type")))
        .isEqualTo("java.lang.IllegalStateException");
    assertThat(event.getAttributes().get(AttributeKey.stringKey("exception.message")))
        .isEqualTo("a\uFFFDb \uFFFD \uD83D\uDE00");
    assertThat(event.getAttributes().get(AttributeKey.stringKey("exception.stacktrace")))
        .contains("a\uFFFDb \uFFFD \uD83D\uDE00", "cause\uFFFD", "\tat ")
        .doesNotContain("\0");
    assertThat(spans.ended().get(1).getEvents().get(0).getAttributes().asMap())
        .doesNotContainKey(AttributeKey.stringKey("exception.message"))
        .containsKey(AttributeKey.stringKey("exception.stacktrace"));
  }

  @Test
  void everyKindOfMessageFitsTheSchema() throws Exception {
    ChatRequest request =
        ChatRequest.builder()
            .messages(
                UserMessage.from(
                    "anna",
                    TextContent.from("look"),
                    ImageContent.from("https://example.com/cat.png"),
                    ImageContent.from("AAAA", "image/png")),
                AiMessage.builder().text("hm").thinking("a cat?").build(),
                AiMessage.from(ToolExecutionRequest.builder().name("t").build()),
                ToolExecutionResultMessage.from("id", "t", "done"))
            .build();
    Map<Object, Object> ofCall = new ConcurrentHashMap<>();
    listener.onRequest(new ChatModelRequestContext(request, ModelProvider.OTHER, ofCall));
    listener.onResponse(
        new ChatModelResponseContext(
            ChatResponse.builder().aiMessage(AiMessage.from("")).build(),
            request,
            ModelProvider.OTHER,
            ofCall));
    SpanData span = spans.only();
    assertThat(json(span, "gen_ai.input.messages"))
        .isEqualTo(
            new JsonMapper()
                .readTree(
                    """
                    [{"role":"user","name":"anna","parts":[
                       {"type":"text","content":"look"},
                       {"type":"uri","uri":"https://example.com/cat.png","modality":"image"},
                       {"type":"text","content":"(image, not recorded)"}]},
                     {"role":"assistant","parts":[
                       {"type":"reasoning","content":"a cat?"},{"type":"text","content":"hm"}]},
                     {"role":"assistant","parts":[{"type":"tool_call","name":"t","arguments":""}]},
                     {"role":"tool","parts":[
                       {"type":"tool_call_response","response":"done","id":"id"}]}]
                    """));
    assertThat(span.getName()).isEqualTo("chat");
    assertThat(Spans.attribute(span, "gen_ai.provider.name")).isNull();
  }

  @Test
  void anAnswerWithoutARequestAndASecondAnswerChangeNothing() {
    ChatRequest request = ChatRequest.builder().messages(UserMessage.from("why?")).build();
    Map<Object, Object> ofCall = new ConcurrentHashMap<>();
    var failed =
        new ChatModelErrorContext(
            new IllegalStateException(), request, ModelProvider.OPEN_AI, ofCall);
    listener.onError(failed);
    assertThat(spans.ended()).isEmpty();
    listener.onRequest(new ChatModelRequestContext(request, ModelProvider.OPEN_AI, ofCall));
    listener.onError(failed);
    listener.onError(failed);
    assertThat(spans.only().getStatus().getDescription())
        .isEqualTo("java.lang.IllegalStateException");
  }

  @Test
  void aMessageThatFailsToShowItselfCostsTheMessagesAndNotTheSpan() {
    Object failing =
        new Object() {
          @Override
          public String toString() {
            throw new IllegalStateException("no text");
          }
        };
    ChatRequest request =
        ChatRequest.builder()
            .messages(UserMessage.from("why?"), CustomMessage.from(Map.of("x", failing)))
            .build();
    Map<Object, Object> ofCall = new ConcurrentHashMap<>();
    listener.onRequest(new ChatModelRequestContext(request, ModelProvider.OPEN_AI, ofCall));
    listener.onResponse(
        new ChatModelResponseContext(
            ChatResponse.builder().aiMessage(AiMessage.from("because")).build(),
            request,
            ModelProvider.OPEN_AI,
            ofCall));
    assertThat(Spans.text(spans.only(), "gen_ai.provider.name")).isEqualTo("openai");
    assertThat(Spans.text(spans.only(), "output.value")).isEqualTo("because");
    assertThat(Spans.text(spans.only(), "gen_ai.input.messages")).isNull();
  }

  @Test
  void theOpenTelemetryOfTheProcessMayBeSetLater() {
    GlobalOpenTelemetry.resetForTest();
    try {
      ChatModel early = Models.blocking(openAi, PhoenixChatModelListener.create());
      early.chat("before");
      GlobalOpenTelemetry.set(spans.openTelemetry);
      early.chat("after");
      assertThat(Spans.text(spans.only(), "input.value")).isEqualTo("after");
    } finally {
      GlobalOpenTelemetry.resetForTest();
    }
  }

  @Test
  void nullsAreNamed() {
    assertThatNullPointerException()
        .isThrownBy(() -> PhoenixChatModelListener.of(null))
        .withMessage("openTelemetry");
    assertThatNullPointerException()
        .isThrownBy(() -> CallerContext.keep((StreamingChatModel) null))
        .withMessage("model");
  }
}
