package io.github.phoenixkt.samples;

import io.github.phoenixkt.annotations.AnnotatorKind;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.samples.LlmJudge.JudgeException;
import io.github.phoenixkt.samples.LlmJudge.Verdict;
import io.github.phoenixkt.spans.StoredSpan;
import io.github.phoenixkt.upload.UploadOptions;
import io.github.phoenixkt.upload.UploadReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What {@code JudgeAnswers.kt} does, without a data frame: judges spans, and uploads verdicts. */
final class JavaJudgeAnswers {
  private static final int PARALLELISM = 4;
  private static final int ATTEMPTS = 4;

  private JavaJudgeAnswers() {}

  /** Either a verdict or what the last attempt failed with. */
  record Judged(String spanId, Verdict verdict, String error) {}

  static List<Judged> judge(List<StoredSpan> spans, LlmJudge judge) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(PARALLELISM);
    try {
      List<Future<Judged>> judged =
          spans.stream().map(span -> threads.submit(() -> judge(span, judge))).toList();
      List<Judged> all = new ArrayList<>();
      for (Future<Judged> one : judged) {
        all.add(one.get());
      }
      return all;
    } finally {
      threads.shutdownNow();
    }
  }

  private static Judged judge(StoredSpan span, LlmJudge judge) throws InterruptedException {
    Map<String, Object> attributes = span.getAttributes();
    for (int attempt = 1; ; attempt++) {
      try {
        var question = (String) attributes.getOrDefault("input.value", "");
        var answer = (String) attributes.getOrDefault("output.value", "");
        return new Judged(span.getSpanId(), judge.judge(question, answer).join(), null);
      } catch (CompletionException e) {
        if (!(e.getCause() instanceof JudgeException failed)) {
          throw e;
        }
        if (!failed.mayPass() || attempt == ATTEMPTS) {
          return new Judged(span.getSpanId(), null, failed.getMessage());
        }
        Thread.sleep(failed.retryAfter().plusMillis(250L * attempt).toMillis());
      }
    }
  }

  static UploadReport upload(PhoenixBlockingClient phoenix, List<Judged> judged, String project) {
    return phoenix
        .annotations()
        .upload(
            judged.stream().filter(it -> it.verdict() != null).toList(),
            it ->
                SpanAnnotationData.builder(it.spanId(), "correctness")
                    .annotatorKind(AnnotatorKind.LLM)
                    .label(it.verdict().label())
                    .score(it.verdict().score())
                    .explanation(it.verdict().explanation())
                    .build(),
            UploadOptions.builder().project(project).build());
  }
}
