package io.github.phoenixkt.java;

import static io.github.phoenixkt.java.Waiting.await;

import io.github.phoenixkt.upload.UploadProgress;
import io.github.phoenixkt.upload.UploadReport;

/**
 * One upload: prepared, then {@link #run} once. Report and progress can be read at any time and by
 * any thread, also after the upload was interrupted or has failed.
 */
public final class BlockingUpload {
  private final AsyncUpload async;

  BlockingUpload(AsyncUpload async) {
    this.async = async;
  }

  /**
   * Checks all rows, then sends them, and waits for the end. The report tells of rows that could
   * not be written, too.
   *
   * @return what became of the rows
   * @throws io.github.phoenixkt.annotations.InvalidAnnotationsException when some rows cannot be
   *     sent; nothing was
   * @throws IllegalStateException the second time
   */
  public UploadReport run() {
    return await(async::run);
  }

  /**
   * What became of the rows so far.
   *
   * @return the report as it is now
   */
  public UploadReport report() {
    return async.report();
  }

  /**
   * How far the upload is.
   *
   * @return the progress as it is now
   */
  public UploadProgress progress() {
    return async.progress();
  }
}
