package io.github.phoenixkt.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // A scope is opened for what it does, not for its name.
class LazyWorkTest {
  private final Sdk sdk = new Sdk();

  @AfterEach
  void end() {
    sdk.close();
    assertThat(Context.current()).isSameAs(Context.root());
  }

  private String session(String name) {
    return sdk.ended(name).getAttributes().get(OpenInferenceAttributes.SESSION_ID);
  }

  @Test
  void aStreamIsOfTheSessionThatItWasWrappedInAndItsConsumerIsNot() {
    Stream<Integer> answers;
    try (Scope scope = PhoenixContext.user("42").makeCurrent()) {
      Stream<Integer> lazy = Stream.of(1, 2).peek(number -> sdk.span("part " + number));
      answers = PhoenixContext.session("chat-7").wrap(lazy);
    }
    List<Integer> all = answers.peek(number -> sdk.span("consumed " + number)).toList();
    assertThat(all).containsExactly(1, 2);
    for (int number : all) {
      assertThat(sdk.attributes("part " + number))
          .isEqualTo(
              PhoenixContext.builder().sessionId("chat-7").userId("42").build().attributes());
      assertThat(session("consumed " + number)).isNull();
    }
  }

  @Test
  void aParallelStreamIsOfTheSessionOnAllThreads() {
    Stream<Integer> work =
        IntStream.range(0, 1_000).boxed().parallel().peek(number -> sdk.span("part " + number));
    assertThat(PhoenixContext.session("chat-7").wrap(work).mapToInt(it -> it).sum())
        .isEqualTo(499_500);
    assertThat(sdk.ended()).hasSize(1_000);
    assertThat(sdk.ended())
        .allMatch(
            span -> "chat-7".equals(span.getAttributes().get(OpenInferenceAttributes.SESSION_ID)));
  }

  @Test
  void aWrappedStreamThatIsClosedClosesTheOtherAndOneThatFailsLeavesNothing() {
    AtomicBoolean closed = new AtomicBoolean();
    try (Stream<String> stream =
        PhoenixContext.session("chat-7").wrap(Stream.of("a").onClose(() -> closed.set(true)))) {
      assertThat(stream).containsExactly("a");
    }
    assertThat(closed).isTrue();
    Stream<Integer> failing = Stream.of(0).map(zero -> 1 / zero);
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> PhoenixContext.session("chat-7").wrap(failing).toList())
        .isInstanceOf(ArithmeticException.class);
  }

  @Test
  void theConsumersSpanIsTheParentAndElseTheSpanOfTheMoment() {
    Span described = sdk.tracer.spanBuilder("described").startSpan();
    Stream<String> one;
    Stream<String> other;
    try (Scope scope = described.makeCurrent()) {
      one = PhoenixContext.session("chat-7").wrap(Stream.of("one").peek(sdk::span));
      other = PhoenixContext.session("chat-7").wrap(Stream.of("other").peek(sdk::span));
    }
    described.end();
    Span request = sdk.tracer.spanBuilder("request").startSpan();
    try (Scope scope = request.makeCurrent()) {
      one.forEach(it -> {});
    }
    request.end();
    other.forEach(it -> {});
    assertThat(sdk.ended("one").getParentSpanId()).isEqualTo(request.getSpanContext().getSpanId());
    assertThat(sdk.ended("other").getParentSpanId())
        .isEqualTo(described.getSpanContext().getSpanId());
    assertThat(session("one")).isEqualTo("chat-7");
    assertThat(session("other")).isEqualTo("chat-7");
  }

  @Test
  void virtualThreadsTakeTheContextAlong() throws Exception {
    assumeTrue(Runtime.version().feature() >= 21, "virtual threads need JDK 21 or newer");
    // Compiled for JDK 17, which has none.
    ExecutorService virtual =
        (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    try {
      Executor wrapped = PhoenixContext.session("wrapped").wrap((Executor) virtual);
      Runnable[] task = new Runnable[1];
      try (SpanCapture capture = SpanCapture.start()) {
        CompletableFuture<?>[] all =
            IntStream.range(0, 200)
                .mapToObj(
                    number -> CompletableFuture.runAsync(() -> sdk.span("v" + number), wrapped))
                .toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(all).get();
        task[0] = PhoenixContext.session("task").wrap((Runnable) () -> sdk.span("task"));
        virtual.submit(task[0]).get();
        assertThat(capture.spans()).hasSize(201);
      }
      virtual.submit(() -> sdk.span("bare")).get();
    } finally {
      virtual.shutdown();
    }
    assertThat(IntStream.range(0, 200).mapToObj(number -> session("v" + number)))
        .containsOnly("wrapped");
    assertThat(session("task")).isEqualTo("task");
    assertThat(session("bare")).isNull();
  }
}
