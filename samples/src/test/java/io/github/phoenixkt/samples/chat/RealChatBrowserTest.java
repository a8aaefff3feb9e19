package io.github.phoenixkt.samples.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.github.phoenixkt.PhoenixEnvironment;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.annotations.AnnotationQuery;
import io.github.phoenixkt.annotations.StoredAnnotation;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.samples.StubModel;
import io.github.phoenixkt.samples.browser.Chromium;
import io.github.phoenixkt.sessions.SessionTurn;
import io.github.phoenixkt.sessions.StoredSession;
import io.github.phoenixkt.spans.SpanFilter;
import io.github.phoenixkt.spans.StoredSpan;
import io.github.phoenixkt.support.RealPhoenix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** The chat as its users have it, in a browser, and what a real Phoenix then knows. */
@EnabledIfEnvironmentVariable(named = RealPhoenix.ENDPOINT, matches = ".+")
@EnabledIf(
    value = "io.github.phoenixkt.samples.browser.Chromium#isInstalled",
    disabledReason = "chromium and chromedriver are not in PATH")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class RealChatBrowserTest {
  private final String project = "chat-" + UUID.randomUUID();
  private final PhoenixSettings settings =
      PhoenixSettings.builder()
          .environment(PhoenixEnvironment.empty())
          .endpoint(RealPhoenix.SQLITE.endpoint())
          .build();
  private final StubModel model = StubModel.start();
  private final PhoenixBlockingClient phoenix = PhoenixBlockingClient.create(settings);
  private ChatService service;

  @BeforeEach
  void start() throws Exception {
    service = new ChatService(settings, project, model.settings(), 0, null);
  }

  @AfterEach
  void stop() {
    service.close();
    phoenix.close();
    model.close();
  }

  @Test
  void thumbsAreOnTheVeryAnswersThatUsersMean() {
    Map<String, String> ofAda = new LinkedHashMap<>();
    Map<String, String> ofBob = new LinkedHashMap<>();
    Map<String, String> laterOfAda = new LinkedHashMap<>();
    try (ChatPage ada = new ChatPage(service.uri());
        ChatPage bob = new ChatPage(service.uri())) {
      ask(ada, ofAda, "What is a span?");
      ask(bob, ofBob, "What is a trace, then?");
      ask(ada, ofAda, "And what is a session of a user?");
      ada.thumb(1, "up");
      ask(bob, ofBob, "Who needs that?");
      ask(ada, ofAda, "Who pays?");
      ada.thumb(3, "down");
      bob.thumb(2, "up");
      bob.comment(2, "So do I.");
      bob.thumb(2, "down");
      bob.comment(2, "On second thoughts, \"no\".");

      ada.reload();
      assertThat(ada.thumbsShown(1)).containsExactly("up");
      assertThat(ada.thumbsShown(2)).isEmpty();
      assertThat(ada.thumbsShown(3)).containsExactly("down");
      bob.reload();
      assertThat(bob.thumbsShown(2)).containsExactly("down");
      assertThat(bob.commentShown(2)).isEqualTo("On second thoughts, \"no\".");

      ada.beginNewConversation();
      ask(ada, laterOfAda, "Something else: how are you?");
    }

    List<StoredSpan> spans = awaitSpans(12);
    assertThat(spans).allSatisfy(span -> assertThat(span.getStatusCode()).isEqualTo("OK"));
    String sessionOfAda = assertSession(spans, ofAda);
    String sessionOfBob = assertSession(spans, ofBob);
    String laterSessionOfAda = assertSession(spans, laterOfAda);
    assertThat(sessions()).containsExactlyInAnyOrder(sessionOfAda, sessionOfBob, laterSessionOfAda);
    assertThat(user(spans, sessionOfAda))
        .isEqualTo(user(spans, laterSessionOfAda))
        .isNotEqualTo(user(spans, sessionOfBob));

    // Its end sends the feedback that waits.
    service.close();
    // On these spans, with these values, and on no other.
    List<String> answersOfAda = List.copyOf(ofAda.values());
    assertThat(annotations(spans))
        .containsOnly(
            entry(
                modelCall(spans, answersOfAda.get(0)).getSpanId(),
                "user_feedback HUMAN thumbs-up 1.0 null by " + user(spans, sessionOfAda)),
            entry(
                modelCall(spans, answersOfAda.get(2)).getSpanId(),
                "user_feedback HUMAN thumbs-down 0.0 null by " + user(spans, sessionOfAda)),
            entry(
                modelCall(spans, ofBob.get("Who needs that?")).getSpanId(),
                "user_feedback HUMAN thumbs-down 0.0 On second thoughts, \"no\". by "
                    + user(spans, sessionOfBob)));
  }

  @Test
  void anAnswerIsShownWhileItIsWritten() {
    CountDownLatch rest = new CountDownLatch(1);
    model.answerNext(StubModel.streams(held(List.of("The ", "beginning"), rest, " and the end.")));
    try (ChatPage page = new ChatPage(service.uri())) {
      page.send("Tell me a story.");
      Chromium.await(
          "the beginning is shown",
          () -> !page.all(".turn").isEmpty() && page.answer(1).equals("The beginning"));
      assertThat(page.isBeingWritten(1)).isTrue();
      assertThat(page.offersFeedback(1)).isFalse();

      rest.countDown();

      Chromium.await("the answer is complete", () -> !page.isBeingWritten(1));
      assertThat(page.answer(1)).isEqualTo("The beginning and the end.");
      assertThat(page.offersFeedback(1)).isTrue();
    } finally {
      rest.countDown();
    }
  }

  @Test
  void thePageSaysWhatIsSaved() {
    try (ChatPage page = new ChatPage(service.uri())) {
      page.ask("What is a span?");
      page.thumb(1, "up");
      assertThat(page.status(1)).isEqualTo("Rating saved. Thank you!");
      page.comment(1, "Short and clear.");
      assertThat(page.status(1)).isEqualTo("Comment saved. Thank you!");
      page.thumb(1, "down");
      assertThat(page.status(1)).isEqualTo("Rating saved. Thank you!");
      page.write(1, "On second thoughts, no.");
      page.thumb(1, "down");
      assertThat(page.status(1)).isEqualTo("Comment saved. Thank you!");
      page.clear(1);
      page.comment(1, "");
      assertThat(page.status(1)).isEqualTo("Comment removed. Thank you!");
    }
  }

  @Test
  void textsAreNeverMarkup() {
    String evil = "<img src=x onerror=\"document.title='owned'\"><b>bold</b> & </script>";
    try (ChatPage page = new ChatPage(service.uri())) {
      assertThat(page.ask(evil)).contains(evil);
      page.thumb(1, "up");
      page.comment(1, evil);
      for (int loaded = 0; loaded < 2; loaded++) {
        assertThat(page.question(1)).isEqualTo(evil);
        assertThat(page.answer(1)).contains(evil);
        assertThat(page.commentShown(1)).isEqualTo(evil);
        assertThat(page.all("#turns img, #turns b")).isEmpty();
        assertThat(page.browser.getTitle()).isEqualTo("Chat");
        page.reload();
      }
    }
  }

  @Test
  void whatGoesWrongIsSaidAndTheChatGoesOn() {
    model.answerNext(
        StubModel.status(503), StubModel.breaksOffAfter("This is only "), StubModel.status(401));
    Map<String, String> answers = new LinkedHashMap<>();
    try (ChatPage page = new ChatPage(service.uri())) {
      page.send(" ");
      assertThat(page.error()).isEqualTo("Please write a message first.");
      assertThat(page.all(".turn")).isEmpty();

      page.ask("Are you there?");
      assertThat(page.error())
          .isEqualTo("The model is not available at the moment. Please try again.");
      assertThat(page.one("#message").getDomProperty("value")).isEqualTo("Are you there?");
      page.send(""); // the same again
      Chromium.await("the answer breaks off", () -> page.error().contains("broke off"));
      assertThat(page.answer(2)).startsWith("This is only");
      Chromium.await("it can be asked again", () -> page.one("#send").isEnabled());
      page.send("");
      Chromium.await("the third turn fails", () -> page.all(".answer.failed").size() == 3);
      Chromium.await("it can be asked again", () -> page.one("#send").isEnabled());
      page.one("#message").clear();
      answers.put("Now?", page.ask("Now?"));
      assertThat(page.error()).isEmpty();
      assertThat(page.all(".feedback:not([hidden])")).hasSize(1);
    }

    List<StoredSpan> spans = awaitSpans(8);
    List<StoredSpan> failed =
        spans.stream().filter(span -> span.getStatusCode().equals("ERROR")).toList();
    assertThat(failed).hasSize(6);
    assertThat(failed)
        .allSatisfy(
            span -> {
              assertThat(span.getEvents())
                  .singleElement()
                  .matches(it -> it.getName().equals("exception"));
              assertThat(span.getStatusMessage()).startsWith("The model");
            });
    // What failed is not part of what the model is told later.
    assertThat(modelCall(spans, answers.get("Now?")).getAttributes())
        .containsEntry("llm.input_messages.1.message.content", "Now?")
        .doesNotContainKey("llm.input_messages.2.message.content");
    List<SessionTurn> turns = phoenix.sessions().getSessionTurns(sessions().get(0));
    assertThat(turns.stream().map(turn -> turn.getInput().getValue()))
        .containsExactly("Are you there?", "Are you there?", "Are you there?", "Now?");
  }

  private static void ask(ChatPage page, Map<String, String> answers, String question) {
    answers.put(question, page.ask(question));
  }

  /** Pieces of which the last comes when it may. */
  private static Iterable<String> held(List<String> first, CountDownLatch gate, String last) {
    return () ->
        Stream.concat(
                first.stream(),
                Stream.of(last)
                    .peek(
                        piece -> {
                          try {
                            gate.await();
                          } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                          }
                        }))
            .iterator();
  }

  /** The turns of a session, with all that their spans are to tell. Gives the session's id. */
  private String assertSession(List<StoredSpan> spans, Map<String, String> answers) {
    String first = answers.values().iterator().next();
    String sessionId = (String) modelCall(spans, first).getAttributes().get("session.id");
    List<SessionTurn> turns = phoenix.sessions().getSessionTurns(sessionId);
    assertThat(turns).hasSize(answers.size());
    Iterator<SessionTurn> next = turns.iterator();
    List<String> said = new ArrayList<>();
    int number = 0;
    for (Map.Entry<String, String> asked : answers.entrySet()) {
      SessionTurn turn = next.next();
      number++;
      said.add(asked.getKey());
      assertThat(turn.getInput().getValue()).isEqualTo(asked.getKey());
      assertThat(turn.getOutput().getValue()).isEqualTo(asked.getValue());
      StoredSpan root = turn.getRootSpan();
      assertThat(root.getName()).isEqualTo("chat-turn");
      assertThat(root.getSpanKind()).isEqualTo("CHAIN");
      StoredSpan call = modelCall(spans, asked.getValue());
      assertThat(call.getParentId()).isEqualTo(root.getSpanId());
      assertThat(call.getTraceId()).isEqualTo(turn.getTraceId());
      assertThat(call.getAttributes())
          .containsEntry("llm.model_name", "word-counter")
          .containsEntry("llm.output_messages.0.message.content", asked.getValue())
          .containsKeys(
              "llm.token_count.prompt", "llm.token_count.completion", "llm.token_count.total");
      for (StoredSpan span : List.of(root, call)) {
        assertThat(span.getAttributes()).containsEntry("session.id", sessionId);
        assertThat(span.getAttributes().get("metadata.turn_number")).hasToString("" + number);
      }
      assertThat(messages(call)).containsExactlyElementsOf(said);
      said.add(asked.getValue());
    }
    return sessionId;
  }

  /** What the model was told, but for the instructions that come first. */
  private static List<Object> messages(StoredSpan call) {
    List<Object> messages = new ArrayList<>();
    for (int i = 1; ; i++) {
      Object content = call.getAttributes().get("llm.input_messages." + i + ".message.content");
      if (content == null) {
        return messages;
      }
      messages.add(content);
    }
  }

  private static StoredSpan modelCall(List<StoredSpan> spans, String answer) {
    List<StoredSpan> found =
        spans.stream()
            .filter(span -> span.getSpanKind().equals("LLM"))
            .filter(span -> answer.equals(span.getAttributes().get("output.value")))
            .toList();
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  private static Object user(List<StoredSpan> spans, String sessionId) {
    List<Object> users =
        spans.stream()
            .filter(span -> sessionId.equals(span.getAttributes().get("session.id")))
            .map(span -> span.getAttributes().get("user.id"))
            .distinct()
            .toList();
    assertThat(users).hasSize(1).doesNotContainNull();
    return users.get(0);
  }

  private List<String> sessions() {
    try (Stream<StoredSession> sessions = phoenix.sessions().list(project)) {
      return sessions.map(StoredSession::getSessionId).toList();
    }
  }

  private Map<String, String> annotations(List<StoredSpan> spans) {
    AnnotationQuery query =
        AnnotationQuery.builder().ids(spans.stream().map(StoredSpan::getSpanId).toList()).build();
    Map<String, String> found = new HashMap<>();
    try (Stream<StoredAnnotation> stored = phoenix.spans().getSpanAnnotations(query, project)) {
      stored.forEach(
          it ->
              found.merge(
                  it.getTargetId(),
                  "%s %s %s %s %s by %s"
                      .formatted(
                          it.getName(),
                          it.getAnnotatorKindText(),
                          it.getLabel(),
                          it.getScore(),
                          it.getExplanation(),
                          it.getIdentifier()),
                  (one, other) -> one + " and " + other));
    }
    return found;
  }

  private List<StoredSpan> awaitSpans(int count) {
    Chromium.await(count + " spans are stored", () -> spans().size() >= count);
    List<StoredSpan> spans = spans();
    assertThat(spans).hasSize(count);
    return spans;
  }

  private List<StoredSpan> spans() {
    try (Stream<StoredSpan> spans =
        phoenix.spans().getSpans(SpanFilter.builder().build(), project)) {
      return spans.toList();
    }
  }
}
