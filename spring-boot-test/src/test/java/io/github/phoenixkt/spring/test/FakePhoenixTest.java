package io.github.phoenixkt.spring.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.testing.FakePhoenix;
import io.github.phoenixkt.testing.FakeSpan;
import io.github.phoenixkt.testing.FakeTargetKind;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.autoconfigure.json.JsonTest;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

class FakePhoenixTest {
  private static final String SPAN = "00000000000000a1";

  @SpringBootConfiguration
  @EnableAutoConfiguration
  static class Application {}

  private static void storesOne(FakePhoenix phoenix, PhoenixBlockingClient client) {
    phoenix.addSpan(FakeSpan.of(SPAN));
    client
        .spans()
        .addSpanAnnotationSync(SpanAnnotationData.builder(SPAN, "thumbs").label("up").build());
    assertThat(phoenix.annotations(FakeTargetKind.SPAN)).hasSize(1);
  }

  @Nested
  @SpringBootTest(
      classes = Application.class,
      properties = {"phoenix.endpoint=http://127.0.0.1:1", "phoenix.api-key=px-secret"})
  @AutoConfigureFakePhoenix
  class InAnApplication {
    @Autowired FakePhoenix phoenix;
    @Autowired PhoenixBlockingClient client;

    @Test
    void theClientIsThatOfTheFake() {
      storesOne(phoenix, client);
      assertThat(phoenix.requests())
          .allSatisfy(request -> assertThat(request.header("authorization")).isNull());
    }
  }

  @Nested
  @JsonTest
  @AutoConfigureFakePhoenix
  class InASlice {
    @Autowired FakePhoenix phoenix;
    @Autowired PhoenixBlockingClient client;

    @Test
    void theClientIsThatOfTheFake() {
      storesOne(phoenix, client);
    }
  }

  @TestConfiguration(proxyBeanMethods = false)
  static class Own {
    @Bean
    FakePhoenix own() {
      return FakePhoenix.builder().version("19.0.0").start();
    }
  }

  @Nested
  @SpringBootTest(classes = Application.class)
  @Import(Own.class)
  @AutoConfigureFakePhoenix
  class WithAFakeOfItsOwn {
    @Test
    void thereIsNoOther(@Autowired FakePhoenix phoenix, @Autowired PhoenixBlockingClient client) {
      assertThat(phoenix.toString()).contains("19.0.0");
      assertThat(client.toString()).contains(phoenix.endpoint().toString());
    }
  }

  /** There is no container runtime here: what is tested is the way from it to the client. */
  static final class StandIn extends GenericContainer<StandIn> {
    StandIn() {
      super(DockerImageName.parse("arizephoenix/phoenix:20.26.1"));
    }

    @Override
    public String getDockerImageName() {
      return "arizephoenix/phoenix:20.26.1";
    }

    @Override
    public void start() {}

    @Override
    public void stop() {}

    @Override
    public String getHost() {
      return "127.0.0.1";
    }

    @Override
    public Integer getMappedPort(int port) {
      return port + 1000;
    }
  }

  @TestConfiguration(proxyBeanMethods = false)
  static class Containers {
    @Bean
    @ServiceConnection(name = "arizephoenix/phoenix")
    StandIn phoenix() {
      return new StandIn();
    }
  }

  @Nested
  @SpringBootTest(classes = Application.class)
  @Import(Containers.class)
  class WithAContainer {
    @Test
    void theClientIsThatOfTheContainer(@Autowired PhoenixBlockingClient client) {
      assertThat(client.toString()).contains("http://127.0.0.1:7006");
    }
  }
}
