package io.github.phoenixkt.spark.read;

import io.github.phoenixkt.spark.options.PhoenixConnection;
import io.github.phoenixkt.spark.options.ReadOptions;
import java.util.Arrays;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.SupportsPushDownLimit;
import org.apache.spark.sql.connector.read.SupportsPushDownRequiredColumns;
import org.apache.spark.sql.connector.read.SupportsPushDownV2Filters;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Learns from Spark which rows and columns are wanted. */
final class PhoenixScanBuilder
    implements SupportsPushDownV2Filters, SupportsPushDownRequiredColumns, SupportsPushDownLimit {
  private final PhoenixConnection connection;
  private final ReadOptions options;
  private final PushDown pushDown;
  private final StructType table;
  private StructType columns;

  PhoenixScanBuilder(PhoenixConnection connection, ReadOptions options, StructType columns) {
    this.connection = connection;
    this.options = options;
    this.table = columns;
    this.columns = columns;
    this.pushDown =
        new PushDown(
            ReadTable.of(options),
            Selection.of(
                TimeRange.between(
                    options.startTime().orElse(null), options.endTime().orElse(null))));
  }

  @Override
  public Predicate[] pushPredicates(Predicate[] predicates) {
    return options.pushDownFilters() ? pushDown.push(predicates) : predicates;
  }

  @Override
  public Predicate[] pushedPredicates() {
    return pushDown.pushed().toArray(Predicate[]::new);
  }

  @Override
  public boolean pushLimit(int limit) {
    if (limit > 0) {
      pushDown.limit(limit);
    }
    return limit > 0;
  }

  /** Spark may also ask for some fields of a struct only, but rows have whole columns. */
  @Override
  public void pruneColumns(StructType required) {
    columns =
        new StructType(
            Arrays.stream(required.fieldNames()).map(table::apply).toArray(StructField[]::new));
  }

  @Override
  public Scan build() {
    return new PhoenixScan(connection, options, pushDown, columns);
  }
}
