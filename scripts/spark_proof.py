"""What scripts/proof spark runs, beside a Phoenix on PostgreSQL and a Spark cluster.

    spark_proof.py SHADED_JAR JOBS_JAR CLIENT_CLASS_PATH OLD_LIBRARIES [short | STEP…]

A STEP is one of java, python, kill, throw, speculation, read, old, rates and samples; all of them if none is named.
"""

import asyncio
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

import asyncpg
import pyarrow
import pyarrow.parquet

ROOT = pathlib.Path(__file__).resolve().parent.parent
ENDPOINT = os.environ["PHOENIX_TEST_POSTGRES_ENDPOINT"]
CLUSTER = pathlib.Path(os.environ["PHOENIX_KT_SPARK_STATE"])
SHADED_JAR, JOBS_JAR, CLIENT_CLASS_PATH, OLD_LIBRARIES = sys.argv[1:5]
SHORT = "short" in sys.argv
ROWS = 4_000 if SHORT else 20_000
SPANS = 8_000 if SHORT else 50_000
BAD = 40
MISSING = ("f" * 16, "MissingTarget")
SPECULATION = [
    "spark.speculation=true",
    "spark.speculation.interval=500ms",
    "spark.speculation.multiplier=1.2",
    "spark.speculation.quantile=0.5",
    "spark.speculation.minTaskRuntime=2s",
]
# Jobs this short are over before a second compiler or a web page pays.
QUICK = ["spark.ui.enabled=false"] + [
    f"spark.{where}.extraJavaOptions=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC" for where in ("driver", "executor")
]
work = pathlib.Path(tempfile.mkdtemp(prefix="phoenix-kt-spark-proof."))


def check(what, actual, expected):
    if actual != expected:
        raise SystemExit(f"spark: NOT PROVEN: {what}: {actual} instead of {expected}")


# --- the database -----------------------------------------------------------------------------------------------------


def database_url():
    folder = pathlib.Path((pathlib.Path(os.environ["PHOENIX_KT_STATE"]) / "postgres/cluster").read_text().strip())
    port = (folder / "data/postmaster.pid").read_text().splitlines()[3]
    return f"postgresql://phoenix@127.0.0.1:{port}/postgres"


def sql(statement, *arguments):
    async def run():
        connection = await asyncpg.connect(database_url())
        try:
            return await connection.fetch(statement, *arguments)
        finally:
            await connection.close()

    return asyncio.run(run())


def create_spans(project, count, seconds):
    """Straight into the database, because Phoenix would take minutes; one trace has ten spans."""
    body = json.dumps({"name": project}).encode()
    request = urllib.request.Request(ENDPOINT + "/v1/projects", body, {"Content-Type": "application/json"})
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60).close()
    sql(
        """
        INSERT INTO traces (project_rowid, trace_id, start_time, end_time)
        SELECT p.id, $1 || lpad(to_hex(i), 31, '0'), time, time + interval '1 second'
        FROM projects p, generate_series(0, $2::int - 1, 10) i,
          LATERAL (SELECT timestamptz '2026-01-01 00:00:00Z' + i * $3::int * interval '1 second' AS time) t
        WHERE p.name = $4
        """,
        project[0].encode().hex()[-1],
        count,
        seconds,
        project,
    )
    sql(
        """
        INSERT INTO spans (trace_rowid, span_id, name, span_kind, start_time, end_time, attributes, events,
          status_code, status_message, cumulative_error_count, cumulative_llm_token_count_prompt,
          cumulative_llm_token_count_completion)
        SELECT t.id, lpad(to_hex($1::int + i), 16, '0'), 'answer', CASE i % 2 WHEN 0 THEN 'LLM' ELSE 'CHAIN' END,
          time, time + interval '1 second',
          jsonb_build_object('openinference', jsonb_build_object('span', jsonb_build_object('kind',
            CASE i % 2 WHEN 0 THEN 'LLM' ELSE 'CHAIN' END)), 'llm', jsonb_build_object('model_name', 'a-model'),
            'output', jsonb_build_object('value', repeat('word ', i % 40 + 1))),
          '[]'::jsonb, 'OK', '', 0, 0, 0
        FROM generate_series(0, $2::int - 1) i
        JOIN traces t ON t.trace_id = $4 || lpad(to_hex(i / 10 * 10), 31, '0'),
          LATERAL (SELECT timestamptz '2026-01-01 00:00:00Z' + i * $3::int * interval '1 second' AS time) x
        """,
        0 if project == "spark" else 1 << 28,
        count,
        seconds,
        project[0].encode().hex()[-1],
    )


def stored(name):
    rows = sql(
        "SELECT s.span_id, a.score FROM span_annotations a JOIN spans s ON s.id = a.span_rowid WHERE a.name = $1", name
    )
    scores = {row["span_id"]: row["score"] for row in rows}
    check(f"{name}: rows of different spans", len(scores), len(rows))
    return scores


# --- jobs -------------------------------------------------------------------------------------------------------------


