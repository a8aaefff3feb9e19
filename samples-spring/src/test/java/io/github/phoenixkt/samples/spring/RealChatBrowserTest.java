package io.github.phoenixkt.samples.spring;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.phoenixkt.PhoenixEnvironment;
import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.annotations.StoredAnnotation;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.samples.browser.Chromium;
import io.github.phoenixkt.samples.browser.PhoenixPage;
import io.github.phoenixkt.spans.StoredSpan;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.springframework.context.ConfigurableApplicationContext;

/** The chat as its users have it, in a browser, and what a real Phoenix then has. */
@EnabledIfEnvironmentVariable(named = "PHOENIX_TEST_ENDPOINT", matches = ".+")
@EnabledIf(
    value = "io.github.phoenixkt.samples.browser.Chromium#isInstalled",
    disabledReason = "chromium and chromedriver are not in PATH")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RealChatBrowserTest {
  private final String endpoint = System.getenv("PHOENIX_TEST_ENDPOINT");
  private final String project = System.getProperty("chat.project", "chat-" + UUID.randomUUID());

  @Test
  void thumbsAreOnTheAnswersThatVisitorsMean() {
    try (ConfigurableApplicationContext chat =
            ChatApplication.start(
                "--server.port=0",
                "--phoenix.endpoint=" + endpoint,
                "--phoenix.project=" + project,
                "--phoenix.queue.close-timeout=60s");
        Visitor ada = new Visitor(chat);
        Visitor bob = new Visitor(chat)) {
      ada.ask("What is a span?", 1);
      bob.ask("Who needs a span?", 1);
      ada.thumb(1, "Good answer");
      ada.ask("And what is a trace?", 2);
      ada.thumb(2, "Bad answer");
      bob.thumb(1, "Good answer");
      bob.thumb(1, "Bad answer");
      ada.ask("Thanks!", 3);
    } // What waits is sent at the end: spans, and feedback.

    PhoenixSettings settings =
        PhoenixSettings.builder()
            .environment(PhoenixEnvironment.empty())
            .endpoint(endpoint)
            .project(project)
            .build();
    try (PhoenixBlockingClient phoenix = PhoenixBlockingClient.create(settings)) {
      List<StoredSpan> all = awaitModels(phoenix, 4);
      Map<String, StoredSpan> models =
          all.stream()
              .filter(span -> span.getSpanKind().equals("LLM"))
              .collect(toMap(span -> text(span, "input.value"), span -> span));
      assertThat(models.keySet())
          .containsExactlyInAnyOrder(
              "What is a span?", "Who needs a span?", "And what is a trace?", "Thanks!");
      models.forEach(
          (question, span) ->
              assertThat(text(span, "llm.output_messages.0.message.content"))
                  .isEqualTo("You said: " + question)
                  .isEqualTo(text(span, "output.value")));
      String adas = session(models.get("What is a span?"));
      assertThat(session(models.get("And what is a trace?"))).isEqualTo(adas);
      assertThat(session(models.get("Thanks!"))).isEqualTo(adas);
      assertThat(session(models.get("Who needs a span?"))).isNotNull().isNotEqualTo(adas);

      try (var stored =
          phoenix.spans().getSpanAnnotations(all.stream().map(StoredSpan::getSpanId).toList())) {
        assertThat(stored.toList())
            .extracting(
                StoredAnnotation::getTargetId, StoredAnnotation::getName, StoredAnnotation::getLabel)
            .containsExactlyInAnyOrder(
                thumb(models.get("What is a span?"), "thumbs-up"),
                thumb(models.get("And what is a trace?"), "thumbs-down"),
                thumb(models.get("Who needs a span?"), "thumbs-down"));
      }
      lookAt(models.get("What is a span?"));
    }
  }

  /** In Phoenix's own page. {@code scripts/screenshots} keeps the picture. */
  private void lookAt(StoredSpan span) {
    try (PhoenixPage page = new PhoenixPage(endpoint)) {
      page.openSpan(span.getSpanId());
      page.awaitTexts("What is a span?", "You said: What is a span?", "user feedback");
      page.save(Path.of("target", "screenshots", "spring-ai.png"));
    }
  }

  private static org.assertj.core.groups.Tuple thumb(StoredSpan span, String label) {
    return org.assertj.core.groups.Tuple.tuple(span.getSpanId(), "user feedback", label);
  }

  private static String text(StoredSpan span, String attribute) {
    return (String) span.getAttributes().get(attribute);
  }

  private static String session(StoredSpan span) {
    return text(span, "session.id");
  }

  private static List<StoredSpan> awaitModels(PhoenixBlockingClient phoenix, int count) {
    Chromium.await(
        count + " spans of the model are stored",
        () -> spans(phoenix).stream().filter(it -> it.getSpanKind().equals("LLM")).count() >= count);
    return spans(phoenix);
  }

  private static List<StoredSpan> spans(PhoenixBlockingClient phoenix) {
    try (var spans = phoenix.spans().getSpans()) {
      return spans.toList();
    } catch (PhoenixException.NotFound e) {
      return List.of(); // Phoenix makes the project with its first span.
    }
  }

  /** A person with a browser of their own. */
  private static final class Visitor implements AutoCloseable {
    private final Chromium chromium = Chromium.start();

    Visitor(ConfigurableApplicationContext chat) {
      String port = chat.getEnvironment().getProperty("local.server.port");
      chromium.browser().get("http://127.0.0.1:" + port + "/");
    }

    /** Waits until the answer can be judged. */
    void ask(String question, int turn) {
      one("#question").sendKeys(question, Keys.ENTER);
      Chromium.await(
          "answer " + turn + " can be judged",
          () ->
              chromium.browser().findElements(By.cssSelector("section")).size() == turn
                  && one(css(turn, ".thumbs")).isDisplayed());
      assertThat(one(css(turn, ".answer")).getText()).isEqualTo("You said: " + question);
    }

    void thumb(int turn, String which) {
      WebElement button = one(css(turn, "button[aria-label='" + which + "']"));
      button.click();
      Chromium.await(
          "the thumb is taken", () -> "true".equals(button.getDomAttribute("aria-pressed")));
      assertThat(one("#error").getText()).isEmpty();
    }

    private static String css(int turn, String part) {
      return "section:nth-of-type(" + turn + ") " + part;
    }

    private WebElement one(String css) {
      return chromium.browser().findElement(By.cssSelector(css));
    }

    @Override
    public void close() {
      chromium.close();
    }
  }
}
