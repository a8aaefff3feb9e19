package io.github.phoenixkt.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.phoenixkt.support.TestClock;
import java.lang.ref.WeakReference;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SessionManagerTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration MOMENT = Duration.ofNanos(1);

  /** What an application may keep for a user. */
  private record ChatSession(String userId, List<String> messages) {
    ChatSession(String userId) {
      this(userId, new ArrayList<>());
    }
  }

  private final TestClock.Movable clock =
      TestClock.stoppedAt(Instant.parse("2026-11-21T10:00:00Z"));
  private final List<String> ended = new ArrayList<>();
  private final SessionManager<ChatSession> sessions =
      SessionManager.builder(ChatSession::new)
          .clock(clock)
          .onEnd((key, session, reason) -> ended.add(key + " " + reason))
          .build();

  @Test
  void aUserGetsOneSessionOfTheirOwn() {
    ChatSession session = sessions.get("42");
    session.messages().add("Hello!");

    assertThat(sessions.get("42")).isSameAs(session);
    assertThat(sessions.get("43").messages()).isEmpty();
    assertThat(session.userId()).isEqualTo("42");
    assertThat(sessions.activeKeys()).containsExactlyInAnyOrder("42", "43");
    assertThat(sessions.activeCount()).isEqualTo(2);
    assertThat(ended).isEmpty();
  }

  @Test
  void aSessionThatIsUsedStaysAndExpiresAtTheTimeout() {
    ChatSession session = sessions.get("42");
    clock.move(HOUR.minus(MOMENT));
    assertThat(sessions.get("42")).isSameAs(session);
    clock.move(HOUR.minus(MOMENT));
    assertThat(sessions.get("42")).isSameAs(session);
    assertThat(ended).isEmpty();

    clock.move(HOUR);
    assertThat(sessions.activeKeys()).isEmpty();
    assertThat(sessions.get("42")).isNotSameAs(session);
    assertThat(ended).containsExactly("42 EXPIRED");
    assertThat(sessions.activeKeys()).containsExactly("42");
  }

  @Test
  void theTimeoutIsTheBuilders() {
    SessionManager<ChatSession> brief =
        SessionManager.builder(ChatSession::new)
            .idleTimeout(Duration.ofMinutes(30))
            .clock(clock)
            .build();
    ChatSession session = brief.get("42");
    clock.move(Duration.ofMinutes(30).minus(MOMENT));
    assertThat(brief.get("42")).isSameAs(session);
    clock.move(Duration.ofMinutes(30));
    assertThat(brief.get("42")).isNotSameAs(session);
  }

  @Test
  void aSessionThatEndsIsToldOnceAndTheNextOneIsNew() {
    ChatSession session = sessions.get("42");

    assertThat(sessions.end("42")).isSameAs(session);
    assertThat(sessions.end("42")).isNull();
    assertThat(sessions.end("43")).isNull();
    assertThat(sessions.activeCount()).isZero();
    assertThat(ended).containsExactly("42 ENDED");
    assertThat(sessions.get("42")).isNotSameAs(session);
  }

  @Test
  void anEndThatComesTooLateIsAnExpiry() {
    sessions.get("42");
    clock.move(HOUR);
    assertThat(sessions.end("42")).isNull();
    assertThat(ended).containsExactly("42 EXPIRED");
  }

  @Test
  void allThatHasExpiredIsLetGoOfByTheNextCall() {
    for (int user = 0; user < 1_000; user++) {
      sessions.get("u" + user);
    }
    clock.move(HOUR.dividedBy(2));
    sessions.get("u7");
    clock.move(HOUR.dividedBy(2));

    sessions.get("another");
    assertThat(ended).hasSize(999).contains("u0 EXPIRED").doesNotContain("u7 EXPIRED");
    assertThat(sessions.activeKeys()).containsExactlyInAnyOrder("u7", "another");

    clock.move(HOUR.dividedBy(2));
    assertThat(sessions.expire()).isEqualTo(1);
    assertThat(sessions.expire()).isZero();
    assertThat(ended).hasSize(1_000).last().isEqualTo("u7 EXPIRED");
  }

  @Test
  @Timeout(60)
  void whatIsHeldIsWhatWasUsedWithinTheTimeout() {
    List<WeakReference<ChatSession>> made = new ArrayList<>();
    SessionManager<ChatSession> tenAnHour =
        SessionManager.builder(ChatSession::new).clock(clock).build();
    for (int user = 0; user < 2_000; user++) {
      made.add(new WeakReference<>(tenAnHour.get("u" + user)));
      clock.move(HOUR.dividedBy(10));
    }
    assertThat(tenAnHour.activeCount()).isEqualTo(9);
    while (made.stream().filter(session -> session.get() != null).count() > 10) {
      System.gc();
    }
    assertThat(tenAnHour.activeCount()).isEqualTo(9);
  }

  @Test
  void aListenerThatFailsKeepsNobodyFromTheirSession() {
    List<String> told = new ArrayList<>();
    SessionManager<ChatSession> managed =
        SessionManager.builder(ChatSession::new)
            .clock(clock)
            .onEnd(
                (key, session, reason) -> {
                  told.add(session.userId());
                  throw new IllegalStateException("no disk");
                })
            .build();
    managed.get("42");
    managed.get("43");
    clock.move(HOUR);

    assertThat(managed.get("44").userId()).isEqualTo("44");
    assertThat(told).containsExactly("42", "43");
    assertThat(managed.end("44")).isNotNull();
    assertThat(told).hasSize(3);
  }

  @Test
  void aListenerMayUseTheManager() {
    List<SessionManager<ChatSession>> self = new ArrayList<>();
    SessionManager<ChatSession> managed =
        SessionManager.builder(ChatSession::new)
            .clock(clock)
            .onEnd((key, session, reason) -> self.get(0).get("after " + key))
            .build();
    self.add(managed);
    managed.get("42");
    clock.move(HOUR);
    managed.get("42");
    assertThat(managed.activeKeys()).containsExactlyInAnyOrder("42", "after 42");
  }

  @Test
  void aFactoryThatFailsLeavesNothingBehind() {
    List<String> asked = new ArrayList<>();
    SessionManager<String> failing =
        SessionManager.builder(
                user -> {
                  asked.add(user);
                  if (asked.size() == 1) {
                    throw new IllegalStateException("no database");
                  }
                  return asked.size() == 2 ? null : "session of " + user;
                })
            .clock(clock)
            .build();

    assertThatThrownBy(() -> failing.get("42")).hasMessage("no database");
    assertThat(failing.activeKeys()).isEmpty();
    assertThatThrownBy(() -> failing.get("42"))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("factory");
    assertThat(failing.end("42")).isNull();
    assertThat(failing.get("42")).isEqualTo("session of 42");
  }

  @Test
  void aFactoryMayAskForOthersButNotForItself() {
    List<SessionManager<String>> self = new ArrayList<>();
    SessionManager<String> nested =
        SessionManager.builder(
                key -> key.equals("child") ? "of " + self.get(0).get("parent") : "a parent")
            .build();
    self.add(nested);
    assertThat(nested.get("child")).isEqualTo("of a parent");

    List<SessionManager<String>> circle = new ArrayList<>();
    SessionManager<String> endless = SessionManager.builder(key -> circle.get(0).get(key)).build();
    circle.add(endless);
    assertThatThrownBy(() -> endless.get("42")).isInstanceOf(IllegalStateException.class);
    assertThat(endless.activeKeys()).isEmpty();
  }

  @Test
  void aClockThatIsSetBackKeepsNothingForLonger() {
    sessions.get("42");
    clock.move(Duration.ofDays(365)); // wrong
    sessions.get("43");
    clock.move(Duration.ofDays(-365)); // put right
    sessions.get("44");
    assertThat(sessions.activeKeys()).containsExactlyInAnyOrder("43", "44");

    clock.move(HOUR);
    assertThat(sessions.expire()).isEqualTo(2);
  }

  @Test
  void idsAloneNeedNoClass() {
    SessionManager<String> ids =
        SessionManager.<String>builder(SessionIds::conversation).clock(clock).build();
    String id = ids.get("42");
    assertThat(id).startsWith("user-42-conv-").isEqualTo(ids.get("42"));
    clock.move(HOUR);
    assertThat(ids.get("42")).startsWith("user-42-conv-").isNotEqualTo(id);
  }

  @Test
  void theSystemsClockServes() {
    SessionManager<ChatSession> unset = SessionManager.builder(ChatSession::new).build();
    assertThat(unset.get("42")).isSameAs(unset.get("42"));
    SessionManager<ChatSession> later =
        SessionManager.builder(ChatSession::new)
            .clock(Clock.tick(Clock.systemDefaultZone(), Duration.ofSeconds(1)))
            .build();
    assertThat(later.get("42")).isSameAs(later.get("42"));
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertThatThrownBy(() -> sessions.get(" "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("key must not be blank");
    assertThatThrownBy(() -> sessions.get(null)).hasMessage("key");
    assertThatThrownBy(() -> sessions.end(null)).hasMessage("key");
    assertThatThrownBy(() -> SessionManager.builder(null)).hasMessage("factory");
    var builder = SessionManager.builder(ChatSession::new);
    assertThatThrownBy(() -> builder.idleTimeout(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("timeout must be above zero but is PT0S.");
    assertThatThrownBy(() -> builder.idleTimeout(HOUR.negated()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.idleTimeout(null)).hasMessage("timeout");
    assertThatThrownBy(() -> builder.clock(null)).hasMessage("clock");
    assertThatThrownBy(() -> builder.onEnd(null)).hasMessage("listener");
  }

  @Test
  void showsNoUsers() {
    sessions.get("alice@example.com");
    assertThat(sessions.toString()).contains("1 session").doesNotContain("alice");
    assertThat(ended).isEmpty();
  }
}
