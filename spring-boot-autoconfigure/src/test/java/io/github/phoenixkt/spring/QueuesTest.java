package io.github.phoenixkt.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Queues of the application are found and waited for. */
class QueuesTest {
  private static final String SPAN = "00000000000000a1";
  private static final AnnotationQueueOptions LATE =
      AnnotationQueueOptions.builder()
          .flushAfter(Duration.ofHours(1))
          .maxAge(Duration.ofHours(2))
          .build();

  private final ApplicationContextRunner application =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(PhoenixClientAutoConfiguration.class));

  private static PhoenixSettings settings(FakePhoenix phoenix) {
    return PhoenixSettings.builder().endpoint(phoenix.endpoint()).build();
  }

  @Test
  void clientsThatOnlyWaitAreClosed() {
    List<PhoenixBlockingClient> waiting = new ArrayList<>();
    try (FakePhoenix phoenix = FakePhoenix.start();
        PhoenixClient own = PhoenixClient.create(settings(phoenix))) {
      DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
      beans.registerSingleton("own", own.annotationQueue(LATE));
      Queues queues =
          new Queues(
              beans,
              () -> {
                waiting.add(PhoenixBlockingClient.create(settings(phoenix)));
                return waiting.get(waiting.size() - 1);
              });
      for (Queues.OpenQueue queue : queues.open()) {
        assertThat(queue.flush(Duration.ofSeconds(10))).isTrue();
        assertThat(queue.close(Duration.ofSeconds(10)).getDrained()).isTrue();
      }
      assertThat(waiting)
          .isNotEmpty()
          .allSatisfy(
              client ->
                  assertThatThrownBy(() -> client.projects().listPage())
                      .isInstanceOf(IllegalStateException.class));
    }
  }

  @Test
  void aQueueIsDrainedWithoutTheClientsOfTheApplication() {
    try (FakePhoenix phoenix = FakePhoenix.start();
        PhoenixClient own = PhoenixClient.create(settings(phoenix))) {
      phoenix.addSpan(FakeSpan.of(SPAN));
      application
          .withBean("own", AnnotationQueue.class, () -> own.annotationQueue(LATE))
          .withBean(
              "broken",
              PhoenixBlockingClient.class,
              () -> {
                throw new IllegalStateException("not here");
              },
              definition -> definition.setLazyInit(true))
          .run(
              context -> {
                context
                    .getBean(AnnotationQueue.class)
                    .offer(SpanAnnotationData.builder(SPAN, "thumbs").label("up").build());
                context.getBean(QueueDrain.class).stop();
                assertThat(phoenix.annotations(FakeTargetKind.SPAN)).hasSize(1);
              });
    }
  }

  @Test
  void aQueueOfTheApplicationMayHaveAnyName() {
    try (FakePhoenix phoenix = FakePhoenix.start();
        PhoenixAsyncClient own = PhoenixAsyncClient.create(settings(phoenix))) {
      application
          .withBean(
              "phoenixAsyncAnnotationQueue",
              AsyncAnnotationQueue.class,
              () -> own.annotationQueue(LATE))
          .withBean(
              "phoenixBlockingAnnotationQueue",
              BlockingAnnotationQueue.class,
              () -> own.blocking().annotationQueue(LATE))
          .withBean(
              "phoenixAnnotationQueue",
              AnnotationQueue.class,
              () -> PhoenixClient.create(settings(phoenix)).annotationQueue(LATE))
          .run(
              context ->
                  assertThat(context.getBean(Queues.class).open())
                      .hasSize(3)
                      .hasSameSizeAs(context.getBean(Queues.class).names()));
    }
  }

  @Test
  void lazyInitializationDoesNotKeepTheQueueFromBeingDrained() {
    try (FakePhoenix phoenix = FakePhoenix.start()) {
      phoenix.addSpan(FakeSpan.of(SPAN));
      application
          .withPropertyValues("phoenix.endpoint=" + phoenix.endpoint())
          .withBean(AnnotationQueueOptions.class, () -> LATE)
          .withInitializer(
              context ->
                  context.addBeanFactoryPostProcessor(
                      new LazyInitializationBeanFactoryPostProcessor()))
          .run(
              context -> {
                context
                    .getBean(BlockingAnnotationQueue.class)
                    .offer(SpanAnnotationData.builder(SPAN, "thumbs").label("up").build());
                context.getSourceApplicationContext().stop();
                assertThat(phoenix.annotations(FakeTargetKind.SPAN)).hasSize(1);
              });
    }
  }
}
