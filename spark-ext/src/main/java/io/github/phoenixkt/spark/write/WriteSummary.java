package io.github.phoenixkt.spark.write;

import static io.github.phoenixkt.internal.Messages.asMessage;
import static io.github.phoenixkt.internal.Messages.forMessage;

import io.github.phoenixkt.spark.FailedAnnotation;
import io.github.phoenixkt.spark.PhoenixWriteException;
import io.github.phoenixkt.spark.options.WriteOptions;
import io.github.phoenixkt.upload.RowOutcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the tasks of a write tell the driver, put together: the only count that is exact. */
final class WriteSummary {
  private static final Logger LOG = LoggerFactory.getLogger(PhoenixWrite.class);
  private static final int EXAMPLES = 3;
  private static final int LONGEST_EXAMPLE = 300;
  private static final int MOST_REMARKS = 10;

  private final WriteOptions options;
  private final Map<String, Long> counts = new TreeMap<>();
  private final List<FailedAnnotation> failures = new ArrayList<>();
  private final Set<String> remarks = new LinkedHashSet<>();
  private @Nullable String stoppedBy;

  WriteSummary(WriteOptions options, WriterCommitMessage[] messages) {
    this.options = options;
    for (WriterCommitMessage message : messages) {
      add((WrittenRows) message);
    }
  }

  private void add(WrittenRows rows) {
    rows.counts().forEach((outcome, count) -> counts.merge(outcome, count, Long::sum));
    rows.failures().stream()
        .limit(options.maxFailuresReported() - failures.size())
        .forEach(failures::add);
    remarks.addAll(rows.remarks());
    if (stoppedBy == null) {
      stoppedBy = rows.stoppedBy();
    }
  }

  /**
   * @throws PhoenixWriteException if rows are not stored, unless the options say to report that
   */
  void tell() {
    remarks.stream().limit(MOST_REMARKS).forEach(LOG::warn);
    boolean fails = failed() > 0 && options.onFailure() == WriteOptions.OnFailure.FAIL;
    if (stoppedBy != null || fails) {
      throw new PhoenixWriteException(message(), counts, failures, stoppedBy);
    }
    if (failed() > 0) {
      LOG.warn("{}", message());
    } else {
      LOG.info("{} annotations written: {}", total(), countsAsText());
    }
  }

  private long failed() {
    return Arrays.stream(RowOutcome.Kind.values())
        .filter(outcome -> !outcome.getSucceeded())
        .mapToLong(outcome -> counts.getOrDefault(outcome.getOutcomeName(), 0L))
        .sum();
  }

  private long total() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  private String countsAsText() {
    return counts.entrySet().stream()
        .map(entry -> entry.getValue() + " " + entry.getKey())
        .collect(Collectors.joining(", "));
  }

  private String message() {
    StringBuilder text = new StringBuilder();
    text.append(
        "%d of %d annotations were not written (%s).".formatted(failed(), total(), countsAsText()));
    if (stoppedBy != null) {
      text.append(" Phoenix stopped accepting rows, and some were not read: ")
          .append(forMessage(stoppedBy, 600));
    }
    text.append(" Rows already stored remain. Correct the failed rows and write them again.");
    options
        .failuresPath()
        .ifPresent(
            path ->
                text.append(" The failed rows are in ").append(forMessage(path, 300)).append('.'));
    failures.stream()
        .limit(EXAMPLES)
        .forEach(row -> text.append("\n  ").append(forMessage(row.toString(), LONGEST_EXAMPLE)));
    return asMessage(text.toString());
  }
}
