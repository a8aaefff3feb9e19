package io.github.phoenixkt.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.annotations.AnnotationQuery;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.testing.FakePhoenix;
import io.github.phoenixkt.testing.PhoenixExtension;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(PhoenixExtension.class)
class CancellationTest {
  private final SilentServer server = new SilentServer();

  @AfterEach
  void closeServer() {
    server.close();
  }

  @Test
  void aCancelledFutureHangsUp() throws Exception {
    try (var phoenix = Clients.async(server.endpoint())) {
      var project = phoenix.projects().get("p");
      server.awaitRequest();
      assertThat(project.cancel(true)).isTrue();
      server.awaitHangUp();
      assertThatThrownBy(project::join).isInstanceOf(CancellationException.class);
    }
  }

  @Test
  void aFutureThatRunsOutOfTimeHangsUp() throws Exception {
    try (var phoenix = Clients.async(server.endpoint())) {
      var project = phoenix.projects().get("p");
      server.awaitRequest();
      project.orTimeout(1, TimeUnit.MILLISECONDS);
      server.awaitHangUp();
      assertThatThrownBy(project::join).hasCauseInstanceOf(TimeoutException.class);
    }
  }

  @Test
  void aCancelledListHangsUp() throws Exception {
    try (var phoenix = Clients.async(server.endpoint())) {
      var spans = phoenix.projects().list();
      server.awaitRequest();
      spans.cancel(true);
      server.awaitHangUp();
    }
  }

  @Test
  void cancellingADependentStageDoesNotCancelTheRequest() throws Exception {
    try (var phoenix = Clients.async(server.endpoint())) {
      var project = phoenix.projects().get("p");
      server.awaitRequest();
      project.thenApply(Object::toString).cancel(true);
      assertThat(project).isNotDone();
      project.cancel(true);
      server.awaitHangUp();
    }
  }

  enum Waiter {
    CALL {
      @Override
      void on(PhoenixBlockingClient phoenix) {
        phoenix.projects().get("p");
      }
    },
    STREAM {
      @Override
      void on(PhoenixBlockingClient phoenix) {
        // Nobody closes it.
        phoenix.projects().list().forEach(project -> {});
      }
    },
    UPLOAD_STREAM {
      @Override
      void on(PhoenixBlockingClient phoenix) {
        phoenix.annotations().uploadStream(Stream.of(annotation()));
      }
    };

    abstract void on(PhoenixBlockingClient phoenix);
  }

  private static SpanAnnotationData annotation() {
    return SpanAnnotationData.builder("s", "n").label("l").build();
  }

  @ParameterizedTest
  @EnumSource
  void anInterruptHangsUp(Waiter waiter) throws Exception {
    try (var phoenix = Clients.blocking(server.endpoint())) {
      var ended = new CompletableFuture<Boolean>();
      Thread thread =
          new Thread(
              () -> {
                try {
                  waiter.on(phoenix);
                  ended.complete(null);
                } catch (PhoenixException.Interrupted e) {
                  ended.complete(Thread.currentThread().isInterrupted());
                } catch (RuntimeException | Error e) {
                  ended.completeExceptionally(e);
                }
              });
      thread.start();
      server.awaitRequest();
      thread.interrupt();
      assertThat(ended.get(60, TimeUnit.SECONDS)).as("interrupt flag").isTrue();
      server.awaitHangUp();
    }
  }

