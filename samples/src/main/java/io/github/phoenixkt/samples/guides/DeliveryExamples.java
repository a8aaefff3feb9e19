package io.github.phoenixkt.samples.guides;

import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.annotations.AnnotationData;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.upload.UploadOptions;
import io.github.phoenixkt.upload.UploadProgressListener;
import io.github.phoenixkt.upload.UploadReport;
import io.github.phoenixkt.upload.UploadSummary;
import java.util.List;
import java.util.stream.Stream;

/** What docs/delivery.md shows, between the marks; a test compares the two and runs this. */
final class DeliveryExamples {
  private DeliveryExamples() {}

  static void confirmed(PhoenixBlockingClient phoenix, SpanAnnotationData annotation) {
    // begin javaConfirmed
    try {
      var stored = phoenix.spans().addSpanAnnotationSync(annotation);
      System.out.println("stored as " + stored.getId());
    } catch (PhoenixException.NotFound e) {
      System.out.println("Phoenix has no span " + e.getMissingIds() + " yet");
    }
    // end javaConfirmed
  }

  static UploadReport upload(PhoenixBlockingClient phoenix, List<AnnotationData> rows) {
    // begin javaUpload
    UploadReport report = phoenix.annotations().upload(rows);
    if (!report.getComplete()) {
      System.out.println(report + ", send again: " + report.remaining());
    }
    // end javaUpload
    return report;
  }

  static UploadSummary streamed(PhoenixBlockingClient phoenix, Stream<AnnotationData> rows) {
    // begin javaStream
    UploadOptions options =
        UploadOptions.builder().progress(UploadProgressListener.logging()).build();
    UploadSummary summary = phoenix.annotations().uploadStream(rows, options);
    summary.getFailures().forEach(System.out::println);
    // end javaStream
    return summary;
  }
}
