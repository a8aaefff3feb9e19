package io.github.phoenixkt.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Durations that the fake cannot keep are refused where they are set. */
class SettingsTest {
  private static final List<Duration> WRONG =
      List.of(
          Duration.ofNanos(-1),
          Duration.ofSeconds(-1),
          Duration.ofNanos(1),
          Duration.ofNanos(999_999),
          Duration.ofDays(30),
          Duration.ofSeconds(Long.MAX_VALUE));

  private static final List<Duration> RIGHT =
      List.of(Duration.ZERO, Duration.ofMillis(1), Duration.ofDays(24));

  static List<Consumer<Duration>> settings() {
    return List.of(
        it -> FakePhoenix.builder().idleTimeout(it),
        it -> FakePhoenix.builder().drainEvery(it),
        Fault::slow,
        Fault::delay);
  }

  @ParameterizedTest
  @MethodSource("settings")
  void durationsAreChecked(Consumer<Duration> setting) {
    for (Duration wrong : WRONG) {
      assertThatThrownBy(() -> setting.accept(wrong))
          .as(wrong.toString())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(wrong.toString());
    }
    RIGHT.forEach(setting);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT0.001S", "PT576H"})
  void whatIsAcceptedIsKept(String text) throws Exception {
    Duration duration = Duration.parse(text);
    try (var phoenix = FakePhoenix.builder().idleTimeout(duration).drainEvery(duration).start()) {
      assertThat(Http.get(phoenix, "/healthz").statusCode()).isEqualTo(200);
    }
  }
}
