package io.github.phoenixkt.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.phoenixkt.PhoenixClient;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.java.AsyncAnnotationQueue;
import io.github.phoenixkt.java.BlockingAnnotationQueue;
import io.github.phoenixkt.java.PhoenixAsyncClient;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.opentelemetry.BlockingSpanFeedback;
import io.github.phoenixkt.opentelemetry.SpanFeedback;
import io.github.phoenixkt.queue.AnnotationQueue;
import io.github.phoenixkt.queue.AnnotationQueueOptions;
import io.github.phoenixkt.testing.FakePhoenix;
import io.github.phoenixkt.testing.FakeSpan;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** Which server each bean writes to if the application defines some of the beans itself. */
class OwnBeansTest {
  private static final String SPAN = "00000000000000a1";

  private final Map<String, FakePhoenix> servers = new TreeMap<>();

  private final ApplicationContextRunner application =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  PhoenixClientAutoConfiguration.class,
                  PhoenixTracingAutoConfiguration.class,
                  PhoenixHealthBoot3AutoConfiguration.class))
          .withPropertyValues("phoenix.queue.flush-after=1ms", "phoenix.tracing.enabled=false");

  @BeforeEach
  void startServers() {
    for (String name : List.of("A", "B", "C")) {
      FakePhoenix server = FakePhoenix.start();
      server.addSpan(FakeSpan.of(SPAN));
      servers.put(name, server);
    }
  }

  @AfterEach
  void closeServers() {
    servers.values().forEach(FakePhoenix::close);
  }

  /**
   * A is the server of the properties. The letters are the servers of the Kotlin, the async and the
   * blocking form of the client and of the queue, and of the async and the blocking feedback. There
   * is no bean where there is a hyphen, and several without a primary one where there is a star.
   * What is aside is only injected with its qualifier, and changes nothing. Health asks the server
   * of the blocking form.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "nothing",
      textBlock =
          """
          nothing                                  | AAA | AAA | AA
          connection B                             | BBB | BBB | BB
          customizer B                             | BBB | BBB | BB
          settings B                               | BBB | BBB | BB
          settings B, settings C                   | --- | --- | --
          settings B, settings C primary           | CCC | CCC | CC
          kotlin B                                 | BBB | BBB | BB
          kotlin B, kotlin C                       | *-- | --- | --
          kotlin B, kotlin C primary               | CCC | CCC | CC
          async B                                  | -BB | --B | BB
          async B, async C                         | -*- | --- | --
          async B, async C primary                 | -CC | --C | CC
          blocking B                               | -BB | --B | BB
          blocking B, blocking C                   | --* | --- | --
          blocking B, blocking C primary           | -CC | --C | CC
          kotlin B, async C                        | BC- | --- | C-
          kotlin B, blocking C                     | B-C | --- | -C
          async B, blocking C                      | -BC | --- | BC
          async B primary, blocking C              | -BC | --- | BC
          kotlin B primary, kotlin C, blocking C   | B-C | --- | -C
          kotlin B, async B, blocking C            | BBC | --- | BC
          settings B, kotlin C                     | CCC | CCC | CC
          settings B, async C                      | -CC | --C | CC
          settings B, blocking C                   | -CC | --C | CC
          settings B, settings C, kotlin B         | BBB | BBB | BB
          settings B, settings C, async B          | -BB | --B | BB
          settings B, settings C, queue B          | --- | B-- | --
          customizer B, blocking C                 | -CC | --C | CC
          queue B                                  | AAA | BBB | AA
          asyncQueue B                             | AAA | -B- | AA
          blockingQueue B                          | AAA | --B | AA
          queue B, queue C                         | AAA | *-- | AA
          queue B, queue C primary                 | AAA | CCC | AA
          asyncQueue B, asyncQueue C               | AAA | -*- | AA
          blockingQueue B, blockingQueue C primary | AAA | --C | AA
          queue B, asyncQueue C                    | AAA | BC- | AA
          queue B, blockingQueue C                 | AAA | B-C | AA
          asyncQueue B, blockingQueue C            | AAA | -BC | AA
          kotlin B, queue C                        | BBB | CCC | BB
          kotlin B, blockingQueue C                | BBB | --C | BB
          kotlin B, kotlin C, queue B              | *-- | B-- | --
          async B, queue C                         | -BB | CCC | BB
          async B, asyncQueue C                    | -BB | -C- | BB
          async B, blockingQueue C                 | -BB | --C | BB
          async B, async C, queue C                | -*- | CC- | --
          blocking B, queue C                      | -BB | CCC | BB
          blocking B, asyncQueue C                 | -BB | -C- | BB
          blocking B, blockingQueue C              | -BB | --C | BB
          settings B, queue C                      | BBB | CCC | BB
          settings B aside                         | AAA | AAA | AA
          kotlin B aside                           | AAA | AAA | AA
          async B aside                            | AAA | AAA | AA
          blocking B aside, blocking C aside       | AAA | AAA | AA
          kotlin B, kotlin C aside                 | BBB | BBB | BB
          async B, async C aside                   | -BB | --B | BB
          queue B aside                            | AAA | AAA | AA
          queue B, queue C aside                   | AAA | BBB | AA
          """)
  void eachBeanWritesTo(String own, String clients, String queues, String feedback) {
    ApplicationContextRunner runner = application.withInitializer(it -> define(own, it));
    String expected = clients + " " + queues + " " + feedback;
    String checked = clients.substring(2).replace('*', '-');
    runner
        .withPropertyValues("phoenix.endpoint=" + servers.get("A").endpoint())
        .run(context -> assertServers(context, expected, checked));
    if (!expected.contains("A")) {
      runner.run(context -> assertServers(context, expected, checked));
    }
  }

  private void assertServers(ApplicationContext context, String expected, String checked) {
    assertThat(serversOfBeans(context)).isEqualTo(expected);
    servers.values().forEach(FakePhoenix::clearRequests);
    Health health = context.getBean("phoenixHealthIndicator", HealthIndicator.class).health();
    if (checked.equals("-")) {
      assertThat(health.getStatus()).isEqualTo(Status.UNKNOWN);
      assertThat(health.getDetails().get("reason").toString()).contains("which client to check");
    } else {
      assertThat(health.getStatus()).isEqualTo(Status.UP);
      assertThat(servers.get(checked).requests()).hasSize(1);
      assertThat(health.getDetails().getOrDefault("endpoint", endpoint(checked)))
          .isEqualTo(endpoint(checked));
    }
  }

  private String endpoint(String server) {
    return servers.get(server).endpoint().toString();
  }

  private void define(String own, ApplicationContext application) {
    if (own == null) {
      return;
    }
    for (String bean : own.split(", ")) {
      String[] words = bean.split(" ");
      define(
          (GenericApplicationContext) application,
          words[0],
          endpoint(words[1]),
          words.length > 2 ? words[2] : "");
    }
  }

  /** The clients of queues close with the queues. */
  private static void define(
      GenericApplicationContext application, String kind, String endpoint, String role) {
    PhoenixSettings settings = PhoenixSettings.builder().endpoint(endpoint).build();
    AnnotationQueueOptions options =
        AnnotationQueueOptions.builder().flushAfter(Duration.ofMillis(1)).build();
    switch (kind) {
      case "connection" ->
          define(application, PhoenixConnectionDetails.class, () -> () -> endpoint, role);
      case "customizer" ->
          define(
              application,
              PhoenixSettingsCustomizer.class,
              () -> it -> it.endpoint(endpoint),
              role);
      case "settings" -> define(application, PhoenixSettings.class, () -> settings, role);
      case "kotlin" ->
          define(application, PhoenixClient.class, () -> PhoenixClient.create(settings), role);
      case "async" ->
          define(
              application,
              PhoenixAsyncClient.class,
              () -> PhoenixAsyncClient.create(settings),
              role);
      case "blocking" ->
          define(
              application,
              PhoenixBlockingClient.class,
              () -> PhoenixBlockingClient.create(settings),
              role);
      case "queue" ->
          define(
              application,
              AnnotationQueue.class,
              () -> PhoenixClient.create(settings).annotationQueue(options),
              role);
      case "asyncQueue" ->
          define(
              application,
              AsyncAnnotationQueue.class,
              () -> PhoenixAsyncClient.create(settings).annotationQueue(options),
              role);
      case "blockingQueue" ->
          define(
              application,
              BlockingAnnotationQueue.class,
              () -> PhoenixBlockingClient.create(settings).annotationQueue(options),
              role);
      default -> throw new IllegalArgumentException(kind);
    }
  }

  private static <T> void define(
      GenericApplicationContext application, Class<T> type, Supplier<T> bean, String role) {
    String name = "own" + application.getBeanDefinitionCount();
    application.registerBean(
        name,
        type,
        bean,
        definition -> {
          definition.setPrimary(role.equals("primary"));
          ((AbstractBeanDefinition) definition).setDefaultCandidate(!role.equals("aside"));
        });
  }

  private String serversOfBeans(ApplicationContext context) {
    return server(context, PhoenixClient.class, OwnBeansTest::write)
        + server(context, PhoenixAsyncClient.class, (it, row) -> write(it.blocking(), row))
        + server(context, PhoenixBlockingClient.class, OwnBeansTest::write)
        + " "
        + server(context, AnnotationQueue.class, (it, row) -> it.offer(row).outcomeFuture().join())
        + server(
            context, AsyncAnnotationQueue.class, (it, row) -> it.offer(row).outcomeFuture().join())
        + server(
            context,
            BlockingAnnotationQueue.class,
            (it, row) -> it.offer(row).outcomeFuture().join())
        + " "
        + server(context, SpanFeedback.class, OwnBeansTest::write)
        + server(context, BlockingSpanFeedback.class, OwnBeansTest::write);
  }

  @FunctionalInterface
  private interface Writer<T> {
    void write(T bean, SpanAnnotationData row);
  }

  private static void write(PhoenixClient client, SpanAnnotationData row) {
    write(PhoenixBlockingClient.of(client), row);
  }

  private static void write(PhoenixBlockingClient client, SpanAnnotationData row) {
    client.spans().addSpanAnnotationSync(row);
  }

  private static void write(SpanFeedback feedback, SpanAnnotationData row) {
    inASpan(() -> feedback.annotateCurrent(row.getName(), it -> it.label("up")).join());
  }

  private static void write(BlockingSpanFeedback feedback, SpanAnnotationData row) {
    inASpan(() -> feedback.annotateCurrent(row.getName(), it -> it.label("up")));
  }

  private static void inASpan(Runnable feedback) {
    SpanContext span =
        SpanContext.create(
            "0000000000000000" + SPAN, SPAN, TraceFlags.getSampled(), TraceState.getDefault());
    Context.root().with(Span.wrap(span)).wrap(feedback).run();
  }

  private <T> String server(ApplicationContext context, Class<T> type, Writer<T> writer) {
    if (context.getBeanNamesForType(type).length == 0) {
      return "-";
    }
    T bean = context.getBeanProvider(type).getIfUnique();
    if (bean == null) {
      return "*";
    }
    servers.values().forEach(FakePhoenix::clearRequests);
    writer.write(bean, SpanAnnotationData.builder(SPAN, type.getSimpleName()).label("up").build());
    return servers.entrySet().stream()
        .filter(
            server ->
                server.getValue().requests().stream()
                    .anyMatch(request -> request.bodyText().contains(type.getSimpleName())))
        .map(Map.Entry::getKey)
        .collect(Collectors.joining());
  }
}
