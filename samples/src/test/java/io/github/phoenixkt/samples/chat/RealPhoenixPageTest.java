package io.github.phoenixkt.samples.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.phoenixkt.PhoenixEnvironment;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.samples.QuickStartKt;
import io.github.phoenixkt.samples.StubModel;
import io.github.phoenixkt.samples.browser.PhoenixPage;
import io.github.phoenixkt.support.RealPhoenix;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** What users then see in Phoenix's own page. {@code scripts/screenshots} keeps the pictures. */
@EnabledIfEnvironmentVariable(named = RealPhoenix.ENDPOINT, matches = ".+")
@EnabledIf(
    value = "io.github.phoenixkt.samples.browser.Chromium#isInstalled",
    disabledReason = "chromium and chromedriver are not in PATH")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class RealPhoenixPageTest {
  private static final Path PICTURES = Path.of("target", "screenshots");

  private final String endpoint = RealPhoenix.SQLITE.endpoint();
  private final PhoenixSettings settings =
      PhoenixSettings.builder().environment(PhoenixEnvironment.empty()).endpoint(endpoint).build();

  @Test
  void theQuickStartsAnnotationIsOnItsSpan() {
    String answer = QuickStartKt.run(settings).getTurns().get(0).getLlmSpanId();
    try (PhoenixPage page = new PhoenixPage(endpoint)) {
      page.openSpan(answer);
      page.awaitTexts("What is a span?", "A unit of work with a start and an end.", "correctness");
      page.save(PICTURES.resolve("quick-start.png"));
    }
  }

  @Test
  void theChatIsUsed() throws Exception {
    try (StubModel model = StubModel.start();
        ChatService service =
            new ChatService(settings, "chat-" + UUID.randomUUID(), model.settings(), 0, null);
        ChatPage page = new ChatPage(service.uri())) {
      model.answerNext(
          StubModel.streams(
              java.util.List.of(
                  "A span is one step of a request, ",
                  "such as a call of a model. ",
                  "It has a start, an end and attributes.")),
          StubModel.streams(java.util.List.of("A trace is the tree of all spans of one request.")));
      page.ask("What is a span?");
      page.thumb(1, "up");
      page.comment(1, "Short and clear.");
      page.ask("And a trace?");
      page.thumb(2, "up");
      assertThat(page.error()).isEmpty();
      page.chromium.save(PICTURES.resolve("chat.png"));
    }
  }
}