  @ParameterizedTest
  @EnumSource
  void anInterruptedThreadSendsNothing(Waiter waiter) throws InterruptedException {
    try (var phoenix = Clients.blocking(server.endpoint())) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> waiter.on(phoenix))
          .isInstanceOf(PhoenixException.Interrupted.class)
          .hasMessageContaining("nothing was sent");
      assertThat(Thread.interrupted()).as("interrupt flag").isTrue();
      assertThat(server.hasRequest()).isFalse();
    }
  }

  @Test
  void theStreamOfAnUploadThatIsNotStartedIsClosedAtOnce() {
    try (var client = Clients.blocking(server.endpoint())) {
      AtomicInteger closed = new AtomicInteger();
      RuntimeException ofClose = new IllegalArgumentException("no cursor");
      Stream<SpanAnnotationData> rows =
          Stream.of(annotation())
              .onClose(closed::incrementAndGet)
              .onClose(
                  () -> {
                    throw ofClose;
                  });
      Thread.currentThread().interrupt();
      Throwable refusal = catchThrowable(() -> client.annotations().uploadStream(rows));
      assertThat(Thread.interrupted()).as("interrupt flag").isTrue();
      assertThat(refusal)
          .isInstanceOf(PhoenixException.Interrupted.class)
          .hasMessageContaining("nothing was sent")
          .hasSuppressedException(ofClose);
      assertThat(closed).hasValue(1);
      assertThat(server.hasRequest()).isFalse();
    }
  }

  @Test
  void aStreamThatIsReadIsClosedWhenItsUploadIsInterrupted(FakePhoenix phoenix) throws Exception {
    try (var client = Clients.blocking(phoenix.endpoint())) {
      var closed = new CompletableFuture<Thread>();
      var ended = new CompletableFuture<Throwable>();
      var reading = new CompletableFuture<Void>();
      Thread thread =
          new Thread(
              () -> {
                try (var rows =
                    Stream.generate(CancellationTest::annotation)
                        .peek(row -> reading.complete(null))
                        .onClose(() -> closed.complete(Thread.currentThread()))) {
                  client.annotations().uploadStream(rows);
                } catch (RuntimeException e) {
                  ended.complete(e);
                }
              });
      thread.start();
      reading.join();
      thread.interrupt();
      assertThat(ended.get(60, TimeUnit.SECONDS)).isInstanceOf(PhoenixException.Interrupted.class);
      assertThat(closed.get(60, TimeUnit.SECONDS)).isEqualTo(thread);
    }
  }

  /** False when nobody interrupts it. The interrupt is swallowed, as sources do. */
  private static boolean waitsUntilInterrupted() {
    try {
      return new CountDownLatch(1).await(2 * Clients.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      return true;
    }
  }

  /** Many times: an interrupt that came before the cancellation was lost on the next item. */
  @RepeatedTest(20)
  void aBlockedReaderIsInterruptedWhenItsUploadIsCancelled(FakePhoenix phoenix) throws Exception {
    try (var client = Clients.async(phoenix.endpoint())) {
      var blocked = new CompletableFuture<Thread>();
      var interrupted = new CompletableFuture<Boolean>();
      var closed = new CompletableFuture<Void>();
      Stream<SpanAnnotationData> rows =
          Stream.generate(
                  () -> {
                    blocked.complete(Thread.currentThread());
                    if (waitsUntilInterrupted()) {
                      interrupted.complete(true);
                    }
                    return annotation();
                  })
              .onClose(() -> closed.complete(null));
      var summary = client.annotations().uploadStream(rows);
      assertThat(blocked.get(60, TimeUnit.SECONDS).getName()).startsWith("phoenix-upload-stream");
      summary.cancel(true);
      assertThat(interrupted.get(60, TimeUnit.SECONDS)).isTrue();
      closed.get(60, TimeUnit.SECONDS);
    }
  }

  /** Whether or not the reader has begun. */
  @RepeatedTest(20)
  void aStreamIsClosedWhoseUploadIsCancelledAtOnce(FakePhoenix phoenix) throws Exception {
    try (var client = Clients.async(phoenix.endpoint())) {
      var closed = new CompletableFuture<Void>();
      Stream<SpanAnnotationData> rows =
          Stream.generate(
                  () -> {
                    waitsUntilInterrupted();
                    return annotation();
                  })
              .onClose(() -> closed.complete(null));
      client.annotations().uploadStream(rows).cancel(true);
      closed.get(60, TimeUnit.SECONDS);
    }
  }

  @Test
  void theReportOfACancelledUploadStaysReadable() throws Exception {
    try (var phoenix = Clients.async(server.endpoint())) {
      var upload = phoenix.annotations().prepareUpload(List.of(annotation()));
      var run = upload.run();
      server.awaitRequest();
      run.cancel(true);
      server.awaitHangUp();
      assertThat(upload.report().getComplete()).isFalse();
      assertThat(upload.progress().getTotal()).isEqualTo(1);
    }
  }

  @Test
  void aReadCanBeCancelledByClosingItsStream(FakePhoenix phoenix) {
    try (var client = Clients.blocking(phoenix.endpoint())) {
      var stream =
          client.spans().getSpanAnnotations(AnnotationQuery.builder().ids(List.of("a")).build());
      var items = stream.iterator();
      stream.close();
      assertThatThrownBy(items::hasNext)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("The stream is closed.");
      assertThat(phoenix.requests()).isEmpty();
    }
  }

  @Test
  void aCancellationFromElsewhereIsAFailure() {
    var calls = new Calls(null, Runnable::run);
    CompletableFuture<Object> future =
        calls.call(
            k -> {
              throw new CancellationException("the engine is gone");
            });
    assertThatThrownBy(future::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("not by its caller");
  }
}
