package io.github.phoenixkt.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.phoenixkt.support.ChildJvm;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each in a JVM of its own: a process has one global OpenTelemetry. */
class RegisterTest {
  private final OtlpServer server;

  RegisterTest() throws Exception {
    server = new OtlpServer();
  }

  @AfterEach
  void end() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"leave", "exit", "close"})
  void spansOfTheGlobalTracerArriveHoweverTheProgramEnds(String end) throws Exception {
    var program =
        ChildJvm.run(RegisteringProgram.class.getName(), entry -> true, server.url(), end);

    assertThat(program.exitCode()).as(program.output()).isZero();
    OtlpServer.Export export = server.next();
    assertThat(export.holds("of-program")).isTrue();
    assertThat(export.holds("registered")).isTrue();
    assertThat(export.holds("too-late")).isFalse();
    assertThat(server.waiting()).isZero();
  }

  @Test
  void aSecondRegistrationSaysWhatToDo() throws Exception {
    var program =
        ChildJvm.run(RegisteringProgram.class.getName(), entry -> true, server.url(), "close");
    assertThat(program.output())
        .contains(
            "again: This process already has a global OpenTelemetry",
            "agent",
            "Call register() first and once",
            "build()",
            "PhoenixContextSpanProcessor");
  }

  @Test
  void withoutTheExporterItSaysWhatToAdd() throws Exception {
    var program =
        ChildJvm.run(
            RegisteringProgram.class.getName(),
            entry -> !entry.startsWith("opentelemetry-exporter-otlp-1"),
            server.url(),
            "leave");
    assertThat(program.exitCode()).isNotZero();
    assertThat(program.output())
        .contains(
            "IllegalStateException", "Add io.opentelemetry:opentelemetry-exporter-otlp to the");
  }
}
