package io.github.phoenixkt.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.phoenixkt.PhoenixClient;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.java.AsyncAnnotationQueue;
import io.github.phoenixkt.java.BlockingAnnotationQueue;
import io.github.phoenixkt.java.PhoenixAsyncClient;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.queue.AnnotationQueue;
import io.github.phoenixkt.queue.AnnotationQueueOptions;
import io.github.phoenixkt.testing.FakePhoenix;
import io.github.phoenixkt.testing.FakeSpan;
import io.github.phoenixkt.testing.FakeTargetKind;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;

/** Applications with two servers: two clients, or two settings, and none of them primary. */
@ExtendWith(OutputCaptureExtension.class)
class SeveralClientsTest {
  private static final String SPAN = "00000000000000a1";
  private static final AnnotationQueueOptions LATE =
      AnnotationQueueOptions.builder()
          .flushAfter(Duration.ofHours(1))
          .maxAge(Duration.ofHours(2))
          .build();

  private final ApplicationContextRunner application =
      new ApplicationContextRunner()
          .withPropertyValues("phoenix.health.timeout=60s", "phoenix.queue.close-timeout=60s")
          .withConfiguration(
              AutoConfigurations.of(
                  PhoenixClientAutoConfiguration.class,
                  PhoenixTracingAutoConfiguration.class,
                  PhoenixHealthBoot3AutoConfiguration.class,
                  PhoenixMetricsAutoConfiguration.class,
                  PhoenixInfoAutoConfiguration.class));

  private static PhoenixSettings settings(FakePhoenix phoenix) {
    return PhoenixSettings.builder().endpoint(phoenix.endpoint()).build();
  }

  private static SpanAnnotationData annotation(String name) {
    return SpanAnnotationData.builder(SPAN, name).label("up").build();
  }

  private static Health health(ApplicationContext context, String name) {
    return context.getBean(name + "HealthIndicator", HealthIndicator.class).health();
  }

  private ApplicationContextRunner withTwoClients(FakePhoenix phoenix) {
    return application
        .withBean("one", PhoenixClient.class, () -> PhoenixClient.create(settings(phoenix)))
        .withBean("two", PhoenixClient.class, () -> PhoenixClient.create(settings(phoenix)));
  }

  @Test
  void aQueueOfOneOfTwoClientsIsSeenAndDrained() {
    try (FakePhoenix phoenix = FakePhoenix.start()) {
      phoenix.addSpan(FakeSpan.of(SPAN));
      AnnotationQueue[] queues = new AnnotationQueue[2];
      withTwoClients(phoenix)
          .withInitializer(
              context ->
                  ((org.springframework.context.support.GenericApplicationContext) context)
                      .registerBean(
                          "queue",
                          AnnotationQueue.class,
                          () -> context.getBean("two", PhoenixClient.class).annotationQueue(LATE),
                          definition -> definition.setDestroyMethodName("")))
          .run(
              context -> {
                assertThat(context).hasNotFailed().doesNotHaveBean(PhoenixBlockingClient.class);
                MeterRegistry meters = new SimpleMeterRegistry();
                context.getBean(MeterBinder.class).bindTo(meters);
                queues[0] = context.getBean(AnnotationQueue.class);
                assertThat(queues[0].offer(annotation("seen")).getAccepted()).isTrue();
                assertThat(health(context, "phoenixQueue").getDetails()).containsEntry("rows", 1);
                assertThat(meters.get("phoenix.queue.rows").gauge().value()).isOne();
                context.getBean(QueueDrain.class).stop();
                assertThat(phoenix.annotations(FakeTargetKind.SPAN)).hasSize(1);
              });
    }
  }

  @Test
  void anAsyncQueueIsSeenAndDrained() {
    try (FakePhoenix phoenix = FakePhoenix.start();
        PhoenixAsyncClient own = PhoenixAsyncClient.create(settings(phoenix))) {
      phoenix.addSpan(FakeSpan.of(SPAN));
      application
          .withBean("own", AsyncAnnotationQueue.class, () -> own.annotationQueue(LATE))
          .run(
              context -> {
                assertThat(context).hasNotFailed();
                context.getBean(AsyncAnnotationQueue.class).offer(annotation("seen"));
                assertThat(health(context, "phoenixQueue").getDetails()).containsEntry("rows", 1);
                context.getBean(QueueDrain.class).stop();
                assertThat(phoenix.annotations(FakeTargetKind.SPAN)).hasSize(1);
              });
    }
  }

