package io.github.phoenixkt.spark.write;

import static io.github.phoenixkt.internal.Messages.asMessage;
import static io.github.phoenixkt.internal.Messages.forMessage;
import static io.github.phoenixkt.internal.Messages.textOf;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.util.RawValue;
import io.github.phoenixkt.annotations.AnnotationData;
import io.github.phoenixkt.annotations.TargetKind;
import io.github.phoenixkt.internal.BestEffortJson;
import io.github.phoenixkt.spark.FailedAnnotation;
import io.github.phoenixkt.upload.RowOutcome;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import kotlinx.serialization.json.JsonElement;
import org.jspecify.annotations.Nullable;

/**
 * Describes rows that are not stored. A line can be written again: it stores what the row would
 * have stored, or is refused as the row was.
 */
final class FailureLines {
  /**
   * The name of a field of a line: the names of the columns, separated by commas, that were refused
   * and that the writer would take by their text.
   */
  static final String REFUSED_COLUMNS = "refused_columns";

  private static final String METADATA = "metadata";

  /** Spark's, as for reading. Numbers that JSON does not have are no texts, and are refused. */
  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS).build();

  private FailureLines() {}

  static FailedAnnotation describe(AnnotationData row, RowOutcome.Kind outcome, String reason) {
    String identifier = row.getIdentifier();
    return new FailedAnnotation(
        forMessage(row.getTargetId()),
        row.getDocumentPosition(),
        forMessage(row.getName()),
        identifier == null ? null : forMessage(identifier),
        outcome.getOutcomeName(),
        asMessage(reason));
  }

  /** The column of a line that has a field of an annotation. */
  static String columnOf(String field) {
    return field.equals("name") ? "annotation_name" : field;
  }

  /**
   * The row as a JSON object with the names of the columns.
   *
   * @param refused what the row has in place of the values that were refused
   */
  static String of(
      AnnotationData row,
      RowOutcome.Kind outcome,
      String reason,
      Map<String, @Nullable Object> refused) {
    TargetKind target = row.getTargetKind();
    Map<String, @Nullable Object> line = new LinkedHashMap<>();
    line.put(target.getIdColumns().get(0), row.getTargetId());
    if (target.getHasPosition()) {
      line.put("document_position", row.getDocumentPosition());
    }
    line.put("annotation_name", row.getName());
    line.put("annotator_kind", row.getAnnotatorKind().name());
    line.put("identifier", row.getIdentifier());
    line.put("outcome", outcome.getOutcomeName());
    line.put("reason", reason);
    line.put("label", row.getLabel());
    line.put("score", row.getScore());
    line.put("explanation", row.getExplanation());
    Map<String, ?> metadata = row.getMetadata();
    boolean isRefused = metadata == null || refused.containsKey(METADATA);
    // A text, because Spark would give the objects of all lines the same fields and types.
    line.put(METADATA, isRefused ? null : BestEffortJson.encode(metadata));
    refused.forEach((column, cell) -> line.put(column, cell == null ? null : text(column, cell)));
    return json(line);
  }

  private static String text(String column, Object cell) {
    return column.equals(METADATA) && cell instanceof Map ? json(written(cell)) : textOf(cell);
  }

  private static String json(@Nullable Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a failed row cannot be written as JSON", e);
    }
  }

  /** Like the client, but numbers that it refuses stay numbers. */
  private static @Nullable Object written(@Nullable Object value) {
    if (value instanceof JsonElement variant) {
      // It may be nested so deeply that there is no text, but its class, which is refused as well.
      return new RawValue(textOf(variant));
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> written = new LinkedHashMap<>();
      map.forEach((key, element) -> written.put(String.valueOf(key), written(element)));
      return written;
    }
    if (value instanceof Collection<?> list) {
      return list.stream().map(FailureLines::written).toList();
    }
    if (value == null
        || value instanceof String
        || value instanceof Double
        || value instanceof Float) {
      return value;
    }
    String object = BestEffortJson.encode(Map.of("", value));
    return new RawValue(object.substring("{\"\":".length(), object.length() - 1));
  }
}
