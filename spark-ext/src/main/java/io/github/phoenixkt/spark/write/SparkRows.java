package io.github.phoenixkt.spark.write;

import io.github.phoenixkt.annotations.AnnotationData;
import io.github.phoenixkt.annotations.AnnotationProblem;
import io.github.phoenixkt.rows.RowValues;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterators.AbstractSpliterator;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.sql.catalyst.InternalRow;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one task as annotations. Rows that cannot be sent are set aside. Where Spark fails,
 * the rows end, so that those before are sent.
 */
final class SparkRows extends AbstractSpliterator<AnnotationData> {
  private final Iterator<InternalRow> rows;
  private final RowReader reader;
  private final Outcomes outcomes;
  private @Nullable Throwable failure;

  SparkRows(Iterator<InternalRow> rows, RowReader reader, Outcomes outcomes) {
    super(Long.MAX_VALUE, ORDERED | NONNULL);
    this.rows = rows;
    this.reader = reader;
    this.outcomes = outcomes;
  }

  Stream<AnnotationData> stream() {
    return StreamSupport.stream(this, false);
  }

  @Override
  public boolean tryAdvance(Consumer<? super AnnotationData> action) {
    AnnotationData next = read();
    if (next != null) {
      action.accept(next);
    }
    return next != null;
  }

  private @Nullable AnnotationData read() {
    try {
      while (failure == null && rows.hasNext()) {
        RowValues row = reader.read(rows.next());
        List<AnnotationProblem> problems = row.findProblems();
        if (problems.isEmpty()) {
          return row.toAnnotationData();
        }
        outcomes.onProblems(row, problems, reader.refusedCells(problems));
      }
    } catch (Throwable e) { // Spark's code is in Scala, and throws checked exceptions, too.
      failure = e;
    }
    return null;
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
