"""What scripts/proof spark submits from Python: `write ROWS BAD NAME WRITERS`, as Jobs.java does."""

import json
import sys
import time

from py4j.protocol import Py4JJavaError
from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
rows, bad, name, writers = int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5]
scores = (
    spark.range(0, rows, 1, 4)
    .selectExpr("id", f"CASE WHEN id < {rows - bad} THEN -1 ELSE id % 4 END AS bad")
    .selectExpr(
        "CASE bad WHEN 0 THEN format_string('f%015x', id) WHEN 3 THEN ' ' ELSE format_string('%016x', id) END AS span_id",
        "CASE bad WHEN 1 THEN NULL WHEN 2 THEN double('Infinity') ELSE id / 1000.0D END AS score",
    )
)
begin = time.monotonic()
counts = {"Stored": rows}
try:
    (
        scores.write.format("phoenix")
        .option("target", "span")
        .option("name", name)
        .option("annotatorKind", "CODE")
        .option("project", "spark")
        .option("writers", writers)
        .mode("append")
        .save()
    )
except Py4JJavaError as e:
    error = e.java_exception
    if error.getClass().getSimpleName() != "PhoenixWriteException":
        raise
    counts = {
        "Stored": error.getStored(),
        "MissingTarget": error.getMissing(),
        "Skipped": error.getSkipped(),
        "Rejected": error.getRejected(),
        "Unknown": error.getUnknown(),
        "NotAttempted": error.getNotAttempted(),
    }
counts["seconds"] = time.monotonic() - begin
print("RESULT", json.dumps(counts))
spark.stop()
