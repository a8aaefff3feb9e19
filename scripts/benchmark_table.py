"""The rows of scripts/benchmark. Ours and the other side take turns; what is printed are medians of ratios."""

import argparse
import csv
import os
import pathlib
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager

ROOT = pathlib.Path(__file__).resolve().parent.parent
OFFICIAL = ROOT / "benchmarks/src/main/python/official.py"
# Not the developer's own Phoenix, nor its keys.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("PHOENIX_")}


def java_stores(use):
    return [
        f"-Djavax.net.ssl.{use}={os.environ['BENCHMARK_KEYS']}",
        f"-Djavax.net.ssl.{use}Password=benchmark",
        f"-Djavax.net.ssl.{use}Type=PKCS12",
    ]


def run(command, **environment):
    """What the process prints as name=value, and what it took as a whole: wall and cpu seconds, rss in MB."""
    environment = ENVIRONMENT | {name: str(value) for name, value in environment.items()}
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"failed: {command}\n{printed}")
    result = dict(line.split("=") for line in printed.split() if line.count("=") == 1)
    result |= {
        "wall": time.perf_counter() - begin,
        "process_cpu": usage.ru_utime + usage.ru_stime,
        "rss": usage.ru_maxrss / 1024,
    }
    return {name: float(value) for name, value in result.items()}


