package io.github.phoenixkt.spark.read;

import io.github.phoenixkt.internal.InternalPhoenixApi;
import io.github.phoenixkt.spark.options.PhoenixConnection;
import io.github.phoenixkt.spark.options.ReadOptions;
import java.util.Arrays;
import java.util.Locale;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.types.StructField;
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
   * @throws IllegalArgumentException if there is no such table
   */
  public static StructType schema(ReadOptions options) {
    return ReadTable.of(options).schema();
  }

  /**
   * Starts to plan a read.
   *
   * @param connection where Phoenix is
   * @param options what to read
   * @param schema the columns of the table as Spark knows them
   * @return the plan so far
   * @throws IllegalArgumentException if the table has other columns
   */
  public static ScanBuilder scanBuilder(
      PhoenixConnection connection, ReadOptions options, StructType schema) {
    StructType known = schema(options);
    for (StructField field : schema.fields()) {
      requireSame(field, known, options);
    }
    return new PhoenixScanBuilder(connection, options, schema);
  }

  private static void requireSame(StructField field, StructType known, ReadOptions options) {
    String table = options.table().name().toLowerCase(Locale.ROOT);
    if (!Arrays.asList(known.fieldNames()).contains(field.name())) {
      throw new IllegalArgumentException(
          "Phoenix's table %s has no column %s. It has %s."
              .formatted(table, field.name(), String.join(", ", known.fieldNames())));
    }
    StructField column = known.apply(field.name());
    if (!field.dataType().asNullable().equals(column.dataType().asNullable())) {
      throw new IllegalArgumentException(
          "The column %s of Phoenix's table %s is a %s, not a %s: read without a schema of your own, and cast the column."
              .formatted(
                  field.name(),
                  table,
                  column.dataType().catalogString(),
                  field.dataType().catalogString()));
    }
  }
}
