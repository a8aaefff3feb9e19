package io.github.phoenixkt.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.phoenixkt.support.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WriteQueueTest {
  private static final String WRITE = "/v1/span_annotations";

  private final FakeClock clock = FakeClock.stoppedAt(Instant.parse("2026-01-05T10:00:00Z"));
  private FakePhoenix phoenix =
      FakePhoenix.builder().clock(clock).drainEvery(Duration.ZERO).start();

  @AfterEach
  void close() {
    phoenix.close();
  }

  private void useDatabase(Database database) {
    phoenix.close();
    phoenix =
        FakePhoenix.builder().clock(clock).drainEvery(Duration.ZERO).database(database).start();
  }

  private List<StoredRow> stored() {
    return phoenix.annotations(FakeTargetKind.SPAN);
  }

  @Test
  void aMissingTargetIsTriedAgainEveryTenSeconds() throws Exception {
    Http.post(phoenix, WRITE, Http.annotation("s", "n"));
    phoenix.addSpan(FakeSpan.of("s"));
    phoenix.advance(Duration.ofSeconds(9));
    assertThat(stored()).isEmpty();
    assertThat(phoenix.queued()).isEqualTo(1);
    phoenix.advance(Duration.ofSeconds(1).plusMillis(1));
    assertThat(stored()).hasSize(1);
    assertThat(phoenix.queued()).isZero();
    // Dated with the time of receipt, though it was created later.
    assertThat(stored().get(0).updatedAt()).isBefore(stored().get(0).createdAt());
  }

  @Test
  void afterTenMinutesItIsForgotten() throws Exception {
    Http.post(phoenix, WRITE, Http.annotation("s", "n"));
    for (int i = 0; i < 59; i++) {
      phoenix.advance(Duration.ofSeconds(10).plusMillis(1));
      assertThat(phoenix.queued()).isEqualTo(1);
    }
    phoenix.advance(Duration.ofSeconds(10));
    assertThat(phoenix.queued()).isZero();
    phoenix.addSpan(FakeSpan.of("s"));
    phoenix.advance(Duration.ofMinutes(1));
    assertThat(stored()).isEmpty();
  }

  @Test
  void aQueuedWriteDoesNotOverrideALaterOne() throws Exception {
    phoenix.addSpan(FakeSpan.of("s"));
    phoenix.holdQueue(true);
    Http.post(phoenix, WRITE, Http.annotation("s", "n"));
    phoenix.advance(Duration.ofSeconds(2));
    Http.post(phoenix, WRITE + "?sync=true", Http.annotation("s", "n").replace("LLM", "HUMAN"));
    phoenix.holdQueue(false);
    phoenix.drainQueue();
    assertThat(stored()).hasSize(1);
    assertThat(stored().get(0).annotatorKind()).isEqualTo(FakeAnnotatorKind.HUMAN);
  }

  @Test
  void whatIsHeldIsNotStored() throws Exception {
    phoenix.addSpan(FakeSpan.of("s"));
    phoenix.holdQueue(true);
    Http.post(phoenix, WRITE, Http.annotation("s", "n"));
    phoenix.drainQueue();
    assertThat(stored()).isEmpty();
    assertThat(phoenix.queued()).isEqualTo(1);
  }

  @Test
  void aDocumentOutOfBoundsIsDroppedWithoutAWord() throws Exception {
    phoenix.addSpan(FakeSpan.of("s").documents(1));
    for (int position = -1; position < 2; position++) {
      String json =
          Http.annotation("s", "n")
              .replace("'name'", "'document_position':" + position + ",'name'");
      assertThat(Http.post(phoenix, "/v1/document_annotations", json).statusCode()).isEqualTo(200);
    }
    assertThat(phoenix.annotations(FakeTargetKind.DOCUMENT))
        .extracting(StoredRow::documentPosition)
        .containsExactly(0);
    assertThat(phoenix.queued()).isZero();
  }

  @Test
  void oneBrokenIdCostsTheWholeDrain() throws Exception {
    phoenix.addSpan(FakeSpan.of("s"));
    phoenix.holdQueue(true);
    Http.post(phoenix, WRITE, Http.annotation("s", "innocent"));
    Http.post(phoenix, WRITE, Http.annotation("s", "\\ud83d"));
    phoenix.holdQueue(false);
    phoenix.drainQueue();
    assertThat(stored()).isEmpty();
    assertThat(phoenix.queued()).isZero();
  }

  @Test
  void aRowTheDatabaseRefusesStaysAndItsNeighboursAreStored() throws Exception {
    useDatabase(Database.POSTGRESQL);
    phoenix.addSpan(FakeSpan.of("s"));
    Http.post(
        phoenix,
        WRITE,
        "{'data':[{'span_id':'s','name':'bad','annotator_kind':'LLM','result':{'label':'\\u0000'}},"
            + "{'span_id':'s','name':'good','annotator_kind':'LLM'}]}");
    assertThat(stored()).extracting(StoredRow::name).containsExactly("good");
    phoenix.advance(Duration.ofHours(1));
    assertThat(phoenix.queued()).isEqualTo(1);
  }

  @Test
  void tooManyRowsAtOnceAreLostOnPostgres() throws Exception {
    for (Database database : Database.values()) {
      useDatabase(database);
      phoenix.addSpan(FakeSpan.of("s"));
      String items =
          IntStream.range(0, 7_501)
              .mapToObj(n -> "{'span_id':'s','name':'n" + n + "','annotator_kind':'LLM'}")
              .collect(Collectors.joining(","));
      Http.post(phoenix, WRITE, "{'data':[" + items + "]}");
      assertThat(stored()).hasSize(database == Database.SQLITE ? 7_501 : 0);
    }
  }

  @Test
  void identifiersWereLostBefore122() throws Exception {
    phoenix.addSpan(FakeSpan.of("s"));
    phoenix.setVersion("12.1.0");
    String items =
        "{'data':[{'span_id':'s','name':'n','annotator_kind':'LLM','identifier':'a'},"
            + "{'span_id':'s','name':'n','annotator_kind':'LLM','identifier':'b'}]}";
    Http.post(phoenix, WRITE, items);
    assertThat(stored()).extracting(StoredRow::identifier).containsExactly("b");
    phoenix.setVersion("12.2.0");
    Http.post(phoenix, WRITE, items);
    assertThat(stored()).extracting(StoredRow::identifier).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void byDefaultItIsDrainedAllByItself() throws Exception {
    try (var running = FakePhoenix.start()) {
      running.addSpan(FakeSpan.of("s"));
      Http.post(running, WRITE, Http.annotation("s", "n"));
      Await.until("it is drained", () -> !running.annotations(FakeTargetKind.SPAN).isEmpty());
    }
  }
}
