package consumer;

import io.github.phoenixkt.samples.spring.StubModel;
import io.github.phoenixkt.testing.FakePhoenix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.task.TaskDecorator;
import org.springframework.context.annotation.Bean;
import org.springframework.core.task.support.ContextPropagatingTaskDecorator;
import org.springframework.scheduling.annotation.EnableAsync;

/**
 * With PHOENIX_TEST_ENDPOINT: many requests of many sessions, all at once, and whether Phoenix has
 * each of their spans in its session and each feedback on its span. Without: that it starts, and
 * captures the spans of Spring AI.
 */
@SpringBootApplication
@EnableAsync
public class Application {
  public static void main(String[] args) throws Exception {
    String endpoint = System.getenv("PHOENIX_TEST_ENDPOINT");
    List<String> found = new ArrayList<>();
    try (StubModel model = StubModel.start();
        FakePhoenix fake = FakePhoenix.start()) {
      for (String type : args.length == 0 ? List.of("servlet", "reactive") : List.of(args)) {
        Map<String, Object> properties =
            Map.of(
                "spring.main.web-application-type", type,
                "phoenix.endpoint", endpoint == null ? fake.endpoint() : endpoint,
                "phoenix.project", "consumer-" + type + "-" + System.nanoTime(),
                "phoenix.tracing.export.enabled", endpoint != null,
                "spring.ai.openai.base-url", model.url() + Answers.basePath());
        boolean withContent = type.equals("servlet");
        if (endpoint != null) {
          try (ConfigurableApplicationContext application =
              start(
                  properties,
                  "--phoenix.project=kinds-" + System.nanoTime(),
                  "--phoenix.tracing.content=" + withContent)) {
            found.add(new KindsCheck(application).run(withContent));
          }
        }
        try (ConfigurableApplicationContext application = start(properties)) {
          SessionsCheck check = new SessionsCheck(application);
          if (endpoint == null) {
            found.add(check.starts());
            found.add(new KindsCheck(application).captures());
          } else {
            found.add(check.run(type));
          }
        }
      }
      if (endpoint == null) {
        Map<String, Object> properties =
            Map.of(
                "spring.profiles.active", OwnClientCheck.PROFILE,
                "phoenix.endpoint", "http://127.0.0.1:1",
                "own.endpoint", fake.endpoint(),
                "phoenix.tracing.export.enabled", false,
                "spring.ai.openai.base-url", model.url() + Answers.basePath());
        try (ConfigurableApplicationContext application = start(properties)) {
          found.add(OwnClientCheck.run(application, fake));
        }
      }
    }
    System.out.println(
        "OK on Java " + Runtime.version().feature() + ", with the starter: " + String.join("; ", found));
    System.exit(0);
  }

  private static ConfigurableApplicationContext start(
      Map<String, Object> properties, String... arguments) {
    SpringApplication application = new SpringApplication(Application.class);
    application.setDefaultProperties(properties);
    return application.run(arguments);
  }

  /** Tells {@code @Async} to take the context along. */
  @Bean
  TaskDecorator contextPropagation() {
    return new ContextPropagatingTaskDecorator();
  }
}
