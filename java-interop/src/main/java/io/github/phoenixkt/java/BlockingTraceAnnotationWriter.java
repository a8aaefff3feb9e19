package io.github.phoenixkt.java;

import static io.github.phoenixkt.java.BlockingResource.asyncOf;
import static io.github.phoenixkt.java.Waiting.await;

import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.annotations.AnnotationRows;
import io.github.phoenixkt.annotations.InsertedAnnotation;
import io.github.phoenixkt.annotations.InsertedNote;
import io.github.phoenixkt.annotations.TraceAnnotationData;
import java.util.Collection;
import java.util.List;

/**
 * Writes annotations of traces.
 *
 * <p>What is not {@code Sync} is <em>queued</em>: Phoenix answers before it knows whether the trace
 * exists, keeps the annotation for about ten minutes for a trace that has not arrived yet, and then
 * drops it without a word. {@code Sync} answers once the annotation is <em>stored</em>, or with an
 * error when the trace is unknown.
 *
 * <p>Servers from 9.0 to 12.1 can lose queued rows: there every write is confirmed, under either
 * name. Methods throw a {@link PhoenixException}, or what is said of each; a null argument is a
 * {@link NullPointerException}.
 */
public interface BlockingTraceAnnotationWriter {
  /**
   * Queues one annotation of a trace: a success does not say that it is stored.
   *
   * @param annotation what to write on a trace
   * @throws io.github.phoenixkt.annotations.InvalidAnnotationsException when the annotation cannot
   *     be sent; nothing was
   */
  default void addTraceAnnotation(TraceAnnotationData annotation) {
    await(() -> asyncOf(this).addTraceAnnotation(annotation));
  }

  /**
   * Stores one annotation of a trace.
   *
   * @param annotation what to write on a trace
   * @return its id
   * @throws io.github.phoenixkt.annotations.InvalidAnnotationsException when the annotation cannot
   *     be sent; nothing was
   * @throws PhoenixException.NotFound when Phoenix does not know the trace
   */
  default InsertedAnnotation addTraceAnnotationSync(TraceAnnotationData annotation) {
    return await(() -> asyncOf(this).addTraceAnnotationSync(annotation));
  }

  /**
   * Queues annotations of traces, 100 per request; more than 500 go in windows that are looked up
   * one by one. All are checked before the first is sent, and of those with one key only the last
   * is.
   *
   * @param annotations what to write
   * @throws IllegalArgumentException when there are none
   * @throws io.github.phoenixkt.annotations.InvalidAnnotationsException when some cannot be sent;
   *     nothing was
   * @throws PhoenixException.UploadException when not all were written; it says which were
   */
  default void logTraceAnnotations(Collection<TraceAnnotationData> annotations) {
    await(() -> asyncOf(this).logTraceAnnotations(annotations));
  }

  /**
   * Stores annotations of traces, 100 per request. All are checked before the first is sent, and
   * what the server refuses costs no other row.
   *
   * @param annotations what to write
   * @return the ids in the order of the annotations; those of one key share an id, and the last
   *     wins
   * @throws IllegalArgumentException when there are none
   * @throws io.github.phoenixkt.annotations.InvalidAnnotationsException when some cannot be sent;
   *     nothing was
   * @throws PhoenixException.UploadException when not all were written; it says which were
   */
  default List<InsertedAnnotation> logTraceAnnotationsSync(
      Collection<TraceAnnotationData> annotations) {
    return await(() -> asyncOf(this).logTraceAnnotationsSync(annotations));
  }

  /**
   * Queues annotations of traces, seen by row number, 100 per request; more than 500 go in windows
   * that are looked up one by one. All are checked before the first is sent, and of those with one
   * key only the last is.
   *
   * @param annotations what to write, all on traces; need not be objects
   * @throws IllegalArgumentException when there are none
   * @throws io.github.phoenixkt.annotations.InvalidAnnotationsException when some cannot be sent;
   *     nothing was
   * @throws PhoenixException.UploadException when not all were written; it says which were
   */
  default void logTraceAnnotations(AnnotationRows annotations) {
    await(() -> asyncOf(this).logTraceAnnotations(annotations));
  }

  /**
   * Stores annotations of traces, seen by row number, 100 per request. All are checked before the
   * first is sent, and what the server refuses costs no other row.
   *
   * @param annotations what to write, all on traces; need not be objects
   * @return the ids in the order of the annotations; those of one key share an id, and the last
   *     wins
   * @throws IllegalArgumentException when there are none
   * @throws io.github.phoenixkt.annotations.InvalidAnnotationsException when some cannot be sent;
   *     nothing was
   * @throws PhoenixException.UploadException when not all were written; it says which were
   */
  default List<InsertedAnnotation> logTraceAnnotationsSync(AnnotationRows annotations) {
    return await(() -> asyncOf(this).logTraceAnnotationsSync(annotations));
  }

  /**
   * Stores a note on a trace. Notes add up. Since Phoenix 14.13.
   *
   * <p>The note gets an identifier where the server knows them (Phoenix 15.7). A call that fails or
   * is interrupted tells it, in {@link PhoenixException#getNoteIdentifier} or, when the client was
   * closed, in the message: sent again with it, the note is stored once.
   *
   * @param traceId the trace, which must exist
   * @param note the text
   * @return the note's id and identifier
   * @throws PhoenixException.NotFound when Phoenix does not know the trace
   */
  default InsertedNote addTraceNote(String traceId, String note) {
    return await(() -> asyncOf(this).addTraceNote(traceId, note));
  }

  /**
   * Stores a note on a trace, in place of the one that has the same identifier. Since Phoenix 15.7.
   *
   * @param traceId the trace, which must exist
   * @param note the text
   * @param identifier tells notes on one trace apart
   * @return the note's id and identifier
   * @throws PhoenixException.NotFound when Phoenix does not know the trace
   */
  default InsertedNote addTraceNote(String traceId, String note, String identifier) {
    return await(() -> asyncOf(this).addTraceNote(traceId, note, identifier));
  }
}
