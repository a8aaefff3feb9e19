package io.github.phoenixkt.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.opentelemetry.BlockingSpanFeedback;
import io.github.phoenixkt.opentelemetry.CapturedSpan;
import io.github.phoenixkt.opentelemetry.ExportLedger;
import io.github.phoenixkt.opentelemetry.OpenInferenceAttributes;
import io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind;
import io.github.phoenixkt.opentelemetry.PhoenixContext;
import io.github.phoenixkt.opentelemetry.PhoenixContextSpanProcessor;
import io.github.phoenixkt.opentelemetry.SpanCapture;
import io.github.phoenixkt.testing.FakePhoenix;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.context.Scope;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.observation.ChatModelObservationContext;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.boot.actuate.autoconfigure.observation.ObservationAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.opentelemetry.OpenTelemetryAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.tracing.BraveAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.tracing.MicrometerTracingAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.tracing.OpenTelemetryTracingAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.tracing.otlp.OtlpTracingAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.scheduler.Schedulers;

@ExtendWith(OutputCaptureExtension.class)
@SuppressWarnings("try") // Scopes are opened for what they do.
class TracingTest {
  private final InMemorySpanExporter spans = InMemorySpanExporter.create();

  private final ApplicationContextRunner common =
      new ApplicationContextRunner()
          .withPropertyValues(
              "phoenix.endpoint=http://127.0.0.1:1",
              "phoenix.project=chat",
              "management.tracing.sampling.probability=1.0")
          .withConfiguration(
              AutoConfigurations.of(
                  ObservationAutoConfiguration.class,
                  MicrometerTracingAutoConfiguration.class,
                  PhoenixClientAutoConfiguration.class,
                  PhoenixTracingAutoConfiguration.class,
                  PhoenixObservationAutoConfiguration.class));

  private final ApplicationContextRunner application =
      common.withConfiguration(
          AutoConfigurations.of(
              OpenTelemetryAutoConfiguration.class,
              OpenTelemetryTracingAutoConfiguration.class,
              OtlpTracingAutoConfiguration.class));

  /** Nothing is sent; what would be is looked at. */
  private final ApplicationContextRunner observed =
      application
          .withPropertyValues("phoenix.tracing.export.enabled=false")
          .withBean("ours", SpanExporter.class, () -> spans);

  private Map<String, SpanData> ended(ApplicationContext context) {
    context.getBean(SdkTracerProvider.class).forceFlush().join(60, TimeUnit.SECONDS);
    return spans.getFinishedSpanItems().stream()
        .collect(Collectors.toMap(SpanData::getName, span -> span));
  }

  private static String session(SpanData span) {
    return span.getAttributes().get(OpenInferenceAttributes.SESSION_ID);
  }

  @Test
  void whatIsOpenedInsideOfAnObservationReachesTheSpansInsideOfIt() {
    observed.run(
        context -> {
          ObservationRegistry registry = context.getBean(ObservationRegistry.class);
          List<CapturedSpan> captured =
              Observation.createNotStarted("request", registry)
                  .observe(
                      () -> {
                        try (Scope session = PhoenixContext.session("s-1").makeCurrent();
                            SpanCapture capture = SpanCapture.start()) {
                          Observation.createNotStarted("outer", registry)
                              .observe(() -> observe(registry, "inner"));
                          return capture.spans();
                        }
                      });
          assertThat(captured).extracting(CapturedSpan::name).containsExactly("outer", "inner");
          Map<String, SpanData> ended = ended(context);
          assertThat(session(ended.get("outer"))).isEqualTo("s-1");
          assertThat(session(ended.get("inner"))).isEqualTo("s-1");
          assertThat(session(ended.get("request"))).isNull();
        });
  }

  @Test
  void aSessionEndsWithItsScopeAndTheNextIsItsOwn() {
    observed.run(
        context -> {
          ObservationRegistry registry = context.getBean(ObservationRegistry.class);
          Observation.createNotStarted("request", registry)
              .observe(
                  () -> {
                    for (String id : List.of("s-1", "s-2")) {
                      try (Scope session = PhoenixContext.session(id).makeCurrent()) {
                        observe(registry, "in " + id);
                      }
                      observe(registry, "after " + id);
                    }
                  });
          Map<String, SpanData> ended = ended(context);
          assertThat(session(ended.get("in s-1"))).isEqualTo("s-1");
          assertThat(session(ended.get("in s-2"))).isEqualTo("s-2");
          assertThat(session(ended.get("after s-1"))).isNull();
          assertThat(session(ended.get("after s-2"))).isNull();
        });
  }

