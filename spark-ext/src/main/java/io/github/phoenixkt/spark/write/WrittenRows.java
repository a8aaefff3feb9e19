package io.github.phoenixkt.spark.write;

import io.github.phoenixkt.spark.FailedAnnotation;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.jspecify.annotations.Nullable;

/**
 * What became of the rows of one task.
 *
 * @param counts the number of rows by the name of their outcome
 * @param failures the first rows that are not stored
 * @param remarks where the upload deviated from its options, and why
 * @param stoppedBy why Phoenix took no more rows; null if it took all
 */
record WrittenRows(
    Map<String, Long> counts,
    List<FailedAnnotation> failures,
    List<String> remarks,
    @Nullable String stoppedBy)
    implements WriterCommitMessage {}
