package io.github.phoenixkt.spark.write;

import static io.github.phoenixkt.internal.Messages.forMessage;

import io.github.phoenixkt.spark.options.PhoenixConnection;
import io.github.phoenixkt.spark.options.WriteOptions;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.distributions.Distribution;
import org.apache.spark.sql.connector.distributions.Distributions;
import org.apache.spark.sql.connector.expressions.Expression;
import org.apache.spark.sql.connector.expressions.Expressions;
import org.apache.spark.sql.connector.expressions.SortDirection;
import org.apache.spark.sql.connector.expressions.SortOrder;
import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.write.BatchWrite;
import org.apache.spark.sql.connector.write.DataWriterFactory;
import org.apache.spark.sql.connector.write.PhysicalWriteInfo;
import org.apache.spark.sql.connector.write.RequiresDistributionAndOrdering;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.apache.spark.sql.connector.write.streaming.StreamingDataWriterFactory;
import org.apache.spark.sql.connector.write.streaming.StreamingWrite;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * One write, of a batch or of a stream. Rows of one target go to one task, so that the last row of
 * a key wins; so many tasks as the options say share what Phoenix may have in its queue.
 */
final class PhoenixWrite implements RequiresDistributionAndOrdering, BatchWrite, StreamingWrite {
  private final PhoenixConnection connection;
  private final WriteOptions options;
  private final WriteColumns columns;
  private final String queryId;
  private @Nullable PhoenixWriterFactory factory;

  PhoenixWrite(
      PhoenixConnection connection, WriteOptions options, WriteColumns columns, String queryId) {
    this.connection = connection;
    this.options = options;
    this.columns = columns;
    this.queryId = queryId;
  }

  @Override
  public String description() {
    return "annotations of %ss in Phoenix".formatted(options.target().getWord());
  }

  /**
   * By the id alone, because Spark compares whole texts and Phoenix knows names and identifiers
   * without the white space around them. Spark cannot trim here; {@link RowReader} refuses ids with
   * white space around them.
   */
  @Override
  public Distribution requiredDistribution() {
    return Distributions.clustered(
        columns.ids.stream().map(Column::reference).toArray(Expression[]::new));
  }

  @Override
  public int requiredNumPartitions() {
    return columns.tasks(options);
  }

  @Override
  public SortOrder[] requiredOrdering() {
    return columns.orderBy == null
        ? new SortOrder[0]
        : new SortOrder[] {Expressions.sort(columns.orderBy.reference(), SortDirection.ASCENDING)};
  }

  @Override
  public CustomMetric[] supportedCustomMetrics() {
    return OutcomeMetric.all().toArray(CustomMetric[]::new);
  }

  /** Spark runs the query after this, and does not call it to explain a plan. */
  @Override
  public BatchWrite toBatch() {
    factory();
    return this;
  }

  @Override
  public StreamingWrite toStreaming() {
    factory();
    return this;
  }

  @Override
  public DataWriterFactory createBatchWriterFactory(PhysicalWriteInfo info) {
    return factory();
  }

  @Override
  public StreamingDataWriterFactory createStreamingWriterFactory(PhysicalWriteInfo info) {
    return factory();
  }

  /** Checks once per batch what would make all tasks fail. */
  private PhoenixWriterFactory factory() {
    if (factory == null) {
      connection.requireAccess();
      factory =
          new PhoenixWriterFactory(connection, options, columns, queryId, failuresConfiguration());
    }
    return factory;
  }

  private @Nullable SerializableConfiguration failuresConfiguration() {
    if (options.failuresPath().isEmpty()) {
      return null;
    }
    Configuration hadoop = SparkSession.active().sparkContext().hadoopConfiguration();
    Path folder = new Path(options.failuresPath().get());
    try {
      if (folder.getFileSystem(hadoop).mkdirs(folder)) {
        return new SerializableConfiguration(hadoop);
      }
      throw new IOException("it cannot be created");
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "The option failuresPath names the folder %s, which cannot be used: %s. Nothing was sent."
              .formatted(forMessage(folder.toString(), 300), e.getMessage()),
          e);
    }
  }

  @Override
  public boolean useCommitCoordinator() {
    return true;
  }

  @Override
  public void commit(WriterCommitMessage[] messages) {
    new WriteSummary(options, messages).tell();
  }

  @Override
  public void commit(long epoch, WriterCommitMessage[] messages) {
    commit(messages);
  }

  /** What is stored stays: writing it again replaces it by the same. */
  @Override
  public void abort(WriterCommitMessage[] messages) {}

  @Override
  public void abort(long epoch, WriterCommitMessage[] messages) {}

  @Override
  public String toString() {
    return description();
  }
}
