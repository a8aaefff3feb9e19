"""Writes frames with Phoenix's own Python client, as a user of pandas would.

usage: [PHOENIX_API_KEY=…] official_frames.py ENDPOINT

Each line of the input is one frame and how it is to be written:
  {"level": "span", "columns": [["span_id", ["…"]], ["score", [0.5]]], "arguments": {"annotation_name": "tone"}}
Further keys: "dtypes" {column: what pandas, or Decimal, is to make of it}, "index" [column], "sync" (true).
The level is span, document, trace or session. NaN may stand where JSON has no number for it. A line of output answers it:
  {"ids": ["…"]} or {"error": "ValueError", "message": "…"}
"""

import json
import sys
from decimal import Decimal

import pandas as pd
from phoenix.client import Client


def frame_of(columns, dtypes, index):
    # Without a dtype, what pandas makes of the values is what the client gets.
    frame = pd.DataFrame(dict(columns))
    for column, dtype in dtypes.items():
        values = frame[column]
        exact = dtype == "Decimal"
        frame[column] = values.map(lambda value: Decimal(str(value))) if exact else values.astype(dtype)
    return frame.set_index(index) if index else frame


def write(client, level, columns, arguments, dtypes={}, index=(), sync=True):
    resource = {"trace": client.traces, "session": client.sessions}.get(level, client.spans)
    log = getattr(resource, f"log_{level}_annotations_dataframe")
    return log(dataframe=frame_of(columns, dtypes, list(index)), sync=sync, **arguments)


def answer(client, request):
    try:
        return {"ids": [row["id"] for row in write(client, **request) or []]}
    except Exception as error:  # Whatever a user would see is the answer.
        response = getattr(error, "response", None)
        message = str(error) if response is None else f"{response.status_code} {response.text}"
        return {"error": type(error).__name__, "message": message}


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    client = Client(base_url=sys.argv[1])
    print(json.dumps({"pandas": pd.__version__}), flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(client, json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
