package io.github.phoenixkt.spark.write;

import io.github.phoenixkt.internal.InternalPhoenixApi;
import io.github.phoenixkt.upload.RowOutcome;

/** Counts the rows that were sent with an unknown result. Spark creates it by its name. */
@InternalPhoenixApi
public final class UnknownMetric extends OutcomeMetric {
  /** Creates the metric. */
  public UnknownMetric() {
    super(RowOutcome.Kind.UNKNOWN, "rows with an unknown result");
  }
}
