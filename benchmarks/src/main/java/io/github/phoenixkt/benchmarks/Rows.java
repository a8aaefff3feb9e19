package io.github.phoenixkt.benchmarks;

import io.github.phoenixkt.annotations.AnnotatorKind;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jetbrains.kotlinx.dataframe.DataFrame;
import org.jetbrains.kotlinx.dataframe.api.ToDataFrameKt;

/** The rows that both sides write and read; {@code official.py} has the same. */
final class Rows {
  private Rows() {}

  static String spanId(long number) {
    return HexFormat.of().toHexDigits(number + 1);
  }

  static SpanAnnotationData row(long number) {
    return row(number, "relevance");
  }

  private static SpanAnnotationData row(long number, String name) {
    return SpanAnnotationData.builder(spanId(number), name)
        .annotatorKind(AnnotatorKind.LLM)
        .label(number % 2 == 0 ? "relevant" : "irrelevant")
        .score(number % 100 / 100.0)
        .explanation("the answer names what was asked for, row " + number)
        .build();
  }

  static List<SpanAnnotationData> list(int count) {
    return list(count, "relevance");
  }

  static List<SpanAnnotationData> list(int count, String name) {
    return LongStream.range(0, count).mapToObj(number -> row(number, name)).toList();
  }

  static DataFrame<?> frame(int count) {
    List<SpanAnnotationData> rows = list(count);
    Map<String, List<?>> columns = new LinkedHashMap<>();
    columns.put("span_id", rows.stream().map(SpanAnnotationData::getSpanId).toList());
    columns.put("annotation_name", rows.stream().map(SpanAnnotationData::getName).toList());
    columns.put("annotator_kind", rows.stream().map(row -> "LLM").toList());
    columns.put("label", rows.stream().map(SpanAnnotationData::getLabel).toList());
    columns.put("score", rows.stream().map(SpanAnnotationData::getScore).toList());
    columns.put("explanation", rows.stream().map(SpanAnnotationData::getExplanation).toList());
    return ToDataFrameKt.toDataFrame(columns);
  }

  /** The answer to a write of so many. */
  static String ids(int count) {
    return IntStream.range(0, count)
        .mapToObj("{\"id\":\"U3BhbkFubm90YXRpb246%d\"}"::formatted)
        .collect(Collectors.joining(",", "{\"data\":[", "]}"));
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
