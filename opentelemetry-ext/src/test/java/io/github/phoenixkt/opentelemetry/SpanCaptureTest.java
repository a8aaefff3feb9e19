package io.github.phoenixkt.opentelemetry;

import static io.opentelemetry.api.common.AttributeKey.stringKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingDecision;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // A scope is opened for what it does, not for its name.
class SpanCaptureTest {
  private final Sdk sdk = new Sdk();

  @AfterEach
  void end() {
    sdk.close();
    assertThat(Context.current())
        .as("the context that a test leaves behind")
        .isSameAs(Context.root());
  }

  @Test
  void holdsTheSpansOfItsBlockInTheirOrderAndStaysReadable() {
    sdk.span("before");
    SpanCapture capture = SpanCapture.start();
    try (capture) {
      sdk.span("one");
      Span two = sdk.tracer.spanBuilder("two").startSpan();
      try (Scope scope = two.makeCurrent()) {
        sdk.span("inside two");
      }
      two.end();
    }
    sdk.span("after");

    assertThat(capture.spans())
        .extracting(CapturedSpan::name)
        .containsExactly("one", "two", "inside two");
    assertThat(capture.first().name()).isEqualTo("one");
    assertThat(capture.last().name()).isEqualTo("inside two");
    assertThat(capture.roots()).extracting(CapturedSpan::name).containsExactly("one", "two");
    assertThat(capture.last().parentId()).isEqualTo(capture.spans().get(1).spanId());
    assertThat(capture.first().parentId()).isNull();
    assertThat(capture.spans())
        .extracting(CapturedSpan::spanId)
        .containsExactly(
            sdk.ended("one").getSpanId(),
            sdk.ended("two").getSpanId(),
            sdk.ended("inside two").getSpanId());
    assertThat(capture.last().traceId()).isEqualTo(sdk.ended("two").getTraceId());
  }

  @Test
  void aRootIsASpanWhoseParentWasNotCaptured() {
    Span request = sdk.tracer.spanBuilder("request").startSpan();
    try (Scope scope = request.makeCurrent();
        SpanCapture capture = SpanCapture.start()) {
      sdk.span("step");
      assertThat(capture.roots()).extracting(CapturedSpan::name).containsExactly("step");
      assertThat(capture.first().parentId()).isEqualTo(request.getSpanContext().getSpanId());
    }
  }

  @Test
  void kindsAndAttributesAreReadWhenTheyAreAskedFor() {
    try (SpanCapture capture = SpanCapture.start()) {
      Span span = sdk.tracer.spanBuilder("answer").startSpan();
      sdk.span("other");
      assertThat(capture.ofKind(OpenInferenceSpanKind.LLM)).isEmpty();
      assertThat(capture.first().hasEnded()).isFalse();

      span.setAttribute(OpenInferenceAttributes.SPAN_KIND, "llm");
      span.setAttribute(OpenInferenceAttributes.LLM_MODEL_NAME, "small");
      span.end();

      assertThat(capture.ofKind(OpenInferenceSpanKind.LLM))
          .extracting(CapturedSpan::name)
          .containsExactly("answer");
      assertThat(capture.with(OpenInferenceAttributes.LLM_MODEL_NAME, "small")).hasSize(1);
      assertThat(capture.with(OpenInferenceAttributes.LLM_MODEL_NAME, "large")).isEmpty();
      assertThat(capture.where(found -> found.attribute(stringKey("none")) == null)).hasSize(2);
      assertThat(capture.first().hasEnded()).isTrue();
      assertThat(capture.first().attributes().get(OpenInferenceAttributes.LLM_MODEL_NAME))
          .isEqualTo("small");
      assertThat(capture.last().kind()).isNull();
    }
  }

  @Test
  void aSpanIsCapturedByAllCapturesAroundIt() {
    try (SpanCapture outer = SpanCapture.start()) {
      sdk.span("outer only");
      SpanCapture inner = SpanCapture.start();
      try (inner) {
        sdk.span("both");
      }
      sdk.span("outer again");
      assertThat(outer.spans())
          .extracting(CapturedSpan::name)
          .containsExactly("outer only", "both", "outer again");
      assertThat(inner.spans()).extracting(CapturedSpan::name).containsExactly("both");
    }
  }

  @Test
  void aTraceOfItsOwnIsCapturedToo() {
    try (SpanCapture capture = SpanCapture.start()) {
      sdk.tracer.spanBuilder("no parent").setNoParent().startSpan().end();
      assertThat(capture.spans()).hasSize(1);
    }
  }

  @Test
  void holdsNoMoreThanItsLimitButKnowsTheLast() {
    try (SpanCapture capture = SpanCapture.start(2)) {
      for (int i = 1; i <= 5; i++) {
        sdk.span("span " + i);
      }
      assertThat(capture.spans())
          .extracting(CapturedSpan::name)
          .containsExactly("span 1", "span 2");
      assertThat(capture.last().name()).isEqualTo("span 5");
      assertThat(capture.overflow()).isEqualTo(3);
      assertThat(capture).hasToString("SpanCapture(5 spans, open)");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SpanCapture.start(0))
        .withMessageContaining("at least 1 but is 0");
  }

