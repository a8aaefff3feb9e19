"""The code of docs/spark.md, between marks: a test compares the page with it, and scripts/proof spark runs it.

    spark-submit --jars phoenix-kt-spark-VERSION.jar guide.py FOLDER

FOLDER takes the rows that are not stored, and checkpoints. PHOENIX_ENDPOINT and PHOENIX_PROJECT say where Phoenix is. It must
have LLM spans of 2 January 2026.
"""

import json
import sys
from pathlib import Path

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

UNKNOWN_SPAN = "f" * 16

spark = SparkSession.builder.config("spark.sql.shuffle.partitions", 2).getOrCreate()
spark.conf.set("spark.sql.session.timeZone", "UTC")
folder = sys.argv[1]
failures, checkpoints = f"{folder}/failures", f"{folder}/checkpoints"


def stored_scores():
    day = {"startTime": "2026-01-02T00:00:00Z", "endTime": "2026-01-03T00:00:00Z"}
    stored = spark.read.format("phoenix").options(table="annotations", **day).load()
    rows = stored.where("annotation_name = 'correctness'").groupBy("score").count().collect()
    return {row["score"]: row["count"] for row in rows}


# begin read
spans = spark.read.format("phoenix").option("table", "spans").load()
answers = (
    spans.where("span_kind = 'LLM' AND start_time >= '2026-01-02' AND start_time < '2026-01-03'")
    .select("span_id", spans["attributes"]["output.value"].alias("answer"))
)
# end read

result = {"answers": answers.count()}

scores = answers.select("span_id", F.lit(0.25).alias("score"))
# begin write
(scores.write.format("phoenix")
    .option("target", "span")
    .option("name", "correctness")
    .option("annotatorKind", "LLM")
    .mode("append")
    .save())
# end write
result["batch"] = stored_scores()

answers.select("span_id", F.lit(0.5).alias("score")).createOrReplaceTempView("judged")
for statement in Path(__file__).with_name("guide.sql").read_text().split(";"):
    if statement.strip():
        spark.sql(statement)
result["sql"] = stored_scores()

unknown = spark.createDataFrame([(UNKNOWN_SPAN, 0.75)], "span_id STRING, score DOUBLE")
scores = answers.select("span_id", F.lit(0.75).alias("score")).union(unknown)
# begin failures
from py4j.protocol import Py4JJavaError

try:
    scores.write.format("phoenix").option("name", "correctness").option("annotatorKind", "LLM").mode("append").save()
except Py4JJavaError as error:
    summary = error.java_exception
    print(summary.getStored(), summary.getMissing(), summary.getRejected(), summary.getSkipped(), summary.getUnknown())
    for row in summary.getFailures():
        print(row.getTargetId(), row.getOutcome(), row.getReason())
# end failures
result["failures"] = [row.getTargetId() for row in summary.getFailures()]

scores.withColumn("score", F.lit(1.0)).write.parquet(f"{folder}/judged")
judged = spark.readStream.schema(scores.schema).parquet(f"{folder}/judged")
# begin stream
query = (judged.writeStream.format("phoenix")
    .option("name", "correctness").option("annotatorKind", "LLM")
    .option("onFailure", "report").option("failuresPath", failures)
    .option("checkpointLocation", checkpoints)
    .outputMode("append")
    .start())
# end stream
query.processAllAvailable()
query.stop()
result["stream"] = stored_scores()

try:
    # begin retry
    # failures is that folder, for example s3a://bucket/failures
    spark.read.json(failures).filter("outcome = 'MissingTarget'").write.format("phoenix").mode("append").save()
    # end retry
except Py4JJavaError as error:
    result["retry"] = [row.getTargetId() for row in error.java_exception.getFailures()]

print("RESULT", json.dumps(result))
spark.stop()
