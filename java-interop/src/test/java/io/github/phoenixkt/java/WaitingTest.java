package io.github.phoenixkt.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.phoenixkt.PhoenixException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An interrupt that comes just after the call has ended must not hide its outcome. */
class WaitingTest {
  /** Ends while a thread waits for it, which is interrupted at the same moment. */
  private abstract static class EndingFuture extends CompletableFuture<String> {
    abstract void end();

    @Override
    public String get() throws InterruptedException, ExecutionException {
      end();
      throw new InterruptedException();
    }
  }

  private final CallerThread caller = new CallerThread();
  private final CompletableFuture<String> future = new CompletableFuture<>();

  @AfterEach
  void clearFlag() {
    assertThat(Thread.interrupted()).as("interrupt flag").isTrue();
  }

  @Test
  void theResultIsReturned() {
    EndingFuture ending =
        new EndingFuture() {
          @Override
          void end() {
            complete("stored");
          }
        };
    assertThat(Waiting.<String>await(() -> ending)).isEqualTo("stored");
  }

  @Test
  void theFailureIsThrown() {
    RuntimeException failure = new IllegalArgumentException("no such project");
    EndingFuture ending =
        new EndingFuture() {
          @Override
          void end() {
            completeExceptionally(failure);
          }
        };
    assertThatThrownBy(() -> Waiting.<String>await(() -> ending)).isSameAs(failure);
  }

  @Test
  void aReaderWhoseUploadHasEndedReturns() {
    future.complete("summary");
    caller.end();
    Thread.currentThread().interrupt();
    caller.work(future);
  }

  @Test
  void aReaderWhoseUploadHasFailedReturns() {
    future.completeExceptionally(new IllegalArgumentException("no such project"));
    caller.end();
    Thread.currentThread().interrupt();
    caller.work(future);
  }

  @Test
  void aReaderWhoseUploadHasNotEndedCancelsIt() {
    future.whenComplete((summary, failure) -> caller.end());
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> caller.work(future)).isInstanceOf(PhoenixException.Interrupted.class);
    assertThat(future).isCancelled();
  }
}
