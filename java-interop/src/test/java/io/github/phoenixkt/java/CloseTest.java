package io.github.phoenixkt.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.phoenixkt.annotations.InsertedAnnotation;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.support.Await;
import io.github.phoenixkt.testing.FakePhoenix;
import io.github.phoenixkt.testing.FakeSpan;
import io.github.phoenixkt.testing.Fault;
import io.github.phoenixkt.testing.PhoenixExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PhoenixExtension.class)
class CloseTest {
  private static SpanAnnotationData annotation(int i) {
    return SpanAnnotationData.builder("a1", "n").score((double) i).identifier("i" + i).build();
  }

  private static Throwable outcome(CompletableFuture<?> future) throws Exception {
    return future.handle((value, failure) -> failure).get(60, TimeUnit.SECONDS);
  }

  @Test
  void whatIsInFlightFails(FakePhoenix phoenix) throws Exception {
    phoenix.addSpan(FakeSpan.of("a1"));
    phoenix.failNext(Fault.delay(Duration.ofMinutes(1)).times(20));
    var client = Clients.async(phoenix.endpoint());
    List<CompletableFuture<InsertedAnnotation>> calls = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      calls.add(client.spans().addSpanAnnotationSync(annotation(i)));
    }
    Await.until("a request", () -> !phoenix.requests().isEmpty());
    client.close();
    for (var call : calls) {
      assertThat(outcome(call)).isExactlyInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void callsThatBeginWhileItClosesEndOneWayOrTheOther(FakePhoenix phoenix) throws Exception {
    phoenix.addSpan(FakeSpan.of("a1"));
    for (int round = 0; round < 10; round++) {
      var client = Clients.async(phoenix.endpoint());
      var begun = new CountDownLatch(5);
      var calls = new ArrayList<CompletableFuture<InsertedAnnotation>>();
      Thread caller =
          new Thread(
              () -> {
                for (int i = 0; i < 50; i++) {
                  calls.add(client.spans().addSpanAnnotationSync(annotation(i)));
                  begun.countDown();
                }
              });
      caller.start();
      begun.await();
      client.close();
      caller.join();
      assertThat(calls).hasSize(50);
      for (var call : calls) {
        Throwable failure = outcome(call);
        if (failure != null) {
          assertThat(failure).isExactlyInstanceOf(IllegalStateException.class);
        }
      }
    }
  }

  @Test
  void aThreadThatWaitsIsToldWhenTheClientCloses() throws Exception {
    try (var server = new SilentServer()) {
      var client = Clients.blocking(server.endpoint());
      var failure = new CompletableFuture<Throwable>();
      Thread thread =
          new Thread(
              () -> {
                try {
                  client.projects().get("p");
                } catch (RuntimeException e) {
                  failure.complete(e);
                }
              });
      thread.start();
      server.awaitRequest();
      client.close();
      assertThat(failure.get(60, TimeUnit.SECONDS))
          .isExactlyInstanceOf(IllegalStateException.class)
          .hasMessage("The Phoenix client is closed.");
      server.awaitHangUp();
    }
  }

  /** As in a try block that an interrupt has ended. */
  @Test
  void closingOnAnInterruptedThreadKeepsTheFlag(FakePhoenix phoenix) throws Exception {
    for (int round = 0; round < 20; round++) {
      var client = Clients.blocking(phoenix.endpoint());
      client.projects().get("default");
      Thread.currentThread().interrupt();
      try {
        client.close();
      } finally {
        assertThat(Thread.interrupted()).as("interrupt flag").isTrue();
      }
      assertThatThrownBy(() -> client.projects().get("default"))
          .isExactlyInstanceOf(IllegalStateException.class);
    }
  }
}
