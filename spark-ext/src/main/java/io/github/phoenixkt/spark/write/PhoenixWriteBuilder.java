package io.github.phoenixkt.spark.write;

import io.github.phoenixkt.internal.InternalPhoenixApi;
import io.github.phoenixkt.spark.options.PhoenixConnection;
import io.github.phoenixkt.spark.options.WriteOptions;
import org.apache.spark.sql.connector.write.LogicalWriteInfo;
import org.apache.spark.sql.connector.write.Write;
import org.apache.spark.sql.internal.connector.SupportsStreamingUpdateAsAppend;

/**
 * Checks the columns of a write before its job starts. A stream may update rows, because Phoenix
 * keeps one annotation per key: the later row replaces the one before.
 */
@InternalPhoenixApi
public final class PhoenixWriteBuilder implements SupportsStreamingUpdateAsAppend {
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

  @Override
  public Write build() {
    return new PhoenixWrite(
        connection, options, new WriteColumns(info.schema(), options), info.queryId());
  }
}
