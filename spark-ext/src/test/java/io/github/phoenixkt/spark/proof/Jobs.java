package io.github.phoenixkt.spark.proof;

import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.spark_partition_id;

import io.github.phoenixkt.spark.PhoenixWriteException;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What {@code scripts/proof spark} submits: {@code write ROWS BAD NAME WRITERS [throw | slow]} or
 * {@code read PROJECT PARTITIONS}. The last line of the output is the result.
 */
public final class Jobs {
  private Jobs() {}

  public static void main(String[] args) {
    SparkSession spark = SparkSession.builder().getOrCreate();
    if (args[0].equals("write")) {
      write(spark, args);
    } else {
      read(spark, args[1], args[2]);
    }
    spark.stop();
  }

  private static void write(SparkSession spark, String[] args) {
    long rows = Long.parseLong(args[1]);
    long bad = Long.parseLong(args[2]);
    Dataset<Row> scores = scores(spark, rows, bad);
    // Not in what is timed: the class path and the first tasks of the executors.
    scores.foreach(row -> {});
    boolean disturbed = args.length > 5;
    DataFrameWriter<Row> writer =
        scores
            .write()
            .format(disturbed ? DisturbedSource.class.getName() : "phoenix")
            .option("target", "span")
            .option("name", args[3])
            .option("annotatorKind", "CODE")
            .option("project", "spark")
            .option("writers", args[4])
            .mode("append");
    if (disturbed) {
      writer.option(DisturbedSource.OPTION, args[5]);
    }
    long begin = System.nanoTime();
    Map<String, Long> counts = Map.of("Stored", rows);
    try {
      writer.save();
    } catch (PhoenixWriteException e) {
      counts = e.getCounts();
    }
    result(counts, begin);
  }

  /** The last rows are bad: a quarter each without a target, a result, a score, an id. */
  private static Dataset<Row> scores(SparkSession spark, long rows, long bad) {
    String kind = "CASE WHEN id < %d THEN -1 ELSE id %% 4 END".formatted(rows - bad);
    return spark
        .range(0, rows, 1, 4)
        .selectExpr("id", kind + " AS bad")
        .selectExpr(
            "CASE bad WHEN 0 THEN format_string('f%015x', id) WHEN 3 THEN ' ' ELSE"
                + " format_string('%016x', id) END AS span_id",
            "CASE bad WHEN 1 THEN NULL WHEN 2 THEN double('Infinity') ELSE id / 1000.0D END AS"
                + " score");
  }

  private static void read(SparkSession spark, String project, String partitions) {
    long begin = System.nanoTime();
    Dataset<Row> spans =
        spark
            .read()
            .format("phoenix")
            .option("project", project)
            .option("numPartitions", partitions)
            .load()
            .where("span_kind = 'LLM' AND start_time >= '2026-02-01'")
            .where("attributes['llm.model_name'] IS NOT NULL");
    spans.explain();
    Row counts =
        spans
            .withColumn("partition", spark_partition_id())
            .agg(count(lit(1)), countDistinct("span_id"), countDistinct("partition"))
            .first();
    result(
        Map.of(
            "Rows", counts.getLong(0), "Spans", counts.getLong(1), "Partitions", counts.getLong(2)),
        begin);
  }

  private static void result(Map<String, Long> counts, long begin) {
    Map<String, Object> result = new TreeMap<>(counts);
    result.put("seconds", (System.nanoTime() - begin) / 1e9);
    StringBuilder json = new StringBuilder();
    result.forEach((name, value) -> json.append(", \"%s\": %s".formatted(name, value)));
    System.out.println("RESULT {" + json.substring(2) + "}");
  }
}
