package io.github.phoenixkt.samples.spring;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.stereotype.Component;

/** With {@code --chat.check=true}: asks the packaged chat one question, and ends it. */
@Component
@ConditionalOnBooleanProperty("chat.check")
class ChatCheck implements ApplicationRunner {
  private final ConfigurableApplicationContext application;

  ChatCheck(ConfigurableApplicationContext application) {
    this.application = application;
  }

  @Override
  public void run(ApplicationArguments arguments) throws Exception {
    String port = application.getEnvironment().getProperty("local.server.port");
    HttpRequest question =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/answers?question=Why%3F"))
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    String answer =
        HttpClient.newHttpClient().send(question, HttpResponse.BodyHandlers.ofString()).body();
    if (!answer.contains("event:words")) {
      throw new AssertionError(answer);
    }
    System.out.println("OK on Java " + Runtime.version().feature() + ", the chat answers");
    application.close();
  }
}
