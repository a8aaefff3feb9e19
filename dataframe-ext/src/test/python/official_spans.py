"""Reads the spans of a project with Phoenix's own Python client, and computes with pandas what a user would.

usage: [PHOENIX_API_KEY=…] official_spans.py ENDPOINT PROJECT LIMIT [sessions]

One line of output: {"spans": […], "columns": […], "sessions": […], "stored_sessions": […], …}; with "sessions" only
the ids of the spans and the figures of the sessions.
"""

import json
import sys

import pandas as pd
from phoenix.client import Client
from phoenix.client.helpers.spans import get_input_output_context, get_retrieved_documents

TOKENS = {f"token_count_{kind}": f"attributes.llm.token_count.{kind}" for kind in ("prompt", "completion", "total")}


def session_of(metadata):
    return metadata.get("session_id") if isinstance(metadata, dict) else None


def sessions(spans):
    """What the guide to sessions computes, and what is asked for beyond it; spans without a session are one group."""
    frame = spans.reset_index(drop=True)
    frame["session_id"] = frame["attributes.session.id"].fillna(frame["attributes.metadata"].apply(session_of))
    frame["latency_ms"] = (frame["end_time"] - frame["start_time"]) / pd.Timedelta(milliseconds=1)
    groups = frame.groupby("session_id", dropna=False)
    latencies = groups["latency_ms"]
    stats = pd.DataFrame(
        {
            "turns": groups["context.trace_id"].nunique(),
            "spans": groups.size(),
            "latency_ms_mean": latencies.mean(),
            "latency_ms_sum": latencies.sum(),
            "latency_ms_max": latencies.max(),
            "latency_ms_p95": latencies.quantile(0.95),
            "errors": groups["status_code"].agg(lambda codes: (codes == "ERROR").sum()),
            "start_time": groups["start_time"].min(),
            "end_time": groups["end_time"].max(),
            **{name: groups[column].sum() for name, column in TOKENS.items()},
        }
    )
    return rows(stats.reset_index())


def rows(frame):
    return json.loads(frame.to_json(orient="records", date_format="iso", date_unit="us", double_precision=15))


def everything(client, project, spans):
    documents = get_retrieved_documents(client, project_name=project, timeout=120).reset_index()
    answers = get_input_output_context(client, project_name=project, timeout=120).reset_index()
    stored = client.sessions.get_sessions_dataframe(project_name=project, timeout=120)
    return {
        "columns": list(spans.columns),
        "spans": rows(spans.reset_index(drop=True)),
        "stored_sessions": rows(stored),
        "documents": rows(documents),
        "answers": rows(answers),
    }


def main():
    if len(sys.argv) not in (4, 5) or sys.argv[4:] not in ([], ["sessions"]):
        sys.exit(__doc__)
    endpoint, project, limit = sys.argv[1:4]
    client = Client(base_url=endpoint)
    spans = client.spans.get_spans_dataframe(project_identifier=project, limit=int(limit), timeout=300)
    if sys.argv[4:]:
        answer = {"span_ids": list(spans["context.span_id"])}
    else:
        answer = everything(client, project, spans)
    print(json.dumps(answer | {"sessions": sessions(spans)}), flush=True)


if __name__ == "__main__":
    main()
