package io.github.phoenixkt.spark.read;

import io.github.phoenixkt.internal.InternalPhoenixApi;
import io.github.phoenixkt.spark.options.PhoenixConnection;
import io.github.phoenixkt.spark.options.ReadOptions;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.types.StructType;

/** The tables that can be read. */
@InternalPhoenixApi
public final class PhoenixReads {
  private PhoenixReads() {}

  /**
   * Returns the columns of a table.
   *
   * @param options which table, and the types of its columns
   * @return the columns
   */
  public static StructType schema(ReadOptions options) {
    throw new UnsupportedOperationException("Reading is not there yet.");
  }

  /**
   * Starts to plan a read.
   *
   * @param connection where Phoenix is
   * @param options what to read
   * @param schema the columns of the table as Spark knows them
   * @return the plan so far
   */
  public static ScanBuilder scanBuilder(
      PhoenixConnection connection, ReadOptions options, StructType schema) {
    throw new UnsupportedOperationException("Reading is not there yet.");
  }
}
