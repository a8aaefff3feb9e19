package io.github.phoenixkt.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.phoenixkt.PhoenixClient;
import io.github.phoenixkt.PhoenixListener;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.java.BlockingAnnotationQueue;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.queue.QueueState;
import io.github.phoenixkt.testing.FakePhoenix;
import io.github.phoenixkt.testing.FakeSpan;
import io.github.phoenixkt.testing.Fault;
import io.github.phoenixkt.testing.Role;
import io.github.phoenixkt.upload.UploadOptions;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

class ActuatorTest {
  private static final String SPAN = "00000000000000a1";

  private final ApplicationContextRunner application =
      new ApplicationContextRunner()
          .withPropertyValues("phoenix.health.timeout=60s")
          .withConfiguration(
              AutoConfigurations.of(
                  PhoenixClientAutoConfiguration.class,
                  PhoenixHealthBoot3AutoConfiguration.class,
                  PhoenixMetricsAutoConfiguration.class,
                  PhoenixInfoAutoConfiguration.class));

  private static Health health(ApplicationContext context, String name) {
    return context.getBean(name + "HealthIndicator", HealthIndicator.class).health();
  }

  @Test
  void healthIsUpWherePhoenixTakesTheKey() {
    try (FakePhoenix phoenix = FakePhoenix.builder().apiKey(Role.MEMBER, "right-key-1").start()) {
      application
          .withPropertyValues(
              "phoenix.endpoint=" + phoenix.endpoint(), "phoenix.api-key=right-key-1")
          .run(context -> assertThat(health(context, "phoenix").getStatus()).isEqualTo(Status.UP));
    }
  }

  @Test
  void aWrongKeyIsDownWithTheReasonAndWithoutTheKey() {
    try (FakePhoenix phoenix = FakePhoenix.builder().apiKey(Role.MEMBER, "right-key-1").start()) {
      application
          .withPropertyValues(
              "phoenix.endpoint=" + phoenix.endpoint(), "phoenix.api-key=wrong-key-1")
          .run(
              context -> {
                Health health = health(context, "phoenix");
                assertThat(health.getStatus()).isEqualTo(Status.DOWN);
                assertThat(health.getDetails().get("error").toString()).contains("401");
                assertThat(health.toString()).doesNotContain("wrong-key-1");
              });
    }
  }

  @Test
  void oneAttemptIsMadeForTheHealth() {
    try (FakePhoenix phoenix = FakePhoenix.start()) {
      phoenix.failNext(Fault.status(503), Fault.status(503));
      application
          .withPropertyValues("phoenix.endpoint=" + phoenix.endpoint())
          .run(
              context -> {
                assertThat(health(context, "phoenix").getStatus()).isEqualTo(Status.DOWN);
                assertThat(phoenix.faultsLeft()).isEqualTo(1);
              });
    }
  }

  @Test
  void aPhoenixThatIsAwayIsDownWithTheReason() {
    application
        .withPropertyValues("phoenix.endpoint=http://127.0.0.1:1")
        .run(
            context -> {
              Health health = health(context, "phoenix");
              assertThat(health.getStatus()).isEqualTo(Status.DOWN);
              assertThat(health.getDetails().get("error").toString()).contains("127.0.0.1:1");
            });
  }

  @Test
  void aClientOfTheApplicationIsDownWithItsReasonAndWithoutTheEndpointOfTheProperties() {
    application
        .withPropertyValues("phoenix.endpoint=http://127.0.0.1:2")
        .withBean(
            PhoenixBlockingClient.class,
            () ->
                PhoenixBlockingClient.create(
                    PhoenixSettings.builder().endpoint("http://127.0.0.1:1").build()))
        .run(
            context -> {
              Health health = health(context, "phoenix");
              assertThat(health.getStatus()).isEqualTo(Status.DOWN);
              assertThat(health.toString()).contains("127.0.0.1:1").doesNotContain("127.0.0.1:2");
            });
  }

