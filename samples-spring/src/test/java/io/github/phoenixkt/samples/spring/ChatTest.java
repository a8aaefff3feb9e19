package io.github.phoenixkt.samples.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/** What the chat promises without a Phoenix. */
class ChatTest {
  @Test
  void answersComeInPartsAndOnlyTheirReaderMayJudgeThem() throws Exception {
    try (ConfigurableApplicationContext chat =
        ChatApplication.start("--server.port=0", "--phoenix.endpoint=", "--phoenix.queue.close-timeout=0s")) {
      HttpClient visitor = visitor();
      String answer = post(chat, visitor, "/answers?question=What+is+a+span%3F").body();
      assertThat(answer.split("event:words", -1)).hasSizeGreaterThan(3);
      String span = answer.substring(answer.lastIndexOf("data:") + 5).strip();
      assertThat(span).hasSize(16);
      String thumb = "/feedback?up=true&span=" + span;
      assertThat(post(chat, visitor(), thumb).statusCode()).isEqualTo(403);
      assertThat(post(chat, visitor, thumb).statusCode()).isEqualTo(202);
    }
  }

  /** Keeps its cookies, as a browser does. */
  private static HttpClient visitor() {
    return HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
  }

  private static HttpResponse<String> post(
      ConfigurableApplicationContext chat, HttpClient visitor, String path) throws Exception {
    String port = chat.getEnvironment().getProperty("local.server.port");
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    return visitor.send(request, HttpResponse.BodyHandlers.ofString());
  }
}
