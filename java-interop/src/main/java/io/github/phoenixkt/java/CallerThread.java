package io.github.phoenixkt.java;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Lets a thread that waits for a call do the part of it that is the caller's own: reading his
 * stream, which may hang on a transaction or another value of the thread.
 */
final class CallerThread implements Executor {
  private static final Runnable END = () -> {};

  private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  /** Lets {@link #work} return. */
  void end() {
    tasks.add(END);
  }

  /** Works until {@link #end}; an interrupt cancels {@code future}, which then leads to the end. */
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
      throw Waiting.interrupted(future, interrupt);
    }
  }
}