  @Test
  void spansThatAreNotSampledAreNotCaptured() {
    for (SamplingDecision decision : List.of(SamplingDecision.DROP, SamplingDecision.RECORD_ONLY)) {
      try (Sdk unsampled = new Sdk(always(decision));
          SpanCapture capture = SpanCapture.start()) {
        unsampled.span("lost");
        assertThat(capture.spans()).as("%s", decision).isEmpty();
        assertThat(capture.last()).isNull();
        assertThat(capture.first()).isNull();
      }
    }
  }

  private static Sampler always(SamplingDecision decision) {
    return new Sampler() {
      @Override
      public SamplingResult shouldSample(
          Context context,
          String traceId,
          String name,
          io.opentelemetry.api.trace.SpanKind kind,
          io.opentelemetry.api.common.Attributes attributes,
          List<io.opentelemetry.sdk.trace.data.LinkData> links) {
        return SamplingResult.create(decision);
      }

      @Override
      public String getDescription() {
        return "always " + decision;
      }
    };
  }

  @Test
  void aProcessorThatIsRegisteredTwiceCapturesOnce() {
    InMemorySpanExporter exporter = InMemorySpanExporter.create();
    try (SdkTracerProvider provider =
            SdkTracerProvider.builder()
                .addSpanProcessor(new PhoenixContextSpanProcessor())
                .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                .addSpanProcessor(new PhoenixContextSpanProcessor())
                .build();
        SpanCapture capture = SpanCapture.start(1)) {
      provider.get("test").spanBuilder("one").startSpan().end();
      provider.get("test").spanBuilder("two").startSpan().end();
      assertThat(capture.spans()).hasSize(1);
      assertThat(capture.overflow()).isEqualTo(1);
    }
  }

  @Test
  void threadsThatTakeTheContextAlongAreCapturedUntilTheBlockEnds() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      SpanCapture capture = SpanCapture.start(20_000);
      Runnable late;
      try (capture) {
        ExecutorService wrapped = Context.taskWrapping(pool);
        List<Future<?>> tasks = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
          tasks.add(wrapped.submit(() -> sdk.span("task")));
        }
        for (Future<?> task : tasks) {
          task.get();
        }
        pool.submit(() -> sdk.span("without")).get();
        late = Context.current().wrap((Runnable) () -> sdk.span("late"));
      }
      pool.submit(late).get();
      assertThat(capture.spans()).hasSize(20_000).allMatch(span -> span.name().equals("task"));
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void closingTwiceOrOnAnotherThreadEndsTheCaptureAndNothingElse() throws Exception {
    AtomicReference<Context> leftBehind = new AtomicReference<>();
    OtherThread.run(
        () -> {
          SpanCapture outer = SpanCapture.start();
          SpanCapture inner = SpanCapture.start();
          Runnable closing = Context.current().wrap((Runnable) inner::close);
          OtherThread.run(
              () -> {
                closing.run();
                leftBehind.set(Context.current());
              });
          sdk.span("after the inner one");
          inner.close();
          assertThat(inner.spans()).isEmpty();
          assertThat(outer.spans()).hasSize(1);
          outer.close();
          outer.close();
          sdk.span("after both");
          assertThat(outer.spans()).hasSize(1);
        });
    assertThat(leftBehind.get()).as("the context of the other thread").isSameAs(Context.root());
    assertThat(sdk.ended()).hasSize(2);
  }

  @Test
  void aCaptureThatIsClosedBeforeAScopeInsideItHasEndedAllTheSame() throws Exception {
    List<SpanCapture> captures = new ArrayList<>();
    OtherThread.run(
        () -> {
          SpanCapture capture = SpanCapture.start();
          captures.add(capture);
          Scope inside = PhoenixContext.session("inside").makeCurrent();
          capture.close();
          sdk.span("between");
          inside.close();
          sdk.span("after");
        });
    assertThat(captures.get(0).spans()).isEmpty();
    assertThat(sdk.attributes("between")).isEqualTo(PhoenixContext.session("inside").attributes());
    assertThat(sdk.attributes("after").isEmpty()).isTrue();
  }

  @Test
  void capturesThatWereClosedElsewhereAreNotHeld() throws Exception {
    List<WeakReference<Object>> ended = new ArrayList<>();
    OtherThread.run(
        () -> {
          for (int i = 0; i < 100; i++) {
            SpanCapture capture = SpanCapture.start();
            sdk.span("one");
            ended.add(new WeakReference<>(capture));
            OtherThread.run(capture::close);
          }
          // The last one is that of the thread for good.
          PhoenixContextTest.awaitCollected(ended.subList(0, 99));
        });
  }
}
