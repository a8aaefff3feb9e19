package io.github.phoenixkt.samples;

import static io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind.LLM;

import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.annotations.InsertedAnnotation;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.annotations.StoredAnnotation;
import io.github.phoenixkt.java.PhoenixAsyncClient;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.opentelemetry.BlockingSpanFeedback;
import io.github.phoenixkt.opentelemetry.PhoenixContext;
import io.github.phoenixkt.opentelemetry.SpanCapture;
import io.github.phoenixkt.upload.UploadOptions;
import io.github.phoenixkt.upload.UploadProgressListener;
import io.github.phoenixkt.upload.UploadReport;
import io.opentelemetry.context.Scope;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** What the README shows, between the marks; a test compares the two and runs this. */
@SuppressWarnings("try") // A scope is opened for what it does, not for its name.
final class JavaReadmeSnippets {
  private JavaReadmeSnippets() {}

  /** What an application has before it annotates. */
  record Judgement(String spanId, String label, double score) {}

  static void feedback(PhoenixBlockingClient phoenix, String spanId) {
    // begin javaFeedback
    var annotation =
        SpanAnnotationData.builder(spanId, "correctness")
            .label("correct")
            .score(0.85)
            .identifier("user-123")
            .build();
    phoenix.spans().addSpanAnnotation(annotation); // queued
    try {
      InsertedAnnotation stored =
          phoenix.spans().addSpanAnnotationSync(annotation); // stored, or an error
      System.out.println("stored as " + stored.getId());
    } catch (PhoenixException.NotFound e) {
      System.out.println("Phoenix has no span " + e.getMissingIds() + " (yet)");
    }
    // end javaFeedback
  }

  static CompletableFuture<String> future(PhoenixAsyncClient async, SpanAnnotationData annotation) {
    // begin javaFuture
    CompletableFuture<String> id =
        async.spans().addSpanAnnotationSync(annotation).thenApply(InsertedAnnotation::getId);
    // end javaFuture
    return id;
  }

  static void upload(PhoenixBlockingClient phoenix, List<Judgement> judgements) {
    // begin javaUpload
    UploadReport report =
        phoenix
            .annotations()
            .upload(
                judgements,
                it ->
                    SpanAnnotationData.builder(it.spanId(), "toxicity")
                        .label(it.label())
                        .score(it.score())
                        .build(),
                UploadOptions.builder().progress(UploadProgressListener.console()).build());
    if (!report.getComplete()) {
      System.out.println("to be sent again: " + report.remaining());
    }
    // end javaUpload
  }

  static void read(PhoenixBlockingClient phoenix, List<String> spanIds) {
    // begin javaRead
    try (Stream<StoredAnnotation> stored = phoenix.spans().getSpanAnnotations(spanIds)) {
      stored.forEach(
          it -> System.out.println(it.getTargetId() + " " + it.getName() + ": " + it.getLabel()));
    }
    // end javaRead
  }

  static void tracedAnswer(
      PhoenixBlockingClient phoenix, String question, UnaryOperator<String> model) {
    // begin javaSession
    BlockingSpanFeedback feedback = BlockingSpanFeedback.of(phoenix);
    try (Scope session = PhoenixContext.session("user-42-conv-7").makeCurrent();
        SpanCapture capture = SpanCapture.start()) {
      model.apply(question);
      feedback.annotateWhere(
          capture,
          span -> span.kind() == LLM,
          "user feedback",
          it -> it.label("thumbs-up").score(1));
    }
    // end javaSession
  }
}
