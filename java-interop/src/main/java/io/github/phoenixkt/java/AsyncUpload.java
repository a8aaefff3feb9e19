package io.github.phoenixkt.java;

import io.github.phoenixkt.annotations.InvalidAnnotationsException;
import io.github.phoenixkt.upload.UploadProgress;
import io.github.phoenixkt.upload.UploadReport;
import java.util.concurrent.CompletableFuture;

/**
 * A prepared upload. Call {@link #run} once. Any thread can read its report and progress at any
 * time, also after the upload has failed or was stopped.
 */
public interface AsyncUpload {
  /**
   * Checks all rows and then sends them. Rows that could not be written appear in the report.
   *
   * <p>Fails with {@link InvalidAnnotationsException} if some rows are invalid, before anything is
   * sent; with {@link IllegalStateException} if it is called again.
   *
   * @return completes with the outcome of each row
   */
  CompletableFuture<UploadReport> run();

  /**
   * Returns the outcome of each row so far.
   *
   * @return the current report
   */
  UploadReport report();

  /**
   * Returns the upload's progress.
   *
   * @return the current progress
   */
  UploadProgress progress();
}