  @Test
  void aClientOfTheApplicationThatThrowsIsDown() {
    PhoenixBlockingClient broken =
        (PhoenixBlockingClient)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {PhoenixBlockingClient.class},
                (proxy, method, arguments) -> {
                  throw new UnsupportedOperationException("no " + method.getName());
                });
    application
        .withBean(
            "broken",
            PhoenixBlockingClient.class,
            () -> broken,
            definition -> definition.setDestroyMethodName(""))
        .run(
            context -> {
              Health health = health(context, "phoenix");
              assertThat(health.getStatus()).isEqualTo(Status.DOWN);
              assertThat(health.getDetails()).containsEntry("error", "no withOptions");
            });
  }

  @Test
  void aClientThatCannotBeCreatedIsDownWithTheReason() {
    application
        .withPropertyValues("phoenix.endpoint=http://127.0.0.1:1")
        .withBean(
            "own",
            PhoenixClient.class,
            () -> {
              throw new IllegalStateException("libraries that are too old");
            },
            definition -> definition.setLazyInit(true))
        .run(
            context -> {
              Health health = health(context, "phoenix");
              assertThat(health.getStatus()).isEqualTo(Status.DOWN);
              assertThat(health.getDetails()).containsEntry("error", "libraries that are too old");
            });
  }

  @Test
  void withoutAnEndpointTheHealthIsUnknown() {
    application.run(
        context -> assertThat(health(context, "phoenix").getStatus()).isEqualTo(Status.UNKNOWN));
  }

  @Test
  void indicatorsCanBeSwitchedOff() {
    application
        .withPropertyValues(
            "management.health.phoenix.enabled=false",
            "management.health.phoenix-queue.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean(HealthIndicator.class));
  }

  @Test
  void theHealthOfTheQueueMakesNoneAndThenShowsIt() {
    try (FakePhoenix phoenix = FakePhoenix.start()) {
      phoenix.addSpan(FakeSpan.of(SPAN));
      application
          .withPropertyValues(
              "phoenix.endpoint=" + phoenix.endpoint(),
              "phoenix.queue.max-rows=1",
              "phoenix.queue.flush-after=1h",
              "phoenix.queue.flush-rows=9",
              "phoenix.queue.max-age=2h")
          .run(
              context -> {
                assertThat(health(context, "phoenixQueue").getStatus()).isEqualTo(Status.UP);
                assertThat(context.getBeanFactory().containsSingleton("phoenixAnnotationQueue"))
                    .isFalse();
                BlockingAnnotationQueue queue = context.getBean(BlockingAnnotationQueue.class);
                queue.offer(annotation());
                assertThat(health(context, "phoenixQueue").getDetails()).containsEntry("rows", 1);
                assertThat(queue.offer(annotation("other")).getAccepted()).isFalse();
                assertThat(health(context, "phoenixQueue").getStatus()).isEqualTo(Status.DOWN);
                queue.close();
                assertThat(health(context, "phoenixQueue").getStatus())
                    .isEqualTo(Status.OUT_OF_SERVICE);
              });
    }
  }

  @Test
  void theHealthOfAQueueThatWaitsSaysForWhat() {
    CountDownLatch waits = new CountDownLatch(1);
    application
        .withPropertyValues("phoenix.endpoint=http://127.0.0.1:1", "phoenix.retry.max-attempts=1")
        .withPropertyValues("phoenix.queue.close-timeout=10ms")
        .withBean(
            PhoenixListener.class,
            () ->
                new PhoenixListener() {
                  @Override
                  public void onQueue(QueueState state) {
                    if (state.getWaitingFor() != null) {
                      waits.countDown();
                    }
                  }
                })
        .run(
            context -> {
              context.getBean(BlockingAnnotationQueue.class).offer(annotation());
              assertThat(waits.await(1, TimeUnit.MINUTES)).isTrue();
              assertThat(health(context, "phoenixQueue").getDetails())
                  .extractingByKey("waitingFor")
                  .asString()
                  .contains("http://127.0.0.1:1", "no connection could be made");
            });
  }

  @Test
  void metersCountRequestsRetriesRowsAndTheQueue() {
    try (FakePhoenix phoenix = FakePhoenix.start()) {
      phoenix.addSpan(FakeSpan.of(SPAN));
      application
          .withPropertyValues("phoenix.endpoint=" + phoenix.endpoint())
          .run(
              context -> {
                MeterRegistry meters = new SimpleMeterRegistry();
                context.getBean(MeterBinder.class).bindTo(meters);
                PhoenixBlockingClient client = context.getBean(PhoenixBlockingClient.class);
                phoenix.failNext(Fault.status(503));
                client.projects().listPage();
                client.annotations().upload(List.of(annotation()), UploadOptions.builder().build());
                context.getBean(BlockingAnnotationQueue.class);
                assertThat(
                        meters
                            .get("phoenix.client.requests")
                            .tags("method", "GET", "route", "/v1/projects", "status", "503")
                            .timer()
                            .count())
                    .isEqualTo(1);
                assertThat(
                        meters
                            .get("phoenix.client.retries")
                            .tag("reason", "status 503")
                            .counter()
                            .count())
                    .isEqualTo(1);
                assertThat(
                        meters
                            .get("phoenix.client.rows")
                            .tags("target", "SPAN", "outcome", "Stored")
                            .counter()
                            .count())
                    .isEqualTo(1);
                assertThat(meters.get("phoenix.queue.rows").gauge().value()).isZero();
              });
    }
  }

  @Test
  void aRegistryThatThrowsCostsTheOthersNothing() {
    try (FakePhoenix phoenix = FakePhoenix.start()) {
      phoenix.addSpan(FakeSpan.of(SPAN));
      application
          .withPropertyValues("phoenix.endpoint=" + phoenix.endpoint())
          .run(
              context -> {
                MeterRegistry broken = new SimpleMeterRegistry();
                MeterRegistry meters = new SimpleMeterRegistry();
                MeterBinder binder = context.getBean(MeterBinder.class);
                binder.bindTo(broken);
                binder.bindTo(meters);
                broken
                    .config()
                    .onMeterAdded(
                        meter -> {
                          throw new IllegalStateException("the registry is full");
                        });
                PhoenixBlockingClient client = context.getBean(PhoenixBlockingClient.class);
                phoenix.failNext(Fault.status(503));
                client.projects().listPage();
                client.annotations().upload(List.of(annotation()), UploadOptions.builder().build());
                for (String name : List.of("requests", "retries", "rows")) {
                  assertThat(meters.find("phoenix.client." + name).meters()).isNotEmpty();
                }
              });
    }
  }

  @Test
  void withoutMicrometerThereAreNoMeters() {
    application
        .withClassLoader(new FilteredClassLoader("io.micrometer.core"))
        .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("phoenixMetrics"));
  }

  @Test
  void infoSaysWhereAndMasksSecrets() {
    application
        .withPropertyValues("phoenix.endpoint=http://localhost:1", "phoenix.api-key=px-secret-key")
        .run(
            context -> {
              Info.Builder info = new Info.Builder();
              context.getBean(InfoContributor.class).contribute(info);
              assertThat(info.build().getDetails().toString())
                  .contains("http://localhost:1")
                  .doesNotContain("px-secret-key");
            });
  }

  private static SpanAnnotationData annotation() {
    return annotation("thumbs");
  }

  private static SpanAnnotationData annotation(String name) {
    return SpanAnnotationData.builder(SPAN, name).label("up").build();
  }
}
