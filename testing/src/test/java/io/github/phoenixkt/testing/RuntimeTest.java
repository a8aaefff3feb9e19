package io.github.phoenixkt.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.phoenixkt.support.HeldPort;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PhoenixExtension.class)
class RuntimeTest {
  /** Starts a fake and never closes it. */
  static final class Forgetful {
    private Forgetful() {}

    public static void main(String[] arguments) throws Exception {
      FakePhoenix phoenix = FakePhoenix.start();
      System.out.print(Http.get(phoenix, "/healthz").body());
    }
  }

  @Test
  void aJvmEndsThoughNobodyClosesTheServer() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Forgetful.class.getName())
            .redirectErrorStream(true)
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(new String(process.getInputStream().readAllBytes())).isEqualTo("OK");
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void theProgramTakesADatabaseAPortAndAVersion() throws Exception {
    try (var phoenix = FakePhoenixMain.builder("--postgres", "0", "12.3.0").start()) {
      assertThat(Http.get(phoenix, "/arize_phoenix_version").body()).isEqualTo("12.3.0");
      String afterInt32 = GlobalId.encode("Project", 1L << 31);
      assertThat(Http.get(phoenix, "/v1/projects?cursor=" + afterInt32).statusCode())
          .as("PostgreSQL fails on it")
          .isEqualTo(500);
    }
    assertThatThrownBy(() -> FakePhoenixMain.builder("--oracle")).hasMessageContaining("--oracle");
  }

  @Test
  void concurrentClientsGetTheirOwnAnswers(FakePhoenix phoenix) throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Boolean>> calls = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        String id = "span" + i;
        phoenix.addSpan(FakeSpan.of(id));
        calls.add(
            () -> {
              Http.post(phoenix, "/v1/span_annotations?sync=true", Http.annotation(id, "n"));
              return Http.get(phoenix, "/v1/projects/default/span_annotations?span_ids=" + id)
                  .body()
                  .contains("\"" + id + "\"");
            });
      }
      for (Future<Boolean> call : clients.invokeAll(calls)) {
        assertThat(call.get()).isTrue();
      }
    } finally {
      clients.shutdownNow();
    }
    assertThat(phoenix.annotations(FakeTargetKind.SPAN)).hasSize(400);
    assertThat(phoenix.requests()).hasSize(800);
  }

  @Test
  void thePortIsFreeAgainAfterClosing() {
    try (var held = HeldPort.open()) {
      for (int start = 1; start <= 2; start++) {
        try (var phoenix = FakePhoenix.builder().port(held.port()).start()) {
          assertThat(phoenix.port()).isEqualTo(held.port());
        }
      }
    }
  }

  @Test
  void clocksRunStandAndAdvance() {
    FakeClock stopped = FakeClock.stoppedAt(Instant.EPOCH);
    assertThat(stopped.instant()).isEqualTo(Instant.EPOCH);
    stopped.advance(Duration.ofSeconds(5));
    assertThat(stopped.instant()).isEqualTo(Instant.ofEpochSecond(5));
    FakeClock running = FakeClock.running();
    running.advance(Duration.ofDays(1));
    assertThat(running.instant()).isAfter(Instant.now().plus(Duration.ofHours(23)));
  }
}
