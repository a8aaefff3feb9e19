package io.github.phoenixkt.spring;

import static io.github.phoenixkt.opentelemetry.OpenInferenceAttributes.INPUT_MIME_TYPE;
import static io.github.phoenixkt.opentelemetry.OpenInferenceAttributes.INPUT_VALUE;
import static io.github.phoenixkt.opentelemetry.OpenInferenceAttributes.OUTPUT_MIME_TYPE;
import static io.github.phoenixkt.opentelemetry.OpenInferenceAttributes.OUTPUT_VALUE;
import static io.github.phoenixkt.opentelemetry.OpenInferenceAttributes.TOOL_NAME;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.observation.Observation;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.observation.ChatClientObservationContext;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.metadata.ChatGenerationMetadata;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.observation.ChatModelObservationContext;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.content.Media;
import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.observation.EmbeddingModelObservationContext;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.observation.ToolCallingObservationContext;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.util.MimeTypeUtils;

/** What is written on spans, in the form that Phoenix expands. */
class SpringAiContentTest {
  private static final AttributeKey<String> INPUT_MESSAGES =
      AttributeKey.stringKey("gen_ai.input.messages");
  private static final AttributeKey<String> OUTPUT_MESSAGES =
      AttributeKey.stringKey("gen_ai.output.messages");

  private static final AssistantMessage CALLS =
      AssistantMessage.builder()
          .content("")
          .toolCalls(List.of(call("1", "Vienna"), call("2", "Oslo")))
          .build();

  private static AssistantMessage.ToolCall call(String id, String city) {
    return new AssistantMessage.ToolCall(id, "function", "weather", "{\"city\":\"" + city + "\"}");
  }

  private static ChatModelObservationContext chat(Message... messages) {
    return ChatModelObservationContext.builder()
        .prompt(new Prompt(Arrays.asList(messages)))
        .provider("openai")
        .build();
  }

  private static Attributes answered(AssistantMessage answer, String finishReason) {
    ChatModelObservationContext chat = chat(new UserMessage("Why?"));
    chat.setResponse(response(answer, finishReason));
    return SpringAiContent.of(chat);
  }

  private static ChatResponse response(AssistantMessage answer, String finishReason) {
    ChatGenerationMetadata metadata =
        ChatGenerationMetadata.builder().finishReason(finishReason).build();
    return new ChatResponse(List.of(new Generation(answer, metadata)));
  }

  @Test
  void thePromptHasEachMessageAndTheQuestionIsTheLastOfTheUser() {
    Attributes content =
        SpringAiContent.of(
            chat(
                new SystemMessage("Be brief."),
                new UserMessage("Hello"),
                new AssistantMessage("Hi"),
                new UserMessage("The weather?"),
                CALLS));
    assertThat(content.get(INPUT_MESSAGES))
        .isEqualTo(
            """
            [{"role":"system","parts":[{"type":"text","content":"Be brief."}]},\
            {"role":"user","parts":[{"type":"text","content":"Hello"}]},\
            {"role":"assistant","parts":[{"type":"text","content":"Hi"}]},\
            {"role":"user","parts":[{"type":"text","content":"The weather?"}]},\
            {"role":"assistant","parts":[\
            {"type":"tool_call","id":"1","name":"weather","arguments":"{\\"city\\":\\"Vienna\\"}"},\
            {"type":"tool_call","id":"2","name":"weather","arguments":"{\\"city\\":\\"Oslo\\"}"}]}]""");
    assertThat(content.get(INPUT_VALUE)).isEqualTo("The weather?");
    assertThat(content.get(INPUT_MIME_TYPE)).isEqualTo("text/plain");
    assertThat(content.get(OUTPUT_MESSAGES)).isNull();
    assertThat(content.get(OUTPUT_VALUE)).isNull();
  }

  /** Phoenix keeps only one result of a message. */
  @Test
  void eachResultOfTwoToolCallsIsAMessage() {
    ToolResponseMessage results =
        ToolResponseMessage.builder()
            .responses(
                List.of(
                    new ToolResponseMessage.ToolResponse("1", "weather", "sunny"),
                    new ToolResponseMessage.ToolResponse("2", "weather", "rain")))
            .build();
    assertThat(SpringAiContent.of(chat(results)).get(INPUT_MESSAGES))
        .isEqualTo(
            """
            [{"role":"tool","parts":[{"type":"tool_call_response","id":"1","response":"sunny"}]},\
            {"role":"tool","parts":[{"type":"tool_call_response","id":"2","response":"rain"}]}]""");
  }

  /** Phoenix drops all messages of an output without it. */
  @Test
  void theAnswerHasItsFinishReason() {
    Attributes content = answered(new AssistantMessage("Because."), "STOP");
    assertThat(content.get(OUTPUT_MESSAGES))
        .isEqualTo(
            """
            [{"role":"assistant","parts":[{"type":"text","content":"Because."}],\
            "finish_reason":"stop"}]""");
    assertThat(content.get(OUTPUT_VALUE)).isEqualTo("Because.");
    assertThat(content.get(OUTPUT_MIME_TYPE)).isEqualTo("text/plain");

    assertThat(answered(new AssistantMessage("Because."), null).get(OUTPUT_MESSAGES))
        .endsWith("\"finish_reason\":\"\"}]");
  }

