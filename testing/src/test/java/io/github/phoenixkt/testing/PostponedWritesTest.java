package io.github.phoenixkt.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Writes of one key that wait for their span, and meet in one drain. */
class PostponedWritesTest {
  private static final String WRITE = "/v1/span_annotations";

  private final FakePhoenix phoenix =
      FakePhoenix.builder()
          .clock(FakeClock.stoppedAt(Instant.parse("2026-01-05T10:00:00Z")))
          .drainEvery(Duration.ZERO)
          .start();

  @AfterEach
  void close() {
    phoenix.close();
  }

  private void queue(String label) throws Exception {
    String item =
        "{'span_id':'s','name':'n','annotator_kind':'LLM','result':{'label':'%s'}}"
            .formatted(label);
    Http.post(phoenix, WRITE, "{'data':[" + item + "]}");
  }

  private void addSpanAndWait() {
    phoenix.addSpan(FakeSpan.of("s"));
    phoenix.advance(Duration.ofSeconds(10));
  }

  private void assertStored(String label) {
    assertThat(phoenix.annotations(FakeTargetKind.SPAN))
        .singleElement()
        .extracting(StoredRow::label)
        .isEqualTo(label);
    assertThat(phoenix.queued()).isZero();
  }

  /** The older was postponed once more after the newer came in. */
  @Test
  void theLatestReceiptWins() throws Exception {
    queue("old");
    phoenix.advance(Duration.ofSeconds(5));
    queue("new");
    phoenix.advance(Duration.ofSeconds(6));
    addSpanAndWait();
    assertStored("new");
  }

  /** Both came at one moment of the clock; only the first was looked at. */
  @Test
  void ofOneMomentTheLaterWins() throws Exception {
    queue("old");
    phoenix.holdQueue(true);
    queue("new");
    phoenix.advance(Duration.ofSeconds(5));
    phoenix.holdQueue(false);
    phoenix.drainQueue();
    phoenix.advance(Duration.ofSeconds(6));
    addSpanAndWait();
    assertStored("new");
  }
}
