package io.github.phoenixkt.java;

import static java.util.Objects.requireNonNull;

import io.github.phoenixkt.annotations.AnnotationData;
import io.github.phoenixkt.annotations.AnnotationRows;
import io.github.phoenixkt.upload.RowOutcomeListener;
import io.github.phoenixkt.upload.UploadOptions;
import io.github.phoenixkt.upload.UploadReport;
import io.github.phoenixkt.upload.UploadSummary;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The part of {@link AsyncAnnotationsResource} that is not generated. */
abstract class AsyncUploads extends AsyncResource {
  AsyncUploads(Calls calls) {
    super(calls);
  }

  public AsyncUpload prepareUpload(AnnotationRows rows, UploadOptions options) {
    requireNonNull(rows, "rows");
    requireNonNull(options, "options");
    return new DefaultAsyncUpload(
        calls, calls.client.getAnnotations().prepareUpload(rows, options));
  }

  public <T extends @Nullable Object> CompletableFuture<UploadReport> upload(
      Collection<? extends T> items,
      Function<? super T, ? extends AnnotationData> mapper,
      UploadOptions options) {
    requireNonNull(items, "items");
    requireNonNull(mapper, "mapper");
    requireNonNull(options, "options");
    List<AnnotationData> rows;
    try {
      rows = Checks.map(items, mapper);
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedFuture(e);
    }
    return prepareUpload(AnnotationRows.of(rows), options).run();
  }

  public <T extends @Nullable Object> CompletableFuture<UploadSummary> uploadStream(
      Stream<? extends T> items,
      Function<? super T, ? extends AnnotationData> mapper,
      UploadOptions options,
      RowOutcomeListener listener) {
    ReaderThread reader = new ReaderThread();
    return stream(items, mapper, options, listener, reader, reader::interrupt, reader::end);
  }

  /**
   * @param reader the only one that touches the stream
   * @param interrupt makes the reader return if it waits for an item
   * @param afterwards runs once the reader is no longer needed
   */
  <T extends @Nullable Object> CompletableFuture<UploadSummary> stream(
      Stream<? extends T> items,
      Function<? super T, ? extends AnnotationData> mapper,
      UploadOptions options,
      RowOutcomeListener listener,
      Executor reader,
      Runnable interrupt,
      Runnable afterwards) {
    requireNonNull(items, "items");
    requireNonNull(mapper, "mapper");
    requireNonNull(options, "options");
    requireNonNull(listener, "listener");
    StreamRows<T> rows = new StreamRows<>(items, mapper);
    return calls.call(
        k ->
            calls
                .client
                .getAnnotations()
                .uploadStream(rows.asFlow(reader, interrupt), options, listener, k),
        () -> {
          rows.stop();
          interrupt.run();
        },
        () -> {
          afterwards.run();
          rows.close();
        });
  }
}
