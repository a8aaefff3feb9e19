package io.github.phoenixkt.java;

import io.github.phoenixkt.upload.Upload;
import io.github.phoenixkt.upload.UploadProgress;
import io.github.phoenixkt.upload.UploadReport;
import java.util.concurrent.CompletableFuture;

final class DefaultAsyncUpload implements AsyncUpload {
  private final Calls calls;
  private final Upload upload;

  DefaultAsyncUpload(Calls calls, Upload upload) {
    this.calls = calls;
    this.upload = upload;
  }

  @Override
  public CompletableFuture<UploadReport> run() {
    return calls.call(k -> upload.run(k));
  }

  @Override
  public UploadReport report() {
    return upload.getReport();
  }

  @Override
  public UploadProgress progress() {
    return upload.getProgress().getValue();
  }
}
