package io.github.phoenixkt.spark.write;

import io.github.phoenixkt.internal.InternalPhoenixApi;
import io.github.phoenixkt.spark.options.PhoenixConnection;
import io.github.phoenixkt.spark.options.WriteOptions;
import org.apache.spark.sql.connector.write.LogicalWriteInfo;
import org.apache.spark.sql.connector.write.SupportsTruncate;
import org.apache.spark.sql.connector.write.Write;
import org.apache.spark.sql.connector.write.WriteBuilder;
import org.apache.spark.sql.internal.connector.SupportsStreamingUpdateAsAppend;

/**
 * Checks the columns of a write before its job starts. A stream may update rows, because Phoenix
 * keeps one annotation per key: the later row replaces the one before.
 */
@InternalPhoenixApi
public final class PhoenixWriteBuilder
    implements SupportsStreamingUpdateAsAppend, SupportsTruncate {
  private final PhoenixConnection connection;
  private final WriteOptions options;
  private final LogicalWriteInfo info;

  /**
   * Starts to plan a write.
   *
   * @param connection where Phoenix is
   * @param options how to write
   * @param info what Spark says of the write
   */
  public PhoenixWriteBuilder(
      PhoenixConnection connection, WriteOptions options, LogicalWriteInfo info) {
    this.connection = connection;
    this.options = options;
    this.info = info;
  }

  /** Spark asks for it to overwrite all annotations, and for streams in complete mode. */
  @Override
  public WriteBuilder truncate() {
    throw new IllegalArgumentException(
        "A write does not delete the annotations that Phoenix has. Write with the mode append, INSERT INTO,"
            + " or a stream in the output mode append or update: a row replaces the annotation of its key."
            + " Nothing was sent.");
  }

  @Override
  public Write build() {
    return new PhoenixWrite(
        connection, options, new WriteColumns(info.schema(), options), info.queryId());
  }
}
