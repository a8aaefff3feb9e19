package io.github.phoenixkt.java;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** One thread that reads one caller's stream, and can be interrupted while it waits for it. */
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
   * Wakes the reader. Not {@code shutdownNow}, which drops what waits to be run: the end of the
   * reading is that.
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
