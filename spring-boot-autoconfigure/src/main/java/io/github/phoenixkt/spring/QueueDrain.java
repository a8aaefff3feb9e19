package io.github.phoenixkt.spring;

import io.github.phoenixkt.java.BlockingAnnotationQueue;
import io.github.phoenixkt.queue.QueueReport;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;

/**
 * Empties the queue when the application shuts down: after web servers and executors have stopped,
 * and before any bean is destroyed.
 */
final class QueueDrain implements SmartLifecycle {
  private static final Logger logger = LoggerFactory.getLogger(QueueDrain.class);

  private final QueueAtHand queue;
  private final Duration closeTimeout;
  private final ObjectProvider<SpanFlush> spans;
  private volatile boolean running;

  QueueDrain(QueueAtHand queue, Duration closeTimeout, ObjectProvider<SpanFlush> spans) {
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
    QueueReport report = open.get().close(closeTimeout);
    if (!report.getDrained()) {
      logger.warn(
          "The application ends, and {} annotations or notes have not been confirmed by Phoenix; {} of them are in the"
              + " spool and are sent by the next start. phoenix.queue.close-timeout is how long the end waits for"
              + " Phoenix ({}); with phoenix.queue.spool nothing is lost.",
          report.getUnfinishedRows(),
          report.getSpooledRows(),
          closeTimeout);
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
