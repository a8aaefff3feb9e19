package io.github.phoenixkt.java;

import static java.util.Objects.requireNonNull;

import io.github.phoenixkt.annotations.AnnotationData;
import io.github.phoenixkt.annotations.AnnotationRows;
import io.github.phoenixkt.annotations.InvalidAnnotationsException;
import io.github.phoenixkt.upload.BadRows;
import io.github.phoenixkt.upload.RowOutcomeListener;
import io.github.phoenixkt.upload.UploadOptions;
import io.github.phoenixkt.upload.UploadReport;
import io.github.phoenixkt.upload.UploadSummary;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes annotations of every target kind.
 *
 * <p>The methods for one target kind are those of {@code spans()}, {@code traces()} and {@code
 * sessions()}. Uploads take any number of annotations, of any mix of target kinds, and report the
 * outcome of each.
 *
 * <p>The client calls progress and outcome listeners on its own threads, so they must not block. An
 * exception in a listener is logged and noted in the report's remarks; the upload continues.
 *
 * <p>To decorate or mock this interface, see {@link PhoenixAsyncClient}.
 */
public interface AsyncAnnotationsResource
    extends AsyncSpanAnnotationWriter,
        AsyncDocumentAnnotationWriter,
        AsyncTraceAnnotationWriter,
        AsyncSessionAnnotationWriter {
  /**
   * Writes annotations and reports the outcome of each. An empty collection gives an empty report.
   * Rows that Phoenix refuses, and a server that stops answering, appear in the report.
   *
   * <p>Fails with {@link InvalidAnnotationsException} if some annotations are invalid, before
   * anything is sent. The options can skip them instead.
   *
   * @param rows the annotations to write
   * @return completes with the outcome of each annotation
   */
  default CompletableFuture<UploadReport> upload(Collection<? extends AnnotationData> rows) {
    return upload(rows, UploadOptions.builder().build());
  }

  /** Writes annotations with these options. See {@link #upload(Collection)}. */
  default CompletableFuture<UploadReport> upload(
      Collection<? extends AnnotationData> rows, UploadOptions options) {
    return prepareUpload(rows, options).run();
  }

  /** Writes rows that need not be objects. See {@link #upload(Collection)}. */
  default CompletableFuture<UploadReport> upload(AnnotationRows rows) {
    return upload(rows, UploadOptions.builder().build());
  }

  /** Writes rows that need not be objects. See {@link #upload(Collection)}. */
  default CompletableFuture<UploadReport> upload(AnnotationRows rows, UploadOptions options) {
    return prepareUpload(rows, options).run();
  }

  /** Writes one annotation for each item. See the method with options. */
  default <T extends @Nullable Object> CompletableFuture<UploadReport> upload(
      Collection<? extends T> items, Function<? super T, ? extends AnnotationData> mapper) {
    return upload(items, mapper, UploadOptions.builder().build());
  }

  /**
   * Writes one annotation for each item. See {@link #upload(Collection)}.
   *
   * <p>Fails with {@link InvalidAnnotationsException} if some annotations are invalid, before
   * anything is sent; with {@link IllegalArgumentException} if the mapper throws or returns null,
   * before anything is sent. The message has the number of the item, from 0.
   *
   * @param <T> the type of the items
   * @param items the items to write annotations for
   * @param mapper returns the annotation for an item; called on the calling thread
   * @param options how to upload
   * @return completes with the outcome of each annotation
   */
  <T extends @Nullable Object> CompletableFuture<UploadReport> upload(
      Collection<? extends T> items,
      Function<? super T, ? extends AnnotationData> mapper,
      UploadOptions options);

  /**
   * Prepares an upload without starting it. Its progress and report can be read while it runs, and
   * after it has ended for any reason.
   *
   * @param rows the annotations to write
   * @return the upload
   */
  default AsyncUpload prepareUpload(Collection<? extends AnnotationData> rows) {
    return prepareUpload(rows, UploadOptions.builder().build());
  }

  /** Prepares an upload with these options. See {@link #prepareUpload(Collection)}. */
  default AsyncUpload prepareUpload(
      Collection<? extends AnnotationData> rows, UploadOptions options) {
    return prepareUpload(AnnotationRows.of(Checks.copyOf(rows, "rows")), options);
  }

  /**
   * Prepares an upload of rows that need not be objects. See {@link #prepareUpload(Collection)}.
   */
  default AsyncUpload prepareUpload(AnnotationRows rows) {
    return prepareUpload(rows, UploadOptions.builder().build());
  }

  /**
   * Prepares an upload of rows that need not be objects. See {@link #prepareUpload(Collection)}.
   */
  AsyncUpload prepareUpload(AnnotationRows rows, UploadOptions options);

  /**
   * Writes a stream of annotations of any length in constant memory.
   *
   * <p>The stream is split into windows. Each window is checked before it is sent. If annotations
   * of one window have the same key, the last wins. With {@link BadRows#FAIL}, a window with
   * invalid rows ends the upload.
   *
   * <p>The stream is closed at the end. If the stream or the server fails, the annotations before
   * the failure are sent, and {@link UploadSummary#getStoppedBy} has the failure.
   *
   * <p>The blocking form reads the stream on the calling thread, so the stream may depend on a
   * transaction of that thread. The async form reads it on a separate thread.
   *
   * <p><b>Futures.</b> Cancelling the future interrupts the thread that reads the stream.
   *
   * @param rows the annotations to write
   * @return completes with the outcome of the upload
   */
  default CompletableFuture<UploadSummary> uploadStream(Stream<? extends AnnotationData> rows) {
    return uploadStream(rows, UploadOptions.builder().build());
  }

  /** Writes a stream with these options. See {@link #uploadStream(Stream)}. */
  default CompletableFuture<UploadSummary> uploadStream(
      Stream<? extends AnnotationData> rows, UploadOptions options) {
    return uploadStream(rows, options, Checks.NO_LISTENER);
  }

  /** Writes a stream and tells each outcome to a listener. See {@link #uploadStream(Stream)}. */
  default CompletableFuture<UploadSummary> uploadStream(
      Stream<? extends AnnotationData> rows, UploadOptions options, RowOutcomeListener listener) {
    requireNonNull(rows, "rows");
    return uploadStream(rows, Checks.AS_IS, options, listener);
  }

  /** Writes one annotation for each item of a stream. See {@link #uploadStream(Stream)}. */
  default <T extends @Nullable Object> CompletableFuture<UploadSummary> uploadStream(
      Stream<? extends T> items, Function<? super T, ? extends AnnotationData> mapper) {
    return uploadStream(items, mapper, UploadOptions.builder().build());
  }

  /** Writes one annotation for each item of a stream. See {@link #uploadStream(Stream)}. */
  default <T extends @Nullable Object> CompletableFuture<UploadSummary> uploadStream(
      Stream<? extends T> items,
      Function<? super T, ? extends AnnotationData> mapper,
      UploadOptions options) {
    return uploadStream(items, mapper, options, Checks.NO_LISTENER);
  }

  /**
   * Writes one annotation for each item of a stream. See {@link #uploadStream(Stream)}.
   *
   * @param <T> the type of the items
   * @param items the items to write annotations for
   * @param mapper returns the annotation for an item; called on the thread that reads the stream.
   *     If it throws or returns null, the upload ends as if the stream had failed.
   * @param options how to upload
   * @param listener receives the outcome of every row; the summary keeps only the first 10,000
   *     failures
   * @return completes with the outcome of the upload
   */
  <T extends @Nullable Object> CompletableFuture<UploadSummary> uploadStream(
      Stream<? extends T> items,
      Function<? super T, ? extends AnnotationData> mapper,
      UploadOptions options,
      RowOutcomeListener listener);
}
