package io.github.phoenixkt.spark.write;

import io.github.phoenixkt.spark.FailedAnnotation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.jspecify.annotations.Nullable;

/**
 * What became of the rows of one task. Many jobs send it with Kryo, which knows neither records nor
 * the JDK's unmodifiable collections.
 */
final class WrittenRows implements WriterCommitMessage {
  private static final long serialVersionUID = 1;

  private final TreeMap<String, Long> counts;
  private final ArrayList<FailedAnnotation> failures;
  private final ArrayList<String> remarks;
  private final @Nullable String stoppedBy;

  WrittenRows(
      Map<String, Long> counts,
      List<FailedAnnotation> failures,
      List<String> remarks,
      @Nullable String stoppedBy) {
    this.counts = new TreeMap<>(counts);
    this.failures = new ArrayList<>(failures);
    this.remarks = new ArrayList<>(remarks);
    this.stoppedBy = stoppedBy;
  }

  /** The number of rows by the name of their outcome. */
  Map<String, Long> counts() {
    return counts;
  }

  /** The first rows that are not stored. */
  List<FailedAnnotation> failures() {
    return failures;
  }

  /** Where the upload deviated from its options, and why. */
  List<String> remarks() {
    return remarks;
  }

  /** Why Phoenix took no more rows; null if it took all. */
  @Nullable String stoppedBy() {
    return stoppedBy;
  }
}
