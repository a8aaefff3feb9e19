package io.github.phoenixkt.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.phoenixkt.PhoenixClient;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.queue.AnnotationQueueOptions;
import io.github.phoenixkt.queue.NoteData;
import io.github.phoenixkt.queue.Offer;
import io.github.phoenixkt.queue.QueueOutcome;
import io.github.phoenixkt.queue.QueueStatus;
import io.github.phoenixkt.testing.FakePhoenix;
import io.github.phoenixkt.testing.FakeSpan;
import io.github.phoenixkt.testing.FakeTargetKind;
import io.github.phoenixkt.testing.PhoenixExtension;
import java.nio.file.Path;
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
}
