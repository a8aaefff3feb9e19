package io.github.phoenixkt.java;

import static io.github.phoenixkt.java.AsyncResource.callsOf;
import static java.util.Objects.requireNonNull;

import io.github.phoenixkt.annotations.AnnotationRows;
import io.github.phoenixkt.annotations.InsertedAnnotation;
import io.github.phoenixkt.annotations.InsertedNote;
import io.github.phoenixkt.annotations.TraceAnnotationData;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Writes annotations of traces.
 *
 * <p>What is not {@code Sync} is <em>queued</em>: Phoenix answers before it knows whether the trace
 * exists, keeps the annotation for about ten minutes for a trace that has not arrived yet, and then
 * drops it without a word. {@code Sync} answers once the annotation is <em>stored</em>, or with an
 * error when the trace is unknown.
 *
 * <p>Servers from 9.0 to 12.1 can lose queued rows: there every write is confirmed, under either
 * name. Futures fail with a {@link io.github.phoenixkt.PhoenixException}, or with what is said of
 * each method; a null argument is a {@link NullPointerException} at once.
 */
public interface AsyncTraceAnnotationWriter {
  /**
   * Queues one annotation of a trace: a success does not say that it is stored.
   *
   * <p>It fails with an {@link io.github.phoenixkt.annotations.InvalidAnnotationsException} when
   * the annotation cannot be sent; nothing was then.
   *
   * @param annotation what to write on a trace
   * @return done when Phoenix has taken it
   */
  default CompletableFuture<@Nullable Void> addTraceAnnotation(TraceAnnotationData annotation) {
    Calls calls = callsOf(this);
    requireNonNull(annotation, "annotation");
    return calls.run(k -> calls.client.getAnnotations().addTraceAnnotation(annotation, false, k));
  }

  /**
   * Stores one annotation of a trace.
   *
   * <p>It fails with an {@link io.github.phoenixkt.annotations.InvalidAnnotationsException} when
   * the annotation cannot be sent; nothing was then.
   *
   * @param annotation what to write on a trace
   * @return its id, once it is stored
   */
  default CompletableFuture<InsertedAnnotation> addTraceAnnotationSync(
      TraceAnnotationData annotation) {
    Calls calls = callsOf(this);
    requireNonNull(annotation, "annotation");
    return calls.call(k -> calls.client.getAnnotations().addTraceAnnotation(annotation, true, k));
  }

  /**
   * Queues annotations of traces, 100 per request; more than 500 go in windows that are looked up
   * one by one. All are checked before the first is sent, and of those with one key only the last
   * is.
   *
   * <p>It fails with an {@link io.github.phoenixkt.annotations.InvalidAnnotationsException} when
   * some cannot be sent (nothing was then), with an {@link IllegalArgumentException} when there are
   * none, and with a {@link io.github.phoenixkt.PhoenixException.UploadException} when not all were
   * written: it says which were.
   *
   * @param annotations what to write
   * @return done when Phoenix has taken all
   */
  default CompletableFuture<@Nullable Void> logTraceAnnotations(
      Collection<TraceAnnotationData> annotations) {
    Calls calls = callsOf(this);
    List<TraceAnnotationData> rows = Checks.copyOf(annotations, "annotations");
    return calls.run(k -> calls.client.getAnnotations().logTraceAnnotations(rows, false, k));
  }

  /**
   * Stores annotations of traces, 100 per request. All are checked before the first is sent, and
   * what the server refuses costs no other row.
   *
   * <p>It fails with an {@link io.github.phoenixkt.annotations.InvalidAnnotationsException} when
   * some cannot be sent (nothing was then), with an {@link IllegalArgumentException} when there are
   * none, and with a {@link io.github.phoenixkt.PhoenixException.UploadException} when not all were
   * written: it says which were.
   *
   * @param annotations what to write
   * @return the ids in the order of the annotations; those of one key share an id, and the last
   *     wins
   */
  default CompletableFuture<List<InsertedAnnotation>> logTraceAnnotationsSync(
      Collection<TraceAnnotationData> annotations) {
    Calls calls = callsOf(this);
    List<TraceAnnotationData> rows = Checks.copyOf(annotations, "annotations");
    return calls.call(k -> calls.client.getAnnotations().logTraceAnnotations(rows, true, k));
  }

  /**
   * Queues annotations of traces, seen by row number, 100 per request; more than 500 go in windows
   * that are looked up one by one. All are checked before the first is sent, and of those with one
   * key only the last is.
   *
   * <p>It fails with an {@link io.github.phoenixkt.annotations.InvalidAnnotationsException} when
   * some cannot be sent (nothing was then), with an {@link IllegalArgumentException} when there are
   * none, and with a {@link io.github.phoenixkt.PhoenixException.UploadException} when not all were
   * written: it says which were.
   *
   * @param annotations what to write, all on traces; need not be objects
   * @return done when Phoenix has taken all
   */
  default CompletableFuture<@Nullable Void> logTraceAnnotations(AnnotationRows annotations) {
    Calls calls = callsOf(this);
    requireNonNull(annotations, "annotations");
    return calls.run(k -> calls.client.getAnnotations().logTraceAnnotations(annotations, false, k));
  }

  /**
   * Stores annotations of traces, seen by row number, 100 per request. All are checked before the
   * first is sent, and what the server refuses costs no other row.
   *
   * <p>It fails with an {@link io.github.phoenixkt.annotations.InvalidAnnotationsException} when
   * some cannot be sent (nothing was then), with an {@link IllegalArgumentException} when there are
   * none, and with a {@link io.github.phoenixkt.PhoenixException.UploadException} when not all were
   * written: it says which were.
   *
   * @param annotations what to write, all on traces; need not be objects
   * @return the ids in the order of the annotations; those of one key share an id, and the last
   *     wins
   */
  default CompletableFuture<List<InsertedAnnotation>> logTraceAnnotationsSync(
      AnnotationRows annotations) {
    Calls calls = callsOf(this);
    requireNonNull(annotations, "annotations");
    return calls.call(k -> calls.client.getAnnotations().logTraceAnnotations(annotations, true, k));
  }

  /**
   * Stores a note on a trace. Notes add up. Since Phoenix 14.13.
   *
   * <p>The note gets an identifier where the server knows them (Phoenix 15.7). A call that fails or
   * is cancelled tells it, in {@link io.github.phoenixkt.PhoenixException#getNoteIdentifier} or in
   * the message: sent again with it, the note is stored once. A future that was completed in
   * another way, as {@code orTimeout} does, cannot tell it: give an identifier of your own there.
   *
   * @param traceId the trace, which must exist
   * @param note the text
   * @return the note's id and identifier, once it is stored
   */
  default CompletableFuture<InsertedNote> addTraceNote(String traceId, String note) {
    Calls calls = callsOf(this);
    requireNonNull(traceId, "traceId");
    requireNonNull(note, "note");
    return calls.addNote(k -> calls.client.getAnnotations().addTraceNote(traceId, note, null, k));
  }

  /**
   * Stores a note on a trace, in place of the one that has the same identifier. Since Phoenix 15.7.
   *
   * @param traceId the trace, which must exist
   * @param note the text
   * @param identifier tells notes on one trace apart
   * @return the note's id and identifier, once it is stored
   */
  default CompletableFuture<InsertedNote> addTraceNote(
      String traceId, String note, String identifier) {
    Calls calls = callsOf(this);
    requireNonNull(traceId, "traceId");
    requireNonNull(note, "note");
    requireNonNull(identifier, "identifier");
    return calls.addNote(
        k -> calls.client.getAnnotations().addTraceNote(traceId, note, identifier, k));
  }
}
