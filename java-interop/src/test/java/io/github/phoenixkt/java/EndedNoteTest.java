package io.github.phoenixkt.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.support.Await;
import io.github.phoenixkt.testing.FakePhoenix;
import io.github.phoenixkt.testing.FakeSpan;
import io.github.phoenixkt.testing.FakeTargetKind;
import io.github.phoenixkt.testing.Fault;
import io.github.phoenixkt.testing.PhoenixExtension;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A note whose call is ended by its caller before the answer comes, and which is sent again. */
@ExtendWith(PhoenixExtension.class)
class EndedNoteTest {
  private static final String IDENTIFIER = "px-span-note:id-1";

  @BeforeEach
  void addSpan(FakePhoenix phoenix) {
    phoenix.addSpan(FakeSpan.of("a1"));
  }

  private static void holdNextAnswer(FakePhoenix phoenix) {
    phoenix.clearRequests();
    phoenix.failNext(Fault.delay(Duration.ofMinutes(1)));
  }

  private static void awaitNote(FakePhoenix phoenix) {
    Await.until("the note", () -> !phoenix.annotations(FakeTargetKind.SPAN).isEmpty());
  }

  private static void assertSentAgainItIsOne(FakePhoenix phoenix) {
    try (var client = Clients.blocking(phoenix.endpoint())) {
      client.spans().addSpanNote("a1", "look", IDENTIFIER);
    }
    assertThat(phoenix.annotations(FakeTargetKind.SPAN)).hasSize(1);
  }

  /** How the blocking call ends that {@code end} ends while it waits for the answer. */
  private static Throwable ended(
      FakePhoenix phoenix, PhoenixBlockingClient client, Consumer<Thread> end) throws Exception {
    client.projects().get("default");
    holdNextAnswer(phoenix);
    var failure = new CompletableFuture<Throwable>();
    Thread thread =
        new Thread(
            () -> failure.complete(catchThrowable(() -> client.spans().addSpanNote("a1", "look"))));
    thread.start();
    awaitNote(phoenix);
    end.accept(thread);
    return failure.get(60, TimeUnit.SECONDS);
  }

  @Test
  void anInterruptedCallTellsIt(FakePhoenix phoenix) throws Exception {
    try (var client = PhoenixBlockingClient.create(Clients.repeatable(phoenix.endpoint()))) {
      var failure = ended(phoenix, client, Thread::interrupt);
      assertThat(failure)
          .isInstanceOfSatisfying(
              PhoenixException.Interrupted.class,
              e -> assertThat(e.getNoteIdentifier()).isEqualTo(IDENTIFIER))
          .hasMessageContaining(IDENTIFIER);
    }
    assertSentAgainItIsOne(phoenix);
  }

  @Test
  void aCallWhoseClientIsClosedTellsIt(FakePhoenix phoenix) throws Exception {
    var client = PhoenixBlockingClient.create(Clients.repeatable(phoenix.endpoint()));
    assertThat(ended(phoenix, client, thread -> client.close()))
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("The Phoenix client is closed.")
        .hasMessageContaining(IDENTIFIER);
    assertSentAgainItIsOne(phoenix);
  }

  @Test
  void aCancelledFutureTellsIt(FakePhoenix phoenix) {
    try (var client = PhoenixAsyncClient.create(Clients.repeatable(phoenix.endpoint()))) {
      client.projects().get("default").join();
      holdNextAnswer(phoenix);
      var note = client.spans().addSpanNote("a1", "look");
      awaitNote(phoenix);
      assertThat(note.cancel(true)).isTrue();
      assertThat(note.cancel(true)).isTrue();
      assertThat(note).isCancelled();
      assertThat(catchThrowable(note::join))
          .isInstanceOf(CancellationException.class)
          .hasStackTraceContaining(IDENTIFIER);
    }
    assertSentAgainItIsOne(phoenix);
  }

  @Test
  void aCallThatAServerTooOldGotNamesNone(FakePhoenix phoenix) throws Exception {
    phoenix.setVersion("15.6.0");
    try (var client = PhoenixBlockingClient.create(Clients.repeatable(phoenix.endpoint()))) {
      assertThat(ended(phoenix, client, Thread::interrupt))
          .isInstanceOfSatisfying(
              PhoenixException.Interrupted.class, e -> assertThat(e.getNoteIdentifier()).isNull());
    }
  }
}