  @Test
  void workOnAnotherThreadHasTheInnermostSessionAndCaptureOfWhereItWasTakenFrom() {
    observed.run(
        context -> {
          ObservationRegistry registry = context.getBean(ObservationRegistry.class);
          SpanCapture capture = SpanCapture.detached();
          try (Scope filter = PhoenixContext.session("of the filter").makeCurrent()) {
            Observation.createNotStarted("request", registry)
                .observe(
                    () -> {
                      ContextSnapshot here;
                      try (Scope session = PhoenixContext.session("s-1").makeCurrent();
                          Scope captured = capture.makeCurrent()) {
                        here = ContextSnapshotFactory.builder().build().captureAll();
                      }
                      CompletableFuture.runAsync(here.wrap(() -> observe(registry, "later")))
                          .join();
                      CompletableFuture.runAsync(() -> observe(registry, "bare")).join();
                      observe(registry, "here");
                    });
          }
          Map<String, SpanData> ended = ended(context);
          assertThat(session(ended.get("request"))).isEqualTo("of the filter");
          assertThat(session(ended.get("later"))).isEqualTo("s-1");
          assertThat(session(ended.get("here"))).isEqualTo("of the filter");
          assertThat(session(ended.get("bare"))).isNull();
          assertThat(ended.get("later").getParentSpanId())
              .isEqualTo(ended.get("request").getSpanId());
          assertThat(capture.spans()).extracting(CapturedSpan::name).containsExactly("later");
        });
  }

  @Test
  void aStreamOfReactorRunsInTheSessionAndCaptureThatItWasGiven() {
    Hooks.enableAutomaticContextPropagation();
    try {
      observed.run(
          context -> {
            ObservationRegistry registry = context.getBean(ObservationRegistry.class);
            SpanCapture capture = SpanCapture.detached();
            Flux<Integer> bare = streamed(registry, "bare");
            Flux<Integer> given = streamed(registry, "given");
            try (Scope session = PhoenixContext.session("s-1").makeCurrent();
                Scope captured = capture.makeCurrent()) {
              given = given.contextWrite(PhoenixReactor.context());
            }
            try (Scope other = PhoenixContext.session("of the subscriber").makeCurrent()) {
              given.blockLast();
            }
            bare.blockLast();
            Map<String, SpanData> ended = ended(context);
            assertThat(session(ended.get("given"))).isEqualTo("s-1");
            assertThat(session(ended.get("bare"))).isNull();
            assertThat(capture.spans()).extracting(CapturedSpan::name).containsExactly("given");
          });
    } finally {
      Hooks.disableAutomaticContextPropagation();
    }
  }

  private static Flux<Integer> streamed(ObservationRegistry registry, String name) {
    return Flux.just(1)
        .publishOn(Schedulers.boundedElastic())
        .doOnNext(it -> observe(registry, name));
  }

  @Test
  void whatIsOpenedOnTheOtherThreadWinsOverWhatCameAlong() {
    observed.run(
        context -> {
          ObservationRegistry registry = context.getBean(ObservationRegistry.class);
          ContextSnapshot here;
          try (Scope session = PhoenixContext.session("s-1").makeCurrent()) {
            here = ContextSnapshotFactory.builder().build().captureAll();
          }
          CompletableFuture.runAsync(
                  here.wrap(
                      () -> {
                        try (Scope own = PhoenixContext.session("s-2").makeCurrent()) {
                          observe(registry, "own");
                        }
                        observe(registry, "inherited");
                      }))
              .join();
          Map<String, SpanData> ended = ended(context);
          assertThat(session(ended.get("own"))).isEqualTo("s-2");
          assertThat(session(ended.get("inherited"))).isEqualTo("s-1");
        });
  }

