package io.github.phoenixkt.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.java.PhoenixAsyncClient;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** Actuator's info says which file or variable sets a property. */
class InfoTest {
  private final ApplicationContextRunner application =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  PhoenixClientAutoConfiguration.class, PhoenixInfoAutoConfiguration.class));

  private static Map<?, ?> info(ApplicationContext context) {
    Info.Builder info = new Info.Builder();
    context.getBean(InfoContributor.class).contribute(info);
    return (Map<?, ?>) info.build().get("phoenix");
  }

  private static void setVariables(ConfigurableEnvironment environment) {
    String name = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
    Map<String, Object> variables =
        Map.of(
            "PHOENIX_ENDPOINT", "http://localhost:1",
            "PHOENIX_API_KEY", "px-secret-key",
            "PHOENIX_PROJECT", "chat");
    environment
        .getPropertySources()
        .replace(name, new SystemEnvironmentPropertySource(name, variables));
  }

  @Test
  void infoNamesTheVariableOrSourceOfEachProperty() {
    application
        .withInitializer(context -> setVariables(context.getEnvironment()))
        .withPropertyValues("phoenix.headers.x-team=search-secret", "phoenix.project=${nothing:}")
        .run(
            context -> {
              assertThat(info(context).get("properties"))
                  .isEqualTo(
                      Map.of(
                          "phoenix.endpoint",
                          "\"PHOENIX_ENDPOINT\" from property source \"systemEnvironment\"",
                          "phoenix.api-key",
                          "\"PHOENIX_API_KEY\" from property source \"systemEnvironment\"",
                          "phoenix.headers.x-team",
                          "\"phoenix.headers.x-team\" from property source \"test\""));
              assertThat(info(context).toString()).doesNotContain("secret");
            });
  }

  @Test
  void infoLeavesOutPropertiesThatAreNotUsed() {
    application
        .withPropertyValues("phoenix.endpoint=http://localhost:1", "phoenix.project=chat")
        .withBean(PhoenixConnectionDetails.class, () -> () -> "http://localhost:2")
        .run(
            context ->
                assertThat((Map<?, ?>) info(context).get("properties"))
                    .hasToString(
                        "{phoenix.project=\"phoenix.project\" from property source \"test\"}"));
    application
        .withPropertyValues("phoenix.endpoint=http://localhost:1")
        .withBean(
            PhoenixSettings.class,
            () -> PhoenixSettings.builder().endpoint("http://localhost:2").build())
        .run(context -> assertThat(info(context).containsKey("properties")).isFalse());
  }

  @Test
  void infoSaysThatTheApplicationHasAClientOfItsOwn() {
    ApplicationContextRunner withEndpoint =
        application.withPropertyValues("phoenix.endpoint=http://localhost:1");
    withEndpoint.run(context -> assertThat(info(context).containsKey("client")).isFalse());
    withEndpoint
        .withBean(
            PhoenixAsyncClient.class,
            () ->
                PhoenixAsyncClient.create(
                    PhoenixSettings.builder().endpoint("http://localhost:2").build()))
        .run(
            context ->
                assertThat(info(context).get("client").toString()).contains("its own client"));
  }

  @Test
  void aUrlShowsNoPasswordAndNoToken() {
    assertThat(PropertyOrigins.masked("URL [https://bob:s3cret@cfg.test/a.yml?token=t0k] - 3:18"))
        .isEqualTo("URL [https://***@cfg.test/a.yml?***] - 3:18");
    assertThat(PropertyOrigins.masked("URL [file:application.properties] - 1:17"))
        .isEqualTo("URL [file:application.properties] - 1:17");
  }
}
