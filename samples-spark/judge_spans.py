"""Judges the answers of one day, and writes the scores back to Phoenix.

    spark-submit --jars phoenix-kt-spark-VERSION.jar judge_spans.py 2026-01-31 [FOLDER]

With a folder, the answers are exported there first and judged as a stream: the next run with the same folder judges only
what was exported since. Scores that cannot be stored, for example because their span was deleted, do not stop the stream:
they are in FOLDER/failures. PHOENIX_ENDPOINT, PHOENIX_API_KEY and PHOENIX_PROJECT say where Phoenix is.
"""

import sys
from datetime import date, timedelta

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import DoubleType

NAME = "brevity"


@F.udf(returnType=DoubleType())
def brevity(answer):
    """Replace this with your judge: a rule, a classifier, a call of a model."""
    return None if answer is None else min(1.0, 20 / max(1, len(answer.split())))


def answers_of(spark: SparkSession, day: date) -> DataFrame:
    return (
        spark.read.format("phoenix")
        .option("table", "spans")
        .load()
        .where(F.col("span_kind") == "LLM")
        .where((F.col("start_time") >= F.lit(day)) & (F.col("start_time") < F.lit(day + timedelta(days=1))))
        .select("span_id", F.col("attributes")["output.value"].alias("answer"))
        .where(F.col("answer").isNotNull())
    )


def judged(answers: DataFrame) -> DataFrame:
    label = F.when(F.col("score") < 0.7, "long").otherwise("short")
    return answers.withColumn("score", brevity("answer")).withColumn("label", label).select("span_id", "score", "label")


def options() -> dict:
    return {"target": "span", "name": NAME, "annotatorKind": "CODE"}


def judge_batch(answers: DataFrame) -> None:
    judged(answers).write.format("phoenix").options(**options()).mode("append").save()


def judge_stream(answers: DataFrame, folder: str) -> None:
    answers.write.mode("append").parquet(f"{folder}/answers")
    stream = answers.sparkSession.readStream.schema(answers.schema).parquet(f"{folder}/answers")
    query = (
        judged(stream)
        .writeStream.format("phoenix")
        .options(**options())
        # Otherwise one score that cannot be stored stops the stream, now and after each restart.
        .option("onFailure", "report")
        .option("failuresPath", f"{folder}/failures")
        .option("checkpointLocation", f"{folder}/checkpoint")
        .trigger(availableNow=True)
        .start()
    )
    query.awaitTermination()


def scores_of(spark: SparkSession, day: date) -> DataFrame:
    return (
        spark.read.format("phoenix")
        .option("table", "annotations")
        .option("target", "span")
        .option("startTime", f"{day}T00:00:00Z")
        .option("endTime", f"{day + timedelta(days=1)}T00:00:00Z")
        .load()
        .where(F.col("annotation_name") == NAME)
    )


def main() -> None:
    day = date.fromisoformat(sys.argv[1])
    spark = SparkSession.builder.appName("judge-spans").config("spark.sql.session.timeZone", "UTC").getOrCreate()
    answers = answers_of(spark, day)
    if len(sys.argv) > 2:
        judge_stream(answers, sys.argv[2])
    else:
        judge_batch(answers)
    stored, average = scores_of(spark, day).agg(F.count("score"), F.coalesce(F.avg("score"), F.lit(0.0))).first()
    print(f"{stored} of {answers.count()} answers of {day} have a score, {average:.2f} on average")
    spark.stop()


if __name__ == "__main__":
    main()
