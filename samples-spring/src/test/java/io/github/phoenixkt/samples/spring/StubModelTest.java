package io.github.phoenixkt.samples.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

class StubModelTest {
  private static final String QUESTION =
      """
      {"model": "m", "stream": true, "messages": [{"role": "user", "content": "Why?"}]}
      """;

  /** JDK 25 gives the threads of its HTTP server a class loader of its own. */
  @Test
  void itStreamsWhateverTheClassLoaderOfTheServersThreads() throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
    try (StubModel model = StubModel.start()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(model.url() + "/v1/chat/completions"))
              .POST(HttpRequest.BodyPublishers.ofString(QUESTION))
              .build();
      HttpResponse<String> answer =
          HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.headers().firstValue("Content-Type")).contains("text/event-stream");
      assertThat(answer.body()).endsWith("data: [DONE]\n\n");
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
