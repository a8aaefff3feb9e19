package io.github.phoenixkt.java;

import static io.github.phoenixkt.java.Waiting.await;
import static java.util.Objects.requireNonNull;

import io.github.phoenixkt.annotations.AnnotationData;
import io.github.phoenixkt.annotations.AnnotationRows;
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
 * Every way to write annotations under one roof: {@code annotations().addSpanAnnotation(…)} is
 * {@code spans().addSpanAnnotation(…)}. And uploads: any number of annotations, of any mix of
 * levels, with the outcome of each.
 *
 * <p>Progress and outcome listeners are called by threads of the client, which must not be kept
 * waiting; what they throw is logged, noted in the remarks of the report, and costs no row.
 */
public final class BlockingAnnotationsResource extends BlockingResource
    implements BlockingSpanAnnotationWriter,
        BlockingDocumentAnnotationWriter,
        BlockingTraceAnnotationWriter,
        BlockingSessionAnnotationWriter {
  BlockingAnnotationsResource(PhoenixAsyncClient async) {
    super(async);
  }

  /**
   * Writes annotations, of any mix of levels, and tells what became of each. None are an empty
   * report.
   *
   * @param rows what to write
   * @return what became of each
   * @throws io.github.phoenixkt.annotations.InvalidAnnotationsException when some cannot be sent;
   *     nothing was, unless the options say to skip them
   */
  public UploadReport upload(Collection<? extends AnnotationData> rows) {
    return upload(rows, UploadOptions.builder().build());
  }

  /**
   * Writes annotations, of any mix of levels, and tells what became of each. None are an empty
   * report.
   *
   * @param rows what to write
   * @param options how to go about it
   * @return what became of each
   * @throws io.github.phoenixkt.annotations.InvalidAnnotationsException when some cannot be sent;
   *     nothing was, unless the options say to skip them
   */
  public UploadReport upload(Collection<? extends AnnotationData> rows, UploadOptions options) {
    return prepareUpload(rows, options).run();
  }

  /**
   * Writes annotations, of any mix of levels, and tells what became of each. None are an empty
   * report.
   *
   * @param rows what to write, seen by row number; need not be objects
   * @return what became of each
   * @throws io.github.phoenixkt.annotations.InvalidAnnotationsException when some cannot be sent;
   *     nothing was, unless the options say to skip them
   */
  public UploadReport upload(AnnotationRows rows) {
    return upload(rows, UploadOptions.builder().build());
  }

  /**
   * Writes annotations, of any mix of levels, and tells what became of each. None are an empty
   * report.
   *
   * @param rows what to write, seen by row number; need not be objects
   * @param options how to go about it
   * @return what became of each
   * @throws io.github.phoenixkt.annotations.InvalidAnnotationsException when some cannot be sent;
   *     nothing was, unless the options say to skip them
   */
  public UploadReport upload(AnnotationRows rows, UploadOptions options) {
    return prepareUpload(rows, options).run();
  }

  /**
   * Writes one annotation for each item, and tells what became of each.
   *
   * @param <T> what the items are
   * @param items what to write annotations of
   * @param mapper makes the annotation of one item, on the calling thread, before anything is sent
   * @return what became of each
   * @throws IllegalArgumentException when the mapper throws or gives null: it names {@code mapper}
   *     and the number of the item (from 0), and nothing was sent
   */
  public <T extends @Nullable Object> UploadReport upload(
      Collection<? extends T> items, Function<? super T, ? extends AnnotationData> mapper) {
    return upload(items, mapper, UploadOptions.builder().build());
  }

  /**
   * Writes one annotation for each item, and tells what became of each.
   *
   * @param <T> what the items are
   * @param items what to write annotations of
   * @param mapper makes the annotation of one item, on the calling thread, before anything is sent
   * @param options how to go about it
   * @return what became of each
   * @throws IllegalArgumentException when the mapper throws or gives null: it names {@code mapper}
   *     and the number of the item (from 0), and nothing was sent
   */
  public <T extends @Nullable Object> UploadReport upload(
      Collection<? extends T> items,
      Function<? super T, ? extends AnnotationData> mapper,
      UploadOptions options) {
    return await(() -> async.annotations().upload(items, mapper, options));
  }

  /**
   * An upload to run later, whose report and progress can be read meanwhile, and after it was
   * interrupted.
   *
   * @param rows what to write
   * @return what to run
   */
  public BlockingUpload prepareUpload(Collection<? extends AnnotationData> rows) {
    return prepareUpload(rows, UploadOptions.builder().build());
  }

  /**
   * An upload to run later, whose report and progress can be read meanwhile, and after it was
   * interrupted.
   *
   * @param rows what to write
   * @param options how to go about it
   * @return what to run
   */
  public BlockingUpload prepareUpload(
      Collection<? extends AnnotationData> rows, UploadOptions options) {
    return new BlockingUpload(async.annotations().prepareUpload(rows, options));
  }

  /**
   * An upload to run later, whose report and progress can be read meanwhile, and after it was
   * interrupted.
   *
   * @param rows what to write, seen by row number; need not be objects
   * @return what to run
   */
  public BlockingUpload prepareUpload(AnnotationRows rows) {
    return prepareUpload(rows, UploadOptions.builder().build());
  }

  /**
   * An upload to run later, whose report and progress can be read meanwhile, and after it was
   * interrupted.
   *
   * @param rows what to write, seen by row number; need not be objects
   * @param options how to go about it
   * @return what to run
   */
  public BlockingUpload prepareUpload(AnnotationRows rows, UploadOptions options) {
    return new BlockingUpload(async.annotations().prepareUpload(rows, options));
  }

  /**
   * Writes a stream of annotations of any length in constant memory, window by window: a window is
   * checked before it is sent, and of rows with one key the last of a window wins. With {@link
   * io.github.phoenixkt.upload.BadRows#FAIL}, a window with bad rows ends the stream.
   *
   * <p>The stream is read by the calling thread, so that it may hang on a transaction of that
   * thread, and closed at the end. When it fails, or its mapper does, what came before is sent, and
   * the summary says what stopped it ({@link UploadSummary#getStoppedBy}). Errors of the server end
   * the stream in the same way.
   *
   * @param rows what to write
   * @return what became of the rows
   */
  public UploadSummary uploadStream(Stream<? extends AnnotationData> rows) {
    return uploadStream(rows, UploadOptions.builder().build());
  }

  /**
   * Writes a stream of annotations of any length in constant memory, window by window: a window is
   * checked before it is sent, and of rows with one key the last of a window wins. With {@link
   * io.github.phoenixkt.upload.BadRows#FAIL}, a window with bad rows ends the stream.
   *
   * <p>The stream is read by the calling thread, so that it may hang on a transaction of that
   * thread, and closed at the end. When it fails, or its mapper does, what came before is sent, and
   * the summary says what stopped it ({@link UploadSummary#getStoppedBy}). Errors of the server end
   * the stream in the same way.
   *
   * @param rows what to write
   * @param options how to go about it
   * @return what became of the rows
   */
  public UploadSummary uploadStream(Stream<? extends AnnotationData> rows, UploadOptions options) {
    requireNonNull(rows, "rows");
    requireNonNull(options, "options");
    return streamHere(rows, Checks.AS_IS, options, null);
  }

  /**
   * Writes a stream of annotations of any length in constant memory, window by window: a window is
   * checked before it is sent, and of rows with one key the last of a window wins. With {@link
   * io.github.phoenixkt.upload.BadRows#FAIL}, a window with bad rows ends the stream.
   *
   * <p>The stream is read by the calling thread, so that it may hang on a transaction of that
   * thread, and closed at the end. When it fails, or its mapper does, what came before is sent, and
   * the summary says what stopped it ({@link UploadSummary#getStoppedBy}). Errors of the server end
   * the stream in the same way.
   *
   * @param rows what to write
   * @param options how to go about it
   * @param listener told the outcome of every row; when it throws, that is logged and the upload
   *     goes on. The summary keeps the first 10,000 failures only
   * @return what became of the rows
   */
  public UploadSummary uploadStream(
      Stream<? extends AnnotationData> rows, UploadOptions options, RowOutcomeListener listener) {
    requireNonNull(rows, "rows");
    requireNonNull(options, "options");
    requireNonNull(listener, "listener");
    return streamHere(rows, Checks.AS_IS, options, listener);
  }

  /**
   * Writes a stream of annotations of any length in constant memory, window by window: a window is
   * checked before it is sent, and of rows with one key the last of a window wins. With {@link
   * io.github.phoenixkt.upload.BadRows#FAIL}, a window with bad rows ends the stream.
   *
   * <p>The stream is read by the calling thread, so that it may hang on a transaction of that
   * thread, and closed at the end. When it fails, or its mapper does, what came before is sent, and
   * the summary says what stopped it ({@link UploadSummary#getStoppedBy}). Errors of the server end
   * the stream in the same way.
   *
   * @param <T> what the items are
   * @param items what to write annotations of
   * @param mapper makes the annotation of one item, on the thread that reads the stream
   * @return what became of the rows
   */
  public <T extends @Nullable Object> UploadSummary uploadStream(
      Stream<? extends T> items, Function<? super T, ? extends AnnotationData> mapper) {
    return uploadStream(items, mapper, UploadOptions.builder().build());
  }

  /**
   * Writes a stream of annotations of any length in constant memory, window by window: a window is
   * checked before it is sent, and of rows with one key the last of a window wins. With {@link
   * io.github.phoenixkt.upload.BadRows#FAIL}, a window with bad rows ends the stream.
   *
   * <p>The stream is read by the calling thread, so that it may hang on a transaction of that
   * thread, and closed at the end. When it fails, or its mapper does, what came before is sent, and
   * the summary says what stopped it ({@link UploadSummary#getStoppedBy}). Errors of the server end
   * the stream in the same way.
   *
   * @param <T> what the items are
   * @param items what to write annotations of
   * @param mapper makes the annotation of one item, on the thread that reads the stream
   * @param options how to go about it
   * @return what became of the rows
   */
  public <T extends @Nullable Object> UploadSummary uploadStream(
      Stream<? extends T> items,
      Function<? super T, ? extends AnnotationData> mapper,
      UploadOptions options) {
    requireNonNull(items, "items");
    requireNonNull(mapper, "mapper");
    requireNonNull(options, "options");
    return streamHere(items, mapper, options, null);
  }

  /**
   * Writes a stream of annotations of any length in constant memory, window by window: a window is
   * checked before it is sent, and of rows with one key the last of a window wins. With {@link
   * io.github.phoenixkt.upload.BadRows#FAIL}, a window with bad rows ends the stream.
   *
   * <p>The stream is read by the calling thread, so that it may hang on a transaction of that
   * thread, and closed at the end. When it fails, or its mapper does, what came before is sent, and
   * the summary says what stopped it ({@link UploadSummary#getStoppedBy}). Errors of the server end
   * the stream in the same way.
   *
   * @param <T> what the items are
   * @param items what to write annotations of
   * @param mapper makes the annotation of one item, on the thread that reads the stream
   * @param options how to go about it
   * @param listener told the outcome of every row; when it throws, that is logged and the upload
   *     goes on. The summary keeps the first 10,000 failures only
   * @return what became of the rows
   */
  public <T extends @Nullable Object> UploadSummary uploadStream(
      Stream<? extends T> items,
      Function<? super T, ? extends AnnotationData> mapper,
      UploadOptions options,
      RowOutcomeListener listener) {
    requireNonNull(items, "items");
    requireNonNull(mapper, "mapper");
    requireNonNull(options, "options");
    requireNonNull(listener, "listener");
    return streamHere(items, mapper, options, listener);
  }

  private <T extends @Nullable Object> UploadSummary streamHere(
      Stream<? extends T> items,
      Function<? super T, ? extends @Nullable AnnotationData> mapper,
      UploadOptions options,
      @Nullable RowOutcomeListener listener) {
    CallerThread here = new CallerThread();
    return await(
        () -> {
          CompletableFuture<UploadSummary> summary =
              async.annotations().stream(
                  items, mapper, options, listener, here, () -> {}, here::end);
          here.work(summary);
          return summary;
        });
  }
}
