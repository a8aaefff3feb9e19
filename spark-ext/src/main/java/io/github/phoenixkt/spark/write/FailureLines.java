package io.github.phoenixkt.spark.write;

import static io.github.phoenixkt.internal.Messages.asMessage;
import static io.github.phoenixkt.internal.Messages.forMessage;

import io.github.phoenixkt.annotations.AnnotationData;
import io.github.phoenixkt.annotations.AnnotationProblem;
import io.github.phoenixkt.annotations.TargetKind;
import io.github.phoenixkt.internal.BestEffortJson;
import io.github.phoenixkt.spark.FailedAnnotation;
import io.github.phoenixkt.upload.RowOutcome;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Describes rows that are not stored. */
final class FailureLines {
  /** Columns whose cells may hold what is no value of theirs. */
  private static final Set<String> REFUSED = Set.of("document_position", "score", "metadata");

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

  /**
   * The row as a JSON object with the names of the columns, so that it can be written again. A cell
   * with a problem keeps its text, so that it is refused again unless it is corrected.
   */
  static String of(
      AnnotationData row,
      RowOutcome.Kind outcome,
      String reason,
      List<AnnotationProblem> problems) {
    Map<String, @Nullable Object> line = line(row, outcome, reason, problems);
    line.put("label", row.getLabel());
    line.put("score", row.getScore());
    line.put("explanation", row.getExplanation());
    line.put("metadata", row.getMetadata());
    putRefused(line, row.getTargetKind(), problems);
    try {
      return BestEffortJson.encode(line);
    } catch (IllegalArgumentException e) {
      // What cannot be JSON is why the row is here.
      return BestEffortJson.encode(line(row, outcome, reason, problems));
    }
  }

  private static void putRefused(
      Map<String, @Nullable Object> line, TargetKind target, List<AnnotationProblem> problems) {
    String id = target.getIdColumns().get(0);
    for (AnnotationProblem problem : problems) {
      String field = problem.getField();
      boolean keepsText = REFUSED.contains(field) || field.equals(id);
      // An annotation always has a kind, even if its row has none.
      if (field.equals("annotator_kind") || keepsText && problem.getValue() != null) {
        line.put(field, problem.getValue());
      }
    }
  }

  private static Map<String, @Nullable Object> line(
      AnnotationData row,
      RowOutcome.Kind outcome,
      String reason,
      List<AnnotationProblem> problems) {
    TargetKind target = row.getTargetKind();
    Map<String, @Nullable Object> line = new LinkedHashMap<>();
    line.put(target.getIdColumns().get(0), forMessage(row.getTargetId(), Integer.MAX_VALUE));
    if (target.getHasPosition()) {
      line.put("document_position", row.getDocumentPosition());
    }
    line.put("annotation_name", forMessage(row.getName(), Integer.MAX_VALUE));
    line.put("annotator_kind", row.getAnnotatorKind().name());
    String identifier = row.getIdentifier();
    line.put("identifier", identifier == null ? null : forMessage(identifier, Integer.MAX_VALUE));
    line.put("outcome", outcome.getOutcomeName());
    line.put("reason", reason);
    putRefused(line, target, problems);
    return line;
  }
}
