package io.github.phoenixkt.spark.write;

import io.github.phoenixkt.annotations.AnnotationData;
import io.github.phoenixkt.annotations.AnnotationProblem;
import io.github.phoenixkt.rows.RowValues;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.sql.catalyst.InternalRow;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one task as annotations. Rows that cannot be sent are set aside. Where Spark fails,
 * the rows end, so that those before are sent.
 */
final class SparkRows implements Iterator<AnnotationData> {
  private final Iterator<InternalRow> rows;
  private final RowReader reader;
  private final Outcomes outcomes;
  private @Nullable AnnotationData next;
  private @Nullable Throwable failure;

  SparkRows(Iterator<InternalRow> rows, RowReader reader, Outcomes outcomes) {
    this.rows = rows;
    this.reader = reader;
    this.outcomes = outcomes;
  }

  Stream<AnnotationData> stream() {
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(this, Spliterator.ORDERED), false);
  }

  @Override
  public boolean hasNext() {
    try {
      while (next == null && failure == null && rows.hasNext()) {
        RowValues row = reader.read(rows.next());
        List<AnnotationProblem> problems = row.findProblems();
        if (problems.isEmpty()) {
          next = row.toAnnotationData();
        } else {
          outcomes.onProblems(row, problems);
        }
      }
    } catch (Throwable e) { // Spark's code is in Scala, and throws checked exceptions, too.
      failure = e;
    }
    return next != null;
  }

  @Override
  public AnnotationData next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    AnnotationData row = next;
    next = null;
    return row;
  }

  /** Throws what has ended the rows early, as it is: Spark acts on some by their type. */
  void requireComplete() {
    if (failure != null) {
      SparkRows.<RuntimeException>sneak(failure);
    }
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> void sneak(Throwable failure) throws E {
    throw (E) failure;
  }
}