  /** What is opened counts, and not whether it has the same content as what was open before. */
  @Test
  void anEqualSessionThatIsOpenedAgainWinsOverWhatCameAlong() {
    observed.run(
        context -> {
          ObservationRegistry registry = context.getBean(ObservationRegistry.class);
          ContextSnapshot cameAlong = taken("s-2");
          try (Scope before = PhoenixContext.session("s-1").makeCurrent();
              ContextSnapshot.Scope propagated = cameAlong.setThreadLocals()) {
            observe(registry, "carried");
            try (Scope again = PhoenixContext.session("s-1").makeCurrent()) {
              observe(registry, "again");
              onAnotherThread(() -> observe(registry, "taken on"));
            }
            observe(registry, "carried again");
          }
          Map<String, SpanData> ended = ended(context);
          assertThat(session(ended.get("carried"))).isEqualTo("s-2");
          assertThat(session(ended.get("again"))).isEqualTo("s-1");
          assertThat(session(ended.get("taken on"))).isEqualTo("s-1");
          assertThat(session(ended.get("carried again"))).isEqualTo("s-2");
        });
  }

  @Test
  void anEqualSessionThatIsOpenedAgainInTheSameObservationWins() {
    observed.run(
        context -> {
          ObservationRegistry registry = context.getBean(ObservationRegistry.class);
          try (Scope session = PhoenixContext.session("s-1").makeCurrent()) {
            Observation.createNotStarted("request", registry)
                .observe(
                    () -> {
                      ContextSnapshot here = taken("s-2");
                      CompletableFuture.runAsync(
                              here.wrap(
                                  () -> {
                                    observe(registry, "carried");
                                    try (Scope again =
                                        PhoenixContext.session("s-1").makeCurrent()) {
                                      observe(registry, "again");
                                    }
                                  }))
                          .join();
                    });
          }
          Map<String, SpanData> ended = ended(context);
          assertThat(session(ended.get("carried"))).isEqualTo("s-2");
          assertThat(session(ended.get("again"))).isEqualTo("s-1");
        });
  }

  @Test
  void aCaptureThatIsOpenedAgainWinsOverWhatCameAlong() {
    observed.run(
        context -> {
          ObservationRegistry registry = context.getBean(ObservationRegistry.class);
          try (SpanCapture first = SpanCapture.detached();
              SpanCapture second = SpanCapture.detached()) {
            ContextSnapshot cameAlong;
            try (Scope captured = second.makeCurrent()) {
              cameAlong = ContextSnapshotFactory.builder().build().captureAll();
            }
            try (Scope before = first.makeCurrent();
                ContextSnapshot.Scope propagated = cameAlong.setThreadLocals()) {
              observe(registry, "carried");
              try (Scope again = first.makeCurrent()) {
                observe(registry, "again");
              }
            }
            assertThat(first.spans()).extracting(CapturedSpan::name).contains("again");
            assertThat(second.spans()).extracting(CapturedSpan::name).containsExactly("carried");
          }
        });
  }

  private static void onAnotherThread(Runnable task) {
    CompletableFuture.runAsync(ContextSnapshotFactory.builder().build().captureAll().wrap(task))
        .join();
  }

  @Test
  void propagationInsideOfASessionLeavesNothingOfItOnTheThread() {
    observed.run(
        context -> {
          ObservationRegistry registry = context.getBean(ObservationRegistry.class);
          try (Scope session = PhoenixContext.session("s-1").makeCurrent()) {
            ContextSnapshot here = ContextSnapshotFactory.builder().build().captureAll();
            try (ContextSnapshot.Scope propagated = here.setThreadLocals()) {
              observe(registry, "propagated");
            }
          }
          observe(registry, "next request");
          Map<String, SpanData> ended = ended(context);
          assertThat(session(ended.get("propagated"))).isEqualTo("s-1");
          assertThat(session(ended.get("next request"))).isNull();
        });
  }

  @Test
  void propagationInsideOfPropagationPutsBackWhatWasCarried() {
    observed.run(
        context -> {
          ObservationRegistry registry = context.getBean(ObservationRegistry.class);
          ContextSnapshot first = taken("s-1");
          ContextSnapshot second = taken("s-2");
          try (ContextSnapshot.Scope outer = first.setThreadLocals()) {
            try (ContextSnapshot.Scope inner = second.setThreadLocals()) {
              observe(registry, "inner");
            }
            observe(registry, "outer");
          }
          observe(registry, "after");
          Map<String, SpanData> ended = ended(context);
          assertThat(session(ended.get("inner"))).isEqualTo("s-2");
          assertThat(session(ended.get("outer"))).isEqualTo("s-1");
          assertThat(session(ended.get("after"))).isNull();
        });
  }

