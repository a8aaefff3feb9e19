package io.github.phoenixkt.spark;

import io.github.phoenixkt.testing.FakePhoenix;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.QueryExecutionListener;
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

  /** What Spark has planned and run for a write. */
  protected List<QueryExecution> executionsOf(Runnable write) throws Exception {
    List<QueryExecution> executions = new CopyOnWriteArrayList<>();
    QueryExecutionListener listener =
        new QueryExecutionListener() {
          @Override
          public void onSuccess(String function, QueryExecution execution, long nanos) {
            executions.add(execution);
          }

          @Override
          public void onFailure(String function, QueryExecution execution, Exception e) {
            executions.add(execution);
          }
        };
    awaitEvents(); // those of what was run before
    spark.listenerManager().register(listener);
    try {
      write.run();
      awaitEvents();
    } finally {
      spark.listenerManager().unregister(listener);
    }
    return executions;
  }

  /** Spark tells its listeners on a thread of its own. */
  private void awaitEvents() throws Exception {
    spark.sparkContext().listenerBus().waitUntilEmpty(TimeUnit.MINUTES.toMillis(2));
  }
}
