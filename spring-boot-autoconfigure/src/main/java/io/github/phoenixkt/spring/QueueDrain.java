package io.github.phoenixkt.spring;

import io.github.phoenixkt.queue.AnnotationQueueOptions;
import io.github.phoenixkt.queue.QueueReport;
import io.github.phoenixkt.queue.QueueState;
import io.github.phoenixkt.queue.QueueStatus;
import io.github.phoenixkt.spring.Queues.OpenQueue;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;

/**
 * Drains the queues whenever the application stops: after web servers and executors have stopped,
 * and before beans are destroyed. Only the end of the application closes them, since a stopped or
 * paused application may be started again.
 *
 * <p>The queues of a stopped application still take rows. It therefore counts as running until the
 * end: Spring does not stop what has stopped already.
 */
final class QueueDrain implements SmartLifecycle {
  private static final Logger logger = LoggerFactory.getLogger(QueueDrain.class);

  private final Queues queues;
  private final Supplier<AnnotationQueueOptions> options;
  private final ObjectProvider<SpanFlush> spans;
  private final BooleanSupplier ending;
  private volatile boolean running; // until the queues are closed

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
    boolean isEnd = ending.getAsBoolean();
    running = !isEnd;
    List<OpenQueue> open = queues.open();
    if (open.isEmpty()) {
      return;
    }
    flushSpans(open);
    if (isEnd) {
      close(open, options.get());
    } else {
      Duration timeout = options.get().getCloseTimeout();
      each(open, queue -> flush(queue, timeout));
    }
  }

  private void flushSpans(List<OpenQueue> open) {
    try {
      if (open.stream().anyMatch(queue -> queue.state().getRows() > 0)) {
        spans.ifAvailable(SpanFlush::flush);
      }
    } catch (RuntimeException e) {
      logger.warn("The spans could not be sent before the annotations on them.", e);
    }
  }

  /** A queue that fails must not leave the others undrained, nor its own loss untold. */
  private static void each(List<OpenQueue> open, Consumer<OpenQueue> drain) {
    for (OpenQueue queue : open) {
      try {
        drain.accept(queue);
      } catch (RuntimeException e) {
        tellFailure(queue, e);
      }
    }
  }

  private static void tellFailure(OpenQueue queue, RuntimeException failure) {
    try {
      QueueState state = queue.state();
      if (state.getRows() == 0) {
        // For instance, an executor that has been shut down refuses to say so.
        logger.debug("The annotation queue is drained, but did not say so.", failure);
      } else {
        logger.warn(
            "The annotation queue could not be drained when the application stopped. Phoenix has not confirmed {}.",
            rows(state.getRows()),
            failure);
      }
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
      logger.warn(
          "The annotation queue could not be drained when the application stopped.", failure);
    }
  }

  private static void flush(OpenQueue queue, Duration timeout) {
    if (queue.state().getStatus() != QueueStatus.CLOSED && !queue.flush(timeout)) {
      logger.info(
          "The application is stopped, and Phoenix has not confirmed {} within {}"
              + " (phoenix.queue.close-timeout). The queue keeps them and continues to send them.",
          rows(queue.state().getRows()),
          timeout);
    }
  }

  private static void close(List<OpenQueue> open, AnnotationQueueOptions options) {
    Duration timeout = options.getCloseTimeout();
    // All forms of a queue return the same report.
    Set<QueueReport> reports = Collections.newSetFromMap(new IdentityHashMap<>());
    each(
        open,
        queue -> {
          QueueReport report = queue.close(timeout);
          if (reports.add(report) && !report.getDrained()) {
            logger.warn(
                "The application ends, and Phoenix has not confirmed {} within {}"
                    + " (phoenix.queue.close-timeout). {}",
                rows(report.getUnfinishedRows()),
                timeout,
                remedy(report, options.getSpool() != null));
          }
        });
  }

  private static String remedy(QueueReport report, boolean hasSpool) {
    int spooled = report.getSpooledRows();
    if (spooled == report.getUnfinishedRows()) {
      return "All of it is in the spool, and the next start sends it.";
    }
    if (spooled > 0) {
      return "The next start sends " + rows(spooled) + " from the spool; the others are not in it.";
    }
    return hasSpool
        ? "None of it is in the spool."
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
