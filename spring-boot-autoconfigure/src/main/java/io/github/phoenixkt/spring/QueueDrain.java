package io.github.phoenixkt.spring;

import io.github.phoenixkt.java.BlockingAnnotationQueue;
import io.github.phoenixkt.queue.QueueReport;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;

/**
 * Drains the queue when the application ends: after web servers and executors have stopped, and
 * before beans are destroyed.
 */
final class QueueDrain implements SmartLifecycle {
  private static final Logger logger = LoggerFactory.getLogger(QueueDrain.class);

  private final QueueAtHand queue;
  private final Supplier<Duration> closeTimeout;
  private final ObjectProvider<SpanFlush> spans;
  private volatile boolean running;

  QueueDrain(QueueAtHand queue, Supplier<Duration> closeTimeout, ObjectProvider<SpanFlush> spans) {
    this.queue = queue;
    this.closeTimeout = closeTimeout;
    this.spans = spans;
  }

  @Override
  public void start() {
    running = true;
  }

  @Override
  public void stop() {
    running = false;
    Optional<BlockingAnnotationQueue> open = queue.find();
    if (open.isEmpty()) {
      return;
    }
    if (open.get().state().getRows() > 0) {
      spans.ifAvailable(SpanFlush::flush);
    }
    Duration timeout = closeTimeout.get();
    QueueReport report = open.get().close(timeout);
    if (!report.getDrained()) {
      logger.warn(
          "Phoenix has not confirmed {} annotations and notes before the end of the application. {} of them are in the"
              + " spool, and the next start sends them. The application has waited for {}"
              + " (phoenix.queue.close-timeout). To keep such rows on disk, set phoenix.queue.spool.",
          report.getUnfinishedRows(),
          report.getSpooledRows(),
          timeout);
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return Integer.MIN_VALUE;
  }
}
