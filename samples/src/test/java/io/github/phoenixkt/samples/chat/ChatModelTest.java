package io.github.phoenixkt.samples.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.phoenixkt.samples.LlmJudge;
import io.github.phoenixkt.samples.StubModel;
import io.github.phoenixkt.samples.chat.ChatModel.Message;
import io.github.phoenixkt.samples.chat.ChatModel.NoAnswerException;
import io.github.phoenixkt.support.Await;
import io.github.phoenixkt.support.HeldPort;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

// Only what hangs takes so long; a read of an answer is not ended by an interrupt.
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ChatModelTest {
  private static final List<Message> QUESTION =
      List.of(new Message("system", "Be brief."), new Message("user", "Who are you?"));
  private static final String PIECE = "{\"choices\":[{\"delta\":{\"content\":\"Yes\"}}]}";

  private static final Duration LIMIT = Duration.ofMillis(300);

  private final StubModel stub = StubModel.start();
  private final ChatModel model = new ChatModel(stub.settings());
  private final List<String> pieces = new ArrayList<>();

  @AfterEach
  void close() {
    stub.close();
  }

  @Test
  void anAnswerComesInPiecesWithItsTokens() throws IOException {
    ChatModel.Answer answer = model.answer(QUESTION, pieces::add);

    assertThat(answer.text()).contains("Who are you?");
    assertThat(pieces).hasSizeGreaterThan(10);
    assertThat(String.join("", pieces)).isEqualTo(answer.text());
    assertThat(answer.usage()).isEqualTo(new ChatModel.Usage(5, pieces.size(), 5 + pieces.size()));
  }

  @Test
  void anEndpointNeedNotTellTokensNorSayDone() throws IOException {
    stub.answerNext(StubModel.streams(List.of("Yes", ".")));
    assertThat(model.answer(QUESTION, pieces::add)).isEqualTo(new ChatModel.Answer("Yes.", null));

    stub.answerNext(
        StubModel.body(
            ": a comment\r\n\r\nevent: x\r\ndata:"
                + PIECE
                + "\r\n\r\ndata: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\r\n"));
    assertThat(model.answer(QUESTION, pieces::add)).isEqualTo(new ChatModel.Answer("Yes", null));
  }

  @Test
  void anAnswerThatBreaksOffIsNone() {
    stub.answerNext(StubModel.breaksOffAfter("Well, ", "I "));

    assertNoAnswer(model, "broke off");
    assertThat(pieces).containsExactly("Well, ", "I ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{\"choices\":[{\"message\":{\"content\":\"Not streamed.\"}}]}",
        "data: {\"choices\":[\n\n",
        "data: {\"error\":{\"message\":\"sk-secret is not valid\"}}\n\n"
      })
  void whatIsNoStreamOfAnAnswerIsSaidToBeSo(String body) {
    stub.answerNext(StubModel.body(body));

    assertNoAnswer(model, "The model's endpoint");
  }

  @Test
  void anEndpointThatRefusesIsNamedByItsStatus() {
    stub.answerNext(StubModel.status(429));

    assertNoAnswer(model, "answered 429");
  }

  @Test
  void anEndpointThatIsNotThereIsNamedWithoutItsKey() {
    try (HeldPort nobody = HeldPort.open()) {
      URI url = URI.create(nobody.endpoint() + "/v1/");
      ChatModel gone =
          new ChatModel(new LlmJudge.Settings(url, "sk-secret", "any", Duration.ofSeconds(60)));

      assertNoAnswer(gone, "cannot be reached");
    }
  }

  @Test
  void anEndpointThatSaysNothingIsGivenUp() {
    stub.answerNext(stub.silence());

    assertNoAnswer(hurried(LIMIT), "within " + LIMIT);
  }

  @Test
  void anAnswerThatDoesNotEndIsGivenUp() {
    // A slow machine may need longer than the first limit to ask at all.
    for (Duration limit = LIMIT; stub.asked() == 0; limit = limit.multipliedBy(2)) {
      stub.answerNext(stub.endless());
      assertNoAnswer(hurried(limit), "within " + limit);
    }
    Await.until("the endpoint notices", () -> stub.abandoned() == stub.asked());
  }

  @Test
  void anAnswerWithoutBoundsIsGivenUp() {
    String piece = "x".repeat(1 << 20);
    stub.answerNext(StubModel.streams(List.of(piece, piece, piece, piece, piece)));

    assertNoAnswer(model, "longer than 4 MiB");
  }

  @Test
  void aReaderThatGoesEndsTheRequest() {
    IOException gone = new IOException("The reader has gone.");

    assertThatThrownBy(
            () ->
                model.answer(
                    QUESTION,
                    piece -> {
                      throw gone;
                    }))
        .isSameAs(gone);
  }

  private ChatModel hurried(Duration limit) {
    return new ChatModel(stub.settings(limit));
  }

  private void assertNoAnswer(ChatModel asked, String message) {
    assertThatThrownBy(() -> asked.answer(QUESTION, pieces::add))
        .isInstanceOf(NoAnswerException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("sk-secret");
  }
}
