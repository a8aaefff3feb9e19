package io.github.phoenixkt.java;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.support.Await;
import io.github.phoenixkt.testing.FakePhoenix;
import io.github.phoenixkt.testing.Fault;
import io.github.phoenixkt.testing.PhoenixExtension;
import io.github.phoenixkt.upload.Delivery;
import io.github.phoenixkt.upload.RowOutcomeListener;
import io.github.phoenixkt.upload.UploadOptions;
import io.github.phoenixkt.upload.UploadSummary;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of a stream whose upload ends before it does. */
@ExtendWith(PhoenixExtension.class)
class StoppedStreamTest {
  private static final int MANY = 100_000;
  private static final UploadOptions OPTIONS =
      UploadOptions.builder().delivery(Delivery.CONFIRMED).chunkSize(10).queueWindow(10).build();

  private final Queue<String> taken = new ConcurrentLinkedQueue<>();
  private final Queue<String> told = new ConcurrentLinkedQueue<>();
  private final RowOutcomeListener listener = (row, outcome) -> told.add(row.getTargetId());

  enum Form {
    BLOCKING {
      @Override
      UploadSummary upload(
          FakePhoenix phoenix, Stream<SpanAnnotationData> rows, RowOutcomeListener listener) {
        try (var client = Clients.blocking(phoenix.endpoint())) {
          return client.annotations().uploadStream(rows, OPTIONS, listener);
        }
      }
    },
    ASYNC {
      @Override
      UploadSummary upload(
          FakePhoenix phoenix, Stream<SpanAnnotationData> rows, RowOutcomeListener listener) {
        try (var client = Clients.async(phoenix.endpoint())) {
          return client.annotations().uploadStream(rows, OPTIONS, listener).join();
        }
      }
    };

    abstract UploadSummary upload(
        FakePhoenix phoenix, Stream<SpanAnnotationData> rows, RowOutcomeListener listener);
  }

  private SpanAnnotationData next() {
    String id = "%016x".formatted(taken.size() + 1);
    taken.add(id);
    return SpanAnnotationData.builder(id, "n").label("l").build();
  }

  private static void refuseKeys(FakePhoenix phoenix) {
    phoenix.failNext(Fault.status(401).on("POST", "/v1/span_annotations").times(Integer.MAX_VALUE));
  }

  @ParameterizedTest
  @EnumSource
  void everyRowThatWasTakenHasItsOutcome(Form form, FakePhoenix phoenix) {
    refuseKeys(phoenix);
    var summary = form.upload(phoenix, Stream.generate(this::next).limit(MANY), listener);
    assertThat(summary.getStoppedBy()).isInstanceOf(PhoenixException.class);
    assertThat(summary.getRows()).isEqualTo(taken.size()).isLessThan(1_000);
    assertThat(told).containsExactlyInAnyOrderElementsOf(taken);
  }

  @ParameterizedTest
  @EnumSource
  void aStreamThatCannotBeClosedCostsNoSummary(Form form, FakePhoenix phoenix) {
    refuseKeys(phoenix);
    var rows =
        Stream.generate(this::next)
            .limit(MANY)
            .onClose(
                () -> {
                  throw new IllegalStateException("the file cannot be closed");
                });
    var summary = form.upload(phoenix, rows, listener);
    assertThat(summary.getStoppedBy()).isInstanceOf(PhoenixException.class);
    assertThat(summary.getRemarks())
        .singleElement()
        .asString()
        .contains("IllegalStateException: the file cannot be closed");
    assertThat(told).containsExactlyInAnyOrderElementsOf(taken);
  }

  @Test
  void aReaderThatWaitsForAnItemDoesNotKeepAStoppedUploadWaiting(FakePhoenix phoenix) {
    refuseKeys(phoenix);
    var never = new CountDownLatch(1);
    var rows =
        Stream.generate(
            () -> {
              if (taken.size() == 10) {
                try {
                  never.await();
                } catch (InterruptedException e) {
                  throw new IllegalStateException("interrupted", e);
                }
              }
              return next();
            });
    try (var client = Clients.async(phoenix.endpoint())) {
      var summary =
          client
              .annotations()
              .uploadStream(rows, OPTIONS, listener)
              .orTimeout(Clients.PATIENCE.toSeconds(), TimeUnit.SECONDS)
              .join();
      assertThat(summary.getStoppedBy()).isInstanceOf(PhoenixException.class);
      assertThat(told).hasSizeBetween(1, 10).containsExactlyInAnyOrderElementsOf(taken);
    }
  }

  @RepeatedTest(5)
  void aCallerThatCancelsIsToldOfEveryRow() throws Exception {
    var first = new CompletableFuture<Void>();
    var closed = new CompletableFuture<Void>();
    try (var server = new SilentServer();
        var client = Clients.async(server.endpoint())) {
      var rows =
          Stream.generate(
                  () -> {
                    first.complete(null);
                    return next();
                  })
              .limit(MANY)
              .onClose(() -> closed.complete(null));
      var summary = client.annotations().uploadStream(rows, OPTIONS, listener);
      first.get(60, TimeUnit.SECONDS);
      server.awaitRequest();
      summary.cancel(true);
      closed.get(60, TimeUnit.SECONDS);
      Await.until("the outcome of every row", () -> told.size() == taken.size());
    }
    assertThat(told).containsExactlyInAnyOrderElementsOf(taken);
  }
}
