package io.github.phoenixkt.spark.write;

import io.github.phoenixkt.spark.options.PhoenixConnection;
import io.github.phoenixkt.spark.options.WriteOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.connector.write.DataWriterFactory;
import org.apache.spark.sql.connector.write.streaming.StreamingDataWriterFactory;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;

/** What the driver sends to the tasks. */
final class PhoenixWriterFactory implements DataWriterFactory, StreamingDataWriterFactory {
  private static final long serialVersionUID = 1;

  private final PhoenixConnection connection;
  private final WriteOptions options;
  private final WriteColumns columns;
  private final String queryId;

  /** How to reach the folder of the failures, if there is one. */
  private final @Nullable SerializableConfiguration hadoop;

  PhoenixWriterFactory(
      PhoenixConnection connection,
      WriteOptions options,
      WriteColumns columns,
      String queryId,
      @Nullable SerializableConfiguration hadoop) {
    this.connection = connection;
    this.options = options;
    this.columns = columns;
    this.queryId = queryId;
    this.hadoop = hadoop;
  }

  @Override
  public DataWriter<InternalRow> createWriter(int partition, long task) {
    return writer("%s-%05d".formatted(queryId, partition), task);
  }

  @Override
  public DataWriter<InternalRow> createWriter(int partition, long task, long epoch) {
    return writer("%s-%d-%05d".formatted(queryId, epoch, partition), task);
  }

  private DataWriter<InternalRow> writer(String name, long task) {
    return new PhoenixDataWriter(connection, options, columns, failuresFile(name, task));
  }

  private @Nullable FailuresFile failuresFile(String name, long task) {
    if (hadoop == null) {
      return null;
    }
    try {
      return new FailuresFile(options.failuresPath().orElseThrow(), name, task, hadoop.value());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