class Table:
    def __init__(self, pairs, short):
        self.pairs = pairs
        self.short = short

    def ours(self, what, endpoint, count, engine="own", java=(), warmups=10, repeats=5):
        count, warmups, repeats = (count // 50, 1, 1) if self.short else (count, warmups, repeats)
        options = ["-Xmx1g", "-Dslf4j.internal.verbosity=ERROR", f"-Dwarmups={warmups}", f"-Drepeats={repeats}", *java_stores("trustStore"), *java]
        return run(["java", *options, "io.github.phoenixkt.benchmarks.Client", what, endpoint, str(count), engine])

    def python(self, what, endpoint, count, warmups=1, repeats=3):
        count, warmups, repeats = (count // 50, 0, 1) if self.short else (count, warmups, repeats)
        return run([sys.executable, OFFICIAL, what, endpoint, str(count)], WARMUPS=warmups, REPEATS=repeats)

    def turns(self, first, second):
        """The runs of both sides, one after the other."""
        return [(first(), second()) for _ in range(self.pairs)]

    def ratio(self, name, first, second):
        # A run that is too short for the clock is none.
        return self.median(a[name] / max(b[name], 1e-9) for a, b in self.turns(first, second))

    @staticmethod
    def median(values):
        return statistics.median(values)


@contextmanager
def null_server(scheme="http", delay=0):
    command = ["java", *java_stores("keyStore"), "io.github.phoenixkt.benchmarks.NullServer", scheme, str(delay)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        yield f"{scheme}://127.0.0.1:{server.stdout.readline().strip()}"
        server.stdin.close()


def statistics_of(endpoint):
    """How many connections there were since the last question, and how many requests at once."""
    text = urllib.request.urlopen(f"{endpoint}/statistics", context=ssl._create_unverified_context()).read().decode()
    return [int(number) for number in text.split()]


def row_1(t):
    """list, 100 rows/POST: CPU against the same engine with encoded bytes | ≤ 1.3×"""
    for scheme, engine in (("http", "own"), ("https", "own"), ("http", "cio")):
        with null_server(scheme) as server:
            ratio = t.ratio(
                "cpu",
                lambda: t.ours("list", server, 20_000, engine),
                lambda: t.ours("posts", server, 20_000, engine),
            )
            yield f"{ratio:.2f}× ({engine}, {scheme})", ratio <= 1.3


def row_2(t):
    """the same against Python's list in slices of 100: CPU | own engine ≤ 1.5×, CIO ≤ 2.2×"""
    for engine, bar in (("own", 1.5), ("cio", 2.2)):
        with null_server() as server:
            ratio = t.ratio(
                "cpu", lambda: t.ours("list", server, 20_000, engine), lambda: t.python("list", server, 20_000)
            )
            yield f"{ratio:.2f}× ({engine})", ratio <= bar


def row_3(t):
    """our layer alone, over an engine that sends nothing, per row | ≤ 2.5 µs, ≤ 1,200 B"""
    effort = ["-wi", "1", "-i", "1", "-w", "1", "-r", "1"] if t.short else ["-wi", "5", "-i", "5", "-w", "3", "-r", "3"]
    with tempfile.NamedTemporaryFile("r") as scores:
        options = ["-f", "1", "-prof", "gc", "-rf", "csv", "-rff", scores.name, *effort]
        command = ["java", "-Xmx1g", "org.openjdk.jmh.Main", "Layer", *options]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=ENVIRONMENT)
        score = {line["Benchmark"].rpartition(":")[2]: float(line["Score"]) for line in csv.DictReader(scores)}
    micros = next(value for name, value in score.items() if name.endswith("Layer.list"))
    allocated = next(value for name, value in score.items() if name.endswith("alloc.rate.norm"))
    yield f"{micros:.2f} µs", micros <= 2.5
    yield f"{allocated:,.0f} B", allocated <= 1_200


def frames(t, what, least_rate, most_cpu):
    with null_server() as server:
        turns = t.turns(
            lambda: t.ours(what, server, 100_000, warmups=3, repeats=3),
            lambda: t.python("frame", server, 100_000, warmups=0, repeats=1),
        )
    rate = t.median(ours["rate"] / theirs["rate"] for ours, theirs in turns)
    cpu = t.median(theirs["cpu"] / max(ours["cpu"], 1e-9) for ours, theirs in turns)
    yield f"{rate:.1f}× the rows/s", rate >= least_rate
    yield f"1/{cpu:.1f} of the CPU", cpu >= most_cpu


def row_4(t):
    """100,000-row frame, 100 rows/POST, against Python's frame | rows/s ≥ 6×, CPU ≤ 1/8"""
    return frames(t, "frame", 6, 8)


def row_5(t):
    """the same at 1,000 rows/POST | rows/s ≥ 20×, CPU ≤ 1/20"""
    return frames(t, "frame-1000", 20, 20)


def row_6(t):
    """one annotation: p50 over the bare engine | ≤ +40 µs"""
    for engine in ("own", "cio"):
        with null_server() as server:
            turns = t.turns(
                lambda: t.ours("single", server, 5_000, engine), lambda: t.ours("post", server, 5_000, engine)
            )
        more = t.median(ours["p50"] - bare["p50"] for ours, bare in turns)
        bare = t.median(bare["p50"] for _, bare in turns)
        yield f"+{more:.0f} µs over {bare:.0f} ({engine})", more <= 40


def row_7(t):
    """https against java.net.http, blocking: one annotation, and 100-row chunks | p50 ≤ 1.5×, rows/s ≥ 0.6×, ≤ 2 handshakes"""
    with null_server("https") as server:
        p50 = t.ratio(
            "p50", lambda: t.ours("single", server, 5_000), lambda: t.ours("post", server, 5_000, "jdk")
        )
        yield f"{p50:.2f}× p50", p50 <= 1.5
        rate = t.ratio(
            "rate", lambda: t.ours("list", server, 20_000), lambda: t.ours("posts", server, 20_000, "jdk")
        )
        yield f"{rate:.2f}× rows/s", rate >= 0.6
        statistics_of(server)
        t.ours("list", server, 20_000)
        connections = statistics_of(server)[0] - 1
        yield f"{connections} handshakes in 3,000 POSTs", connections <= 2


def row_8(t):
    """reading 10,000 annotations as objects, as a frame, against Python's list, frame: CPU | ≤ 1.0× each"""
    with null_server() as server:
        for what in ("read", "read-frame"):
            ratio = t.ratio("cpu", lambda: t.ours(what, server, 10_000), lambda: t.python(what, server, 10_000))
            yield f"{ratio:.2f}× ({what})", ratio <= 1.0


def row_9(t):
    """VERIFIED, 10,000 rows, the fake in another process | ≤ 25 µs CPU a row, ≤ 1 GET per 250 rows"""
    command = ["java", "io.github.phoenixkt.testing.FakePhoenixMain", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as fake:
        try:
            server = fake.stdout.readline().strip()
            t.ours("spans", server, 10_000)
            runs = [t.ours("verified", server, 10_000, warmups=8) for _ in range(t.pairs)]
        finally:
            fake.terminate()
    cpu, gets = (t.median(result[name] for result in runs) for name in ("cpu", "gets"))
    yield f"{cpu:.1f} µs", cpu <= 25
    yield f"{gets:.2f} GETs per 250 rows", gets <= 1


def row_10(t):
    """real Phoenix, 10,000 rows with all ids, against the same rows queued | rows/s ≥ 0.9×"""
    for name, server in real_servers():
        ratio = t.ratio(
            "rate",
            lambda: t.ours("verified", server, 10_000, warmups=1, repeats=1),
            lambda: t.ours("queued", server, 10_000, warmups=1, repeats=1),
        )
        yield f"{ratio:.2f}× ({name})", ratio >= 0.9


def row_11(t):
    """the same against Python's frame with sync=True | rows/s ≥ 2.5×"""
    for name, server in real_servers():
        turns = t.turns(
            lambda: t.ours("verified", server, 10_000, warmups=1, repeats=1),
            lambda: t.python("frame", server, 10_000, warmups=0, repeats=1),
        )
        ratio = t.median(ours["rate"] / theirs["rate"] for ours, theirs in turns)
        rate = t.median(ours["rate"] for ours, _ in turns)
        yield f"{ratio:.2f}×, {rate:,.0f} rows/s ({name})", ratio >= 2.5


def real_servers():
    for name, variable in (("SQLite", "PHOENIX_TEST_ENDPOINT"), ("PostgreSQL", "PHOENIX_TEST_POSTGRES_ENDPOINT")):
        server = os.environ[variable]
        Table(1, short=False).ours("spans", server, 10_000)
        yield name, server


def row_12(t):
    """memory: 5 M against 1 M rows from a Flow, -Xmx64m: peak RSS | ≤ 1.05×"""
    with null_server() as server:
        ratio = t.ratio(
            "rss",
            lambda: t.ours("stream", server, 5_000_000, java=["-Xmx64m"]),
            lambda: t.ours("stream", server, 1_000_000, java=["-Xmx64m"]),
        )
        yield f"{ratio:.2f}×", ratio <= 1.05


def row_13(t):
    """process start to exit with one annotation, against Python | wall ≤ 0.08×, CPU ≤ 0.12×"""
    with null_server() as server:
        turns = t.turns(lambda: t.ours("once", server, 1), lambda: t.python("once", server, 1))
    wall = t.median(ours["wall"] / theirs["wall"] for ours, theirs in turns)
    cpu = t.median(ours["process_cpu"] / theirs["process_cpu"] for ours, theirs in turns)
    took = t.median(ours["wall"] for ours, _ in turns)
    yield f"{wall:.3f}× wall ({took:.2f} s)", wall <= 0.08
    yield f"{cpu:.3f}× CPU", cpu <= 0.12


def row_14(t):
    """20 ms of server delay, 2 in flight against 1 | rows/s ≥ 1.9×, never more than 2 open"""
    with null_server(delay=20) as server:
        ratio = t.ratio(
            "rate",
            lambda: t.ours("list", server, 20_000, warmups=1, repeats=2),
            lambda: t.ours("list", server, 20_000, java=["-Dcalls=1"], warmups=1, repeats=2),
        )
        most = statistics_of(server)[1]
    yield f"{ratio:.2f}×", ratio >= 1.9
    yield f"{most} open at most", most <= 2


REAL = {10, 11}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--rows", default=",".join(map(str, range(1, 15))))
    parser.add_argument("--short", action="store_true")
    options = parser.parse_args()
    table = Table(1 if options.short else options.pairs, options.short)
    inside = "PHOENIX_TEST_ENDPOINT" in os.environ
    if not inside:
        print("| # | what | bar | measured | met |\n|---|---|---|---|---|", flush=True)
    rows = [int(number) for number in options.rows.split(",")]
    for number in rows:
        row = globals()[f"row_{number}"]
        if number in REAL and not inside:
            if not options.short:
                beside_phoenix(number, table.pairs)
            continue
        what, bar = row.__doc__.split(" | ")
        results = list(row(table))
        measured = "ran" if options.short else "; ".join(text for text, _ in results)
        met = "–" if options.short else "yes" if all(met for _, met in results) else "no"
        print(f"| {number} | {what} | {bar} | {measured} | {met} |", flush=True)


def beside_phoenix(number, pairs):
    this = [sys.executable, __file__, "--rows", str(number), "--pairs", str(pairs)]
    subprocess.run([ROOT / "scripts/phoenix", "run", "--postgres", "--", *this], check=True)


main()
