package io.github.phoenixkt.spark.write;

import io.github.phoenixkt.internal.InternalPhoenixApi;
import io.github.phoenixkt.upload.RowOutcome;

/** Counts the rows that Phoenix refused. Spark creates it by its name. */
@InternalPhoenixApi
public final class RejectedMetric extends OutcomeMetric {
  /** Creates the metric. */
  public RejectedMetric() {
    super(RowOutcome.Kind.REJECTED, "rows that Phoenix refused");
  }
}