  private static ContextSnapshot taken(String session) {
    try (Scope scope = PhoenixContext.session(session).makeCurrent()) {
      return ContextSnapshotFactory.builder().build().captureAll();
    }
  }

  @Test
  void nothingStaysOnAThread() {
    observed.run(
        context -> {
          ObservationRegistry registry = context.getBean(ObservationRegistry.class);
          try (Scope session = PhoenixContext.session("s-1").makeCurrent()) {
            Observation observation = Observation.start("request", registry);
            Observation.Scope outer = observation.openScope();
            Observation.Scope again = observation.openScope();
            again.close();
            observe(registry, "between");
            outer.close();
            observation.stop();
          }
          assertThat(PhoenixContext.current().sessionId()).isNull();
          assertThat(session(ended(context).get("between"))).isEqualTo("s-1");
        });
  }

  @Test
  void kindsAreThoseOfPhoenix() {
    observed.run(
        context -> {
          ObservationRegistry registry = context.getBean(ObservationRegistry.class);
          Map<String, Map<String, String>> observations =
              Map.of(
                  "LLM", Map.of("gen_ai.operation.name", "chat"),
                  "EMBEDDING", Map.of("gen_ai.operation.name", "embedding"),
                  "TOOL",
                      Map.of("gen_ai.operation.name", "framework", "spring.ai.kind", "tool_call"),
                  "RETRIEVER",
                      Map.of("spring.ai.kind", "vector_store", "db.operation.name", "query"),
                  "CHAIN",
                      Map.of("gen_ai.operation.name", "framework", "spring.ai.kind", "advisor"));
          SpanCapture capture = SpanCapture.start();
          try (capture) {
            observations.forEach(
                (kind, keys) -> {
                  Observation observation = Observation.createNotStarted(kind, registry);
                  keys.forEach(observation::lowCardinalityKeyValue);
                  observation.observe(() -> {});
                });
            observe(registry, "other");
          }
          for (CapturedSpan span : capture.spans()) {
            // Micrometer writes names its own way: "r-e-t-r-i-e-v-e-r".
            String name = span.name().replace("-", "").toUpperCase(Locale.ROOT);
            OpenInferenceSpanKind kind = span.kind();
            assertThat(kind == null ? "OTHER" : kind.name()).isEqualTo(name);
          }
          assertThat(capture.spans()).hasSize(6);
        });
  }

  @Test
  void contentIsNotRecordedUnlessItIsWanted() {
    assertThat(chatSpan(observed))
        .containsEntry(OpenInferenceAttributes.OUTPUT_VALUE, "(not recorded)")
        .allSatisfy((key, value) -> assertThat(value.toString()).doesNotContain("secret"));
  }

  @Test
  void contentIsRecordedWhereItIsWanted() {
    assertThat(chatSpan(observed.withPropertyValues("phoenix.tracing.content=true")))
        .containsEntry(OpenInferenceAttributes.INPUT_VALUE, "secret question")
        .containsEntry(OpenInferenceAttributes.OUTPUT_VALUE, "secret answer");
  }

  private Map<AttributeKey<?>, Object> chatSpan(ApplicationContextRunner runner) {
    Map<AttributeKey<?>, Object> attributes = new HashMap<>();
    runner.run(
        context -> {
          ChatModelObservationContext chat =
              ChatModelObservationContext.builder()
                  .prompt(new Prompt("secret question"))
                  .provider("openai")
                  .build();
          Observation observation =
              Observation.createNotStarted(
                      "chat", () -> chat, context.getBean(ObservationRegistry.class))
                  .lowCardinalityKeyValue("gen_ai.operation.name", "chat");
          observation.observe(
              () ->
                  chat.setResponse(
                      new ChatResponse(
                          List.of(new Generation(new AssistantMessage("secret answer"))))));
          attributes.putAll(ended(context).get("chat").getAttributes().asMap());
        });
    return attributes;
  }

