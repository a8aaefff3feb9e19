package io.github.phoenixkt.samples.spring;

import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A chat with thumbs: Spring AI answers, Phoenix gets the traces and the feedback.
 *
 * <p>Without {@code SPRING_AI_OPENAI_BASE_URL} and {@code SPRING_AI_OPENAI_API_KEY} a model of its
 * own answers, which repeats what it is told.
 */
@SpringBootApplication
public class ChatApplication {
  public static void main(String[] args) {
    start(args);
  }

  static ConfigurableApplicationContext start(String... args) {
    SpringApplication chat = new SpringApplication(ChatApplication.class);
    if (System.getenv("SPRING_AI_OPENAI_BASE_URL") == null) {
      chat.setDefaultProperties(
          Map.of(
              "spring.ai.openai.base-url", StubModel.start().url() + "/v1",
              "spring.ai.openai.api-key", "none"));
    }
    return chat.run(args);
  }
}
