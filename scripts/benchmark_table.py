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
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import cache, partial

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


def values(line):
    return {name: float(value) for name, value in (pair.split("=") for pair in line.split())}


def told(command, result):
    """To follow a long run by, and not to lose it if a later one fails."""
    print(*command[-4:], result, file=sys.stderr, flush=True)
    return result


def run(command):
    """What a process took from its start to its end: wall and cpu seconds, rss in MB."""
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, env=ENVIRONMENT)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"failed: {command}")
    wall, cpu = time.perf_counter() - begin, usage.ru_utime + usage.ru_stime
    return told(command, {"wall": wall, "cpu": cpu, "rss": usage.ru_maxrss / 1024})


@contextmanager
def warm(command, **environment):
    """A process that has warmed up, as a function that measures once."""
    environment = ENVIRONMENT | {name: str(value) for name, value in environment.items()}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "env": environment}
    with subprocess.Popen(command, **pipes) as process:

        def line(text):
            if not text:
                sys.exit(f"failed: {command}")
            return text

        def measure():
            process.stdin.write("\n")
            process.stdin.flush()
            return told(command, values(line(process.stdout.readline())))

        line(process.stdout.readline())
        yield measure


class Table:
    def __init__(self, pairs, short):
        self.pairs = pairs
        self.short = short

    def java(self, what, endpoint, count, engine, options):
        client = ["io.github.phoenixkt.benchmarks.Client", what, endpoint, str(count), engine]
        return ["java", "-Xmx1g", "-Dslf4j.internal.verbosity=ERROR", *java_stores("trustStore"), *options, *client]

    def less(self, count):
        return max(count // 50, 1) if self.short else count

    def ours(self, what, endpoint, count, engine="own", options=(), seconds=None):
        """Warmed up for so many seconds of CPU time, until the JVM has compiled what matters."""
        if seconds is None:
            # CIO leaves the JVM less time for that: it spends most of it in the kernel, on connections.
            seconds = 40 if engine == "cio" else 12
        times = ["-Dwarm=0", "-Dseconds=0"] if self.short else [f"-Dwarm={seconds}"]
        return warm(self.java(what, endpoint, self.less(count), engine, [*times, *options]))

    def python(self, what, endpoint, count, warmups=1):
        command = [sys.executable, OFFICIAL, what, endpoint, str(self.less(count))]
        return warm(command, WARMUPS=0 if self.short else warmups)

    def our_process(self, what, endpoint, count, options=()):
        return run(self.java(what, endpoint, self.less(count), "own", options))

    def turns(self, *sides):
        """What each side measures, one after the other, again and again."""
        with ExitStack() as running:
            measures = [running.enter_context(side) for side in sides]
            return self.processes(*measures)

    def processes(self, *sides):
        """The same for sides that are processes from their start to their end."""
        return [[side() for side in sides] for _ in range(self.pairs)]

    def ratio(self, name, first, second):
        return ratio(self.turns(first, second), name, 0, 1)


def median_of(turns, value):
    return statistics.median(value(*turn) for turn in turns)


def ratio(turns, name, first, second):
    """The median of what two of the sides have under this name."""
    # Less than the clock can tell is nothing.
    return statistics.median(turn[first][name] / max(turn[second][name], 1e-9) for turn in turns)


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
    for scheme, engine, count in (("http", "own", 20_000), ("https", "own", 20_000), ("http", "cio", 10_000)):
        with null_server(scheme) as server:
            turns = t.turns(t.ours("list", server, count, engine), t.ours("posts", server, count, engine))
        more = ratio(turns, "cpu", 0, 1)
        ours, bare = (median_of(turns, lambda *turn: turn[side]["cpu"]) for side in (0, 1))
        yield f"{more:.2f}× ({engine}, {scheme}: {ours:.1f} µs, {bare:.1f} bare)", more <= 1.3


def row_2(t):
    """the same against Python's list in slices of 100: CPU | own engine ≤ 1.5×, CIO ≤ 2.2×"""
    with null_server() as server:
        turns = t.turns(
            t.ours("list", server, 20_000),
            t.ours("list", server, 10_000, "cio"),
            t.python("list", server, 10_000),
        )
    own, cio = (ratio(turns, "cpu", side, 2) for side in (0, 1))
    yield f"{own:.2f}× (own)", own <= 1.5
    yield f"{cio:.2f}× (cio)", cio <= 2.2


def row_3(t):
    """our layer alone, over an engine that sends nothing, per row | ≤ 2.5 µs, ≤ 1,200 B"""
    micros = median_of(t.turns(t.ours("layer", "none", 10_000)), lambda run: run["cpu"])
    effort = ["-wi", "1", "-i", "1", "-w", "1", "-r", "1"] if t.short else ["-wi", "3", "-i", "3", "-w", "3", "-r", "3"]
    with tempfile.NamedTemporaryFile("r") as scores:
        options = ["-f", "1", "-prof", "gc", "-rf", "csv", "-rff", scores.name, *effort]
        command = ["java", "-Xmx1g", "org.openjdk.jmh.Main", "Layer", *options]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=ENVIRONMENT)
        score = {line["Benchmark"].rpartition(":")[2]: float(line["Score"]) for line in csv.DictReader(scores)}
    allocated = next(value for name, value in score.items() if name.endswith("alloc.rate.norm"))
    yield f"{micros:.2f} µs of CPU", micros <= 2.5
    yield f"{allocated:,.0f} B", allocated <= 1_200