  @Test
  void exportsBesideWhatTheApplicationExportsTo() {
    application
        .withPropertyValues("management.otlp.tracing.endpoint=http://127.0.0.1:1/elsewhere")
        .withBean("ours", SpanExporter.class, () -> spans)
        .run(
            context ->
                assertThat(context)
                    .hasSingleBean(PhoenixSpanExporter.class)
                    .hasSingleBean(OtlpHttpSpanExporter.class)
                    .getBeans(SpanExporter.class)
                    .hasSize(3));
  }

  @Test
  // Only what hangs takes so long. Neither a flush nor a loop is ended by an interrupt.
  @Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void spansThatDoNotReachPhoenixAreCountedAndTold() {
    try (FakePhoenix phoenix = FakePhoenix.start()) {
      GatedExporter others = new GatedExporter();
      application
          .withPropertyValues(
              "phoenix.endpoint=" + phoenix.endpoint(),
              "management.tracing.opentelemetry.export.max-queue-size=64",
              "management.tracing.opentelemetry.export.max-batch-size=1")
          .withBean("others", SpanExporter.class, () -> others)
          .run(
              context -> {
                ObservationRegistry registry = context.getBean(ObservationRegistry.class);
                ExportLedger counts = context.getBean(ExportLedger.class);
                observe(registry, "first");
                others.entered.await();
                for (int i = 0; i < 500; i++) {
                  observe(registry, "burst");
                }
                others.gate.countDown();
                SdkTracerProvider tracers = context.getBean(SdkTracerProvider.class);
                others.awaitSpans(65, tracers);
                for (int i = 1; i <= 64; i++) {
                  observe(registry, "later");
                  others.awaitSpans(65 + i, tracers);
                }
                long exported = others.spans.get();
                while (counts.failed() < exported) {
                  Thread.onSpinWait(); // The answer of the fake may still be on its way.
                }
                assertThat(counts.dropped()).isEqualTo(565 - exported).isEqualTo(436);
                // The fake takes no spans.
                assertThat(counts.failed()).isEqualTo(exported);
                assertThat(counts.sent()).isZero();
                assertThat(counts.warning())
                    .contains("so far: 565", "max-queue-size", exported + " could not");
                MeterRegistry meters = new SimpleMeterRegistry();
                context.getBean(SpanMeters.class).bindTo(meters);
                assertThat(
                        meters
                            .get("phoenix.tracing.spans")
                            .tag("outcome", "dropped")
                            .functionCounter()
                            .count())
                    .isEqualTo(counts.dropped());
              });
    }
  }

  /** Holds up the thread that exports until the gate opens. */
  private static final class GatedExporter implements SpanExporter {
    final CountDownLatch entered = new CountDownLatch(1);
    final CountDownLatch gate = new CountDownLatch(1);
    final AtomicLong spans = new AtomicLong();

