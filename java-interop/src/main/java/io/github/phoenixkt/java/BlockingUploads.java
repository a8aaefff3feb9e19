package io.github.phoenixkt.java;

import static io.github.phoenixkt.java.Waiting.await;
import static java.util.Objects.requireNonNull;

import io.github.phoenixkt.PhoenixException;
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

/** The part of {@link BlockingAnnotationsResource} that is not generated. */
abstract class BlockingUploads extends BlockingForm<DefaultAsyncAnnotationsResource> {
  BlockingUploads(DefaultAsyncAnnotationsResource async) {
    super(async);
  }

  public BlockingUpload prepareUpload(AnnotationRows rows, UploadOptions options) {
    return new DefaultBlockingUpload(async.prepareUpload(rows, options));
  }

  public <T extends @Nullable Object> UploadReport upload(
      Collection<? extends T> items,
      Function<? super T, ? extends AnnotationData> mapper,
      UploadOptions options) {
    return await(() -> async.upload(items, mapper, options));
  }

  /** Reads the stream on the calling thread. */
  public <T extends @Nullable Object> UploadSummary uploadStream(
      Stream<? extends T> items,
      Function<? super T, ? extends AnnotationData> mapper,
      UploadOptions options,
      RowOutcomeListener listener) {
    CallerThread here = new CallerThread();
    return await(
        () -> {
          CompletableFuture<UploadSummary> summary =
              async.stream(items, mapper, options, listener, here, () -> {}, here::end);
          here.work(summary);
          return summary;
        },
        refusal -> close(requireNonNull(items, "items"), refusal));
  }

  private static void close(Stream<?> items, PhoenixException refusal) {
    try {
      items.close();
    } catch (RuntimeException | Error e) {
      refusal.addSuppressed(e);
    }
  }
}
