package io.github.phoenixkt.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.phoenixkt.PhoenixClient;
import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.PhoenixListener;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.RequestEvent;
import io.github.phoenixkt.annotations.AnnotationData;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.java.AsyncAnnotationQueue;
import io.github.phoenixkt.java.BlockingAnnotationQueue;
import io.github.phoenixkt.java.PhoenixAsyncClient;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.queue.AnnotationQueue;
import io.github.phoenixkt.queue.AnnotationQueueListener;
import io.github.phoenixkt.queue.AnnotationQueueOptions;
import io.github.phoenixkt.queue.NoteData;
import io.github.phoenixkt.queue.QueueOutcome;
import io.github.phoenixkt.queue.QueueStatus;
import io.github.phoenixkt.testing.FakePhoenix;
import io.github.phoenixkt.testing.FakeSpan;
import io.github.phoenixkt.testing.FakeTargetKind;
import io.github.phoenixkt.testing.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class ClientAutoConfigurationTest {
  private static final String SPAN = "00000000000000a1";

  private final ApplicationContextRunner application =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  PhoenixClientAutoConfiguration.class, PhoenixTracingAutoConfiguration.class));

  @Test
  void makesNoClientBeforeOneIsAskedFor() {
    application
        .withPropertyValues("phoenix.endpoint=http://localhost:1", "phoenix.project=chat")
        .run(
            context -> {
              for (String name :
                  List.of(
                      "phoenixSettings",
                      "phoenixQueueOptions",
                      "phoenixClient",
                      "phoenixAsyncClient",
                      "phoenixBlockingClient",
                      "phoenixAnnotationQueue",
                      "phoenixAsyncAnnotationQueue",
                      "phoenixBlockingAnnotationQueue")) {
                assertThat(context.getBeanFactory().containsSingleton(name)).as(name).isFalse();
              }
              assertThat(context).hasSingleBean(PhoenixAsyncClient.class);
              assertThat(context).hasSingleBean(PhoenixClient.class);
            });
  }

  @Test
  void everythingOfTheClientIsSetByProperties() {
    application
        .withPropertyValues(
            "phoenix.endpoint=http://localhost:7007/s/team",
            "phoenix.api-key=px-secret",
            "phoenix.headers.x-tenant=a",
            "phoenix.project=chat",
            "phoenix.max-concurrent-calls=3",
            "phoenix.timeouts.connect=1s",
            "phoenix.timeouts.request=2s",
            "phoenix.retry.max-attempts=2",
            "phoenix.retry.initial-delay=10ms",
            "phoenix.retry.multiplier=1.5",
            "phoenix.retry.max-delay=20ms",
            "phoenix.retry.max-retry-after=30ms",
            "phoenix.retry.total-timeout=9s",
            "phoenix.queue.max-rows=5",
            "phoenix.queue.max-bytes=2KB",
            "phoenix.queue.flush-rows=4",
            "phoenix.queue.flush-bytes=3KB",
            "phoenix.queue.flush-after=1ms",
            "phoenix.queue.await-target=3s",
            "phoenix.queue.max-age=4s",
            "phoenix.queue.request-timeout=6s",
            "phoenix.queue.drain-on-shutdown=true",
            "phoenix.queue.close-timeout=5s",
            "phoenix.queue.max-spool-bytes=1MB")
        .run(
            context -> {
              PhoenixSettings settings = context.getBean(PhoenixSettings.class);
              assertThat(settings.getEndpoint()).isEqualTo("http://localhost:7007/s/team");
              assertThat(settings.requestHeaders(java.util.Map.of()))
                  .containsEntry("Authorization", "Bearer px-secret")
                  .containsEntry("x-tenant", "a");
              assertThat(settings.getProject()).isEqualTo("chat");
              assertThat(settings.getMaxConcurrentCalls()).isEqualTo(3);
              assertThat(settings.getTimeouts().getConnect()).isEqualTo(Duration.ofSeconds(1));
              assertThat(settings.getTimeouts().getRequest()).isEqualTo(Duration.ofSeconds(2));
              assertThat(settings.getRetry().getMaxAttempts()).isEqualTo(2);
              assertThat(settings.getRetry().getInitialDelay()).isEqualTo(Duration.ofMillis(10));
              assertThat(settings.getRetry().getMultiplier()).isEqualTo(1.5);
              assertThat(settings.getRetry().getMaxDelay()).isEqualTo(Duration.ofMillis(20));
              assertThat(settings.getRetry().getMaxRetryAfter()).isEqualTo(Duration.ofMillis(30));
              assertThat(settings.getRetry().getTotalTimeout()).isEqualTo(Duration.ofSeconds(9));
              AnnotationQueueOptions queue = context.getBean(AnnotationQueueOptions.class);
              assertThat(queue.getMaxRows()).isEqualTo(5);
              assertThat(queue.getMaxBytes()).isEqualTo(2048);
              assertThat(queue.getFlushRows()).isEqualTo(4);
              assertThat(queue.getFlushBytes()).isEqualTo(3072);
              assertThat(queue.getFlushAfter()).isEqualTo(Duration.ofMillis(1));
              assertThat(queue.getAwaitTarget()).isEqualTo(Duration.ofSeconds(3));
              assertThat(queue.getMaxAge()).isEqualTo(Duration.ofSeconds(4));
              assertThat(queue.getRequestTimeout()).isEqualTo(Duration.ofSeconds(6));
              assertThat(queue.getCloseTimeout()).isEqualTo(Duration.ofSeconds(5));
              assertThat(queue.getDrainOnShutdown()).isTrue();
              assertThat(queue.getMaxSpoolBytes()).isEqualTo(1024 * 1024);
            });
  }

  @Test
  void namesOfTheEnvironmentAreBound() {
    application
        .withInitializer(
            context ->
                context
                    .getEnvironment()
                    .getPropertySources()
                    .addFirst(
                        new org.springframework.core.env.SystemEnvironmentPropertySource(
                            "test-systemEnvironment",
                            java.util.Map.of(
                                "PHOENIX_ENDPOINT", "http://localhost:7008",
                                "PHOENIX_API_KEY", "px-secret",
                                "PHOENIX_PROJECT", "chat"))))
        .run(
            context -> {
              PhoenixSettings settings = context.getBean(PhoenixSettings.class);
              assertThat(settings.getEndpoint()).isEqualTo("http://localhost:7008");
              assertThat(settings.getProject()).isEqualTo("chat");
              assertThat(settings.requestHeaders(java.util.Map.of()))
                  .containsEntry("Authorization", "Bearer px-secret");
            });
  }

  @Test
  void connectionDetailsReplaceWhatIsSetAndWhatIsLookedUp() {
    application
        .withPropertyValues("phoenix.endpoint=http://localhost:1", "phoenix.api-key=px-secret")
        .withSystemProperties("phoenix.api.key=px-other-secret")
        .withBean(PhoenixConnectionDetails.class, () -> () -> "http://localhost:7009")
        .run(
            context -> {
              PhoenixSettings settings = context.getBean(PhoenixSettings.class);
              assertThat(settings.getEndpoint()).isEqualTo("http://localhost:7009");
              assertThat(settings.requestHeaders(java.util.Map.of()))
                  .doesNotContainKey("Authorization");
            });
  }

  @Test
  void beansOfTheApplicationWin() {
    PhoenixSettings settings = PhoenixSettings.builder().endpoint("http://localhost:7010").build();
    try (PhoenixBlockingClient own = PhoenixBlockingClient.create(settings)) {
      application
          .withBean("own", PhoenixBlockingClient.class, () -> own)
          .run(
              context -> {
                assertThat(context.getBean(PhoenixBlockingClient.class)).isSameAs(own);
                assertThat(context).hasSingleBean(BlockingAnnotationQueue.class);
              });
    }
  }

  @Test
  void customizersAndAllListenersAreHeard() {
    List<String> heard = new CopyOnWriteArrayList<>();
    try (FakePhoenix phoenix = FakePhoenix.start()) {
      application
          .withPropertyValues("phoenix.endpoint=" + phoenix.endpoint())
          .withBean("failing", PhoenixListener.class, FailingListener::new)
          .withBean("first", PhoenixListener.class, () -> listener("first", heard))
          .withBean("second", PhoenixListener.class, () -> listener("second", heard))
          .withBean(PhoenixSettingsCustomizer.class, () -> it -> it.header("x-custom", "yes"))
          .run(
              context -> {
                context.getBean(PhoenixBlockingClient.class).projects().listPage();
                assertThat(heard).containsExactlyInAnyOrder("first 200", "second 200");
                assertThat(phoenix.requests().get(0).header("x-custom")).isEqualTo("yes");
              });
    }
  }

  @Test
  void allQueueListenersAreToldOfEachAnnotationAndNote() {
    List<String> told = new CopyOnWriteArrayList<>();
    try (FakePhoenix phoenix = FakePhoenix.start()) {
      phoenix.addSpan(FakeSpan.of(SPAN));
      application
          .withPropertyValues("phoenix.endpoint=" + phoenix.endpoint())
          .withBean("failing", AnnotationQueueListener.class, FailingQueueListener::new)
          .withBean("first", AnnotationQueueListener.class, () -> queueListener("first", told))
          .withBean("second", AnnotationQueueListener.class, () -> queueListener("second", told))
          .run(
              context -> {
                var queue = context.getBean(BlockingAnnotationQueue.class);
                queue.offer(SpanAnnotationData.builder(SPAN, "thumbs").label("up").build());
                queue.offer(NoteData.ofSpan(SPAN, "a note"));
              });
      assertThat(told)
          .containsExactlyInAnyOrder(
              "first thumbs", "second thumbs", "first a note", "second a note");
    }
  }

  @Test
  void theQueueIsDrainedWhenTheApplicationEnds() {
    try (FakePhoenix phoenix = FakePhoenix.start()) {
      phoenix.addSpan(FakeSpan.of(SPAN));
      application
          .withPropertyValues(
              "phoenix.endpoint=" + phoenix.endpoint(),
              "phoenix.queue.flush-after=1h",
              "phoenix.queue.max-age=2h")
          .run(
              context -> {
                var annotation = SpanAnnotationData.builder(SPAN, "thumbs").label("up").build();
                var offer = context.getBean(BlockingAnnotationQueue.class).offer(annotation);
                assertThat(offer.getAccepted()).isTrue();
                assertThat(phoenix.annotations(FakeTargetKind.SPAN)).isEmpty();
              });
      assertThat(phoenix.annotations(FakeTargetKind.SPAN)).hasSize(1);
    }
  }

  /** As Spring's test framework pauses contexts, and as checkpoints do. */
  @Test
  void aStoppedApplicationHasSentItsRowsAndTakesOthersOnceItIsStartedAgain() {
    try (FakePhoenix phoenix = FakePhoenix.start()) {
      phoenix.addSpan(FakeSpan.of(SPAN));
      application
          .withPropertyValues(
              "phoenix.endpoint=" + phoenix.endpoint(),
              "phoenix.queue.flush-after=1h",
              "phoenix.queue.max-age=2h")
          .run(
              context -> {
                var queue = context.getBean(BlockingAnnotationQueue.class);
                var lifecycle = context.getSourceApplicationContext();
                for (int i = 1; i <= 2; i++) {
                  queue.offer(SpanAnnotationData.builder(SPAN, "thumbs" + i).label("up").build());
                  lifecycle.stop();
                  assertThat(phoenix.annotations(FakeTargetKind.SPAN)).hasSize(i);
                  assertThat(queue.state().getStatus()).isNotEqualTo(QueueStatus.CLOSED);
                  lifecycle.start();
                }
                var offer =
                    queue.offer(SpanAnnotationData.builder(SPAN, "last").label("up").build());
                assertThat(offer.getAccepted()).isTrue();
              });
      assertThat(phoenix.annotations(FakeTargetKind.SPAN)).hasSize(3);
    }
  }

  @Test
  void aChildThatEndsLeavesTheQueueOfItsParentOpen() {
    application
        .withPropertyValues("phoenix.endpoint=http://127.0.0.1:1")
        .run(
            context -> {
              var queue = context.getBean(BlockingAnnotationQueue.class);
              new ApplicationContextRunner()
                  .withParent(context)
                  .run(child -> assertThat(child).hasNotFailed());
              assertThat(queue.state().getStatus()).isNotEqualTo(QueueStatus.CLOSED);
            });
  }

  @Test
  void theQueueIsDrainedWhicheverFormOfItWasUsed() {
    try (FakePhoenix phoenix = FakePhoenix.start()) {
      phoenix.addSpan(FakeSpan.of(SPAN));
      for (Class<?> form : List.of(AnnotationQueue.class, AsyncAnnotationQueue.class)) {
        application
            .withPropertyValues(
                "phoenix.endpoint=" + phoenix.endpoint(),
                "phoenix.queue.flush-after=1h",
                "phoenix.queue.max-age=2h")
            .run(
                context -> {
                  var annotation =
                      SpanAnnotationData.builder(SPAN, form.getSimpleName()).label("up").build();
                  var offer =
                      context.getBean(form) instanceof AsyncAnnotationQueue async
                          ? async.offer(annotation)
                          : context.getBean(AnnotationQueue.class).offer(annotation);
                  assertThat(offer.getAccepted()).isTrue();
                });
      }
      assertThat(phoenix.annotations(FakeTargetKind.SPAN)).hasSize(2);
    }
  }

  @Test
  void theFormsAreOfOneQueue() {
    application
        .withPropertyValues(
            "phoenix.endpoint=http://127.0.0.1:1",
            "phoenix.queue.flush-after=1h",
            "phoenix.queue.max-age=2h",
            "phoenix.queue.close-timeout=1ms")
        .run(
            context -> {
              var annotation = SpanAnnotationData.builder(SPAN, "thumbs").label("up").build();
              context.getBean(AnnotationQueue.class).offer(annotation);
              // What health, meters and the drain see, before there is another form.
              Queues queues = context.getBean(Queues.class);
              assertThat(queues.open())
                  .singleElement()
                  .satisfies(it -> assertThat(it.state().getRows()).isOne());
              assertThat(context.getBean(AsyncAnnotationQueue.class).state().getRows()).isOne();
              assertThat(context.getBean(BlockingAnnotationQueue.class).state().getRows()).isOne();
              assertThat(queues.open()).hasSize(1);
            });
  }

  @Test
  void aClientOfTheApplicationHasTheQueue() {
    PhoenixSettings settings = PhoenixSettings.builder().endpoint("http://localhost:7010").build();
    try (PhoenixBlockingClient own = PhoenixBlockingClient.create(settings)) {
      application
          .withBean("own", PhoenixBlockingClient.class, () -> own)
          .run(
              context ->
                  assertThat(context)
                      .hasSingleBean(BlockingAnnotationQueue.class)
                      .doesNotHaveBean(AnnotationQueue.class)
                      .doesNotHaveBean(AsyncAnnotationQueue.class));
    }
  }

  @Test
  void aQueueOfTheApplicationIsTheOnlyOne() {
    PhoenixSettings settings = PhoenixSettings.builder().endpoint("http://localhost:7010").build();
    try (PhoenixClient own = PhoenixClient.create(settings)) {
      AnnotationQueue queue = own.annotationQueue(AnnotationQueueOptions.builder().build());
      application
          .withBean("own", AnnotationQueue.class, () -> queue)
          .run(
              context -> {
                assertThat(context.getBean(AnnotationQueue.class)).isSameAs(queue);
                assertThat(context.getBean(Queues.class).names()).containsExactly("own");
                context.getBean(BlockingAnnotationQueue.class).close();
              });
      assertThat(queue.getState().getStatus()).isEqualTo(QueueStatus.CLOSED);
      application
          .withBean(
              "own",
              BlockingAnnotationQueue.class,
              () -> PhoenixBlockingClient.of(own).annotationQueueOf(queue))
          .run(
              context ->
                  assertThat(context)
                      .hasSingleBean(BlockingAnnotationQueue.class)
                      .doesNotHaveBean(AnnotationQueue.class)
                      .doesNotHaveBean(AsyncAnnotationQueue.class));
    }
  }

  @Test
  void anApplicationWhosePhoenixIsAwayStartsAndEnds() {
    application
        .withPropertyValues(
            "phoenix.endpoint=http://127.0.0.1:1", "phoenix.queue.close-timeout=10ms")
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              var annotation = SpanAnnotationData.builder(SPAN, "thumbs").label("up").build();
              context.getBean(BlockingAnnotationQueue.class).offer(annotation);
            });
  }

  @Test
  void theWarningAtTheEndAsksForASpoolOnlyIfThereIsNone(
      CapturedOutput output, @TempDir Path folder) {
    endWithARowIn(application);
    assertThat(output)
        .contains("has not confirmed 1 annotation or note")
        .contains("To keep such rows on disk, set phoenix.queue.spool.");
    int before = output.length();
    endWithARowIn(application.withPropertyValues("phoenix.queue.spool=" + folder));
    assertThat(output.toString().substring(before))
        .contains("All of it is in the spool, and the next start sends it.")
        .doesNotContain("set phoenix.queue.spool");
  }

  private static void endWithARowIn(ApplicationContextRunner application) {
    application
        .withPropertyValues(
            "phoenix.endpoint=http://127.0.0.1:1", "phoenix.queue.close-timeout=10ms")
        .run(
            context ->
                context
                    .getBean(BlockingAnnotationQueue.class)
                    .offer(SpanAnnotationData.builder(SPAN, "thumbs").label("up").build()));
  }

  @Test
  void withoutAnEndpointAllIsThere() {
    application.run(
        context -> {
          assertThat(context).hasNotFailed().hasSingleBean(PhoenixBlockingClient.class);
          assertThat(context.getBean(PhoenixSettings.class).getEndpointGiven()).isFalse();
        });
  }

  @Test
  void aWrongKeyIsTheErrorOfTheCall() {
    try (FakePhoenix phoenix = FakePhoenix.builder().apiKey(Role.MEMBER, "right-key-1").start()) {
      application
          .withPropertyValues(
              "phoenix.endpoint=" + phoenix.endpoint(), "phoenix.api-key=wrong-key-1")
          .run(
              context -> {
                PhoenixBlockingClient client = context.getBean(PhoenixBlockingClient.class);
                org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> client.projects().listPage())
                    .isInstanceOf(PhoenixException.Unauthorized.class)
                    .hasMessageNotContaining("wrong-key-1");
              });
    }
  }

  @Test
  void anEndpointThatCannotBeUsedFailsTheStartWithItsReason() {
    application
        .withPropertyValues("phoenix.endpoint=ftp://somewhere")
        .run(
            context ->
                assertThat(context)
                    .hasFailed()
                    .getFailure()
                    .hasMessageContaining("ftp://somewhere")
                    .hasMessageContaining("cannot be used as the Phoenix endpoint"));
  }

  @Test
  void aPropertyThatCannotBeUsedFailsTheStart() {
    for (String wrong :
        List.of(
            "phoenix.endpoint=http://",
            "phoenix.endpoint=http://localhost:99999",
            "phoenix.api-key=two\nlines",
            "phoenix.headers.x-tenant=two\nlines",
            "phoenix.max-concurrent-calls=0",
            "phoenix.timeouts.connect=-1s",
            "phoenix.retry.max-attempts=0",
            "phoenix.queue.max-rows=0",
            "phoenix.queue.flush-after=-1s",
            "phoenix.ssl.bundle=unknown")) {
      application
          .withPropertyValues("phoenix.endpoint=http://localhost:1", "phoenix.project=chat")
          .withPropertyValues(wrong)
          .run(context -> assertThat(context).as(wrong).hasFailed());
    }
  }

  @Test
  void whatTheStartKnowsIsWhatTheSettingsSay() {
    for (String endpoint :
        List.of(
            "http://localhost:6006",
            "https://phoenix.example.org/s/team",
            "http://localhost:6006/",
            "localhost:6006",
            " http://localhost:6006 ",
            "http://localhost:6006/v1/traces",
            "HTTP://LOCALHOST:6006",
            "http://[::1]:6006")) {
      application
          .withPropertyValues("phoenix.endpoint=" + endpoint, "phoenix.project= chat ")
          .run(
              context -> {
                Destination destination = context.getBean(Destination.class);
                PhoenixSettings settings = context.getBean(PhoenixSettings.class);
                assertThat(destination.endpoint()).isEqualTo(settings.getEndpoint());
                assertThat(destination.project()).isEqualTo(settings.getProject());
                assertThat(destination.isGiven()).isEqualTo(settings.getEndpointGiven());
              });
    }
  }

  @Test
  void doesWithoutTheLibraryAndWithoutOpenTelemetry() {
    application
        .withClassLoader(new FilteredClassLoader("io.github.phoenixkt.java"))
        .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(PhoenixSettings.class));
    application
        .withClassLoader(
            new FilteredClassLoader("io.opentelemetry", "io.github.phoenixkt.opentelemetry"))
        .run(
            context ->
                assertThat(context)
                    .hasNotFailed()
                    .hasSingleBean(PhoenixBlockingClient.class)
                    .doesNotHaveBean("phoenixSpanFeedback"));
  }

  private static PhoenixListener listener(String name, List<String> heard) {
    return new PhoenixListener() {
      @Override
      public void onRequest(RequestEvent event) {
        heard.add(name + " " + event.getStatus());
      }
    };
  }

  private static AnnotationQueueListener queueListener(String name, List<String> told) {
    return new AnnotationQueueListener() {
      @Override
      public void onOutcome(AnnotationData annotation, QueueOutcome outcome) {
        told.add(name + " " + annotation.getName());
      }

      @Override
      public void onNoteOutcome(NoteData note, QueueOutcome outcome) {
        told.add(name + " " + note.getNote());
      }
    };
  }

  private static final class FailingQueueListener implements AnnotationQueueListener {
    @Override
    public void onOutcome(AnnotationData annotation, QueueOutcome outcome) {
      throw new NoClassDefFoundError("a fault of the application");
    }
  }

  private static final class FailingListener implements PhoenixListener {
    @Override
    public void onRequest(RequestEvent event) {
      throw new IllegalStateException("a fault of the application");
    }
  }
}
