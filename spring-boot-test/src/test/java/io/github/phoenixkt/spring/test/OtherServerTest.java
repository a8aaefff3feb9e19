package io.github.phoenixkt.spring.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.phoenixkt.PhoenixClient;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.java.PhoenixAsyncClient;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.spring.PhoenixClientAutoConfiguration;
import io.github.phoenixkt.spring.PhoenixConnectionDetails;
import io.github.phoenixkt.spring.PhoenixSettingsCustomizer;
import io.github.phoenixkt.testing.FakePhoenix;
import io.github.phoenixkt.testing.FakeSpan;
import io.github.phoenixkt.testing.FakeTargetKind;
import io.github.phoenixkt.testing.Role;
import java.lang.reflect.Proxy;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.support.GenericApplicationContext;

/** Tests with a fake whose application defines beans of Phoenix itself. */
class OtherServerTest {
  private static final String SPAN = "00000000000000a1";

  private final ApplicationContextRunner application =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  FakePhoenixAutoConfiguration.class, PhoenixClientAutoConfiguration.class));

  private static PhoenixSettings settings(String endpoint) {
    return PhoenixSettings.builder().endpoint(endpoint).build();
  }

  /** Defines beans of these kinds, most of them named own and with this endpoint. */
  private ApplicationContextRunner with(
      String kinds, Function<GenericApplicationContext, String> endpoint) {
    return application.withInitializer(
        context -> {
          for (String kind : kinds.split("\\+")) {
            define(kind, (GenericApplicationContext) context, endpoint);
          }
        });
  }

  private static void define(
      String kind,
      GenericApplicationContext context,
      Function<GenericApplicationContext, String> endpoint) {
    switch (kind) {
      case "connection" ->
          context.registerBean(
              "own", PhoenixConnectionDetails.class, () -> () -> endpoint.apply(context));
      case "customizer" ->
          context.registerBean(
              PhoenixSettingsCustomizer.class, () -> it -> it.endpoint(endpoint.apply(context)));
      case "settings" ->
          context.registerBean(
              "own", PhoenixSettings.class, () -> settings(endpoint.apply(context)));
      case "settings of the fake" ->
          context.registerBean(
              "other",
              PhoenixSettings.class,
              () -> settings(fake(context)),
              definition -> definition.setPrimary(true));
      case "kotlin" ->
          context.registerBean(
              "own",
              PhoenixClient.class,
              () -> PhoenixClient.create(settings(endpoint.apply(context))));
      case "async" ->
          context.registerBean(
              "own",
              PhoenixAsyncClient.class,
              () -> PhoenixAsyncClient.create(settings(endpoint.apply(context))));
      case "blocking" ->
          context.registerBean(
              "own",
              PhoenixBlockingClient.class,
              () -> PhoenixBlockingClient.create(settings(endpoint.apply(context))));
      case "lazy blocking" ->
          context.registerBean(
              "own",
              PhoenixBlockingClient.class,
              () -> PhoenixBlockingClient.create(settings(endpoint.apply(context))),
              definition -> definition.setLazyInit(true));
      case "registered blocking" ->
          context
              .getBeanFactory()
              .registerSingleton(
                  "own", PhoenixBlockingClient.create(settings(endpoint.apply(context))));
      case "nameless blocking" ->
          context.registerBean("own", PhoenixBlockingClient.class, OtherServerTest::nameless);
      default -> throw new IllegalArgumentException(kind);
    }
  }

  /** A decorator or a mock, which does not say where its requests go. */
  private static PhoenixBlockingClient nameless() {
    return (PhoenixBlockingClient)
        Proxy.newProxyInstance(
            OtherServerTest.class.getClassLoader(),
            new Class<?>[] {PhoenixBlockingClient.class},
            (proxy, method, arguments) -> method.getName().equals("toString") ? "a client" : null);
  }

  private static String fake(GenericApplicationContext context) {
    return context.getBean(FakePhoenix.class).endpoint().toString();
  }

  @ParameterizedTest
  @CsvSource({
    "connection, own",
    "customizer, phoenixSettings",
    "settings, own",
    "settings+settings of the fake, own",
    "kotlin, own",
    "async, own",
    "blocking, own",
    "lazy blocking, own",
    "nameless blocking, own",
    "registered blocking, own",
    "settings of the fake+blocking, own"
  })
  void aBeanOfAnotherServerFailsTheStart(String kinds, String bean) {
    try (FakePhoenix production = FakePhoenix.start()) {
      with(kinds, context -> production.endpoint().toString())
          .run(
              context -> {
                assertThat(context)
                    .hasFailed()
                    .getFailure()
                    .hasMessageContaining("'" + bean + "'")
                    .hasMessageContaining("FakePhoenix");
                assertThat(production.requests()).isEmpty();
              });
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "connection",
        "customizer",
        "settings",
        "kotlin",
        "blocking",
        "async",
        "lazy blocking"
      })
  void aBeanThatUsesTheFakeIsFine(String kind) {
    with(kind, OtherServerTest::fake)
        .withPropertyValues("phoenix.endpoint=http://127.0.0.1:1")
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              FakePhoenix phoenix = context.getBean(FakePhoenix.class);
              phoenix.addSpan(FakeSpan.of(SPAN));
              context
                  .getBean(PhoenixBlockingClient.class)
                  .spans()
                  .addSpanAnnotationSync(
                      SpanAnnotationData.builder(SPAN, "thumbs").label("up").build());
              assertThat(phoenix.annotations(FakeTargetKind.SPAN)).hasSize(1);
            });
  }

  @Test
  void theFakeMayWantAKey() {
    application
        .withBean(
            FakePhoenix.class,
            () -> FakePhoenix.builder().apiKey(Role.MEMBER, "right-key-1").start())
        .withBean(PhoenixSettingsCustomizer.class, () -> it -> it.apiKey("right-key-1"))
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              context.getBean(PhoenixBlockingClient.class).projects().listPage();
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"customizer", "settings", "blocking"})
  void lazyInitializationHidesNoOtherServer(String kind) {
    with(kind, context -> "http://127.0.0.1:1")
        .withInitializer(
            context ->
                context.addBeanFactoryPostProcessor(
                    new LazyInitializationBeanFactoryPostProcessor()))
        .run(context -> assertThat(context).hasFailed());
  }

  @ParameterizedTest
  @ValueSource(strings = {"connection", "settings", "blocking"})
  void theFakeMayBeCalledLocalhost(String kind) {
    with(kind, context -> "http://localhost:" + context.getBean(FakePhoenix.class).port() + "/")
        .run(context -> assertThat(context).hasNotFailed());
  }
}