  @Test
  void allQueuesAreDrained() {
    try (FakePhoenix phoenix = FakePhoenix.start();
        PhoenixClient own = PhoenixClient.create(settings(phoenix))) {
      phoenix.addSpan(FakeSpan.of(SPAN));
      application
          .withBean("first", AnnotationQueue.class, () -> own.annotationQueue(LATE))
          .withBean("second", AnnotationQueue.class, () -> own.annotationQueue(LATE))
          .run(
              context -> {
                assertThat(context).hasNotFailed();
                context
                    .getBeansOfType(AnnotationQueue.class)
                    .forEach((name, queue) -> queue.offer(annotation(name)));
                context.getBean(QueueDrain.class).stop();
                assertThat(phoenix.annotations(FakeTargetKind.SPAN)).hasSize(2);
              });
    }
  }

  /** An application's executors are shut down before its queues are drained. */
  @Test
  void aQueueWhoseExecutorIsShutDownDoesNotKeepTheOtherFromBeingDrained(CapturedOutput output) {
    try (FakePhoenix phoenix = FakePhoenix.start();
        PhoenixAsyncClient own = PhoenixAsyncClient.create(settings(phoenix))) {
      phoenix.addSpan(FakeSpan.of(SPAN));
      withTwoAsyncQueues(own.withExecutor(shutDownPool()), own)
          .run(
              context -> {
                offerToEach(context, "before the stop");
                context.getBean(QueueDrain.class).stop();
                assertThat(phoenix.annotations(FakeTargetKind.SPAN)).hasSize(2);
                context.getBean(QueueDrain.class).start();
                offerToEach(context, "before the end");
              });
      assertThat(phoenix.annotations(FakeTargetKind.SPAN)).hasSize(4);
      assertThat(output).doesNotContain("could not be drained", "has not confirmed");
    }
  }

  @Test
  void theLossOfAQueueWhoseExecutorIsShutDownIsTold(CapturedOutput output) {
    PhoenixSettings nowhere = PhoenixSettings.builder().endpoint("http://127.0.0.1:1").build();
    try (PhoenixAsyncClient own = PhoenixAsyncClient.create(nowhere)) {
      withTwoAsyncQueues(own.withExecutor(shutDownPool()), own)
          .withPropertyValues("phoenix.queue.close-timeout=10ms")
          .run(context -> offerToEach(context, "lost"));
      assertThat(output.toString().split("has not confirmed 1 annotation or note", -1)).hasSize(3);
    }
  }

  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
  void aQueueWhoseExecutorRunsNothingIsNotWaitedForWithoutEnd() {
    try (FakePhoenix phoenix = FakePhoenix.start();
        PhoenixAsyncClient own = PhoenixAsyncClient.create(settings(phoenix))) {
      phoenix.addSpan(FakeSpan.of(SPAN));
      withTwoAsyncQueues(own.withExecutor(task -> {}), own)
          .withPropertyValues("phoenix.queue.close-timeout=5s")
          .run(context -> offerToEach(context, "before the end"));
      assertThat(phoenix.annotations(FakeTargetKind.SPAN)).hasSize(2);
    }
  }

  /** Nothing else closes these queues. */
  @ParameterizedTest
  @ValueSource(strings = {"stop", "stop stop", "stop start", "stop start stop", "start stop"})
  void whatIsOfferedAfterAStopIsDrainedAtTheEnd(String steps, CapturedOutput output) {
    try (FakePhoenix phoenix = FakePhoenix.start();
        PhoenixAsyncClient own = PhoenixAsyncClient.create(settings(phoenix))) {
      phoenix.addSpan(FakeSpan.of(SPAN));
      withTwoAsyncQueues(own, own)
          .run(
              context -> {
                offerToEach(context, "before");
                for (String step : steps.split(" ")) {
                  if (step.equals("stop")) {
                    context.getSourceApplicationContext().stop();
                    assertThat(phoenix.annotations(FakeTargetKind.SPAN)).hasSize(2);
                  } else {
                    context.getSourceApplicationContext().start();
                  }
                }
                offerToEach(context, "afterwards");
              });
      assertThat(phoenix.annotations(FakeTargetKind.SPAN)).hasSize(4);
      assertThat(output).doesNotContain("could not be drained", "has not confirmed");
    }
  }

  /** The rows that are left are counted as at any other end. */
  @Test
  void theLossAtTheEndOfAStoppedApplicationIsTold(CapturedOutput output) {
    PhoenixSettings nowhere = PhoenixSettings.builder().endpoint("http://127.0.0.1:1").build();
    try (PhoenixAsyncClient own = PhoenixAsyncClient.create(nowhere)) {
      withTwoAsyncQueues(own, own)
          .withPropertyValues("phoenix.queue.close-timeout=10ms")
          .run(
              context -> {
                context.getSourceApplicationContext().stop();
                offerToEach(context, "lost");
              });
      assertThat(output.toString().split("has not confirmed 1 annotation or note", -1)).hasSize(3);
    }
  }

