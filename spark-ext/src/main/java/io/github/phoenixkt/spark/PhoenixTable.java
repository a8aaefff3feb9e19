package io.github.phoenixkt.spark;

import io.github.phoenixkt.spark.options.Options;
import io.github.phoenixkt.spark.options.PhoenixConnection;
import io.github.phoenixkt.spark.options.ReadOptions;
import io.github.phoenixkt.spark.options.WriteOptions;
import io.github.phoenixkt.spark.read.PhoenixReads;
import io.github.phoenixkt.spark.write.PhoenixWriteBuilder;
import java.util.Arrays;
import java.util.Set;
import org.apache.spark.sql.connector.catalog.Column;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.SupportsWrite;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.write.LogicalWriteInfo;
import org.apache.spark.sql.connector.write.WriteBuilder;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/** What Spark reads from and writes to. Both take their options from the call. */
final class PhoenixTable implements SupportsRead, SupportsWrite {
  private final StructType schema;
  private final Column[] columns;

  PhoenixTable(StructType schema, Options options) {
    this.schema = schema;
    this.columns =
        Arrays.stream(schema.fields())
            .map(field -> Column.create(field.name(), field.dataType(), field.nullable()))
            .toArray(Column[]::new);
    // Before anything is planned, so that the first line of a script that is wrong fails.
    ReadOptions.of(options);
    WriteOptions.of(options);
  }

  @Override
  public String name() {
    return "phoenix";
  }

  @Override
  public Column[] columns() {
    return columns;
  }

  @Override
  @Deprecated
  public StructType schema() {
    return schema;
  }

  @Override
  public Set<TableCapability> capabilities() {
    return Set.of(
        TableCapability.BATCH_READ,
        TableCapability.BATCH_WRITE,
        TableCapability.STREAMING_WRITE,
        // Refused by the write, with a better sentence than Spark's.
        TableCapability.TRUNCATE,
        // The columns are checked by the write, which knows what each is for.
        TableCapability.ACCEPT_ANY_SCHEMA);
  }

  @Override
  public ScanBuilder newScanBuilder(CaseInsensitiveStringMap given) {
    Options options = Options.of(given);
    return PhoenixReads.scanBuilder(
        PhoenixConnection.resolve(options), ReadOptions.of(options), schema);
  }

  @Override
  public WriteBuilder newWriteBuilder(LogicalWriteInfo info) {
    Options options = Options.of(info.options());
    return new PhoenixWriteBuilder(
        PhoenixConnection.resolve(options), WriteOptions.of(options), info);
  }
}
