package io.github.phoenixkt.samples;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import java.time.LocalDate;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;

/**
 * Judges the answers of one day, and writes the scores back to Phoenix.
 *
 * <pre>
 * spark-submit --jars phoenix-kt-spark-VERSION.jar --class io.github.phoenixkt.samples.JudgeSpans judge-spans-1.jar 2026-01-31 [FOLDER]
 * </pre>
 *
 * <p>With a folder, the answers are exported there first and judged as a stream: the next run with
 * the same folder judges only what was exported since. Scores that cannot be stored, for example
 * because their span was deleted, do not stop the stream: they are in {@code FOLDER/failures}.
 * {@code PHOENIX_ENDPOINT}, {@code PHOENIX_API_KEY} and {@code PHOENIX_PROJECT} say where Phoenix
 * is.
 */
public final class JudgeSpans {
  private static final String NAME = "brevity";

  private static final Map<String, String> OPTIONS =
      Map.of("target", "span", "name", NAME, "annotatorKind", "CODE");

  private JudgeSpans() {}

  public static void main(String[] args) throws Exception {
    LocalDate day = LocalDate.parse(args[0]);
    SparkSession spark =
        SparkSession.builder()
            .appName("judge-spans")
            .config("spark.sql.session.timeZone", "UTC")
            .getOrCreate();
    Dataset<Row> answers = answersOf(spark, day);
    if (args.length > 1) {
      judgeStream(answers, args[1]);
    } else {
      judged(answers).write().format("phoenix").options(OPTIONS).mode("append").save();
    }
    Row stored = scoresOf(spark, day).agg(count("score"), coalesce(avg("score"), lit(0.0))).first();
    System.out.printf(
        Locale.ROOT,
        "%d of %d answers of %s have a score, %.2f on average%n",
        stored.getLong(0),
        answers.count(),
        day,
        stored.getDouble(1));
    spark.stop();
  }

  private static Dataset<Row> answersOf(SparkSession spark, LocalDate day) {
    return spark
        .read()
        .format("phoenix")
        .option("table", "spans")
        .load()
        .where(col("span_kind").equalTo("LLM"))
        .where(col("start_time").geq(lit(day)).and(col("start_time").lt(lit(day.plusDays(1)))))
        .select(col("span_id"), col("attributes").getItem("output.value").as("answer"))
        .where(col("answer").isNotNull());
  }

  /** Replace this with your judge: a rule, a classifier, a call of a model. */
  private static Double brevity(String answer) {
    return answer == null ? null : Math.min(1, 20.0 / answer.strip().split("\\s+").length);
  }

  private static Dataset<Row> judged(Dataset<Row> answers) {
    UserDefinedFunction judge =
        udf((UDF1<String, Double>) JudgeSpans::brevity, DataTypes.DoubleType);
    return answers
        .withColumn("score", judge.apply(col("answer")))
        .withColumn("label", when(col("score").lt(0.7), "long").otherwise("short"))
        .select("span_id", "score", "label");
  }

  private static void judgeStream(Dataset<Row> answers, String folder) throws Exception {
    answers.write().mode("append").parquet(folder + "/answers");
    Dataset<Row> stream =
        answers.sparkSession().readStream().schema(answers.schema()).parquet(folder + "/answers");
    judged(stream)
        .writeStream()
        .format("phoenix")
        .options(OPTIONS)
        // Otherwise one score that cannot be stored stops the stream, now and after each restart.
        .option("onFailure", "report")
        .option("failuresPath", folder + "/failures")
        .option("checkpointLocation", folder + "/checkpoint")
        .trigger(Trigger.AvailableNow())
        .start()
        .awaitTermination();
  }

  private static Dataset<Row> scoresOf(SparkSession spark, LocalDate day) {
    return spark
        .read()
        .format("phoenix")
        .option("table", "annotations")
        .option("target", "span")
        .option("startTime", day + "T00:00:00Z")
        .option("endTime", day.plusDays(1) + "T00:00:00Z")
        .load()
        .where(col("annotation_name").equalTo(NAME));
  }
}
