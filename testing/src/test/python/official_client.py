"""Drives Phoenix's own Python client against an endpoint and checks that what it reads is what it wrote.

usage: [PHOENIX_API_KEY=…] official_client.py ENDPOINT

Runs against a real Phoenix and against FakePhoenix alike: a server that this script cannot tell from Phoenix may stand
in for it. Ends with 1 and one line for the first difference.
"""

import os
import secrets
import sys
import time
from datetime import datetime, timedelta, timezone

import httpx
import pandas as pd
from phoenix.client import Client

VISIBLE_SECONDS = 30  # Queued rows are there after 0.1 s on an idle machine.
START = datetime(2026, 1, 5, 10, 0, tzinfo=timezone.utc)


class Difference(Exception):
    pass


def check(what, actual, expected):
    if actual != expected:
        raise Difference(f"{what}: expected {expected!r}, got {actual!r}")


def eventually(what, read, expected):
    """Queued writes are answered before they are stored."""
    deadline = time.monotonic() + VISIBLE_SECONDS
    while (actual := read()) != expected and time.monotonic() < deadline:
        time.sleep(0.1)
    check(what, actual, expected)


class Scenario:
    """Names and ids are new in every run, so that it can run twice against one server."""

    def __init__(self, endpoint):
        self.client = Client(base_url=endpoint)
        key = os.environ.get("PHOENIX_API_KEY")
        self.http = httpx.Client(base_url=endpoint, headers={"Authorization": f"Bearer {key}"} if key else None)
        self.project = f"official-client-{secrets.token_hex(4)}"
        self.trace_id = secrets.token_hex(16)
        self.session_id = f"session {secrets.token_hex(4)} ü"
        self.span_ids = [secrets.token_hex(8) for _ in range(3)]
        self.root, self.child, self.other = self.span_ids

    def run(self):
        for step in (
            self.spans,
            self.span_annotations,
            self.span_annotation_upsert,
            self.span_annotations_queued,
            self.span_annotations_dataframe,
            self.span_note,
            self.document_annotations,
            self.trace_annotations,
            self.session_annotations,
            self.missing_targets,
            self.deleted_span,
        ):
            step()
            print(f"ok: {step.__name__}")

    # --- set-up -------------------------------------------------------------------------------------------------------

    def span(self, span_id, position, parent_id=None):
        start = START + timedelta(seconds=position)
        span = {
            "name": f"step {position}",
            "context": {"trace_id": self.trace_id, "span_id": span_id},
            "span_kind": "CHAIN" if parent_id is None else "LLM",
            "start_time": start.isoformat(),
            "end_time": (start + timedelta(seconds=1)).isoformat(),
            "status_code": "OK",
            "attributes": {
                "session.id": self.session_id,
                "input.value": f"question {position}",
                "output.value": f"answer {position}",
                # Phoenix refuses an annotation of a document that the span has not retrieved.
                "retrieval.documents": [{"document": {"content": content}} for content in ("one", "two")],
            },
        }
        return span if parent_id is None else {**span, "parent_id": parent_id}

    def spans(self):
        spans = [self.span(self.root, 0), self.span(self.child, 1, self.root), self.span(self.other, 2, self.root)]
        result = self.client.spans.log_spans(project_identifier=self.project, spans=spans)
        check("log_spans", dict(result), {"total_received": 3, "total_queued": 3})
        eventually("get_spans", self.read_span_ids, set(self.span_ids))

        root = self.client.spans.get_spans(project_identifier=self.project, span_ids=[self.root])[0]
        check("span name", root["name"], "step 0")
        check("span trace", root["context"]["trace_id"], self.trace_id)
        check("span attribute", root["attributes"]["session.id"], self.session_id)
        traces = self.client.traces.get_traces(project_identifier=self.project)
        check("get_traces", [trace["trace_id"] for trace in traces], [self.trace_id])
        session = self.client.sessions.get(session_id=self.session_id)
        check("sessions.get", [trace["trace_id"] for trace in session["traces"]], [self.trace_id])
        turns = self.client.sessions.get_session_turns(session_id=self.session_id)
        check("get_session_turns", [turn["input"]["value"] for turn in turns], ["question 0"])

    def read_span_ids(self):
        # Phoenix makes the project with its first span: until then it is not found.
        try:
            spans = self.client.spans.get_spans(project_identifier=self.project)
        except httpx.HTTPStatusError as error:
            check("status of an unknown project", error.response.status_code, 404)
            return set()
        return {span["context"]["span_id"] for span in spans}

    # --- spans --------------------------------------------------------------------------------------------------------

    def read_span_annotations(self, name, span_ids=None):
        rows = self.client.spans.get_span_annotations(
            span_ids=span_ids or self.span_ids,
            project_identifier=self.project,
            include_annotation_names=[name],
            exclude_annotation_names=[],  # None would mean "without notes".
        )
        return sorted((row_of(row, "span_id") for row in rows), key=lambda row: self.span_ids.index(row["span_id"]))

    def span_annotations(self):
        inserted = self.client.spans.log_span_annotations(
            span_annotations=[
                {
                    "name": "tone",
                    "annotator_kind": "LLM",
                    "span_id": self.root,
                    "identifier": "run-7",
                    "result": {"label": "calm", "score": 0.85, "explanation": "Grüße, 世界 🙂"},
                    "metadata": {"model": "m1", "nested": {"list": [1, 2.5, None, True]}},
                },
                {"name": "tone", "annotator_kind": "CODE", "span_id": self.child, "result": {"score": 1}},
            ],
            sync=True,
        )
        rows = self.read_span_annotations("tone")
        check("ids in the order sent", [row["id"] for row in inserted], [row["id"] for row in rows])
        check("first row", without_id(rows[0]), expected_row(
            self.root, "LLM", "calm", 0.85, "Grüße, 世界 🙂", "run-7",
            {"model": "m1", "nested": {"list": [1, 2.5, None, True]}},
        ))
        check("second row", without_id(rows[1]), expected_row(self.child, "CODE", score=1.0))

    def span_annotation_upsert(self):
        add = dict(span_id=self.root, annotation_name="again", annotator_kind="HUMAN", identifier="me", sync=True)
        first = self.client.spans.add_span_annotation(**add, label="before", score=0.5)
        second = self.client.spans.add_span_annotation(**add, label="after")
        check("id after an upsert", second["id"], first["id"])
        expected = expected_row(self.root, "HUMAN", "after", identifier="me")
        check("an upsert replaces the whole row", list(map(without_id, self.read_span_annotations("again"))), [expected])

    def span_annotations_queued(self):
        result = self.client.spans.add_span_annotation(
            span_id=self.other, annotation_name="queued", annotator_kind="HUMAN", explanation="later"
        )
        check("a queued write has no id", result, None)
        expected = [expected_row(self.other, "HUMAN", explanation="later")]
        eventually("queued row", lambda: list(map(without_id, self.read_span_annotations("queued"))), expected)

    def span_annotations_dataframe(self):
        frame = pd.DataFrame({"span_id": self.span_ids, "label": ["a", "b", "c"], "score": [0.0, 0.5, 1.0]})
        for name, sync in (("frame-sync", True), ("frame-queued", False)):
            result = self.client.spans.log_span_annotations_dataframe(
                dataframe=frame, annotation_name=name, annotator_kind="CODE", sync=sync
            )
            check(f"{name}: ids", result if result is None else len(result), 3 if sync else None)
            expected = list(zip(self.span_ids, ["a", "b", "c"], [0.0, 0.5, 1.0]))
            eventually(name, lambda: self.labels_and_scores(name), expected)

    def labels_and_scores(self, name):
        frame = self.client.spans.get_span_annotations_dataframe(
            span_ids=self.span_ids, project_identifier=self.project, include_annotation_names=[name]
        )
        if frame.empty:
            return []
        # The client makes the span id the index.
        rows = [(span_id, row["result.label"], row["result.score"]) for span_id, row in frame.iterrows()]
        return sorted(rows, key=lambda row: self.span_ids.index(row[0]))

    def span_note(self):
        ids = [self.client.spans.add_span_note(span_id=self.root, note=text)["id"] for text in ("first", "second")]
        check("notes are appended", len(set(ids)), 2)
        rows = self.read_span_annotations("note", [self.root])
        check("notes", sorted((r["id"], r["result"]["explanation"]) for r in rows), sorted(zip(ids, ("first", "second"))))
        check("kind of notes", {row["annotator_kind"] for row in rows}, {"HUMAN"})
        for identifier in (row["identifier"] for row in rows):
            check("identifier of a note", identifier.startswith("px-span-note:"), True)
        names = {
            row["name"]
            for row in self.client.spans.get_span_annotations(span_ids=[self.root], project_identifier=self.project)
        }
        check("notes hidden unless asked for", names, {"tone", "again", "frame-sync", "frame-queued"})

    def document_annotations(self):
        documents = [
            {
                "name": "relevance",
                "annotator_kind": "LLM",
                "span_id": self.root,
                "document_position": position,
                "result": {"label": "relevant", "score": 1.0},
                "metadata": {"position": position},
            }
            for position in range(2)
        ]
        write = self.client.spans.log_document_annotations
        inserted = write(document_annotations=documents, sync=True)
        check("documents: distinct ids", len({row["id"] for row in inserted}), 2)
        again = write(document_annotations=documents, sync=True)
        check("documents: upsert", [row["id"] for row in again], [row["id"] for row in inserted])
        check("documents: queued", write(document_annotations=documents), None)
        one = self.client.spans.add_document_annotation(
            span_id=self.root, document_position=0, annotation_name="relevance", annotator_kind="LLM", score=0, sync=True
        )
        check("documents: single", one["id"], inserted[0]["id"])
        frame = pd.DataFrame({"span_id": [self.root] * 2, "document_position": [0, 1], "score": [0.1, 0.2]})
        rows = self.client.spans.log_document_annotations_dataframe(
            dataframe=frame, annotation_name="relevance", annotator_kind="LLM", sync=True
        )
        check("documents: frame", [row["id"] for row in rows], [row["id"] for row in inserted])

    # --- traces and sessions: the client writes them but has no call that reads them -----------------------------------

    def read(self, level, target_id, name):
        response = self.http.get(
            f"/v1/projects/{self.project}/{level}_annotations",
            params={f"{level}_ids": target_id, "include_annotation_names": name},
        )
        response.raise_for_status()
        return [row_of(row, f"{level}_id") for row in response.json()["data"]]

    def trace_annotations(self):
        traces = self.client.traces
        self.check_level(
            "trace", self.trace_id, traces.add_trace_annotation, traces.log_trace_annotations,
            traces.log_trace_annotations_dataframe,
        )

    def session_annotations(self):
        sessions = self.client.sessions
        self.check_level(
            "session", self.session_id, sessions.add_session_annotation, sessions.log_session_annotations,
            sessions.log_session_annotations_dataframe,
        )

    def check_level(self, level, target_id, add, log, log_dataframe):
        id_field = f"{level}_id"
        one = add(
            **{id_field: target_id}, annotation_name="one", annotator_kind="HUMAN", label="good", score=0.25,
            explanation="why", metadata={"k": "v"}, identifier="i", sync=True,
        )
        rows = self.read(level, target_id, "one")
        check(f"{level}: id", [row["id"] for row in rows], [one["id"]])
        expected = expected_row(target_id, "HUMAN", "good", 0.25, "why", "i", {"k": "v"}, id_field)
        check(f"{level}: one", list(map(without_id, rows)), [expected])

        def read_many():
            return sorted(row["identifier"] for row in self.read(level, target_id, "many"))

        data = {"name": "many", "annotator_kind": "CODE", id_field: target_id, "result": {"label": "x"}}
        rows = [{**data, "identifier": identifier} for identifier in ("a", "b")]
        argument = f"{level}_annotations"
        check(f"{level}: many", len({row["id"] for row in log(**{argument: rows}, sync=True)}), 2)
        check(f"{level}: identifiers", read_many(), ["a", "b"])

        check(f"{level}: queued", log(**{argument: [{**data, "identifier": "c"}]}), None)
        eventually(f"{level}: queued row", read_many, ["a", "b", "c"])

        frame = pd.DataFrame({id_field: [target_id], "score": [0.75]})
        log_dataframe(dataframe=frame, annotation_name="frame", annotator_kind="LLM", sync=True)
        expected = expected_row(target_id, "LLM", score=0.75, id_field=id_field)
        check(f"{level}: frame", list(map(without_id, self.read(level, target_id, "frame"))), [expected])

    # --- refusals -----------------------------------------------------------------------------------------------------

    def missing_targets(self):
        def add(name):
            self.client.spans.add_span_annotation(
                span_id=secrets.token_hex(8), annotation_name=name, annotator_kind="CODE", score=1, sync=True
            )

        check("an unknown span", status_of(lambda: add("tone")), 404)
        check("the reserved name", status_of(lambda: add("note")), 400)

    def deleted_span(self):
        self.client.spans.delete(span_identifier=self.other)
        eventually("spans after a delete", self.read_span_ids, {self.root, self.child})
        check("annotations go with their span", self.labels_and_scores("frame-sync"), [
            (self.root, "a", 0.0), (self.child, "b", 0.5),
        ])


def status_of(call):
    try:
        call()
    except httpx.HTTPStatusError as error:
        return error.response.status_code
    return 200


def row_of(row, id_field):
    keys = ("id", id_field, "name", "annotator_kind", "metadata", "identifier")
    # The client drops what is null, the server sends it: both mean absent.
    result = {key: value for key, value in row["result"].items() if value is not None}
    return {**{key: row[key] for key in keys}, "source": row["source"], "result": result}


def without_id(row):
    return {key: value for key, value in row.items() if key not in ("id", "name")}


def expected_row(target_id, kind, label=None, score=None, explanation=None, identifier="", metadata=None,
                 id_field="span_id"):
    result = {"label": label, "score": score, "explanation": explanation}
    return {
        id_field: target_id,
        "annotator_kind": kind,
        "metadata": metadata or {},
        "identifier": identifier,
        "source": "API",
        "result": {key: value for key, value in result.items() if value is not None},
    }


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    try:
        Scenario(sys.argv[1]).run()
    except Difference as difference:
        sys.exit(f"difference: {difference}")


if __name__ == "__main__":
    main()
