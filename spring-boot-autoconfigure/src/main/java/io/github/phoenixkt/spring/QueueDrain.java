package io.github.phoenixkt.spring;

import io.github.phoenixkt.queue.AnnotationQueueOptions;
import io.github.phoenixkt.queue.QueueReport;
import io.github.phoenixkt.queue.QueueStatus;
import io.github.phoenixkt.spring.Queues.OpenQueue;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;

/**
 * Drains the queues when the application stops: after web servers and executors have stopped, and
 * before beans are destroyed. Only the end of the application closes them, since a stopped or
 * paused application may be started again.
 */
final class QueueDrain implements SmartLifecycle {
  private static final Logger logger = LoggerFactory.getLogger(QueueDrain.class);

  private final Queues queues;
  private final Supplier<AnnotationQueueOptions> options;
  private final ObjectProvider<SpanFlush> spans;
  private final BooleanSupplier ending;
  private volatile boolean running;

  /**
   * @param ending whether a stop is the end of the application
   */
  QueueDrain(
      Queues queues,
      Supplier<AnnotationQueueOptions> options,
      ObjectProvider<SpanFlush> spans,
      BooleanSupplier ending) {
    this.queues = queues;
    this.options = options;
    this.spans = spans;
    this.ending = ending;
  }

  @Override
  public void start() {
    running = true;
  }

  @Override
  public void stop() {
    running = false;
    List<OpenQueue> open = queues.open();
    if (open.isEmpty()) {
      return;
    }
    if (open.stream().anyMatch(queue -> queue.state().getRows() > 0)) {
      spans.ifAvailable(SpanFlush::flush);
    }
    if (ending.getAsBoolean()) {
      close(open, options.get());
    } else {
      flush(open, options.get().getCloseTimeout());
    }
  }

  private static void flush(List<OpenQueue> open, Duration timeout) {
    for (OpenQueue queue : open) {
      if (queue.state().getStatus() != QueueStatus.CLOSED && !queue.flush(timeout)) {
        logger.info(
            "The application is stopped, and Phoenix has not confirmed {} annotations and notes within {}"
                + " (phoenix.queue.close-timeout). The queue keeps them and continues to send them.",
            queue.state().getRows(),
            timeout);
      }
    }
  }

  private static void close(List<OpenQueue> open, AnnotationQueueOptions options) {
    Duration timeout = options.getCloseTimeout();
    // All forms of a queue return the same report.
    Set<QueueReport> reports = Collections.newSetFromMap(new IdentityHashMap<>());
    for (OpenQueue queue : open) {
      QueueReport report = queue.close(timeout);
      if (reports.add(report) && !report.getDrained()) {
        logger.warn(
            "Phoenix has not confirmed {} before the end of the application, which has waited for {}"
                + " (phoenix.queue.close-timeout). {}",
            rows(report.getUnfinishedRows()),
            timeout,
            remedy(report, options.getSpool() != null));
      }
    }
  }

  private static String remedy(QueueReport report, boolean hasSpool) {
    int spooled = report.getSpooledRows();
    if (spooled == report.getUnfinishedRows()) {
      return "All of this is in the spool, and the next start sends it.";
    }
    if (spooled > 0) {
      return "The next start sends " + rows(spooled) + " from the spool; the others are not in it.";
    }
    return hasSpool
        ? "Nothing of this is in the spool."
        : "To keep such rows on disk, set phoenix.queue.spool.";
  }

  private static String rows(int count) {
    return count == 1 ? "1 annotation or note" : count + " annotations and notes";
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