@cache
def frames(t):
    """Rows 4 and 5 compare with the same runs of Python's, which take long."""
    with null_server() as server:
        return t.turns(
            t.ours("frame", server, 100_000),
            t.ours("frame-1000", server, 100_000),
            t.python("frame", server, 100_000, warmups=0),
        )


def row_4(t):
    """100,000-row frame, 100 rows/POST, against Python's frame | rows/s ≥ 6×, CPU ≤ 1/8"""
    rate, cpu = ratio(frames(t), "rate", 0, 2), ratio(frames(t), "cpu", 2, 0)
    yield f"{rate:.1f}× the rows/s", rate >= 6
    yield f"1/{cpu:.1f} of the CPU", cpu >= 8


def row_5(t):
    """the same at 1,000 rows/POST | rows/s ≥ 20×, CPU ≤ 1/20"""
    rate, cpu = ratio(frames(t), "rate", 1, 2), ratio(frames(t), "cpu", 2, 1)
    yield f"{rate:.1f}× the rows/s", rate >= 20
    yield f"1/{cpu:.1f} of the CPU", cpu >= 20


def row_6(t):
    """one annotation: p50 over the bare engine | ≤ +40 µs"""
    with null_server() as server:
        turns = t.turns(t.ours("single", server, 5_000), t.ours("post", server, 5_000))
    more = median_of(turns, lambda ours, bare: ours["p50"] - bare["p50"])
    bare = median_of(turns, lambda _, bare: bare["p50"])
    yield f"+{more:.0f} µs over {bare:.0f}", more <= 40


def row_7(t):
    """https against java.net.http, blocking: one annotation, and 100-row chunks | p50 ≤ 1.5×, rows/s ≥ 0.6×, ≤ 2 handshakes"""
    with null_server("https") as server:
        p50 = t.ratio("p50", t.ours("single", server, 5_000), t.ours("post", server, 5_000, "jdk"))
        yield f"{p50:.2f}× p50", p50 <= 1.5
        rate = t.ratio("rate", t.ours("list", server, 20_000), t.ours("posts", server, 20_000, "jdk"))
        yield f"{rate:.2f}× rows/s", rate >= 0.6
        statistics_of(server)
        with t.ours("list", server, 20_000) as measure:
            measure()
        connections = statistics_of(server)[0] - 1
        yield f"{connections} handshakes in thousands of POSTs", connections <= 2


def row_8(t):
    """reading 10,000 annotations as objects, as a frame, against Python's list, frame: CPU | ≤ 1.0× each"""
    with null_server() as server:
        for what in ("read", "read-frame"):
            cpu = t.ratio("cpu", t.ours(what, server, 10_000), t.python(what, server, 10_000))
            yield f"{cpu:.2f}× ({what})", cpu <= 1.0


def row_9(t):
    """VERIFIED, 10,000 rows, the fake in another process | ≤ 25 µs CPU a row, ≤ 1 GET per 250 rows"""
    command = ["java", "io.github.phoenixkt.testing.FakePhoenixMain", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT) as fake:
        try:
            server = fake.stdout.readline().strip()
            t.our_process("spans", server, 10_000)
            runs = t.turns(t.ours("verified", server, 10_000))
        finally:
            fake.terminate()
    cpu, gets = (median_of(runs, lambda run: run[name]) for name in ("cpu", "gets"))
    yield f"{cpu:.1f} µs", cpu <= 25
    yield f"{gets:.2f} GETs per 250 rows", gets <= 1


@cache
def deliveries(t):
    """Rows 10 and 11, whose servers and spans take long, compare the same uploads."""
    servers = {
        "SQLite": os.environ["PHOENIX_TEST_ENDPOINT"],
        "PostgreSQL": os.environ["PHOENIX_TEST_POSTGRES_ENDPOINT"],
    }
    with ThreadPoolExecutor() as both:
        list(both.map(lambda server: t.our_process("spans", server, 10_000), servers.values()))
    turns = {}
    for name, server in servers.items():
        turns[name] = t.turns(
            t.ours("verified", server, 10_000, seconds=0),
            t.ours("queued", server, 10_000, seconds=0),
            # At the same rate, more rows would take minutes.
            t.python("frame", server, 1_000, warmups=0),
        )
    return turns


def row_10(t):
    """real Phoenix, 10,000 rows with all ids, against the same rows queued | rows/s ≥ 0.9×"""
    for name, turns in deliveries(t).items():
        rate = ratio(turns, "rate", 0, 1)
        queued = median_of(turns, lambda _, queued, __: queued["rate"])
        yield f"{rate:.2f}× of {queued:,.0f} rows/s ({name})", rate >= 0.9


