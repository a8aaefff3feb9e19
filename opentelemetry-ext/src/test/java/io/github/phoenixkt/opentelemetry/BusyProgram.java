package io.github.phoenixkt.opentelemetry;

import io.github.phoenixkt.PhoenixEnvironment;
import io.github.phoenixkt.PhoenixSettings;
import java.util.concurrent.CountDownLatch;

/** Makes some spans while a server takes its time, and ends without a flush. */
final class BusyProgram {
  private BusyProgram() {}

  public static void main(String[] args) throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    try (OtlpServer server = new OtlpServer()) {
      PhoenixSettings settings =
          PhoenixSettings.builder()
              .environment(PhoenixEnvironment.empty())
              .endpoint(server.url())
              .build();
      try (PhoenixTracing tracing = PhoenixTracing.builder().settings(settings).simple().build()) {
        server.hold(gate);
        tracing.tracer("busy").spanBuilder("first").startSpan().end();
        server.next(); // The exporter is busy, and stays so.
        for (int i = 0; i < Integer.parseInt(args[0]); i++) {
          tracing.tracer("busy").spanBuilder("span").startSpan().end();
        }
        gate.countDown();
      }
    }
  }
}
