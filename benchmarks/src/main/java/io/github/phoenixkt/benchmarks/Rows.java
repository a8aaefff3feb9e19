package io.github.phoenixkt.benchmarks;

import io.github.phoenixkt.annotations.AnnotatorKind;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import java.util.ArrayList;
import java.util.List;

/** The rows that both sides write and read; {@code official.py} has the same. */
final class Rows {
  private Rows() {}

  static String spanId(long number) {
    return String.format("%016x", number + 1);
  }

  static SpanAnnotationData row(long number) {
    return SpanAnnotationData.builder(spanId(number), "relevance")
        .annotatorKind(AnnotatorKind.LLM)
        .label(number % 2 == 0 ? "relevant" : "irrelevant")
        .score(number % 100 / 100.0)
        .explanation("the answer names what was asked for, row " + number)
        .build();
  }

  static List<SpanAnnotationData> list(int count) {
    List<SpanAnnotationData> rows = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      rows.add(row(i));
    }
    return rows;
  }

  /** As the server tells of one. */
  static String stored(int number) {
    return """
        {"id":"U3BhbkFubm90YXRpb246%d","created_at":"2026-01-05T10:00:00.123456+00:00",\
        "updated_at":"2026-01-05T10:00:00.123456+00:00","source":"API","user_id":null,\
        "name":"relevance","annotator_kind":"LLM","result":{"label":"relevant","score":%s,\
        "explanation":"the answer names what was asked for, row %d"},"metadata":{},"identifier":"",\
        "span_id":"%s"}"""
        .formatted(number, number % 100 / 100.0, number, spanId(number));
  }
}
