package io.github.phoenixkt.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.phoenixkt.PhoenixClient;
import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.annotations.AnnotationData;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.queue.AnnotationQueueListener;
import io.github.phoenixkt.queue.AnnotationQueueOptions;
import io.github.phoenixkt.queue.NoteData;
import io.github.phoenixkt.queue.Offer;
import io.github.phoenixkt.queue.QueueOutcome;
import io.github.phoenixkt.queue.QueueReport;
import io.github.phoenixkt.queue.QueueStatus;
import io.github.phoenixkt.testing.FakePhoenix;
import io.github.phoenixkt.testing.FakeSpan;
import io.github.phoenixkt.testing.FakeTargetKind;
import io.github.phoenixkt.testing.Fault;
import io.github.phoenixkt.testing.PhoenixExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The queue as Java services use it. */
@ExtendWith(PhoenixExtension.class)
class AnnotationQueueTest {
  private static final String SPAN = "67f6740bbe1ddc3f";

  @BeforeEach
  void addSpan(FakePhoenix phoenix) {
    phoenix.addSpan(FakeSpan.of(SPAN));
  }

  private static SpanAnnotationData annotation(String identifier) {
    return SpanAnnotationData.builder(SPAN, "tone").label("calm").identifier(identifier).build();
  }

  @Test
  void whatWasOfferedOrSentIsStoredOnce(FakePhoenix phoenix) {
    try (var client = Clients.blocking(phoenix.endpoint());
        var queue = client.annotationQueue(AnnotationQueueOptions.builder().build())) {
      Offer offered = queue.offer(annotation("a"));
      Offer sent = queue.send(annotation("b"));
      Offer note = queue.offer(NoteData.ofSpan(SPAN, "a note"));
      assertThat(queue.flush(Clients.PATIENCE)).isTrue();
      for (Offer each : new Offer[] {offered, sent, note}) {
        assertThat(each.getAccepted()).isTrue();
        assertThat(each.outcomeFuture().join()).isInstanceOf(QueueOutcome.Stored.class);
      }
      assertThat(queue.close(Clients.PATIENCE).getDrained()).isTrue();
      assertThat(queue.state().getStatus()).isEqualTo(QueueStatus.CLOSED);
      assertThat(queue.offer(annotation("c")).outcomeFuture().join())
          .isInstanceOf(QueueOutcome.NotAccepted.class);
    }
    assertThat(phoenix.annotations(FakeTargetKind.SPAN)).hasSize(3);
  }

  @Test
  void theAsyncFormDoesTheSame(FakePhoenix phoenix, @TempDir Path folder) {
    var options = AnnotationQueueOptions.builder().spool(folder).build();
    try (var client = Clients.async(phoenix.endpoint());
        var queue = client.annotationQueue(options)) {
      Offer sent = queue.send(annotation("a")).join();
      assertThat(queue.send(NoteData.ofSpan(SPAN, "a note")).join().getAccepted()).isTrue();
      assertThat(queue.flush(Clients.PATIENCE).join()).isTrue();
      assertThat(sent.outcomeFuture().join()).isInstanceOf(QueueOutcome.Stored.class);
      assertThat(queue.close(Clients.PATIENCE).join().getUnfinishedRows()).isZero();
    }
    assertThat(phoenix.annotations(FakeTargetKind.SPAN)).hasSize(2);
  }

  @Test
  void oneQueueHasThreeForms(FakePhoenix phoenix) {
    try (var kotlin = PhoenixClient.create(Clients.settings(phoenix.endpoint()).build());
        var queue = kotlin.annotationQueue(AnnotationQueueOptions.builder().build())) {
      var async = PhoenixAsyncClient.of(kotlin).annotationQueueOf(queue);
      var blocking = PhoenixBlockingClient.of(kotlin).annotationQueueOf(queue);
      Offer queued = queue.offer(annotation("a"));
      async.send(annotation("b")).join();
      blocking.offer(annotation("c"));
      assertThat(blocking.flush(Clients.PATIENCE)).isTrue();
      assertThat(queued.outcomeFuture().join()).isInstanceOf(QueueOutcome.Stored.class);
      assertThat(async.close(Clients.PATIENCE).join().getDrained()).isTrue();
      assertThat(blocking.state().getStatus()).isEqualTo(QueueStatus.CLOSED);
      assertThat(queue.getState().getStatus()).isEqualTo(QueueStatus.CLOSED);
    }
    assertThat(phoenix.annotations(FakeTargetKind.SPAN)).hasSize(3);
  }

  @Test
  void nullIsRefusedByItsName(FakePhoenix phoenix) {
    try (var client = Clients.async(phoenix.endpoint());
        var queue = client.annotationQueue(AnnotationQueueOptions.builder().build())) {
      assertThatThrownBy(() -> queue.offer((SpanAnnotationData) null))
          .isInstanceOf(NullPointerException.class)
          .hasMessage("annotation");
      assertThatThrownBy(() -> client.annotationQueue(null))
          .isInstanceOf(NullPointerException.class)
          .hasMessage("options");
      assertThatThrownBy(() -> client.annotationQueueOf(null))
          .isInstanceOf(NullPointerException.class)
          .hasMessage("queue");
    }
  }