  private static ExecutorService shutDownPool() {
    ExecutorService pool = Executors.newSingleThreadExecutor();
    pool.shutdown();
    return pool;
  }

  private ApplicationContextRunner withTwoAsyncQueues(
      PhoenixAsyncClient first, PhoenixAsyncClient second) {
    return application
        .withBean(
            "first",
            AsyncAnnotationQueue.class,
            () -> first.annotationQueue(LATE),
            definition -> definition.setDestroyMethodName(""))
        .withBean(
            "second",
            AsyncAnnotationQueue.class,
            () -> second.annotationQueue(LATE),
            definition -> definition.setDestroyMethodName(""));
  }

  private static void offerToEach(ApplicationContext context, String when) {
    context
        .getBeansOfType(AsyncAnnotationQueue.class)
        .forEach((name, queue) -> queue.offer(annotation(name + " " + when)));
  }

  @ParameterizedTest
  @ValueSource(
      classes = {PhoenixClient.class, PhoenixAsyncClient.class, PhoenixBlockingClient.class})
  void noQueueIsAddedToTwoAndAllShowThemByName(Class<?> formOfClient) {
    try (FakePhoenix phoenix = FakePhoenix.start();
        PhoenixClient own = PhoenixClient.create(settings(phoenix))) {
      ApplicationContextRunner withQueues =
          application
              .withPropertyValues("phoenix.queue.close-timeout=10ms")
              .withBean("roomy", AnnotationQueue.class, () -> own.annotationQueue(LATE))
              .withBean(
                  "narrow",
                  AnnotationQueue.class,
                  () -> own.annotationQueue(LATE.toBuilder().maxRows(1).build()));
      withClient(withQueues, formOfClient, own).run(SeveralClientsTest::assertOnlyTheTwoQueues);
    }
  }

  private static ApplicationContextRunner withClient(
      ApplicationContextRunner application, Class<?> form, PhoenixClient client) {
    if (form == PhoenixClient.class) {
      return application.withBean("client", PhoenixClient.class, () -> client);
    }
    return form == PhoenixAsyncClient.class
        ? application.withBean(PhoenixAsyncClient.class, () -> PhoenixAsyncClient.of(client))
        : application.withBean(PhoenixBlockingClient.class, () -> PhoenixBlockingClient.of(client));
  }

  private static void assertOnlyTheTwoQueues(AssertableApplicationContext context) {
    assertThat(context)
        .hasNotFailed()
        .doesNotHaveBean(BlockingAnnotationQueue.class)
        .doesNotHaveBean(AsyncAnnotationQueue.class)
        .getBeans(AnnotationQueue.class)
        .containsOnlyKeys("roomy", "narrow");
    MeterRegistry meters = new SimpleMeterRegistry();
    context.getBean(MeterBinder.class).bindTo(meters);
    assertThat(health(context, "phoenixQueue").getStatus()).isEqualTo(Status.UP);

    AnnotationQueue narrow = context.getBean("narrow", AnnotationQueue.class);
    assertThat(narrow.offer(annotation("seen")).getAccepted()).isTrue();
    assertThat(narrow.offer(annotation("too many")).getAccepted()).isFalse();

    Health health = health(context, "phoenixQueue");
    assertThat(health.getStatus()).isEqualTo(Status.DOWN);
    assertThat(health.getDetails())
        .containsOnlyKeys("roomy", "narrow")
        .hasEntrySatisfying("roomy", it -> assertThat(it.toString()).contains("rows=0"))
        .hasEntrySatisfying("narrow", it -> assertThat(it.toString()).contains("rows=1", "FULL"));
    for (String name : List.of("phoenix.queue.rows", "phoenix.queue.bytes")) {
      assertThat(meters.get(name).tag("queue", "roomy").gauge().value()).isZero();
      assertThat(meters.get(name).tag("queue", "narrow").gauge().value()).isPositive();
    }
  }

  @Test
  void severalOptionsDoNotKeepTheQueueFromBeingDrained() {
    try (FakePhoenix phoenix = FakePhoenix.start();
        PhoenixClient own = PhoenixClient.create(settings(phoenix))) {
      phoenix.addSpan(FakeSpan.of(SPAN));
      application
          .withBean("late", AnnotationQueueOptions.class, () -> LATE)
          .withBean("later", AnnotationQueueOptions.class, () -> LATE)
          .withBean("queue", AnnotationQueue.class, () -> own.annotationQueue(LATE))
          .run(
              context -> {
                assertThat(context).hasNotFailed();
                context.getBean(AnnotationQueue.class).offer(annotation("seen"));
                context.getBean(QueueDrain.class).stop();
                assertThat(phoenix.annotations(FakeTargetKind.SPAN)).hasSize(1);
              });
    }
  }

