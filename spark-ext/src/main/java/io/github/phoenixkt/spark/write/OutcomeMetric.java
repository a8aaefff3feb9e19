package io.github.phoenixkt.spark.write;

import io.github.phoenixkt.internal.InternalPhoenixApi;
import io.github.phoenixkt.upload.RowOutcome;
import java.util.List;
import org.apache.spark.sql.connector.metric.CustomSumMetric;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;

/**
 * A number in Spark's UI: rows by outcome, over all attempts of all tasks. Spark may count a task
 * twice that it runs twice; the messages that tasks commit are exact.
 */
@InternalPhoenixApi
public abstract class OutcomeMetric extends CustomSumMetric {
  private final RowOutcome.Kind outcome;
  private final String description;

  OutcomeMetric(RowOutcome.Kind outcome, String description) {
    this.outcome = outcome;
    this.description = description;
  }

  static List<OutcomeMetric> all() {
    return List.of(
        new StoredMetric(),
        new QueuedMetric(),
        new MissingMetric(),
        new RejectedMetric(),
        new UnknownMetric(),
        new SkippedMetric());
  }

  @Override
  public String name() {
    return "phoenix" + outcome.getOutcomeName();
  }

  @Override
  public String description() {
    return description;
  }

  CustomTaskMetric of(Outcomes outcomes) {
    long value = outcomes.count(outcome);
    return new CustomTaskMetric() {
      @Override
      public String name() {
        return OutcomeMetric.this.name();
      }

      @Override
      public long value() {
        return value;
      }
    };
  }
}
