package io.github.phoenixkt.java;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Runs the reader of a caller's stream on the thread that waits for the upload: the stream may
 * depend on a transaction or on another thread-local value.
 */
final class CallerThread implements Executor {
  private static final Runnable END = () -> {};

  private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  /** Makes {@link #work} return. */
  void end() {
    tasks.add(END);
  }

  /** Runs tasks until {@link #end}. An interrupt cancels {@code future}, whose end calls it. */
  void work(CompletableFuture<?> future) {
    InterruptedException interrupt = null;
    Runnable task = null;
    while (task != END) {
      try {
        task = tasks.take();
        task.run();
      } catch (InterruptedException e) {
        interrupt = e;
        future.cancel(true);
      }
    }
    if (interrupt != null) {
      Waiting.cancel(future, interrupt);
    }
  }
}
