package io.github.phoenixkt.spark;

import io.github.phoenixkt.internal.InternalPhoenixApi;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A write that did not store every row. The driver throws it once, after all tasks: what could be
 * stored is stored, and writing the same rows again is safe.
 *
 * <p>Spark throws it as it is. In PySpark it is the {@code java_exception} of a {@code
 * Py4JJavaError}:
 *
 * <pre>{@code
 * except Py4JJavaError as e:
 *     summary = e.java_exception
 *     print(summary.getStored(), summary.getMissing())
 *     for failure in summary.getFailures():
 *         print(failure.getTargetId(), failure.getReason())
 * }</pre>
 */
public final class PhoenixWriteException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** The number of rows by the name of their outcome. */
  private final Map<String, Long> counts;

  /** The first rows that are not stored. */
  private final List<FailedAnnotation> failures;

  /** Why Phoenix took no more rows, or null if every row was tried. */
  private final @Nullable String stoppedBy;

  /**
   * Creates the exception; for the data source.
   *
   * @param message what happened
   * @param counts the number of rows by outcome
   * @param failures the first rows that are not stored
   * @param stoppedBy why Phoenix took no more rows
   */
  @InternalPhoenixApi
  public PhoenixWriteException(
      String message,
      Map<String, Long> counts,
      List<FailedAnnotation> failures,
      @Nullable String stoppedBy) {
    super(message);
    this.counts = Map.copyOf(counts);
    this.failures = List.copyOf(failures);
    this.stoppedBy = stoppedBy;
  }

  /**
   * Returns the number of rows by the name of their outcome.
   *
   * @return the counts of all outcomes that occurred
   */
  public Map<String, Long> getCounts() {
    return counts;
  }

  /**
   * Returns how many rows the tasks have read.
   *
   * @return the sum of all counts
   */
  public long getRows() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * Returns how many rows are stored.
   *
   * @return the number of rows
   */
  public long getStored() {
    return count("Stored");
  }

  /**
   * Returns how many rows Phoenix has queued, with the option {@code delivery=queued}.
   *
   * @return the number of rows
   */
  public long getQueued() {
    return count("Queued");
  }

  /**
   * Returns how many rows gave way to a later row of the same key.
   *
   * @return the number of rows
   */
  public long getSuperseded() {
    return count("Superseded");
  }

  /**
   * Returns how many rows have a target that Phoenix does not know.
   *
   * @return the number of rows
   */
  public long getMissing() {
    return count("MissingTarget");
  }

  /**
   * Returns how many rows Phoenix refused.
   *
   * @return the number of rows
   */
  public long getRejected() {
    return count("Rejected");
  }

  /**
   * Returns how many rows were sent with an unknown result. Sending them again is safe.
   *
   * @return the number of rows
   */
  public long getUnknown() {
    return count("Unknown");
  }

  /**
   * Returns how many rows cannot be sent, for example because their score is no number.
   *
   * @return the number of rows
   */
  public long getSkipped() {
    return count("Skipped");
  }

  /**
   * Returns how many rows were read and not sent, because Phoenix took no more.
   *
   * @return the number of rows
   */
  public long getNotAttempted() {
    return count("NotAttempted");
  }

  private long count(String outcome) {
    return counts.getOrDefault(outcome, 0L);
  }

  /**
   * Returns the first rows that are not stored, up to {@code maxFailuresReported}. All are in the
   * folder that the option {@code failuresPath} names.
   *
   * @return the rows
   */
  public List<FailedAnnotation> getFailures() {
    return failures;
  }

  /**
   * Returns why Phoenix took no more rows, for example because its storage is full. Some rows have
   * then not been read at all, and are in none of the counts.
   *
   * @return a sentence for people, or null if every row was tried
   */
  public @Nullable String getStoppedBy() {
    return stoppedBy;
  }
}
