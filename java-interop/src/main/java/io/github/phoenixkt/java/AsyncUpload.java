package io.github.phoenixkt.java;

import io.github.phoenixkt.upload.Upload;
import io.github.phoenixkt.upload.UploadProgress;
import io.github.phoenixkt.upload.UploadReport;
import java.util.concurrent.CompletableFuture;

/**
 * One upload: prepared, then {@link #run} once. Report and progress can be read at any time, also
 * after the upload was cancelled or has failed.
 */
public final class AsyncUpload {
  private final Calls calls;
  private final Upload upload;

  AsyncUpload(Calls calls, Upload upload) {
    this.calls = calls;
    this.upload = upload;
  }

  /**
   * Checks all rows, then sends them. The report tells of rows that could not be written, too.
   *
   * <p>Fails with an {@link io.github.phoenixkt.annotations.InvalidAnnotationsException} when some
   * rows cannot be sent, and nothing was then; with an {@link IllegalStateException} the second
   * time.
   *
   * @return what became of the rows
   */
  public CompletableFuture<UploadReport> run() {
    return calls.call(k -> upload.run(k));
  }

  /**
   * What became of the rows so far.
   *
   * @return the report as it is now
   */
  public UploadReport report() {
    return upload.getReport();
  }

  /**
   * How far the upload is.
   *
   * @return the progress as it is now
   */
  public UploadProgress progress() {
    return upload.getProgress().getValue();
  }
}
