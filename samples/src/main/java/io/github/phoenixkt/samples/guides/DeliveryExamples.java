package io.github.phoenixkt.samples.guides;

import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.annotations.AnnotationData;
import io.github.phoenixkt.annotations.AnnotatorKind;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.upload.RowOutcomeListener;
import io.github.phoenixkt.upload.UploadOptions;
import io.github.phoenixkt.upload.UploadProgressListener;
import io.github.phoenixkt.upload.UploadReport;
import io.github.phoenixkt.upload.UploadSummary;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

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
    if (report.getStoppedBy() != null) {
      System.out.println("the upload ended early: " + report.getStoppedBy());
    }
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
    System.out.println(summary);
    summary.getFailures().forEach(System.out::println);
    if (!summary.getComplete()) {
      throw new IllegalStateException(
          summary + ": " + summary.getRemarks(), summary.getStoppedBy());
    }
    // end javaStream
    return summary;
  }

  record Verdict(int line, String spanId, String label) {}

  static UploadSummary ofLines(
      PhoenixBlockingClient phoenix, Iterator<Verdict> verdicts, UploadOptions options) {
    // begin javaLines
    RowOutcomeListener listener =
        (row, outcome) -> {
          if (!outcome.getSucceeded()) {
            System.out.println("line " + row.getMetadata().get("line") + ": " + outcome);
          }
        };
    Stream<Verdict> lines =
        StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(verdicts, Spliterator.ORDERED), false);
    UploadSummary summary =
        phoenix
            .annotations()
            .uploadStream(lines, verdict -> asAnnotation(verdict), options, listener);
    // end javaLines
    return summary;
  }

  // begin javaMapper
  static AnnotationData asAnnotation(Verdict verdict) {
    return SpanAnnotationData.builder(verdict.spanId(), "quality")
        .annotatorKind(AnnotatorKind.LLM)
        .label(verdict.label())
        .metadata(Map.of("line", verdict.line()))
        .build();
  }
  // end javaMapper
}
