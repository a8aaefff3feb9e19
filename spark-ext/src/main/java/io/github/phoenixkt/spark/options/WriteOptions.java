package io.github.phoenixkt.spark.options;

import io.github.phoenixkt.annotations.AnnotatorKind;
import io.github.phoenixkt.annotations.TargetKind;
import io.github.phoenixkt.internal.InternalPhoenixApi;
import io.github.phoenixkt.upload.BadRows;
import io.github.phoenixkt.upload.Delivery;
import io.github.phoenixkt.upload.UploadOptions;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The options of a write. */
@InternalPhoenixApi
public final class WriteOptions implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int MOST_QUEUED = 2_500;

  private final TargetKind target;
  private final @Nullable String name;
  private final @Nullable AnnotatorKind annotatorKind;
  private final @Nullable String identifier;
  private final Delivery delivery;
  private final int writers;
  private final int queueWindow;
  private final int chunkSize;
  private final Duration awaitTarget;
  private final @Nullable String orderBy;
  private final OnFailure onFailure;
  private final @Nullable String failuresPath;
  private final int maxFailuresReported;

  /** What to do if rows are not stored. */
  public enum OnFailure {
    /** The write fails at its end; what could be stored is stored. */
    FAIL,
    /** The write succeeds, and the failures are logged. */
    REPORT
  }

  private WriteOptions(Options options) {
    target = options.oneOf(Option.TARGET, TargetKind.getEntries()).orElse(TargetKind.SPAN);
    name = options.text(Option.NAME).orElse(null);
    annotatorKind = options.oneOf(Option.ANNOTATOR_KIND, AnnotatorKind.getEntries()).orElse(null);
    identifier = options.text(Option.IDENTIFIER).orElse(null);
    delivery = options.oneOf(Option.DELIVERY, Delivery.getEntries()).orElse(Delivery.VERIFIED);
    writers = options.integer(Option.WRITERS, 1, 100).orElse(2);
    // A task that Spark has given up may still write beside the one that takes its place.
    queueWindow =
        options.integer(Option.QUEUE_WINDOW, 1, MOST_QUEUED).orElse(MOST_QUEUED / (2 * writers));
    chunkSize = options.integer(Option.CHUNK_SIZE, 1, 1_000).orElse(Math.min(100, queueWindow));
    awaitTarget = options.duration(Option.AWAIT_TARGET, "0s", "10m").orElse(Duration.ZERO);
    orderBy = options.text(Option.ORDER_BY).orElse(null);
    onFailure =
        options.oneOf(Option.ON_FAILURE, List.of(OnFailure.values())).orElse(OnFailure.FAIL);
    failuresPath = options.text(Option.FAILURES_PATH).orElse(null);
    if (identifier != null && target == TargetKind.DOCUMENT) {
      throw new IllegalArgumentException(
          "Annotations of documents have no identifier: leave the option identifier out.");
    }
    maxFailuresReported = options.integer(Option.MAX_FAILURES_REPORTED, 0, 10_000).orElse(100);
  }

  /**
   * Reads the options of a write.
   *
   * @param options all options
   * @return those of a write
   * @throws IllegalArgumentException if a value cannot be used
   */
  public static WriteOptions of(Options options) {
    WriteOptions result = new WriteOptions(options);
    result.upload(); // Checks what the client would refuse in a task.
    return result;
  }

  /**
   * Returns the options of the upload of one task.
   *
   * @return the options
   */
  public UploadOptions upload() {
    return UploadOptions.builder()
        .delivery(delivery)
        .queueWindow(queueWindow)
        .chunkSize(chunkSize)
        .awaitTarget(awaitTarget)
        .onInvalid(BadRows.SKIP)
        .onEmpty(BadRows.SKIP)
        .build();
  }

  /**
   * Returns what the rows annotate.
   *
   * @return the kind of target
   */
  public TargetKind target() {
    return target;
  }

  /**
   * Returns the name of all rows.
   *
   * @return the name, or nothing if a column has the names
   */
  public Optional<String> name() {
    return Optional.ofNullable(name);
  }

  /**
   * Returns who judged all rows.
   *
   * @return the kind, or nothing if a column has the kinds
   */
  public Optional<AnnotatorKind> annotatorKind() {
    return Optional.ofNullable(annotatorKind);
  }

  /**
   * Returns the identifier of all annotations, for rows without a column of identifiers.
   *
   * @return the identifier, if there is one
   */
  public Optional<String> identifier() {
    return Optional.ofNullable(identifier);
  }

  /**
   * Returns how many tasks write.
   *
   * @return the number of partitions
   */
  public int writers() {
    return writers;
  }

  /**
   * Returns the column that orders the rows of a key.
   *
   * @return its name, if there is one
   */
  public Optional<String> orderBy() {
    return Optional.ofNullable(orderBy);
  }

  /**
   * Returns what to do if rows are not stored.
   *
   * @return what to do
   */
  public OnFailure onFailure() {
    return onFailure;
  }

  /**
   * Returns the folder for the rows that are not stored.
   *
   * @return the folder, if there is one
   */
  public Optional<String> failuresPath() {
    return Optional.ofNullable(failuresPath);
  }

  /**
   * Returns how many failures a write keeps.
   *
   * @return the most failures that the driver gets to see
   */
  public int maxFailuresReported() {
    return maxFailuresReported;
  }
}
