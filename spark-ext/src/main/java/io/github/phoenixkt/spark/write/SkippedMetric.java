package io.github.phoenixkt.spark.write;

import io.github.phoenixkt.internal.InternalPhoenixApi;
import io.github.phoenixkt.upload.RowOutcome;

/** Counts the rows that cannot be sent. Spark creates it by its name. */
@InternalPhoenixApi
public final class SkippedMetric extends OutcomeMetric {
  /** Creates the metric. */
  public SkippedMetric() {
    super(RowOutcome.Kind.SKIPPED, "rows that cannot be sent");
  }
}
