package io.github.phoenixkt.spark.write;

import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.spark.options.PhoenixConnection;
import io.github.phoenixkt.spark.options.SparkWords;
import io.github.phoenixkt.spark.options.WriteOptions;
import io.github.phoenixkt.upload.UploadSummary;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.jspecify.annotations.Nullable;

/**
 * Writes the rows of one task. What Spark may try again with success fails the task; all else is in
 * its message to the driver.
 */
final class PhoenixDataWriter implements DataWriter<InternalRow> {
  private final PhoenixConnection connection;
  private final WriteOptions options;
  private final RowReader reader;
  private final @Nullable FailuresFile file;
  private final Outcomes outcomes;
  private List<String> remarks = List.of();
  private @Nullable String stoppedBy;

  PhoenixDataWriter(
      PhoenixConnection connection,
      WriteOptions options,
      WriteColumns columns,
      @Nullable FailuresFile file) {
    this.connection = connection;
    this.options = options;
    this.reader = new RowReader(columns, options);
    this.file = file;
    this.outcomes = new Outcomes(options.maxFailuresReported(), file);
  }

  @Override
  public void writeAll(Iterator<InternalRow> records) throws IOException {
    if (!records.hasNext()) {
      return;
    }
    SparkRows rows = new SparkRows(records, reader, outcomes);
    UploadSummary summary;
    try (PhoenixBlockingClient client = connection.open()) {
      summary = client.annotations().uploadStream(rows.stream(), options.upload(), outcomes);
    }
    rows.requireComplete();
    outcomes.requireComplete();
    remarks = summary.getRemarks();
    stoppedBy = reasonToStop(summary.getStoppedBy());
  }

  private @Nullable String reasonToStop(@Nullable Throwable cause) throws IOException {
    if (cause == null) {
      return null;
    }
    if (cause instanceof PhoenixException.Unreachable
        || cause instanceof PhoenixException.Timeout
        || cause instanceof PhoenixException.RateLimited
        || cause instanceof PhoenixException.ServerError) {
      throw new IOException(
          "Phoenix takes no annotations at present, and this task cannot go on; writing its rows again is safe. "
              + SparkWords.of(cause.getMessage()),
          cause);
    }
    if (cause instanceof PhoenixException) {
      return SparkWords.of(cause.getMessage());
    }
    if (cause instanceof RuntimeException e) {
      throw e;
    }
    if (cause instanceof Error e) {
      throw e;
    }
    throw new IOException(cause.getMessage(), cause);
  }

  /** Spark calls it for rows that come one by one, which it does not send here. */
  @Override
  public void write(InternalRow row) throws IOException {
    writeAll(List.of(row).iterator());
  }

  @Override
  public WriterCommitMessage commit() throws IOException {
    if (file != null) {
      file.commit();
    }
    return outcomes.written(remarks, stoppedBy);
  }

  @Override
  public void abort() throws IOException {
    if (file != null) {
      file.abort();
    }
  }

  @Override
  public CustomTaskMetric[] currentMetricsValues() {
    return OutcomeMetric.all().stream()
        .map(metric -> metric.of(outcomes))
        .toArray(CustomTaskMetric[]::new);
  }

  @Override
  public void close() {}
}
