package io.github.phoenixkt.samples;

import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.annotations.AnnotationQuery;
import io.github.phoenixkt.annotations.AnnotatorKind;
import io.github.phoenixkt.annotations.InsertedAnnotation;
import io.github.phoenixkt.annotations.SessionAnnotationData;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.annotations.SpanDocumentAnnotationData;
import io.github.phoenixkt.annotations.StoredAnnotation;
import io.github.phoenixkt.annotations.TraceAnnotationData;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.spans.SpanData;
import io.github.phoenixkt.upload.UploadOptions;
import io.github.phoenixkt.upload.UploadProgressListener;
import io.github.phoenixkt.upload.UploadReport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Annotates a small conversation on every kind of target, and reads it back, from Java. Uses the
 * Phoenix of the environment ({@code PHOENIX_ENDPOINT}, {@code PHOENIX_API_KEY}), or else an
 * in-memory one.
 */
public final class JavaQuickStart {
  private static final String PROJECT = "phoenix-kt-quickstart-java";

  private JavaQuickStart() {}

  public static void main(String[] args) throws InterruptedException {
    try (SamplePhoenix server = SamplePhoenix.start();
        PhoenixBlockingClient phoenix = PhoenixBlockingClient.create(server.settings())) {
      run(phoenix);
    } catch (PhoenixException | IllegalStateException e) {
      System.err.println("The quick start failed. " + e.getMessage());
      System.exit(1);
    }
    // Maven unloads our classes when main returns, and the client's last threads still need them.
    System.exit(0);
  }

  static UploadReport run(PhoenixBlockingClient phoenix) throws InterruptedException {
    String session = "session-" + System.nanoTime();
    String question = "What is a span?";
    SpanData answer =
        ChatSpans.answer(session, question, "A unit of work with a start and an end.");
    SpanData retrieval =
        ChatSpans.retrieval(
            answer, question, List.of("A span is a unit of work.", "A bridge has a span, too."));
    ChatSpans.record(phoenix, PROJECT, List.of(answer, retrieval), Duration.ofMinutes(1));

    annotate(phoenix, session, answer, retrieval);
    UploadReport report = vote(phoenix, answer.getSpanId());
    askWithoutWaiting(phoenix, answer.getSpanId());
    readBack(phoenix, answer.getSpanId());
    return report;
  }

  private static void annotate(
      PhoenixBlockingClient phoenix, String session, SpanData answer, SpanData retrieval) {
    InsertedAnnotation stored =
        phoenix
            .spans()
            .addSpanAnnotationSync(
                SpanAnnotationData.builder(answer.getSpanId(), "correctness")
                    .annotatorKind(AnnotatorKind.HUMAN)
                    .label("correct")
                    .score(0.85)
                    .explanation("It answers the question.")
                    .metadata(Map.of("reviewer", "alice"))
                    .identifier("user-123")
                    .build());
    System.out.println("The annotation is stored as " + stored.getId() + ".");

    List<SpanDocumentAnnotationData> relevance =
        IntStream.range(0, 2)
            .mapToObj(
                position ->
                    SpanDocumentAnnotationData.builder(retrieval.getSpanId(), position, "relevance")
                        .annotatorKind(AnnotatorKind.LLM)
                        .score(position == 0 ? 0.95 : 0.1)
                        .build())
            .toList();
    phoenix.spans().logDocumentAnnotationsSync(relevance);
    phoenix
        .traces()
        .addTraceAnnotationSync(
            TraceAnnotationData.builder(answer.getTraceId(), "correctness").score(1.0).build());
    phoenix
        .sessions()
        .addSessionAnnotationSync(
            SessionAnnotationData.builder(session, "user_satisfaction").label("satisfied").build());
    phoenix.spans().addSpanNote(answer.getSpanId(), "Unexpected token, needs review.");
  }

  /** Any number of annotations: the report says what became of each. */
  private static UploadReport vote(PhoenixBlockingClient phoenix, String spanId) {
    List<Integer> users = IntStream.rangeClosed(1, 250).boxed().toList();
    UploadOptions options =
        UploadOptions.builder().project(PROJECT).progress(UploadProgressListener.console()).build();
    UploadReport report =
        phoenix
            .annotations()
            .upload(
                users,
                user ->
                    SpanAnnotationData.builder(spanId, "user_feedback")
                        .label(user % 4 == 0 ? "thumbs-down" : "thumbs-up")
                        .identifier("user-" + user)
                        .build(),
                options);
    System.out.println("\nUploaded votes, " + report + ".");
    return report;
  }

  /** The same calls with {@code async()} give futures. */
  private static void askWithoutWaiting(PhoenixBlockingClient phoenix, String spanId) {
    CompletableFuture<String> id =
        phoenix
            .async()
            .spans()
            .addSpanAnnotationSync(
                SpanAnnotationData.builder(spanId, "toxicity").label("safe").build())
            .thenApply(InsertedAnnotation::getId);
    System.out.println("The future brought " + id.join() + ".");
  }

  private static void readBack(PhoenixBlockingClient phoenix, String spanId) {
    AnnotationQuery query = AnnotationQuery.builder().ids(List.of(spanId)).build();
    try (Stream<StoredAnnotation> stored = phoenix.spans().getSpanAnnotations(query, PROJECT)) {
      Map<String, Long> counts =
          stored.collect(
              Collectors.groupingBy(
                  StoredAnnotation::getName, TreeMap::new, Collectors.counting()));
      counts.forEach((name, count) -> System.out.println("  " + name + ": " + count));
    }
  }
}
