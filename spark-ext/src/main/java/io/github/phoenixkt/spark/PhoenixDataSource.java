package io.github.phoenixkt.spark;

import io.github.phoenixkt.spark.options.Options;
import io.github.phoenixkt.spark.options.ReadOptions;
import io.github.phoenixkt.spark.read.PhoenixReads;
import java.util.Map;
import org.apache.spark.sql.connector.catalog.SessionConfigSupport;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * The data source {@code phoenix}. Spark creates it; applications name it:
 *
 * <pre>{@code
 * Dataset<Row> spans = spark.read().format("phoenix").option("project", "shop").load();
 * scores.write().format("phoenix").option("target", "span").option("name", "correctness").mode("append").save();
 * }</pre>
 *
 * <p>Options that are the same for all reads and writes can be set as {@code
 * spark.datasource.phoenix.<option>}.
 */
public final class PhoenixDataSource implements SessionConfigSupport, DataSourceRegister {
  /** Creates the data source; for Spark. */
  public PhoenixDataSource() {}

  /** Returns {@code phoenix}, the name of the format. */
  @Override
  public String shortName() {
    return "phoenix";
  }

  /** Returns {@code phoenix}: settings are called {@code spark.datasource.phoenix.<option>}. */
  @Override
  public String keyPrefix() {
    return "phoenix";
  }

  /** Returns true: a write brings its own columns. */
  @Override
  public boolean supportsExternalMetadata() {
    return true;
  }

  /** Returns the columns of the table that the options name. */
  @Override
  public StructType inferSchema(CaseInsensitiveStringMap options) {
    return PhoenixReads.schema(ReadOptions.of(Options.of(options)));
  }

  /** Returns the table that the options name. */
  @Override
  public Table getTable(
      StructType schema, Transform[] partitioning, Map<String, String> properties) {
    return new PhoenixTable(schema, Options.of(properties));
  }
}
