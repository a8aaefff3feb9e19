package io.github.phoenixkt.java;

import static io.github.phoenixkt.java.AsyncResource.callsOf;
import static java.util.Objects.requireNonNull;

import io.github.phoenixkt.annotations.AnnotationRows;
import io.github.phoenixkt.annotations.InsertedAnnotation;
import io.github.phoenixkt.annotations.SpanDocumentAnnotationData;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Writes annotations of retrieved documents. Documents have no identifier and no notes. Since
 * Phoenix 11.30.
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
public interface AsyncDocumentAnnotationWriter {
  /**
   * Queues one annotation of a retrieved document: a success does not say that it is stored.
   *
   * <p>It fails with an {@link io.github.phoenixkt.annotations.InvalidAnnotationsException} when
   * the annotation cannot be sent; nothing was then.
   *
   * @param annotation what to write on a retrieved document
   * @return done when Phoenix has taken it
   */
  default CompletableFuture<@Nullable Void> addDocumentAnnotation(
      SpanDocumentAnnotationData annotation) {
    Calls calls = callsOf(this);
    requireNonNull(annotation, "annotation");
    return calls.run(
        k -> calls.client.getAnnotations().addDocumentAnnotation(annotation, false, k));
  }

  /**
   * Stores one annotation of a retrieved document.
   *
   * <p>It fails with an {@link io.github.phoenixkt.annotations.InvalidAnnotationsException} when
   * the annotation cannot be sent; nothing was then.
   *
   * @param annotation what to write on a retrieved document
   * @return its id, once it is stored
   */
  default CompletableFuture<InsertedAnnotation> addDocumentAnnotationSync(
      SpanDocumentAnnotationData annotation) {
    Calls calls = callsOf(this);
    requireNonNull(annotation, "annotation");
    return calls.call(
        k -> calls.client.getAnnotations().addDocumentAnnotation(annotation, true, k));
  }

  /**
   * Queues annotations of retrieved documents, 100 per request; more than 500 go in windows that
   * are looked up one by one. All are checked before the first is sent, and of those with one key
   * only the last is.
   *
   * <p>It fails with an {@link io.github.phoenixkt.annotations.InvalidAnnotationsException} when
   * some cannot be sent (nothing was then), with an {@link IllegalArgumentException} when there are
   * none, and with a {@link io.github.phoenixkt.PhoenixException.UploadException} when not all were
   * written: it says which were.
   *
   * @param annotations what to write
   * @return done when Phoenix has taken all
   */
  default CompletableFuture<@Nullable Void> logDocumentAnnotations(
      Collection<SpanDocumentAnnotationData> annotations) {
    Calls calls = callsOf(this);
    List<SpanDocumentAnnotationData> rows = Checks.copyOf(annotations, "annotations");
    return calls.run(k -> calls.client.getAnnotations().logDocumentAnnotations(rows, false, k));
  }

  /**
   * Stores annotations of retrieved documents, 100 per request. All are checked before the first is
   * sent, and what the server refuses costs no other row.
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
  default CompletableFuture<List<InsertedAnnotation>> logDocumentAnnotationsSync(
      Collection<SpanDocumentAnnotationData> annotations) {
    Calls calls = callsOf(this);
    List<SpanDocumentAnnotationData> rows = Checks.copyOf(annotations, "annotations");
    return calls.call(k -> calls.client.getAnnotations().logDocumentAnnotations(rows, true, k));
  }

  /**
   * Queues annotations of retrieved documents, seen by row number, 100 per request; more than 500
   * go in windows that are looked up one by one. All are checked before the first is sent, and of
   * those with one key only the last is.
   *
   * <p>It fails with an {@link io.github.phoenixkt.annotations.InvalidAnnotationsException} when
   * some cannot be sent (nothing was then), with an {@link IllegalArgumentException} when there are
   * none, and with a {@link io.github.phoenixkt.PhoenixException.UploadException} when not all were
   * written: it says which were.
   *
   * @param annotations what to write, all on retrieved documents; need not be objects
   * @return done when Phoenix has taken all
   */
  default CompletableFuture<@Nullable Void> logDocumentAnnotations(AnnotationRows annotations) {
    Calls calls = callsOf(this);
    requireNonNull(annotations, "annotations");
    return calls.run(
        k -> calls.client.getAnnotations().logDocumentAnnotations(annotations, false, k));
  }

  /**
   * Stores annotations of retrieved documents, seen by row number, 100 per request. All are checked
   * before the first is sent, and what the server refuses costs no other row.
   *
   * <p>It fails with an {@link io.github.phoenixkt.annotations.InvalidAnnotationsException} when
   * some cannot be sent (nothing was then), with an {@link IllegalArgumentException} when there are
   * none, and with a {@link io.github.phoenixkt.PhoenixException.UploadException} when not all were
   * written: it says which were.
   *
   * @param annotations what to write, all on retrieved documents; need not be objects
   * @return the ids in the order of the annotations; those of one key share an id, and the last
   *     wins
   */
  default CompletableFuture<List<InsertedAnnotation>> logDocumentAnnotationsSync(
      AnnotationRows annotations) {
    Calls calls = callsOf(this);
    requireNonNull(annotations, "annotations");
    return calls.call(
        k -> calls.client.getAnnotations().logDocumentAnnotations(annotations, true, k));
  }
}
