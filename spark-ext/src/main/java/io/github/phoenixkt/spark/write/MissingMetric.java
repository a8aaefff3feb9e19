package io.github.phoenixkt.spark.write;

import io.github.phoenixkt.internal.InternalPhoenixApi;
import io.github.phoenixkt.upload.RowOutcome;

/** Counts the rows whose target Phoenix does not know. Spark creates it by its name. */
@InternalPhoenixApi
public final class MissingMetric extends OutcomeMetric {
  /** Creates the metric. */
  public MissingMetric() {
    super(RowOutcome.Kind.MISSING_TARGET, "rows whose target is missing");
  }
}
