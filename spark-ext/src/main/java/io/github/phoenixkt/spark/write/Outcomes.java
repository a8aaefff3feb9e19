package io.github.phoenixkt.spark.write;

import io.github.phoenixkt.annotations.AnnotationData;
import io.github.phoenixkt.annotations.AnnotationProblem;
import io.github.phoenixkt.rows.RowValues;
import io.github.phoenixkt.spark.FailedAnnotation;
import io.github.phoenixkt.spark.options.SparkWords;
import io.github.phoenixkt.upload.RowOutcome;
import io.github.phoenixkt.upload.RowOutcomeListener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What became of the rows of one task so far. The client tells it from several threads. */
final class Outcomes implements RowOutcomeListener {
  private final int mostFailures;
  private final @Nullable FailuresFile file;
  private final Map<RowOutcome.Kind, Long> counts = new EnumMap<>(RowOutcome.Kind.class);
  private final List<FailedAnnotation> failures = new ArrayList<>();
  private @Nullable IOException failure;

  Outcomes(int mostFailures, @Nullable FailuresFile file) {
    this.mostFailures = mostFailures;
    this.file = file;
  }

  @Override
  public synchronized void onOutcome(AnnotationData row, RowOutcome outcome) {
    count(outcome.getKind(), row, reasonOf(outcome), Map.of());
  }

  /** Takes a row that cannot be sent, and the cells that the problems are about. */
  synchronized void onProblems(
      RowValues row, List<AnnotationProblem> problems, Map<String, @Nullable Object> cells) {
    count(RowOutcome.Kind.SKIPPED, row.toAnnotationData(), describe(problems), cells);
  }

  private static String reasonOf(RowOutcome outcome) {
    return outcome instanceof RowOutcome.Skipped skipped
        ? describe(skipped.getProblems())
        : SparkWords.of(outcome.toString());
  }

  private static String describe(List<AnnotationProblem> problems) {
    return problems.stream().map(AnnotationProblem::describe).collect(Collectors.joining("; "));
  }

  private void count(
      RowOutcome.Kind outcome,
      AnnotationData row,
      String reason,
      Map<String, @Nullable Object> refused) {
    counts.merge(outcome, 1L, Long::sum);
    if (outcome.getSucceeded()) {
      return;
    }
    if (failures.size() < mostFailures) {
      failures.add(FailureLines.describe(row, outcome, reason));
    }
    if (file != null && failure == null) {
      try {
        file.add(FailureLines.of(row, outcome, reason, refused));
      } catch (IOException e) {
        failure = e;
      }
    }
  }

  /** Throws what has kept rows out of the file of failures. */
  synchronized void requireComplete() throws IOException {
    if (failure != null) {
      throw new IOException(
          "The rows that are not stored cannot be written to the folder of the option failuresPath: "
              + failure.getMessage(),
          failure);
    }
  }

  synchronized long count(RowOutcome.Kind outcome) {
    return counts.getOrDefault(outcome, 0L);
  }

  synchronized WrittenRows written(List<String> remarks, @Nullable String stoppedBy) {
    Map<String, Long> byName = new TreeMap<>();
    counts.forEach((outcome, count) -> byName.put(outcome.getOutcomeName(), count));
    return new WrittenRows(byName, failures, remarks, stoppedBy);
  }
}
