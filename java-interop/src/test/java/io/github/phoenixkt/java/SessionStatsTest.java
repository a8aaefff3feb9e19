package io.github.phoenixkt.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.phoenixkt.sessions.SessionStats;
import io.github.phoenixkt.spans.StoredSpan;
import io.github.phoenixkt.testing.FakePhoenix;
import io.github.phoenixkt.testing.FakeSpan;
import io.github.phoenixkt.testing.PhoenixExtension;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Session statistics as Java asks for them: of a list, and of a stream that nobody keeps. */
@ExtendWith(PhoenixExtension.class)
class SessionStatsTest {
  private static final Instant START = Instant.parse("2026-01-05T10:00:00Z");
  private static final int SPANS = 1_200;

  /** Of any three spans two are of session "a", by turns in ten traces, and one is of none. */
  private static void record(FakePhoenix phoenix) {
    for (int i = 0; i < SPANS; i++) {
      FakeSpan span =
          FakeSpan.of("s" + i)
              .trace((i % 3 == 0 ? "none" : "a") + i % 10)
              .time(START, START.plusMillis(i))
              .status(i == 7 ? "ERROR" : "OK");
      phoenix.addSpan(i % 3 == 0 ? span : span.session("a"));
    }
    phoenix.addSpan(
        FakeSpan.of("b1")
            .trace("b")
            .session("b")
            .time(START.minusSeconds(1), START.plusSeconds(1)));
  }

  @Test
  void figuresOfAListAndOfAStreamAreTheSame(FakePhoenix phoenix) {
    record(phoenix);
    try (var client = Clients.blocking(phoenix.endpoint())) {
      List<StoredSpan> spans = client.spans().getSpans().toList();
      List<SessionStats> ofList = SessionStats.of(spans);
      List<SessionStats> ofStream;
      try (var stream = client.spans().getSpans()) {
        ofStream = stream.collect(SessionStats.collector());
      }
      assertThat(ofStream).hasToString(ofList.toString());
      assertThat(ofList).extracting(SessionStats::getSessionId).containsExactly("b", "a", null);
      SessionStats a = ofList.get(1);
      assertThat(a.getTurns()).isEqualTo(10);
      assertThat(a.getSpans()).isEqualTo(SPANS * 2 / 3);
      assertThat(a.getErrors()).isEqualTo(1);
      assertThat(a.getStartTime()).isEqualTo(START);
      assertThat(a.getEndTime()).isEqualTo(START.plusMillis(SPANS - 1));
      assertThat(a.getLatencyMsSum()).isEqualTo(480_000.0);
      assertThat(a.getLatencyMsMean()).isEqualTo(600.0);
      assertThat(a.getLatencyMsMax()).isEqualTo(SPANS - 1.0);
      // Between 1,139 and 1,141, at the position 0.95 × 799 = 759.05.
      assertThat(a.getLatencyMsP95()).isEqualTo(1_139.1);
      assertThat(ofList.get(2).getSpans()).isEqualTo(SPANS / 3);
      assertThat(SessionStats.longest(ofList, 5))
          .extracting(SessionStats::getSessionId)
          .containsExactly("a", "b");
      assertThatThrownBy(() -> SessionStats.longest(ofList, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("n is 0: use 1 or more.");
    }
  }
}
