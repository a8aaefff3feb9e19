package io.github.phoenixkt.spark;

import io.github.phoenixkt.testing.FakePhoenix;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Spark in this JVM, one for all tests, and a Phoenix for each. */
public abstract class SparkTest {
  /** Two tasks at once, each of which may fail once. */
  protected final SparkSession spark =
      SparkSession.builder()
          .master("local[2, 2]")
          .config("spark.ui.enabled", false)
          .config("spark.sql.shuffle.partitions", 2)
          .config("spark.sql.warehouse.dir", "target/warehouse")
          .config("spark.driver.bindAddress", "127.0.0.1")
          .getOrCreate();

  protected FakePhoenix phoenix;

  @BeforeEach
  void startPhoenix() {
    phoenix = FakePhoenix.start();
  }

  @AfterEach
  void stopPhoenix() {
    phoenix.close();
  }

  protected Dataset<Row> frame(String columns, Object[]... rows) {
    List<Row> all = Arrays.stream(rows).map(RowFactory::create).toList();
    return spark.createDataFrame(all, StructType.fromDDL(columns));
  }

  protected static Object[] row(Object... cells) {
    return cells;
  }

  protected DataFrameWriter<Row> write(Dataset<Row> rows) {
    return rows.write().format("phoenix").option("endpoint", endpoint()).mode("append");
  }

  protected String endpoint() {
    return phoenix.endpoint().toString();
  }
}