def row_11(t):
    """the same against Python's frame with sync=True | rows/s ≥ 2.5×"""
    for name, turns in deliveries(t).items():
        rate = ratio(turns, "rate", 0, 2)
        ours = median_of(turns, lambda verified, _, __: verified["rate"])
        yield f"{rate:.2f}×, {ours:,.0f} rows/s ({name})", rate >= 2.5


def row_12(t):
    """memory: 5 M against 1 M rows from a Flow, -Xmx64m: peak RSS | ≤ 1.05×"""
    with null_server() as server:
        sides = (partial(t.our_process, "stream", server, rows, ["-Xmx64m"]) for rows in (5_000_000, 1_000_000))
        turns = t.processes(*sides)
    more = ratio(turns, "rss", 0, 1)
    most = median_of(turns, lambda ours, _: ours["rss"])
    yield f"{more:.2f}×, {most:.0f} MB", more <= 1.05


def row_13(t):
    """process start to exit with one annotation, against Python | wall ≤ 0.08×, CPU ≤ 0.12×"""
    with null_server() as server:
        python = [sys.executable, OFFICIAL, "once", server, "1"]
        turns = t.processes(partial(t.our_process, "once", server, 1), partial(run, python))
    wall, cpu = (ratio(turns, name, 0, 1) for name in ("wall", "cpu"))
    took = median_of(turns, lambda ours, _: ours["wall"])
    yield f"{wall:.3f}× wall ({took:.2f} s)", wall <= 0.08
    yield f"{cpu:.3f}× CPU", cpu <= 0.12


def row_14(t):
    """20 ms of server delay, 2 in flight against 1 | rows/s ≥ 1.9×, never more than 2 open"""
    with null_server(delay=20) as server:
        rate = t.ratio(
            "rate",
            t.ours("list", server, 5_000, seconds=0.5),
            t.ours("list", server, 5_000, options=["-Dcalls=1"], seconds=0.5),
        )
        most = statistics_of(server)[1]
    yield f"{rate:.2f}×", rate >= 1.9
    yield f"{most} open at most", most <= 2


def row_15(t):
    """the same process with JVM options for short programs | –"""
    with null_server() as server, tempfile.TemporaryDirectory() as folder:
        archive = f"{folder}/app.jsa"
        t.our_process("once", server, 1, [f"-XX:ArchiveClassesAtExit={archive}"])
        quick, shared = "-XX:TieredStopAtLevel=1", f"-XX:SharedArchiveFile={archive}"
        options = {"default": [], "C1": [quick], "AppCDS": [shared], "both": [quick, shared]}
        turns = t.processes(*(partial(t.our_process, "once", server, 1, java) for java in options.values()))
    for side, name in enumerate(options):
        wall, cpu = (median_of(turns, lambda *turn: turn[side][of]) for of in ("wall", "cpu"))
        yield f"{name}: {wall:.2f} s, {cpu:.2f} s of CPU", True


def row_16(t):
    """the engines alone: CPU of a row in encoded chunks of 100, and p50 of a single POST | –"""
    for scheme, engine in (("http", "own"), ("http", "jdk"), ("http", "cio"), ("https", "own"), ("https", "jdk")):
        with null_server(scheme) as server:
            turns = t.turns(
                t.ours("posts", server, 10_000, engine), t.ours("post", server, 1_000, engine)
            )
        cpu = median_of(turns, lambda posts, _: posts["cpu"])
        p50 = median_of(turns, lambda _, post: post["p50"])
        yield f"{engine}, {scheme}: {cpu:.1f} µs, {p50:.0f} µs", True


ROWS = [int(name.removeprefix("row_")) for name in globals() if name.startswith("row_")]
REAL = {10, 11}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--rows", default=",".join(map(str, ROWS)))
    parser.add_argument("--short", action="store_true")
    options = parser.parse_args()
    table = Table(1 if options.short else options.pairs, options.short)
    rows = [int(number) for number in options.rows.split(",")]
    if "PHOENIX_TEST_ENDPOINT" in os.environ:
        return print_rows(table, rows)
    print("| # | what | bar | measured | met |\n|---|---|---|---|---|", flush=True)
    print_rows(table, [number for number in rows if number not in REAL])
    real = [number for number in rows if number in REAL]
    if real and not options.short:
        beside_phoenix(real, table.pairs)


def print_rows(table, rows):
    for number in rows:
        row = globals()[f"row_{number}"]
        began = time.monotonic()
        what, bar = row.__doc__.split(" | ")
        results = list(row(table))
        measured = "ran" if table.short else "; ".join(text for text, _ in results)
        met = "–" if table.short or bar == "–" else "yes" if all(met for _, met in results) else "no"
        print(f"| {number} | {what} | {bar} | {measured} | {met} |", flush=True)
        print(f"row {number} took {time.monotonic() - began:.0f} s", file=sys.stderr)


def beside_phoenix(numbers, pairs):
    rows = ",".join(map(str, numbers))
    this = [sys.executable, __file__, "--rows", rows, "--pairs", str(pairs)]
    subprocess.run([ROOT / "scripts/phoenix", "run", "--postgres", "--", *this], check=True)


main()
