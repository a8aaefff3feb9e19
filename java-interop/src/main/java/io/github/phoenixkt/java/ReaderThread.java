package io.github.phoenixkt.java;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A thread that reads one caller's stream, and that can be interrupted while it waits. */
final class ReaderThread implements Executor {
  private final ExecutorService executor = Executors.newSingleThreadExecutor(this::newThread);
  private volatile @Nullable Thread thread;

  private Thread newThread(Runnable work) {
    Thread reader = new Thread(work, "phoenix-upload-stream");
    reader.setDaemon(true);
    thread = reader;
    return reader;
  }

  @Override
  public void execute(Runnable task) {
    executor.execute(task);
  }

  /**
   * Interrupts the reader. {@code shutdownNow} would also drop waiting tasks, among them the one
   * that ends the reading.
   */
  void interrupt() {
    Thread reader = thread;
    if (reader != null) {
      reader.interrupt();
    }
  }

  /** Lets the thread end. */
  void end() {
    executor.shutdown();
  }
}
