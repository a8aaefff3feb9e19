package io.github.phoenixkt.spring.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.java.BlockingAnnotationQueue;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.queue.AnnotationQueueOptions;
import io.github.phoenixkt.testing.FakePhoenix;
import io.github.phoenixkt.testing.FakeSpan;
import io.github.phoenixkt.testing.FakeTargetKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
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
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

class FakePhoenixTest {
  private static final String SPAN = "00000000000000a1";
  private static final String OTHER_SPAN = "00000000000000a2";

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

  /** A folder in which a queue of the application has left a row. */
  private static Path spoolWithARow() {
    try {
      Path folder = Files.createTempDirectory("phoenix-spool");
      var settings = PhoenixSettings.builder().endpoint("http://127.0.0.1:1").build();
      var options =
          AnnotationQueueOptions.builder().spool(folder).closeTimeout(Duration.ZERO).build();
      try (var client = PhoenixBlockingClient.create(settings);
          var queue = client.annotationQueue(options)) {
        queue.offer(SpanAnnotationData.builder(SPAN, "thumbs").label("up").build());
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The queue of the test stores a row of its own; that of the application stays on disk. */
  private static void leavesAlone(Path spool, FakePhoenix phoenix, BlockingAnnotationQueue queue)
      throws IOException {
    Map<Path, String> before = contents(spool);
    assertThat(before.values()).anyMatch(text -> text.contains(SPAN));
    phoenix.addSpan(FakeSpan.of(SPAN));
    phoenix.addSpan(FakeSpan.of(OTHER_SPAN));
    queue.offer(SpanAnnotationData.builder(OTHER_SPAN, "thumbs").label("up").build());
    assertThat(queue.flush(Duration.ofMinutes(1))).isTrue();
    assertThat(phoenix.annotations(FakeTargetKind.SPAN))
        .singleElement()
        .asString()
        .contains(OTHER_SPAN);
    assertThat(contents(spool)).isEqualTo(before);
  }

  private static Map<Path, String> contents(Path folder) throws IOException {
    Map<Path, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        contents.put(file, Files.readString(file));
      }
    }
    return contents;
  }

  @Nested
  @SpringBootTest(classes = Application.class)
  @AutoConfigureFakePhoenix
  class WithASpoolInTheProperties {
    static final Path SPOOL = spoolWithARow();

    @DynamicPropertySource
    static void spool(DynamicPropertyRegistry properties) {
      properties.add("phoenix.queue.spool", SPOOL::toString);
    }

    @Test
    void itsRowsAreNotSentToTheFake(
        @Autowired FakePhoenix phoenix, @Autowired BlockingAnnotationQueue queue)
        throws IOException {
      leavesAlone(SPOOL, phoenix, queue);
    }
  }

  @TestConfiguration(proxyBeanMethods = false)
  static class OwnOptions {
    static final Path SPOOL = spoolWithARow();

    @Bean
    AnnotationQueueOptions own() {
      return AnnotationQueueOptions.builder().spool(SPOOL).maxRows(7).build();
    }
  }

  @Nested
  @SpringBootTest(classes = Application.class)
  @Import(OwnOptions.class)
  @AutoConfigureFakePhoenix
  class WithASpoolInABean {
    @Test
    void itsRowsAreNotSentToTheFake(
        @Autowired FakePhoenix phoenix,
        @Autowired BlockingAnnotationQueue queue,
        @Autowired AnnotationQueueOptions options)
        throws IOException {
      leavesAlone(OwnOptions.SPOOL, phoenix, queue);
      assertThat(options.getMaxRows()).isEqualTo(7);
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
