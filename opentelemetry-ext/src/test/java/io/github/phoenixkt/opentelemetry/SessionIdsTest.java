package io.github.phoenixkt.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SessionIdsTest {
  private static final Clock TEN =
      Clock.fixed(Instant.parse("2026-11-21T10:59:59.999Z"), ZoneId.of("UTC"));
  private static final String UUID_FORM = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  @Test
  void aUserHasOneSession() {
    assertThat(SessionIds.user("42")).isEqualTo("user-42");
  }

  @Test
  void aConversationIsRandomAndTellsItsUser() {
    assertThat(UUID.fromString(SessionIds.conversation()).version()).isEqualTo(4);
    assertThat(SessionIds.conversation()).isNotEqualTo(SessionIds.conversation());
    assertThat(SessionIds.conversation("42")).matches("user-42-conv-" + UUID_FORM);
    assertThat(SessionIds.conversation("42")).isNotEqualTo(SessionIds.conversation("42"));
    assertThat(SessionIds.conversation("123", "456")).isEqualTo("user-123-conv-456");
  }

  @Test
  void anHourIsThatOfTheClockAndItsZone() {
    assertThat(SessionIds.hourly("42", TEN)).isEqualTo("42-2026-11-21-10");
    assertThat(SessionIds.hourly("42", Clock.offset(TEN, Duration.ofMillis(1))))
        .isEqualTo("42-2026-11-21-11");
    assertThat(SessionIds.hourly("42", TEN.withZone(ZoneId.of("Asia/Kathmandu"))))
        .isEqualTo("42-2026-11-21-16");
    assertThat(SessionIds.hourly("42", TEN.withZone(ZoneId.of("Pacific/Auckland"))))
        .isEqualTo("42-2026-11-21-23");
  }

  @Test
  void withoutAClockTheHourIsThatOfUtcWhateverTheMachinesZone() {
    String before = SessionIds.hourly("42", Clock.systemUTC());
    String id = SessionIds.hourly("42");
    // The hour may end in between.
    assertThat(id).isIn(before, SessionIds.hourly("42", Clock.systemUTC()));
  }

  @Test
  void aWorkflowIsRandomAndTellsWhatItWorksOn() {
    assertThat(SessionIds.workflow("doc", "invoice7")).matches("doc-invoice7-" + UUID_FORM);
    assertThat(SessionIds.workflow("doc", "7")).isNotEqualTo(SessionIds.workflow("doc", "7"));
  }

  @Test
  void whatIsBlankIsLeftOutOfRandomIdsAndMakesOthersBlank() {
    assertThat(SessionIds.conversation(" ")).matches("conv-" + UUID_FORM);
    assertThat(SessionIds.workflow("", "7")).matches("7-" + UUID_FORM);
    assertThat(SessionIds.workflow("doc", "\t")).matches("doc-" + UUID_FORM);

    assertThat(SessionIds.user(" ")).isEmpty();
    assertThat(SessionIds.hourly("", TEN)).isEmpty();
    assertThat(SessionIds.conversation("", "7")).isEmpty();
    assertThat(SessionIds.conversation("42", "")).isEmpty();
    assertThat(PhoenixContext.session(SessionIds.user("")).sessionId()).isNull();
  }

  @Test
  void spaceAroundAPartIsDropped() {
    assertThat(SessionIds.user(" 42\n")).isEqualTo("user-42");
    assertThat(SessionIds.conversation(" 42 ", " 7 ")).isEqualTo("user-42-conv-7");
    assertThat(SessionIds.user("Jo Doe")).isEqualTo("user-Jo Doe");
  }

  @Test
  void aNullIsNamed() {
    assertThatThrownBy(() -> SessionIds.user(null)).hasMessage("userId");
    assertThatThrownBy(() -> SessionIds.conversation(null)).hasMessage("userId");
    assertThatThrownBy(() -> SessionIds.conversation("42", null)).hasMessage("conversationId");
    assertThatThrownBy(() -> SessionIds.conversation("", null)).hasMessage("conversationId");
    assertThatThrownBy(() -> SessionIds.hourly(null)).hasMessage("userId");
    assertThatThrownBy(() -> SessionIds.hourly("42", null)).hasMessage("clock");
    assertThatThrownBy(() -> SessionIds.workflow(null, "7")).hasMessage("kind");
    assertThatThrownBy(() -> SessionIds.workflow("doc", null)).hasMessage("id");
  }
}
