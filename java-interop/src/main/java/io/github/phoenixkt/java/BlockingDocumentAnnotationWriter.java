package io.github.phoenixkt.java;

import static io.github.phoenixkt.java.BlockingResource.asyncOf;
import static io.github.phoenixkt.java.Waiting.await;

import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.annotations.AnnotationRows;
import io.github.phoenixkt.annotations.InsertedAnnotation;
import io.github.phoenixkt.annotations.SpanDocumentAnnotationData;
import java.util.Collection;
import java.util.List;

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
 * name. Methods throw a {@link PhoenixException}, or what is said of each; a null argument is a
 * {@link NullPointerException}.
 */
public interface BlockingDocumentAnnotationWriter {
  /**
   * Queues one annotation of a retrieved document: a success does not say that it is stored.
   *
   * @param annotation what to write on a retrieved document
   * @throws io.github.phoenixkt.annotations.InvalidAnnotationsException when the annotation cannot
   *     be sent; nothing was
   */
  default void addDocumentAnnotation(SpanDocumentAnnotationData annotation) {
    await(() -> asyncOf(this).addDocumentAnnotation(annotation));
  }

  /**
   * Stores one annotation of a retrieved document.
   *
   * @param annotation what to write on a retrieved document
   * @return its id
   * @throws io.github.phoenixkt.annotations.InvalidAnnotationsException when the annotation cannot
   *     be sent; nothing was
   * @throws PhoenixException.NotFound when Phoenix does not know the span
   */
  default InsertedAnnotation addDocumentAnnotationSync(SpanDocumentAnnotationData annotation) {
    return await(() -> asyncOf(this).addDocumentAnnotationSync(annotation));
  }

  /**
   * Queues annotations of retrieved documents, 100 per request; more than 500 go in windows that
   * are looked up one by one. All are checked before the first is sent, and of those with one key
   * only the last is.
   *
   * @param annotations what to write
   * @throws IllegalArgumentException when there are none
   * @throws io.github.phoenixkt.annotations.InvalidAnnotationsException when some cannot be sent;
   *     nothing was
   * @throws PhoenixException.UploadException when not all were written; it says which were
   */
  default void logDocumentAnnotations(Collection<SpanDocumentAnnotationData> annotations) {
    await(() -> asyncOf(this).logDocumentAnnotations(annotations));
  }

  /**
   * Stores annotations of retrieved documents, 100 per request. All are checked before the first is
   * sent, and what the server refuses costs no other row.
   *
   * @param annotations what to write
   * @return the ids in the order of the annotations; those of one key share an id, and the last
   *     wins
   * @throws IllegalArgumentException when there are none
   * @throws io.github.phoenixkt.annotations.InvalidAnnotationsException when some cannot be sent;
   *     nothing was
   * @throws PhoenixException.UploadException when not all were written; it says which were
   */
  default List<InsertedAnnotation> logDocumentAnnotationsSync(
      Collection<SpanDocumentAnnotationData> annotations) {
    return await(() -> asyncOf(this).logDocumentAnnotationsSync(annotations));
  }

  /**
   * Queues annotations of retrieved documents, seen by row number, 100 per request; more than 500
   * go in windows that are looked up one by one. All are checked before the first is sent, and of
   * those with one key only the last is.
   *
   * @param annotations what to write, all on retrieved documents; need not be objects
   * @throws IllegalArgumentException when there are none
   * @throws io.github.phoenixkt.annotations.InvalidAnnotationsException when some cannot be sent;
   *     nothing was
   * @throws PhoenixException.UploadException when not all were written; it says which were
   */
  default void logDocumentAnnotations(AnnotationRows annotations) {
    await(() -> asyncOf(this).logDocumentAnnotations(annotations));
  }

  /**
   * Stores annotations of retrieved documents, seen by row number, 100 per request. All are checked
   * before the first is sent, and what the server refuses costs no other row.
   *
   * @param annotations what to write, all on retrieved documents; need not be objects
   * @return the ids in the order of the annotations; those of one key share an id, and the last
   *     wins
   * @throws IllegalArgumentException when there are none
   * @throws io.github.phoenixkt.annotations.InvalidAnnotationsException when some cannot be sent;
   *     nothing was
   * @throws PhoenixException.UploadException when not all were written; it says which were
   */
  default List<InsertedAnnotation> logDocumentAnnotationsSync(AnnotationRows annotations) {
    return await(() -> asyncOf(this).logDocumentAnnotationsSync(annotations));
  }
}
