package io.github.phoenixkt.opentelemetry;

import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.annotations.AnnotationData;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.queue.Offer;
import io.github.phoenixkt.queue.QueueOutcome;
import io.github.phoenixkt.queue.QueuedRows;
import io.github.phoenixkt.upload.UploadReport;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/** Feedback that an annotation queue writes. */
final class QueuedFeedback {
  private final Function<AnnotationData, Offer> queue;

  QueuedFeedback(Function<AnnotationData, Offer> queue) {
    this.queue = queue;
  }

  /**
   * The report of an upload, at once or, with {@code sync}, once all of it has an outcome. The
   * first row that is not accepted is the last that is offered.
   */
  CompletableFuture<UploadReport> write(List<SpanAnnotationData> rows, boolean sync) {
    QueuedRows.requireSendable(rows);
    Offer[] offers = new Offer[rows.size()];
    QueueOutcome[] ends = new QueueOutcome[rows.size()];
    QueueOutcome refusal = null;
    for (int row = 0; row < offers.length; row++) {
      if (refusal == null) {
        offers[row] = queue.apply(rows.get(row));
        refusal = offers[row].getAccepted() ? null : offers[row].outcomeFuture().join();
      }
      ends[row] = refusal;
    }
    if (!sync || refusal != null) {
      return CompletableFuture.completedFuture(report(rows, ends));
    }
    CompletableFuture<?>[] futures =
        Arrays.stream(offers).map(Offer::outcomeFuture).toArray(CompletableFuture[]::new);
    return CompletableFuture.allOf(futures)
        .thenApply(
            done -> {
              Arrays.setAll(ends, row -> offers[row].outcomeFuture().join());
              return report(rows, ends);
            });
  }

  /** The same for a thread that waits. An interrupt ends the wait, and takes nothing out. */
  UploadReport await(List<SpanAnnotationData> rows, boolean sync) {
    CompletableFuture<UploadReport> report = write(rows, sync);
    try {
      return report.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
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
