package io.github.phoenixkt.spark.write;

import io.github.phoenixkt.internal.InternalPhoenixApi;
import io.github.phoenixkt.upload.RowOutcome;

/** Counts the rows that Phoenix has queued. Spark creates it by its name. */
@InternalPhoenixApi
public final class QueuedMetric extends OutcomeMetric {
  /** Creates the metric. */
  public QueuedMetric() {
    super(RowOutcome.Kind.QUEUED, "rows queued, not known to be stored");
  }
}
