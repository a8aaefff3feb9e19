"""Phoenix's own Python client, doing what benchmarks.Client does: official.py WHAT ENDPOINT COUNT"""

import os
import sys
import time

from phoenix.client import Client

CHUNK = 100
WARMUPS = int(os.environ.get("WARMUPS", "1"))


def span_id(number):
    return f"{number + 1:016x}"


def row(number, name="relevance"):
    return {
        "span_id": span_id(number),
        "name": name,
        "annotator_kind": "LLM",
        "result": {
            "label": "relevant" if number % 2 == 0 else "irrelevant",
            "score": number % 100 / 100,
            "explanation": f"the answer names what was asked for, row {number}",
        },
    }


def frame(count, name="relevance"):
    import pandas as pd

    rows = [row(number, name) for number in range(count)]
    return pd.DataFrame(
        {
            "span_id": [r["span_id"] for r in rows],
            "annotation_name": [r["name"] for r in rows],
            "annotator_kind": ["LLM"] * count,
            "label": [r["result"]["label"] for r in rows],
            "score": [r["result"]["score"] for r in rows],
            "explanation": [r["result"]["explanation"] for r in rows],
        }
    )


def measure(work):
    """As benchmarks.Measured: once for each line of the input. The work returns how many rows it was."""
    for _ in range(WARMUPS):
        work()
    print("warm", flush=True)
    for _ in sys.stdin:
        begin, begin_cpu = time.perf_counter(), time.process_time()
        rows = work()
        cpu, seconds = time.process_time() - begin_cpu, time.perf_counter() - begin
        print(f"cpu={cpu * 1e6 / rows:.3f} rate={rows / seconds:.0f}", flush=True)


def main(what, endpoint, count):
    spans = Client(base_url=endpoint).spans
    if what == "list":
        rows = [row(number) for number in range(count)]

        def write():
            for start in range(0, count, CHUNK):
                spans.log_span_annotations(span_annotations=rows[start : start + CHUNK], sync=True)
            return count

        measure(write)
    elif what == "frame":
        rows = frame(count, f"python-{os.getpid()}")
        measure(lambda: len(spans.log_span_annotations_dataframe(dataframe=rows, sync=True)))
    elif what in ("read", "read-frame"):
        read = spans.get_span_annotations if what == "read" else spans.get_span_annotations_dataframe
        ids = [span_id(number) for number in range(count)]
        measure(lambda: len(read(span_ids=ids, project_identifier="default")))
    elif what == "once":
        only = row(1)
        spans.add_span_annotation(
            span_id=only["span_id"], annotation_name=only["name"], annotator_kind="LLM", sync=True, **only["result"]
        )
    else:
        sys.exit(f"unknown: {what}")


main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