def submit(name, *arguments, conf=(), jars=(SHADED_JAR,), environment=None):
    """Ends with what the job printed."""
    command = [str(ROOT / "scripts/spark"), "submit", "--jars", ",".join(jars)]
    for setting in [*conf, *(QUICK if SHORT else [])]:
        command += ["--conf", setting]
    log = work / f"{name.replace(' ', '-')}.log"
    with log.open("w") as errors:
        job = subprocess.run(
            command + list(arguments), stdout=subprocess.PIPE, stderr=errors, text=True, env=environment, timeout=900
        )
    if job.returncode:
        print(job.stdout, *log.read_text().splitlines()[-60:], sep="\n")
        raise SystemExit(f"spark: NOT PROVEN: {name} ended with {job.returncode}")
    return job.stdout


def result(output):
    return json.loads(output.splitlines()[-1].removeprefix("RESULT "))


def java(name, *arguments, **options):
    return submit(name, "--class", "io.github.phoenixkt.spark.proof.Jobs", JOBS_JAR, *arguments, **options)


def to_phoenix():
    return {**os.environ, "PHOENIX_ENDPOINT": ENDPOINT}


def prove_write(name, run):
    """Everything is stored once, and the commit messages say so."""
    counts = result(run(str(ROWS), str(BAD), name))
    seconds = counts.pop("seconds")
    counts = {outcome: count for outcome, count in counts.items() if count}
    check(name, counts, {"Stored": ROWS - BAD, "MissingTarget": BAD // 4, "Skipped": BAD - BAD // 4})
    check(f"{name}: what is stored", stored(name) == {f"{i:016x}": i / 1000 for i in range(ROWS - BAD)}, True)
    print(f"{name}: {ROWS} rows with {BAD} bad ones in {seconds:.1f} s: {counts}; SQL says the same", flush=True)


def in_java(*extra, conf=()):
    return lambda rows, bad, name: java(
        name, "write", rows, bad, name, "2", *extra, conf=conf, environment=to_phoenix()
    )


def in_python(rows, bad, name):
    script = str(ROOT / "spark-ext/src/test/python/write_and_read.py")
    return submit(name, script, "write", rows, bad, name, "2", environment=to_phoenix())


def executors():
    """The processes of executors below those that this cluster's files name."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    processes = [line.split(None, 2) for line in listed.splitlines()]
    ours = {(CLUSTER / f"worker-{number}.pid").read_text().strip() for number in (1, 2)}
    while True:
        more = {pid for pid, parent, _ in processes if parent in ours} - ours
        if not more:
            break
        ours |= more
    return [int(pid) for pid, _, text in processes if pid in ours and "CoarseGrainedExecutorBackend" in text]


def kill_an_executor_during(name, killed):
    while not killed:
        done = len(stored(name))
        if done > ROWS / 8:
            pid = executors()[0]
            os.kill(pid, 9)
            killed.append(f"executor {pid} after {done} rows")
        time.sleep(0.2)


def prove_kill():
    name, killed = "with an executor killed", []
    killer = threading.Thread(target=kill_an_executor_during, args=(name, killed), daemon=True)
    killer.start()
    prove_write(name, in_java())
    check("killed", len(killed), 1)
    print("  kill -9 of", killed[0], flush=True)


def prove_read(name, conf=()):
    output = java(name, "read", "reading", "8", conf=conf, environment=to_phoenix())
    counts = result(output)
    expected = sql(
        """
        SELECT count(*) FROM spans s JOIN traces t ON t.id = s.trace_rowid JOIN projects p ON p.id = t.project_rowid
        WHERE p.name = 'reading' AND s.span_kind = 'LLM' AND s.start_time >= '2026-02-01Z'
        """
    )[0]["count"]
    check(f"{name}: some spans are in the range", expected > 0, True)
    check(name, counts | {"seconds": 0}, {"Rows": expected, "Spans": expected, "Partitions": 8, "seconds": 0})
    plan = next(line for line in output.splitlines() if "BatchScan" in line)
    check(f"{name}: pushed down", "span_kind = 1 value, start_time in [2026-02-01T00:00:00Z" in plan, True)
    print(f"{name}: {expected} of {SPANS} spans, each once, in {counts['seconds']:.1f} s. The plan says:")
    print(" ", plan.strip()[:400], flush=True)


def prove_read_of_all():
    script = work / "read_all.py"
    script.write_text(
        "from pyspark.sql import SparkSession, functions as F\n"
        "spark = SparkSession.builder.getOrCreate()\n"
        "spans = spark.read.format('phoenix').option('project', 'reading').option('numPartitions', 8).load()\n"
        "parts = spans.groupBy(F.spark_partition_id().alias('part')).agg(F.count('*').alias('n')).collect()\n"
        "ids = spans.select('span_id').distinct().count()\n"
        "print('RESULT', '{\"parts\": %d, \"rows\": %d, \"ids\": %d}' % (len(parts), sum(p.n for p in parts), ids))\n"
    )
    counts = result(submit("read all from Python", str(script), environment=to_phoenix()))
    check("read all from Python", counts, {"parts": 8, "rows": SPANS, "ids": SPANS})
    print(f"read all from Python: {SPANS} spans in 8 partitions, each once", flush=True)


def measure():
    """In one run, on the same server: the server is the limit."""
    rows = 10_000
    command = ["java", "-Xmx512m", "-cp", CLIENT_CLASS_PATH, "io.github.phoenixkt.spark.proof.PlainUpload"]
    plain = subprocess.run(command + [ENDPOINT, str(rows), "plain"], capture_output=True, text=True, check=True).stdout
    print(f"plain client: {rows / result(plain)['seconds']:.0f} rows/s", flush=True)
    for writers in (1, 2, 4):
        name = f"writers {writers}"
        counts = result(java(name, "write", str(rows), "0", name, str(writers), environment=to_phoenix()))
        check(name, len(stored(name)), rows)
        print(f"Spark with {writers} writers: {rows / counts['seconds']:.0f} rows/s", flush=True)


def compile_java_sample():
    classes = work / "sample"
    spark_jars = os.environ["SPARK_HOME"] + "/jars/*"
    source = ROOT / "samples-spark/src/main/java/io/github/phoenixkt/samples/JudgeSpans.java"
    subprocess.run(["javac", "-d", str(classes), "-cp", spark_jars, str(source)], check=True)
    jar = work / "sample.jar"
    subprocess.run(["jar", "--create", "--file", str(jar), "-C", str(classes), "."], check=True)
    return str(jar)


def export_missing_span(folder):
    """An answer whose span was deleted after it was exported; it must not stop the stream."""
    (folder / "answers").mkdir(parents=True)
    answers = pyarrow.table({"span_id": [MISSING[0]], "answer": ["Nobody asked."]})
    pyarrow.parquet.write_table(answers, folder / "answers/missing.parquet")


def prove_samples():
    environment = to_phoenix() | {"PHOENIX_PROJECT": "spark"}
    python = [str(ROOT / "samples-spark/judge_spans.py")]
    samples = {"Python": python}
    if not SHORT:
        samples["Java"] = ["--class", "io.github.phoenixkt.samples.JudgeSpans", compile_java_sample()]
    for language, program in samples.items():
        for stream in (False, True):
            what = f"sample in {language}" + (", as a stream" if stream else "")
            # A day of its own for each: what was judged before must not count.
            day = f"2026-01-0{2 + 2 * (language == 'Java') + stream}"
            folder = work / what.replace(" ", "-")
            if stream:
                export_missing_span(folder)
            output = submit(what, *program, day, *([str(folder)] if stream else []), environment=environment)
            if stream:
                failures = [json.loads(line) for file in folder.glob("failures/*.jsonl") for line in file.open()]
                check(f"{what}: failures", [(row["span_id"], row["outcome"]) for row in failures], [MISSING])
            expected = sql(
                "SELECT count(*) FROM spans WHERE span_kind = 'LLM' AND (start_time AT TIME ZONE 'UTC')::date = $1::text::date"
                " AND span_id < '0000000010000000'",
                day,
            )[0]["count"]
            last = output.strip().splitlines()[-1]
            check(what, last.startswith(f"{expected} of {expected} answers of {day} have a score"), True)
            print(f"{what}: {last}", flush=True)
    prove_guide(environment)


def prove_guide(environment):
    output = submit("guide", str(ROOT / "samples-spark/guide.py"), str(work / "guide"), environment=environment)
    counts = result(output)
    answers, unknown = counts["answers"], ["f" * 16]
    check("guide: there are answers", answers > 0, True)
    steps = {
        step: {score: answers} for step, score in (("batch", "0.25"), ("sql", "0.5"), ("stream", "1.0"))
    }
    check("guide", counts, {"answers": answers, **steps, "failures": unknown, "retry": unknown})
    print(f"guide: its code runs, with {answers} answers", flush=True)


def main():
    create_spans("spark", ROWS, 60)
    # Over eight weeks, in the short form as well: what is read begins a month later.
    create_spans("reading", SPANS, 97 * 50_000 // SPANS)
    old = [f"spark.{where}.extraClassPath={OLD_LIBRARIES}/*" for where in ("driver", "executor")]
    steps = {
        "java": lambda: prove_write("from spark-submit", in_java()),
        "python": lambda: prove_write("from PySpark", in_python),
        "kill": prove_kill,
        "throw": lambda: prove_write("with a task that throws once", in_java("throw")),
        "speculation": lambda: prove_write("with speculation", in_java("slow", conf=SPECULATION)),
        "read": lambda: (prove_read("read"), prove_read_of_all()),
        "old": lambda: prove_write("beside old Kotlin, coroutines, Ktor and okio", in_java(conf=old)),
        "rates": measure,
        "samples": prove_samples,
    }
    if SHORT:
        # The tests of the module read all spans of a real server in windows.
        steps["read"] = lambda: prove_read("read")
    chosen = ["throw", "read", "samples"] if SHORT else sys.argv[5:] or list(steps)
    for step in chosen:
        begin = time.monotonic()
        steps[step]()
        print(f"  {step}: {time.monotonic() - begin:.0f} s in all", flush=True)
    print("spark: PROVEN")


main()