  @Test
  void aListenerMayCloseItsQueueAndWaitForThat(FakePhoenix phoenix) {
    var queue = new CompletableFuture<BlockingAnnotationQueue>();
    var closedByListener = new CompletableFuture<QueueReport>();
    var listener =
        new AnnotationQueueListener() {
          @Override
          public void onOutcome(AnnotationData annotation, QueueOutcome outcome) {
            closedByListener.complete(queue.join().close(Duration.ZERO));
          }
        };
    var options = AnnotationQueueOptions.builder().listener(listener).build();
    try (var client = Clients.blocking(phoenix.endpoint())) {
      queue.complete(client.annotationQueue(options));
      Offer offer = queue.join().offer(annotation("a"));
      assertThat(offer.outcomeFuture().orTimeout(60, TimeUnit.SECONDS).join())
          .isInstanceOf(QueueOutcome.Stored.class);
      assertThat(closedByListener.join()).isSameAs(queue.join().close(Clients.PATIENCE));
    }
  }

  @Test
  void aListenerThatFlushesDoesNotWaitForItself(FakePhoenix phoenix) {
    var queue = new CompletableFuture<BlockingAnnotationQueue>();
    var flushed = new CompletableFuture<Boolean>();
    var listener =
        new AnnotationQueueListener() {
          @Override
          public void onOutcome(AnnotationData annotation, QueueOutcome outcome) {
            flushed.complete(queue.join().flush(Duration.ofDays(1)));
          }
        };
    var options = AnnotationQueueOptions.builder().listener(listener).build();
    try (var client = Clients.blocking(phoenix.endpoint())) {
      queue.complete(client.annotationQueue(options));
      queue.join().offer(annotation("a"));
      assertThat(flushed.orTimeout(60, TimeUnit.SECONDS).join()).isTrue();
      assertThat(queue.join().close(Clients.PATIENCE).getDrained()).isTrue();
    }
  }

  @Test
  void whatIsUsedAfterItWasClosedSaysSo(FakePhoenix phoenix) {
    try (var client = Clients.blocking(phoenix.endpoint())) {
      var queue = client.annotationQueue(AnnotationQueueOptions.builder().build());
      QueueReport report = queue.close(Clients.PATIENCE);
      assertThat(queue.close(Clients.PATIENCE)).isSameAs(report);
      queue.close();
      assertThat(queue.send(annotation("a")).getAccepted()).isFalse();
      assertThat(queue.offer(NoteData.ofSpan(SPAN, "a note")).getAccepted()).isFalse();
      assertThat(queue.flush(Duration.ZERO)).isTrue();
      assertThat(queue.state().getStatus()).isEqualTo(QueueStatus.CLOSED);
    }
  }

  @Test
  void aSendThatWaitsForRoomEndsWithItsThreadOrItsQueue(FakePhoenix phoenix) throws Exception {
    phoenix.failNext(Fault.status(503).times(Integer.MAX_VALUE));
    var options = AnnotationQueueOptions.builder().maxRows(1).build();
    try (var client = Clients.blocking(phoenix.endpoint())) {
      var queue = client.annotationQueue(options);
      assertThat(queue.offer(annotation("a")).getAccepted()).isTrue();
      var interrupted = new CompletableFuture<Boolean>();
      var sending =
          new Thread(
              () -> {
                try {
                  queue.send(annotation("b"));
                } catch (PhoenixException.Interrupted e) {
                  interrupted.complete(Thread.currentThread().isInterrupted());
                }
              });
      sending.start();
      sending.interrupt();
      assertThat(interrupted.get(60, TimeUnit.SECONDS)).isTrue();
      var waiting = CompletableFuture.supplyAsync(() -> queue.send(annotation("c")));
      assertThat(queue.close(Duration.ZERO).getUnfinishedRows()).isEqualTo(1);
      assertThat(waiting.get(60, TimeUnit.SECONDS).getAccepted()).isFalse();
    }
  }

  @Test
  void aFolderThatCannotBeUsedIsAnErrorThatNamesIt(FakePhoenix phoenix, @TempDir Path folder)
      throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    try (var client = Clients.blocking(phoenix.endpoint());
        var queue =
            client.annotationQueue(AnnotationQueueOptions.builder().spool(folder).build())) {
      assertThat(queue.offer(annotation("a")).getAccepted()).isTrue();
      assertThatThrownBy(
              () -> client.annotationQueue(AnnotationQueueOptions.builder().spool(folder).build()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("in use by another queue");
      assertThatThrownBy(
              () -> client.annotationQueue(AnnotationQueueOptions.builder().spool(file).build()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(file.toString());
    }
  }
}