    /** A flush may be that of spans before, see {@code BatchSpanProcessor}. */
    void awaitSpans(int wanted, SdkTracerProvider tracers) {
      while (spans.get() < wanted) {
        tracers.forceFlush().join(10, TimeUnit.SECONDS);
      }
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> batch) {
      entered.countDown();
      try {
        gate.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      spans.addAndGet(batch.size());
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }

  @Test
  void spansOfAnApplicationThatEndsSoonAreSent() {
    try (FakePhoenix phoenix = FakePhoenix.start()) {
      application
          .withPropertyValues("phoenix.endpoint=" + phoenix.endpoint())
          .run(
              context -> {
                assertThat(context.getBeanFactory().containsSingleton("phoenixSettings")).isFalse();
                observe(context.getBean(ObservationRegistry.class), "request");
              });
      assertThat(phoenix.requests())
          .anySatisfy(request -> assertThat(request.path()).isEqualTo("/v1/traces"));
    }
  }

  @Test
  void aFaultInTheSettingsOfTheExporterIsCountedAndFailsNothingElse() {
    application
        .withBean("others", SpanExporter.class, () -> spans)
        .withBean(
            PhoenixSettingsCustomizer.class,
            () ->
                settings ->
                    settings.apiKey(
                        () -> {
                          throw new IllegalStateException("no key today");
                        }))
        .run(
            context -> {
              observe(context.getBean(ObservationRegistry.class), "request");
              assertThat(ended(context)).containsKey("request");
              assertThat(context.getBean(ExportLedger.class).failed()).isOne();
            });
  }

  @Test
  void everySwitchOfBootStopsTheExport() {
    for (String off :
        List.of(
            "management.tracing.enabled",
            "management.tracing.export.enabled",
            "phoenix.tracing.enabled",
            "phoenix.tracing.export.enabled")) {
      application
          .withPropertyValues(off + "=false")
          .run(
              context ->
                  assertThat(context)
                      .as(off)
                      .hasNotFailed()
                      .doesNotHaveBean(PhoenixSpanExporter.class));
    }
    application
        .withPropertyValues("phoenix.tracing.enabled=false")
        .run(
            context ->
                assertThat(context)
                    .hasSingleBean(BlockingSpanFeedback.class)
                    .doesNotHaveBean(PhoenixContextSpanProcessor.class)
                    .doesNotHaveBean("phoenixObservationHandlers"));
  }

  @Test
  void theProjectIsInTheResourceUnlessTheApplicationSaysAnother() {
    observed.run(
        context ->
            assertThat(context.getBean(Resource.class).getAttributes().asMap())
                .containsEntry(OpenInferenceAttributes.PROJECT_NAME, "chat"));
    observed
        .withPropertyValues(
            "management.opentelemetry.resource-attributes.openinference.project.name=mine")
        .run(
            context ->
                assertThat(context.getBean(Resource.class).getAttributes())
                    .extracting(it -> it.get(OpenInferenceAttributes.PROJECT_NAME))
                    .isEqualTo("mine"));
  }

  @Test
  void adviceNamesWhatKeepsSpansFromPhoenix() {
    assertAdvice(application, null);
    assertAdvice(
        application.withPropertyValues("management.tracing.sampling.probability=0.1"),
        "samples only 10 of 100 traces");
    assertAdvice(
        application.withPropertyValues("management.tracing.sampling.probability=0"),
        "samples only 0 of 100 traces");
    assertAdvice(common, "There are no spans");
    assertAdvice(
        common.withConfiguration(AutoConfigurations.of(BraveAutoConfiguration.class)),
        "Brave creates the spans");
    assertAdvice(
        application.withClassLoader(new FilteredClassLoader("io.opentelemetry.exporter")),
        "no exporter");
  }

  @Test
  void aClientOfTheApplicationDoesNotSayWhereSpansGo(CapturedOutput output) {
    ApplicationContextRunner withoutEndpoint =
        application.withPropertyValues("phoenix.endpoint=", "phoenix.queue.close-timeout=1ms");
    ApplicationContextRunner withClient =
        withoutEndpoint.withBean(
            PhoenixBlockingClient.class,
            () ->
                PhoenixBlockingClient.create(
                    PhoenixSettings.builder().endpoint("http://127.0.0.1:1").build()));
    withoutEndpoint.run(context -> assertThat(context).hasNotFailed());
    withClient
        .withPropertyValues("phoenix.tracing.export.enabled=false")
        .run(context -> assertThat(context).hasNotFailed());
    withClient
        .withBean("own", SpanExporter.class, () -> spans)
        .run(context -> assertThat(context).hasNotFailed());
    assertThat(output).doesNotContain("define the settings of its client");
    withClient.run(context -> assertThat(context).hasNotFailed());
    assertThat(output).contains("define the settings of its client as a PhoenixSettings bean");
  }

  private static void assertAdvice(ApplicationContextRunner application, String text) {
    application.run(
        context -> {
          assertThat(context).hasNotFailed();
          String advice = context.getBean(TracingAdvice.class).advice();
          if (text == null) {
            assertThat(advice).isNull();
          } else {
            assertThat(advice).contains(text);
          }
        });
  }

  @Test
  void anApplicationWithoutAnEndpointSendsNothing() {
    application
        .withPropertyValues("phoenix.endpoint=")
        .run(
            context -> {
              PhoenixSpanExporter exporter = context.getBean(PhoenixSpanExporter.class);
              assertThat(exporter.export(List.of()).join(60, TimeUnit.SECONDS).isSuccess())
                  .isTrue();
            });
  }

  private static void observe(ObservationRegistry registry, String name) {
    Observation.createNotStarted(name, registry).observe(() -> {});
  }
}
