package io.github.phoenixkt.spark.write;

import io.github.phoenixkt.internal.InternalPhoenixApi;
import io.github.phoenixkt.upload.RowOutcome;

/** Counts the rows that are stored. Spark creates it by its name. */
@InternalPhoenixApi
public final class StoredMetric extends OutcomeMetric {
  /** Creates the metric. */
  public StoredMetric() {
    super(RowOutcome.Kind.STORED, "rows stored");
  }
}
