package io.github.phoenixkt.opentelemetry;

import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.annotations.AnnotationData;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.internal.Messages;
import io.github.phoenixkt.queue.Offer;
import io.github.phoenixkt.queue.QueueOutcome;
import io.github.phoenixkt.queue.QueuedRows;
import io.github.phoenixkt.upload.UploadReport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Feedback that an annotation queue writes. */
final class QueuedFeedback {
  private static final int LONGEST_REASON = 500;

  private final Function<AnnotationData, Offer> queue;

  QueuedFeedback(Function<AnnotationData, Offer> queue) {
    this.queue = queue;
  }

  /**
   * The report of an upload, at once or, with {@code sync}, once all of it has an outcome. A row
   * that is refused because the queue is full or closed is the last that is offered.
   */
  CompletableFuture<UploadReport> write(List<SpanAnnotationData> rows, boolean sync) {
    QueuedRows.requireSendable(rows);
    Offer[] offers = new Offer[rows.size()];
    QueueOutcome[] ends = new QueueOutcome[rows.size()];
    QueueOutcome refusal = null;
    for (int row = 0; row < offers.length; row++) {
      if (refusal == null) {
        try {
          offers[row] = queue.apply(rows.get(row));
          refusal = offers[row].getAccepted() ? null : offers[row].outcomeFuture().join();
        } catch (RuntimeException e) {
          if (offers.length == 1) {
            throw e;
          }
          // Of this row alone: what became of the others must be told.
          ends[row] = new QueueOutcome.Rejected(reason(e), false);
          continue;
        }
      }
      ends[row] = refusal;
    }
    if (!sync || refusal != null) {
      return CompletableFuture.completedFuture(report(rows, ends));
    }
    List<CompletableFuture<QueueOutcome>> outcomes = new ArrayList<>();
    for (int row = 0; row < offers.length; row++) {
      outcomes.add(
          ends[row] == null ? outcome(offers[row]) : CompletableFuture.completedFuture(ends[row]));
    }
    return CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new))
        .thenApply(
            done -> {
              Arrays.setAll(ends, row -> outcomes.get(row).join());
              return report(rows, ends);
            });
  }

  /** Of a queue of the application, too, whose outcomes may fail. */
  private static CompletableFuture<QueueOutcome> outcome(Offer offer) {
    return offer
        .outcomeFuture()
        .exceptionally(
            failure ->
                new QueueOutcome.Rejected(
                    reason(failure instanceof CompletionException ? failure.getCause() : failure),
                    true));
  }

  /** Why a queue throws, for instance because a row is larger than the queue may be. */
  static String reason(@Nullable Throwable failure) {
    String message = failure instanceof IllegalArgumentException ? failure.getMessage() : null;
    return message == null
        ? Messages.forMessage(failure == null ? "null" : Messages.textOf(failure), LONGEST_REASON)
        : message;
  }

  /** The same for a thread that waits. An interrupt ends the wait, and takes nothing out. */
  UploadReport await(List<SpanAnnotationData> rows, boolean sync) {
    CompletableFuture<UploadReport> report = write(rows, sync);
    try {
      return report.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      if (report.isDone()) {
        return report.join();
      }
      throw new PhoenixException.Interrupted(
          "The thread was interrupted while it waited. The queue has accepted the annotations and sends them.",
          e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("The outcome of the queue could not be read.", e.getCause());
    }
  }

  private static UploadReport report(List<SpanAnnotationData> rows, QueueOutcome[] ends) {
    return QueuedRows.queuedRows(rows, Arrays.asList(ends));
  }
}
