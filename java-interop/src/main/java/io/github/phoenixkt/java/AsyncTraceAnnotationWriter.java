package io.github.phoenixkt.java;

import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.annotations.AnnotationRows;
import io.github.phoenixkt.annotations.InsertedAnnotation;
import io.github.phoenixkt.annotations.InsertedNote;
import io.github.phoenixkt.annotations.InvalidAnnotationsException;
import io.github.phoenixkt.annotations.TraceAnnotationData;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Writes annotations of traces.
 *
 * <p>Methods without {@code Sync} <em>queue</em> annotations: Phoenix accepts them before it knows
 * whether the trace exists. It keeps an annotation for about ten minutes in case the trace still
 * arrives, and then drops it silently. Methods with {@code Sync} finish once the annotation is
 * <em>stored</em>, and fail if the trace does not exist.
 *
 * <p>Phoenix 9.0 to 12.1 can lose queued annotations. With these versions, every write is
 * confirmed, whichever method you call.
 */
public interface AsyncTraceAnnotationWriter {
  /**
   * Queues one annotation of a trace. Success does not mean that it is stored.
   *
   * <p>Fails with {@link InvalidAnnotationsException} if the annotation is invalid, before anything
   * is sent.
   *
   * @param annotation the annotation to write
   * @return completes once Phoenix has accepted the annotation
   */
  CompletableFuture<@Nullable Void> addTraceAnnotation(TraceAnnotationData annotation);

  /**
   * Stores one annotation of a trace.
   *
   * <p>Fails with {@link InvalidAnnotationsException} if the annotation is invalid, before anything
   * is sent; with {@link PhoenixException.NotFound} if the trace does not exist.
   *
   * @param annotation the annotation to write
   * @return completes with the id of the stored annotation
   */
  CompletableFuture<InsertedAnnotation> addTraceAnnotationSync(TraceAnnotationData annotation);

  /**
   * Queues annotations of traces, 100 per request. All are checked before the first is sent. If
   * several have the same trace, name and identifier, only the last is sent. Large collections are
   * sent in windows; the client reads each window back before it sends the next.
   *
   * <p>Fails with {@link InvalidAnnotationsException} if some annotations are invalid, before
   * anything is sent; with {@link IllegalArgumentException} if there are no annotations; with
   * {@link PhoenixException.UploadException} if some annotations were not written; its report names
   * them.
   *
   * @param annotations the annotations to write
   * @return completes once Phoenix has accepted all of them
   */
  default CompletableFuture<@Nullable Void> logTraceAnnotations(
      Collection<TraceAnnotationData> annotations) {
    return logTraceAnnotations(AnnotationRows.of(Checks.copyOf(annotations, "annotations")));
  }

  /** Queues rows that need not be objects. See {@link #logTraceAnnotations(Collection)}. */
  CompletableFuture<@Nullable Void> logTraceAnnotations(AnnotationRows annotations);

  /**
   * Stores annotations of traces, 100 per request. All are checked before the first is sent. An
   * annotation that the server refuses does not keep the others from being stored.
   *
   * <p>Fails with {@link InvalidAnnotationsException} if some annotations are invalid, before
   * anything is sent; with {@link IllegalArgumentException} if there are no annotations; with
   * {@link PhoenixException.UploadException} if some annotations were not written; its report names
   * them.
   *
   * @param annotations the annotations to write
   * @return completes with the ids in the order of the annotations. Annotations with the same
   *     trace, name and identifier share an id, and the last of them is stored.
   */
  default CompletableFuture<List<InsertedAnnotation>> logTraceAnnotationsSync(
      Collection<TraceAnnotationData> annotations) {
    return logTraceAnnotationsSync(AnnotationRows.of(Checks.copyOf(annotations, "annotations")));
  }

  /** Stores rows that need not be objects. See {@link #logTraceAnnotationsSync(Collection)}. */
  CompletableFuture<List<InsertedAnnotation>> logTraceAnnotationsSync(AnnotationRows annotations);

  /**
   * Stores a note on a trace. A trace can have any number of notes. Since Phoenix 14.13.
   *
   * <p>With Phoenix 15.7 and later, the client gives the note an identifier. If the call ends
   * without a result, {@link PhoenixException#getNoteIdentifier} or the message has the identifier.
   * Send the note again with it, and it is stored once.
   *
   * <p><b>Futures.</b> A future that is completed in another way, for instance by {@code
   * orTimeout}, has no identifier. Pass an identifier of your own where that may happen.
   *
   * <p>Fails with {@link PhoenixException.NotFound} if the trace does not exist.
   *
   * @param traceId the trace's id
   * @param note the text
   * @return completes with the id and the identifier of the note
   */
  CompletableFuture<InsertedNote> addTraceNote(String traceId, String note);

  /**
   * Stores a note on a trace, and replaces the note with the same identifier. Since Phoenix 15.7.
   *
   * @param identifier distinguishes the notes on one trace
   * @see #addTraceNote(String, String)
   */
  CompletableFuture<InsertedNote> addTraceNote(String traceId, String note, String identifier);
}
