package io.github.phoenixkt.java;

import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.annotations.AnnotationRows;
import io.github.phoenixkt.annotations.InsertedAnnotation;
import io.github.phoenixkt.annotations.InvalidAnnotationsException;
import io.github.phoenixkt.annotations.SpanDocumentAnnotationData;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Writes annotations of retrieved documents. Documents have no identifier and no notes. Since
 * Phoenix 11.30.
 *
 * <p>Methods without {@code Sync} <em>queue</em> annotations: Phoenix accepts them before it knows
 * whether the span exists. It keeps an annotation for about ten minutes in case the span still
 * arrives, and then drops it silently. Methods with {@code Sync} finish once the annotation is
 * <em>stored</em>, and fail if the span does not exist.
 *
 * <p>Phoenix 9.0 to 12.1 can lose queued annotations. With these versions, every write is
 * confirmed, whichever method you call.
 */
public interface AsyncDocumentAnnotationWriter {
  /**
   * Queues one annotation of a retrieved document. Success does not mean that it is stored.
   *
   * <p>Fails with {@link InvalidAnnotationsException} if the annotation is invalid, before anything
   * is sent.
   *
   * @param annotation the annotation to write
   * @return completes once Phoenix has accepted the annotation
   */
  CompletableFuture<@Nullable Void> addDocumentAnnotation(SpanDocumentAnnotationData annotation);

  /**
   * Stores one annotation of a retrieved document.
   *
   * <p>Fails with {@link InvalidAnnotationsException} if the annotation is invalid, before anything
   * is sent; with {@link PhoenixException.NotFound} if the span does not exist.
   *
   * @param annotation the annotation to write
   * @return completes with the id of the stored annotation
   */
  CompletableFuture<InsertedAnnotation> addDocumentAnnotationSync(
      SpanDocumentAnnotationData annotation);

  /**
   * Queues annotations of retrieved documents, 100 per request. All are checked before the first is
   * sent. If several have the same span, position and name, only the last is sent. Documents cannot
   * be read back, so most of a large collection is confirmed instead of queued.
   *
   * <p>Fails with {@link InvalidAnnotationsException} if some annotations are invalid, before
   * anything is sent; with {@link IllegalArgumentException} if there are no annotations; with
   * {@link PhoenixException.UploadException} if some annotations were not written; its report names
   * them.
   *
   * @param annotations the annotations to write
   * @return completes once Phoenix has accepted all of them
   */
  default CompletableFuture<@Nullable Void> logDocumentAnnotations(
      Collection<SpanDocumentAnnotationData> annotations) {
    return logDocumentAnnotations(AnnotationRows.of(Checks.copyOf(annotations, "annotations")));
  }

  /** Queues rows that need not be objects. See {@link #logDocumentAnnotations(Collection)}. */
  CompletableFuture<@Nullable Void> logDocumentAnnotations(AnnotationRows annotations);

  /**
   * Stores annotations of retrieved documents, 100 per request. All are checked before the first is
   * sent. An annotation that the server refuses does not keep the others from being stored.
   *
   * <p>Fails with {@link InvalidAnnotationsException} if some annotations are invalid, before
   * anything is sent; with {@link IllegalArgumentException} if there are no annotations; with
   * {@link PhoenixException.UploadException} if some annotations were not written; its report names
   * them.
   *
   * @param annotations the annotations to write
   * @return completes with the ids in the order of the annotations. Annotations with the same span,
   *     position and name share an id, and the last of them is stored.
   */
  default CompletableFuture<List<InsertedAnnotation>> logDocumentAnnotationsSync(
      Collection<SpanDocumentAnnotationData> annotations) {
    return logDocumentAnnotationsSync(AnnotationRows.of(Checks.copyOf(annotations, "annotations")));
  }

  /** Stores rows that need not be objects. See {@link #logDocumentAnnotationsSync(Collection)}. */
  CompletableFuture<List<InsertedAnnotation>> logDocumentAnnotationsSync(
      AnnotationRows annotations);
}
