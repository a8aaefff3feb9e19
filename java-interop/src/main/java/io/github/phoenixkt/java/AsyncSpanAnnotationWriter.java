package io.github.phoenixkt.java;

import static io.github.phoenixkt.java.AsyncResource.callsOf;
import static java.util.Objects.requireNonNull;

import io.github.phoenixkt.annotations.AnnotationRows;
import io.github.phoenixkt.annotations.InsertedAnnotation;
import io.github.phoenixkt.annotations.InsertedNote;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Writes annotations of spans.
 *
 * <p>What is not {@code Sync} is <em>queued</em>: Phoenix answers before it knows whether the span
 * exists, keeps the annotation for about ten minutes for a span that has not arrived yet, and then
 * drops it without a word. {@code Sync} answers once the annotation is <em>stored</em>, or with an
 * error when the span is unknown.
 *
 * <p>Servers from 9.0 to 12.1 can lose queued rows: there every write is confirmed, under either
 * name. Futures fail with a {@link io.github.phoenixkt.PhoenixException}, or with what is said of
 * each method; a null argument is a {@link NullPointerException} at once.
 */
public interface AsyncSpanAnnotationWriter {
  /**
   * Queues one annotation of a span: a success does not say that it is stored.
   *
   * <p>It fails with an {@link io.github.phoenixkt.annotations.InvalidAnnotationsException} when
   * the annotation cannot be sent; nothing was then.
   *
   * @param annotation what to write on a span
   * @return done when Phoenix has taken it
   */
  default CompletableFuture<@Nullable Void> addSpanAnnotation(SpanAnnotationData annotation) {
    Calls calls = callsOf(this);
    requireNonNull(annotation, "annotation");
    return calls.run(k -> calls.client.getAnnotations().addSpanAnnotation(annotation, false, k));
  }

  /**
   * Stores one annotation of a span.
   *
   * <p>It fails with an {@link io.github.phoenixkt.annotations.InvalidAnnotationsException} when
   * the annotation cannot be sent; nothing was then.
   *
   * @param annotation what to write on a span
   * @return its id, once it is stored
   */
  default CompletableFuture<InsertedAnnotation> addSpanAnnotationSync(
      SpanAnnotationData annotation) {
    Calls calls = callsOf(this);
    requireNonNull(annotation, "annotation");
    return calls.call(k -> calls.client.getAnnotations().addSpanAnnotation(annotation, true, k));
  }

  /**
   * Queues annotations of spans, 100 per request; more than 500 go in windows that are looked up
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
  default CompletableFuture<@Nullable Void> logSpanAnnotations(
      Collection<SpanAnnotationData> annotations) {
    Calls calls = callsOf(this);
    List<SpanAnnotationData> rows = Checks.copyOf(annotations, "annotations");
    return calls.run(k -> calls.client.getAnnotations().logSpanAnnotations(rows, false, k));
  }

  /**
   * Stores annotations of spans, 100 per request. All are checked before the first is sent, and
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
  default CompletableFuture<List<InsertedAnnotation>> logSpanAnnotationsSync(
      Collection<SpanAnnotationData> annotations) {
    Calls calls = callsOf(this);
    List<SpanAnnotationData> rows = Checks.copyOf(annotations, "annotations");
    return calls.call(k -> calls.client.getAnnotations().logSpanAnnotations(rows, true, k));
  }

  /**
   * Queues annotations of spans, seen by row number, 100 per request; more than 500 go in windows
   * that are looked up one by one. All are checked before the first is sent, and of those with one
   * key only the last is.
   *
   * <p>It fails with an {@link io.github.phoenixkt.annotations.InvalidAnnotationsException} when
   * some cannot be sent (nothing was then), with an {@link IllegalArgumentException} when there are
   * none, and with a {@link io.github.phoenixkt.PhoenixException.UploadException} when not all were
   * written: it says which were.
   *
   * @param annotations what to write, all on spans; need not be objects
   * @return done when Phoenix has taken all
   */
  default CompletableFuture<@Nullable Void> logSpanAnnotations(AnnotationRows annotations) {
    Calls calls = callsOf(this);
    requireNonNull(annotations, "annotations");
    return calls.run(k -> calls.client.getAnnotations().logSpanAnnotations(annotations, false, k));
  }

  /**
   * Stores annotations of spans, seen by row number, 100 per request. All are checked before the
   * first is sent, and what the server refuses costs no other row.
   *
   * <p>It fails with an {@link io.github.phoenixkt.annotations.InvalidAnnotationsException} when
   * some cannot be sent (nothing was then), with an {@link IllegalArgumentException} when there are
   * none, and with a {@link io.github.phoenixkt.PhoenixException.UploadException} when not all were
   * written: it says which were.
   *
   * @param annotations what to write, all on spans; need not be objects
   * @return the ids in the order of the annotations; those of one key share an id, and the last
   *     wins
   */
  default CompletableFuture<List<InsertedAnnotation>> logSpanAnnotationsSync(
      AnnotationRows annotations) {
    Calls calls = callsOf(this);
    requireNonNull(annotations, "annotations");
    return calls.call(k -> calls.client.getAnnotations().logSpanAnnotations(annotations, true, k));
  }

  /**
   * Stores a note on a span. Notes add up. Since Phoenix 12.21.
   *
   * <p>The note gets an identifier where the server knows them (Phoenix 15.7). A call that fails or
   * is cancelled tells it, in {@link io.github.phoenixkt.PhoenixException#getNoteIdentifier} or in
   * the message: sent again with it, the note is stored once. A future that was completed in
   * another way, as {@code orTimeout} does, cannot tell it: give an identifier of your own there.
   *
   * @param spanId the span, which must exist
   * @param note the text
   * @return the note's id and identifier, once it is stored
   */
  default CompletableFuture<InsertedNote> addSpanNote(String spanId, String note) {
    Calls calls = callsOf(this);
    requireNonNull(spanId, "spanId");
    requireNonNull(note, "note");
    return calls.addNote(k -> calls.client.getAnnotations().addSpanNote(spanId, note, null, k));
  }

  /**
   * Stores a note on a span, in place of the one that has the same identifier. Since Phoenix 15.7.
   *
   * @param spanId the span, which must exist
   * @param note the text
   * @param identifier tells notes on one span apart
   * @return the note's id and identifier, once it is stored
   */
  default CompletableFuture<InsertedNote> addSpanNote(
      String spanId, String note, String identifier) {
    Calls calls = callsOf(this);
    requireNonNull(spanId, "spanId");
    requireNonNull(note, "note");
    requireNonNull(identifier, "identifier");
    return calls.addNote(
        k -> calls.client.getAnnotations().addSpanNote(spanId, note, identifier, k));
  }
}
