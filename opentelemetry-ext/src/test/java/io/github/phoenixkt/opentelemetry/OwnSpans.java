package io.github.phoenixkt.opentelemetry;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;

/**
 * Whether many who trace at once keep out of each other's way. A span is named by the session that
 * it is to carry, and a step: {@code "s7 answer"}; by {@code "none later"} when it is to carry
 * none. A session inside that of {@code s7} is one like {@code s7-inner}.
 */
final class OwnSpans {
  static final String NONE = "none";

  private OwnSpans() {}

  /** Every span is of its session, and every capture has the spans of its session, and no other. */
  static void check(Sdk sdk, Map<String, SpanCapture> captures, int spansEach) {
    List<SpanData> spans = sdk.ended();
    List<String> astray =
        spans.stream()
            .filter(span -> !carried(span).equals(named(span)))
            .map(span -> "'" + span.getName() + "' is of " + carried(span))
            .toList();
    assertThat(astray).hasSize(0);

    Map<String, Set<String>> idsOfSessions =
        spans.stream()
            .filter(span -> !named(span).equals(NONE))
            .collect(
                groupingBy(
                    span -> named(span).split("-")[0], mapping(SpanData::getSpanId, toSet())));
    assertThat(idsOfSessions.keySet()).isEqualTo(captures.keySet());
    assertThat(idsOfSessions.values()).allSatisfy(ids -> assertThat(ids).hasSize(spansEach));

    List<String> mistaken = new ArrayList<>();
    captures.forEach(
        (session, capture) -> {
          List<String> captured = capture.spans().stream().map(CapturedSpan::spanId).toList();
          boolean exact =
              captured.size() == spansEach
                  && idsOfSessions.get(session).containsAll(captured)
                  && capture.overflow() == 0;
          if (!exact) {
            mistaken.add(session + " captured " + capture.spans());
          }
        });
    assertThat(mistaken).hasSize(0);
  }

  /** Nothing is current on any of the threads, all of which are made to look at the same time. */
  static void checkThreads(Executor executor, int threads) throws Exception {
    CyclicBarrier together = new CyclicBarrier(threads);
    List<FutureTask<Context>> looks = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      FutureTask<Context> look =
          new FutureTask<>(
              () -> {
                together.await();
                return Context.current();
              });
      looks.add(look);
      executor.execute(look);
    }
    for (FutureTask<Context> look : looks) {
      assertThat(look.get()).isSameAs(Context.root());
    }
  }

  private static String named(SpanData span) {
    return span.getName().split(" ")[0];
  }

  private static String carried(SpanData span) {
    String session = span.getAttributes().get(OpenInferenceAttributes.SESSION_ID);
    return session == null ? NONE : session;
  }
}
