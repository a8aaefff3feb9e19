package io.github.phoenixkt.samples.frompython;

import static io.github.phoenixkt.samples.frompython.JavaSessions.randomHex;

import io.github.phoenixkt.annotations.AnnotationData;
import io.github.phoenixkt.annotations.AnnotatorKind;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.annotations.SpanDocumentAnnotationData;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.spans.SpanData;
import io.github.phoenixkt.spans.SpanFilter;
import io.github.phoenixkt.spans.StoredSpan;
import io.github.phoenixkt.upload.UploadOptions;
import io.github.phoenixkt.upload.UploadReport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** What docs/from-python.md shows, between the marks; a test compares the two and runs this. */
final class JavaEvaluations {
  private JavaEvaluations() {}

  static List<SpanData> tellJokes(
      PhoenixBlockingClient phoenix, String project, UnaryOperator<String> model) {
    // begin jokes
    List<SpanData> spans = new ArrayList<>();
    for (int number = 1; number <= 5; number++) {
      Instant start = Instant.now();
      String joke = model.apply("Tell me a joke.");
      Map<String, String> message = Map.of("message.role", "assistant", "message.content", joke);
      spans.add(
          SpanData.builder("tell-joke", randomHex(16), randomHex(32), start, Instant.now())
              .spanKind("LLM")
              .statusCode("OK")
              .attribute("llm.output_messages", List.of(message))
              .build());
    }
    phoenix.spans().logSpans(spans, project);
    System.out.println(spans.size() + " jokes are tracked in Phoenix.");
    // end jokes
    return spans;
  }

  static List<StoredSpan> pullSpans(PhoenixBlockingClient phoenix, String project) {
    // begin pull
    SpanFilter filter = SpanFilter.builder().spanKinds(List.of("LLM")).build();
    List<StoredSpan> spans;
    try (Stream<StoredSpan> found = phoenix.spans().getSpans(filter, project)) {
      spans = found.toList();
    }
    spans.stream().limit(5).forEach(System.out::println);
    // end pull
    return spans;
  }

  // begin duplicates
  record Verdict(String spanId, String label, double score) {}

  static List<Verdict> findDuplicates(List<StoredSpan> spans) {
    Set<Object> told = new HashSet<>();
    return spans.stream()
        .sorted(Comparator.comparing(StoredSpan::getStartTime))
        .map(
            span -> {
              Object joke = span.getAttributes().get("llm.output_messages.0.message.content");
              boolean repeated = !told.add(joke);
              return new Verdict(span.getSpanId(), "" + repeated, repeated ? 1 : 0);
            })
        .toList();
  }

  // end duplicates

  static UploadReport logDuplicates(PhoenixBlockingClient phoenix, List<Verdict> verdicts) {
    // begin logDuplicates
    UploadReport report =
        phoenix
            .annotations()
            .upload(
                verdicts,
                it ->
                    SpanAnnotationData.builder(it.spanId(), "Duplicate")
                        .annotatorKind(AnnotatorKind.LLM)
                        .label(it.label())
                        .score(it.score())
                        .build());
    System.out.println(report);
    // end logDuplicates
    return report;
  }

  // begin spanEvaluations
  record Correctness(String spanId, String label, String explanation) {
    AnnotationData annotation() {
      return SpanAnnotationData.builder(spanId, "Q&A Correctness")
          .annotatorKind(AnnotatorKind.LLM)
          .label(label)
          .explanation(explanation)
          .build();
    }
  }

  static UploadReport logCorrectness(PhoenixBlockingClient phoenix, String first, String second) {
    List<Correctness> correctness =
        List.of(
            new Correctness(first, "correct", "The sum is right."),
            new Correctness(second, "incorrect", "Off by one."));
    return phoenix.annotations().upload(correctness, Correctness::annotation);
  }

  // end spanEvaluations

  // begin documentEvaluations
  record Relevance(String spanId, int position, String label, String explanation) {
    AnnotationData annotation() {
      return SpanDocumentAnnotationData.builder(spanId, position, "Relevance")
          .annotatorKind(AnnotatorKind.LLM)
          .label(label)
          .explanation(explanation)
          .build();
    }
  }

  static UploadReport logRelevance(PhoenixBlockingClient phoenix, String retrieverSpanId) {
    List<Relevance> relevance =
        List.of(
            new Relevance(retrieverSpanId, 0, "relevant", "It defines the term."),
            new Relevance(retrieverSpanId, 1, "irrelevant", "It is about bridges."));
    return phoenix.annotations().upload(relevance, Relevance::annotation);
  }

  // end documentEvaluations

  static UploadReport logSeveral(
      PhoenixBlockingClient phoenix,
      List<Correctness> correctness,
      List<Relevance> relevance,
      List<AnnotationData> hallucination) {
    // begin severalEvaluations
    List<AnnotationData> all = new ArrayList<>(hallucination);
    correctness.forEach(it -> all.add(it.annotation()));
    relevance.forEach(it -> all.add(it.annotation()));
    UploadReport report = phoenix.annotations().upload(all);
    // end severalEvaluations
    return report;
  }

  static UploadReport logInProject(
      PhoenixBlockingClient phoenix, List<Correctness> correctness, String project) {
    // begin evaluationsProject
    UploadOptions options = UploadOptions.builder().project(project).build();
    UploadReport report =
        phoenix.annotations().upload(correctness, Correctness::annotation, options);
    // end evaluationsProject
    return report;
  }
}
