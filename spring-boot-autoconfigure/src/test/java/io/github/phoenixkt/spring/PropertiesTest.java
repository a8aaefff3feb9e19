package io.github.phoenixkt.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.opentelemetry.BlockingSpanFeedback;
import io.github.phoenixkt.queue.AnnotationQueueOptions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.util.unit.DataSize;

/** A value that cannot be used fails the start, and the error names its property. */
class PropertiesTest {
  private final ApplicationContextRunner application =
      new ApplicationContextRunner()
          .withPropertyValues("phoenix.endpoint=http://127.0.0.1:1", "phoenix.project=chat")
          .withConfiguration(
              AutoConfigurations.of(
                  PhoenixClientAutoConfiguration.class,
                  PhoenixTracingAutoConfiguration.class,
                  PhoenixHealthBoot3AutoConfiguration.class));

  static Stream<String> ofDurations() {
    return PropertyMetadata.ofTypes(Set.of(Duration.class));
  }

  static Stream<String> ofNumbers() {
    return PropertyMetadata.ofTypes(Set.of(Integer.class, Double.class));
  }

  static Stream<String> ofSizes() {
    return PropertyMetadata.ofTypes(Set.of(DataSize.class));
  }

  @ParameterizedTest
  @MethodSource
  void ofDurations(String property) {
    for (String value : List.of("", "0", "-1s", "500us", "1ns", "200000000000d")) {
      check(property, value);
    }
    assertFails(property, "-1s");
  }

  @ParameterizedTest
  @MethodSource
  void ofNumbers(String property) {
    for (String value : List.of("", "0", "-1", "2147483647")) {
      check(property, value);
    }
    assertFails(property, "-1");
  }

  @ParameterizedTest
  @MethodSource
  void ofSizes(String property) {
    for (String value : List.of("", "0", "-1", "9223372036854775807")) {
      check(property, value);
    }
    assertFails(property, "-1");
  }

  /** As {@code ${PHOENIX_KEY:}} is where the variable is not set. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "phoenix.endpoint",
        "phoenix.api-key",
        "phoenix.headers.x-tenant",
        "phoenix.project",
        "phoenix.ssl.bundle",
        "phoenix.queue.spool"
      })
  void blankIsLikeNotSet(String property) {
    for (String blank : List.of("", " ")) {
      application
          .withPropertyValues(property + "=" + blank)
          .run(
              context -> {
                assertThat(context).as(property + "=" + blank).hasNotFailed();
                useAll(context);
              });
    }
  }

  private void check(String property, String value) {
    application
        .withPropertyValues(property + "=" + value)
        .run(
            context -> {
              if (context.getStartupFailure() == null) {
                useAll(context);
              } else {
                assertNames(context, property, value);
              }
            });
  }

  private void assertFails(String property, String value) {
    application
        .withPropertyValues(property + "=" + value)
        .run(
            context -> {
              assertThat(context).as(property + "=" + value).hasFailed();
              assertNames(context, property, value);
            });
  }

  private static void assertNames(
      AssertableApplicationContext context, String property, String value) {
    StringBuilder messages = new StringBuilder();
    for (Throwable e = context.getStartupFailure(); e != null; e = e.getCause()) {
      messages.append(e.getMessage()).append('\n');
    }
    String area = property.substring(0, property.lastIndexOf('.'));
    assertThat(messages.toString()).as(property + "=" + value).contains(area);
    assertThat(NestedExceptionUtils.getMostSpecificCause(context.getStartupFailure()))
        .as(property + "=" + value)
        .isNotInstanceOf(NullPointerException.class)
        .isNotInstanceOf(ArithmeticException.class);
  }

  private static void useAll(AssertableApplicationContext context) {
    assertThat(context.getBean(PhoenixSettings.class)).isNotNull();
    assertThat(context.getBean(AnnotationQueueOptions.class)).isNotNull();
    assertThat(context.getBean(BlockingSpanFeedback.class)).isNotNull();
    assertThat(context.getBean("phoenixHealthIndicator", HealthIndicator.class).health())
        .isNotNull();
  }
}
