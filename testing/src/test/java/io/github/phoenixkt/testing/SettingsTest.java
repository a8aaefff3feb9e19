package io.github.phoenixkt.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the fake cannot do is refused where it is set. */
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

  static Stream<Arguments> mistakes() {
    return Stream.of(
        mistake("status must be from 100 to 599, but is 42", () -> Fault.status(42)),
        mistake("status must be from 100 to 599, but is 99", () -> Fault.status(99)),
        mistake("status must be from 100 to 599, but is 600", () -> Fault.status(600)),
        mistake("seconds must be at least 0, but is -1", () -> Fault.status(503).retryAfter(-1)),
        mistake("name must be an HTTP token", () -> Fault.html().header("x y", "z")),
        mistake("name must be an HTTP token", () -> Fault.html().header("", "z")),
        mistake(
            "value must be text that a header can", () -> Fault.html().header("x", "a\r\nb: c")),
        mistake("value must be text that a header can", () -> Fault.html().header("x", "\u4e2d")),
        mistake("contentType must be text", () -> Fault.html().body("a\nb", "")),
        mistake("text must not be null", () -> Fault.html().body("text/plain", nothing())),
        mistake("times must be at least 1, but is 0", () -> Fault.reset().times(0)),
        mistake("method must be in upper case", () -> Fault.reset().on("post", "/v1/projects")),
        mistake("method must be an HTTP token", () -> Fault.reset().on("", "/v1/projects")),
        mistake("pathEnd must not have a query", () -> Fault.reset().on("GET", "/v1?limit=1")),
        mistake("wanted must not be null", () -> Fault.reset().when(nothing())),
        mistake("pause must not be null", () -> Fault.delay(nothing())),
        mistake("spanId must not be blank", () -> FakeSpan.of(" ")),
        mistake("spanId must not be null", () -> FakeSpan.of(nothing())),
        mistake("id must not be blank", () -> span().trace("")),
        mistake("id must not be blank", () -> span().session(" ")),
        mistake("projectName must not be blank", () -> span().project("")),
        mistake("spanIdOfParent must not be blank", () -> span().parent("")),
        mistake("spanName must not be null", () -> span().name(nothing())),
        mistake("spanKind must not be blank", () -> span().kind("")),
        mistake("code must be OK, ERROR or UNSET, but is \"ok\"", () -> span().status("ok")),
        mistake(
            "is before the start", () -> span().time(Instant.EPOCH, Instant.EPOCH.minusMillis(1))),
        mistake("key must not be blank", () -> span().attribute("", 1)),
        mistake("value must not be null", () -> span().attribute("a", nothing())),
        mistake("count must be at least 0, but is -1", () -> span().documents(-1)),
        mistake("start must not be null", () -> FakeClock.stoppedAt(nothing())),
        mistake(
            "step must not be negative", () -> FakeClock.running().advance(Duration.ofNanos(-1))),
        mistake("port must be from 0 to 65535, but is -1", () -> fake().port(-1)),
        mistake("port must be from 0 to 65535, but is 65536", () -> fake().port(65_536)),
        mistake("version must have the form 20.26.1", () -> fake().version("20")),
        mistake(
            "version must have the form 20.26.1", () -> fake().version("9".repeat(12) + ".0.0")),
        mistake("version must have the form 20.26.1", () -> fake().version("20.1.0\r\nx: y")),
        mistake("fakeClock must not be null", () -> fake().clock(nothing())),
        mistake("flavour must not be null", () -> fake().database(nothing())),
        mistake("path must be like /s/space", () -> fake().rootPath("s/space")),
        mistake("path must be like /s/space", () -> fake().rootPath("/s pace")),
        mistake("path must be like /s/space", () -> fake().rootPath("/s?x=1")),
        mistake("adminSecret must not be blank", () -> fake().auth("", null, null)),
        mistake("memberKey must not be blank", () -> fake().auth("secret", " ", null)),
        mistake("viewerKey must not be blank", () -> fake().auth("secret", null, "")),
        mistake("key must not be blank", () -> fake().apiKey(Role.MEMBER, "")),
        mistake("role must not be null", () -> fake().apiKey(nothing(), "key")),
        mistake("key must not be blank", () -> fake().expiredKey("")));
  }

  private static Arguments mistake(String message, ThrowingCallable call) {
    return Arguments.of(message, call);
  }

  private static FakeSpan span() {
    return FakeSpan.of("67f6740bbe1ddc3f");
  }

  private static FakePhoenix.Builder fake() {
    return FakePhoenix.builder();
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
  private static <T> T nothing() {
    return null;
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void aMistakeIsRefusedWhereItIsMade(String message, ThrowingCallable call) {
    Throwable thrown = catchThrowable(call);
    assertThat(thrown).hasMessageContaining(message);
    assertThat(thrown)
        .isInstanceOf(
            message.endsWith("null") ? NullPointerException.class : IllegalArgumentException.class);
  }

  @Test
  void aFaultThatIsMissingAmongOthersAddsNone() {
    try (var phoenix = FakePhoenix.start()) {
      assertThatThrownBy(() -> phoenix.failNext(Fault.reset(), nothing()))
          .hasMessage("fault must not be null.");
      assertThat(phoenix.faultsLeft()).isZero();
    }
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
