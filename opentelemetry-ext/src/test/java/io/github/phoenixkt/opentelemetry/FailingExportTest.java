package io.github.phoenixkt.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.phoenixkt.PhoenixEnvironment;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.support.ChildJvm;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An exporter that cannot do its work is told by flush alone; a limit of time ends what hangs. */
@Timeout(120)
class FailingExportTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final OtlpServer server;

  FailingExportTest() throws Exception {
    server = new OtlpServer();
  }

  @AfterEach
  void end() {
    server.close();
  }

  private static PhoenixTracing tracing(PhoenixSettings.Builder settings) {
    return PhoenixTracing.builder()
        .settings(settings.environment(PhoenixEnvironment.empty()).build())
        .exportDelay(Duration.ofHours(1))
        .build();
  }

  private PhoenixTracing tracing() {
    return tracing(PhoenixSettings.builder().endpoint(server.url()));
  }

  private static void spans(PhoenixTracing tracing, int count) {
    for (int i = 0; i < count; i++) {
      tracing.tracer("test").spanBuilder("span").startSpan().end();
    }
  }

  @Test
  void whereNobodyListens() {
    var tracing = tracing(PhoenixSettings.builder().endpoint("http://127.0.0.1:1"));
    spans(tracing, 1);
    assertThat(tracing.flush(PATIENCE)).isFalse();
    spans(tracing, 1);
    tracing.close();
    assertThat(tracing.flush(Duration.ZERO)).isFalse();
  }

  @Test
  void whatWasRefusedIsToldOnce() {
    try (var tracing = tracing()) {
      server.answer(401);
      spans(tracing, 3);
      assertThat(tracing.flush(PATIENCE)).isFalse();
      assertThat(tracing.flush(PATIENCE)).as("nothing more was lost").isTrue();
      server.answer(200);
      spans(tracing, 3);
      assertThat(tracing.flush(PATIENCE)).isTrue();
    }
  }

  @Test
  void whatDoesNotFitInTheQueueIsTold() throws Exception {
    var gate = new CountDownLatch(1);
    try (var tracing = tracing()) {
      server.hold(gate);
      spans(tracing, 1_000);
      server.next(); // The exporter is busy, and stays so.
      spans(tracing, 4_000);
      gate.countDown();
      assertThat(tracing.flush(PATIENCE)).isFalse();
      spans(tracing, 1_000);
      assertThat(tracing.flush(PATIENCE)).isTrue();
    }
  }

  @Test
  void aServerThatDoesNotAnswerInTimeLosesNothingYet() throws Exception {
    var gate = new CountDownLatch(1);
    try (var tracing = tracing()) {
      server.hold(gate);
      spans(tracing, 1);
      assertThat(tracing.flush(Duration.ofMillis(1))).isFalse();
      server.next();
      gate.countDown();
      assertThat(tracing.flush(PATIENCE)).isTrue();
    }
  }

  @Test
  void aKeyIsAskedForAtEveryExportAndMayFail() throws Exception {
    var key = new AtomicReference<Supplier<String>>(() -> "first");
    try (var tracing =
        tracing(
            PhoenixSettings.builder()
                .endpoint(server.url())
                .header("x-team", "blue")
                .apiKey(() -> key.get().get()))) {
      spans(tracing, 1);
      assertThat(tracing.flush(PATIENCE)).isTrue();
      OtlpServer.Export export = server.next();
      assertThat(export.header("Authorization")).containsExactly("Bearer first");
      assertThat(export.header("x-team")).containsExactly("blue");

      key.set(
          () -> {
            throw new IllegalStateException("the vault is locked");
          });
      spans(tracing, 1);
      assertThat(tracing.flush(PATIENCE)).isFalse();
      key.set(() -> "no\nkey");
      spans(tracing, 1);
      assertThat(tracing.flush(PATIENCE)).isFalse();
      assertThat(server.waiting()).as("exports without their key").isZero();

      key.set(() -> "second");
      spans(tracing, 1);
      assertThat(tracing.flush(PATIENCE)).isTrue();
      assertThat(server.next().header("Authorization")).containsExactly("Bearer second");
      assertThat(tracing.toString()).doesNotContain("second");
      assertThat(tracing.openTelemetry().toString()).doesNotContain("second");
    }
  }

  /** The thread that exports would end with it, and all later spans would be lost. */
  @Test
  void aLibraryThatIsTooOldDoesNotEndTheExport() {
    var isOld = new AtomicBoolean(true);
    try (var tracing =
        tracing(
            PhoenixSettings.builder()
                .endpoint(server.url())
                .apiKey(
                    () -> {
                      if (isOld.get()) {
                        throw new NoSuchMethodError("of a newer release");
                      }
                      return "key";
                    }))) {
      spans(tracing, 1);
      assertThat(tracing.flush(PATIENCE)).isFalse();
      isOld.set(false);
      spans(tracing, 1);
      assertThat(tracing.flush(PATIENCE)).isTrue();
    }
  }

  @Test
  void theLogHasTheNumberOfLostSpansWithoutAFlush() throws Exception {
    String lossy = outputOf("5000");
    assertThat(lossy)
        .contains(
            "Spans that did not reach Phoenix so far: ",
            "Feedback on them is lost. At least ",
            " did not fit in OpenTelemetry's queue. They end faster than they can be sent. For a larger queue, ");
    assertThat(outputOf("10")).doesNotContain("Spans that");
  }

  private static String outputOf(String spans) throws Exception {
    var program =
        ChildJvm.run(
            BusyProgram.class.getName(),
            List.of("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"),
            spans);
    assertThat(program.exitCode()).as(program.output()).isZero();
    return program.output();
  }

  @Test
  void aKeyThatFailsDoesNotReachTheApplication() {
    PhoenixSettings settings =
        PhoenixSettings.builder()
            .environment(PhoenixEnvironment.empty())
            .endpoint(server.url())
            .apiKey(
                () -> {
                  throw new IllegalStateException("the vault is locked");
                })
            .build();
    try (var tracing = PhoenixTracing.builder().settings(settings).simple().build()) {
      spans(tracing, 2);
      assertThat(tracing.flush(PATIENCE)).isFalse();
      assertThat(tracing.flush(PATIENCE)).as("nothing is left to wait for").isTrue();
    }
  }
}