  @Test
  void anAnswerThatOnlyCallsToolsIsShownAsItsCalls() {
    Attributes content = answered(CALLS, "TOOL_CALLS");
    assertThat(content.get(OUTPUT_MESSAGES)).endsWith("\"finish_reason\":\"tool_call\"}]");
    assertThat(content.get(OUTPUT_VALUE))
        .isEqualTo("weather({\"city\":\"Vienna\"})\nweather({\"city\":\"Oslo\"})");
  }

  /** On PostgreSQL, Phoenix would lose the whole span. */
  @Test
  void charactersThatPhoenixCannotStoreAreReplaced() {
    ChatModelObservationContext chat = chat(new UserMessage("why\0?"));
    chat.setResponse(response(new AssistantMessage("half \uD83D, whole \uD83D\uDE00"), "STOP"));
    Attributes content = SpringAiContent.of(chat);
    assertThat(content.get(INPUT_VALUE)).isEqualTo("why\uFFFD?");
    assertThat(content.get(INPUT_MESSAGES)).contains("why\uFFFD?");
    assertThat(content.get(OUTPUT_VALUE)).isEqualTo("half \uFFFD, whole \uD83D\uDE00");
    assertThat(content.get(OUTPUT_MESSAGES)).contains("half \uFFFD, whole \uD83D\uDE00");
  }

  @Test
  void imagesAreNamedAndOnlyTheirAddressesRecorded() {
    Media linked = new Media(MimeTypeUtils.IMAGE_PNG, URI.create("https://example.org/cat.png"));
    Media inline = new Media(MimeTypeUtils.IMAGE_PNG, new ByteArrayResource(new byte[1_000]));
    Media data = new Media(MimeTypeUtils.IMAGE_PNG, URI.create("data:image/png;base64,AAAA"));
    UserMessage question =
        UserMessage.builder().text("Which?").media(List.of(linked, inline, data)).build();
    assertThat(SpringAiContent.of(chat(question)).get(INPUT_MESSAGES))
        .isEqualTo(
            """
            [{"role":"user","parts":[{"type":"text","content":"Which?"},\
            {"type":"uri","uri":"https://example.org/cat.png","modality":"image"},\
            {"type":"text","content":"(image, not recorded)"},\
            {"type":"text","content":"(image, not recorded)"}]}]""");
  }

  @Test
  void aChatClientHasTheQuestionAndTheAnswer() {
    ChatClientObservationContext client =
        ChatClientObservationContext.builder()
            .request(new ChatClientRequest(new Prompt("Why\0?"), java.util.Map.of()))
            .build();
    assertThat(SpringAiContent.of(client).asMap())
        .containsEntry(INPUT_VALUE, "Why\uFFFD?")
        .doesNotContainKeys(OUTPUT_VALUE, INPUT_MESSAGES);
    client.setResponse(
        ChatClientResponse.builder()
            .chatResponse(response(new AssistantMessage("Because."), "STOP"))
            .build());
    assertThat(SpringAiContent.of(client).get(OUTPUT_VALUE)).isEqualTo("Because.");
  }

  @Test
  void aToolHasItsArgumentsAndItsResult() {
    ToolCallingObservationContext tool =
        ToolCallingObservationContext.builder()
            .toolDefinition(
                ToolDefinition.builder()
                    .name("weather")
                    .description("the weather")
                    .inputSchema("{}")
                    .build())
            .toolCallArguments("{\"city\":\"Vienna\"}")
            .build();
    assertThat(SpringAiContent.of(tool).asMap())
        .containsEntry(TOOL_NAME, "weather")
        .containsEntry(INPUT_VALUE, "{\"city\":\"Vienna\"}")
        .doesNotContainKey(OUTPUT_VALUE);
    tool.setToolCallResult("sun\0ny");
    assertThat(SpringAiContent.of(tool).get(OUTPUT_VALUE)).isEqualTo("sun\uFFFDny");
  }

  @Test
  void anEmbeddingHasItsTextsInOneAttribute() {
    assertThat(SpringAiContent.of(embedding("one")).asMap())
        .containsEntry(INPUT_VALUE, "one")
        .containsEntry(INPUT_MIME_TYPE, "text/plain");
    assertThat(SpringAiContent.of(embedding("one", "t\0wo")).asMap())
        .containsEntry(INPUT_VALUE, "[\"one\",\"t\uFFFDwo\"]")
        .containsEntry(INPUT_MIME_TYPE, "application/json");
  }

  private static Observation.Context embedding(String... texts) {
    return EmbeddingModelObservationContext.builder()
        .embeddingRequest(
            new EmbeddingRequest(List.of(texts), EmbeddingOptions.builder().model("stub").build()))
        .provider("openai")
        .build();
  }

  @Test
  void otherObservationsHaveNoContent() {
    assertThat(SpringAiContent.of(new Observation.Context()).isEmpty()).isTrue();
  }
}