  @Test
  void twoSettingsLetTheApplicationStart() {
    try (FakePhoenix phoenix = FakePhoenix.start()) {
      ApplicationContextRunner two =
          withTwoClients(phoenix)
              .withBean("a", PhoenixSettings.class, () -> settings(phoenix))
              .withBean(
                  "b",
                  PhoenixSettings.class,
                  () -> PhoenixSettings.builder().endpoint("http://b.example.org").build());
      two.run(
          context -> {
            assertThat(context).hasNotFailed();
            assertThat(context.getBean(Destination.class).isGiven()).isFalse();
            Info.Builder info = new Info.Builder();
            context.getBean(InfoContributor.class).contribute(info);
            assertThat(info.build().getDetails().get("phoenix"))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
                .containsOnlyKeys("a", "b")
                .extractingByKey("b")
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
                .containsEntry("endpoint", "http://b.example.org");
          });
      two.withPropertyValues(
              "phoenix.endpoint=http://spans.example.org", "phoenix.retry.max-attempts=2")
          .run(
              context -> {
                Destination destination = context.getBean(Destination.class);
                assertThat(destination.endpoint()).isEqualTo("http://spans.example.org");
                assertThat(destination.settings().getEndpoint())
                    .isEqualTo("http://spans.example.org");
              });
    }
  }

  @Test
  void withTwoSettingsAndNoClientThereIsNoClient() {
    application
        .withBean("a", PhoenixSettings.class, () -> PhoenixSettings.builder().build())
        .withBean("b", PhoenixSettings.class, () -> PhoenixSettings.builder().build())
        .run(
            context ->
                assertThat(context)
                    .hasNotFailed()
                    .doesNotHaveBean(PhoenixClient.class)
                    .doesNotHaveBean(AnnotationQueue.class));
  }

  @Test
  void theHealthOfOneOfSeveralClientsIsUnknown() {
    try (FakePhoenix phoenix = FakePhoenix.start()) {
      withTwoClients(phoenix)
          .withPropertyValues("phoenix.endpoint=" + phoenix.endpoint())
          .run(
              context -> {
                Health health = health(context, "phoenix");
                assertThat(health.getStatus()).isEqualTo(Status.UNKNOWN);
                assertThat(health.getDetails().get("reason").toString()).contains("@Primary");
              });
      application
          .withPropertyValues("phoenix.endpoint=" + phoenix.endpoint())
          .withBean(
              "three",
              PhoenixBlockingClient.class,
              () -> PhoenixBlockingClient.create(settings(phoenix)))
          .withBean(
              "four",
              PhoenixBlockingClient.class,
              () -> PhoenixBlockingClient.create(settings(phoenix)))
          .run(
              context ->
                  assertThat(health(context, "phoenix").getStatus()).isEqualTo(Status.UNKNOWN));
    }
  }

  @Test
  void aPrimaryClientIsTheOne() {
    try (FakePhoenix phoenix = FakePhoenix.start()) {
      withTwoClients(phoenix)
          .withPropertyValues("phoenix.endpoint=" + phoenix.endpoint())
          .withBean(
              "main",
              PhoenixClient.class,
              () -> PhoenixClient.create(settings(phoenix)),
              definition -> definition.setPrimary(true))
          .run(context -> assertThat(health(context, "phoenix").getStatus()).isEqualTo(Status.UP));
    }
  }

  @Test
  void anAsyncQueueIsMadeOnlyForTheOneAsyncClient() {
    try (FakePhoenix phoenix = FakePhoenix.start();
        PhoenixClient own = PhoenixClient.create(settings(phoenix))) {
      application
          .withBean("queue", AnnotationQueue.class, () -> own.annotationQueue(LATE))
          .withBean("a", PhoenixAsyncClient.class, () -> PhoenixAsyncClient.of(own))
          .withBean("b", PhoenixAsyncClient.class, () -> PhoenixAsyncClient.of(own))
          .run(
              context -> {
                assertThat(context).hasNotFailed();
                Map<String, AsyncAnnotationQueue> queues =
                    context.getBeansOfType(AsyncAnnotationQueue.class);
                assertThat(queues.values())
                    .allSatisfy(queue -> assertThat(queue.state().getRows()).isZero());
              });
    }
  }
}
