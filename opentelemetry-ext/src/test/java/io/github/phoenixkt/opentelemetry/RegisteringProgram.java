package io.github.phoenixkt.opentelemetry;

import io.github.phoenixkt.PhoenixEnvironment;
import io.github.phoenixkt.PhoenixSettings;
import io.opentelemetry.api.GlobalOpenTelemetry;

/** Registers tracing twice, makes a span with the global tracer, and ends as it is told to. */
final class RegisteringProgram {
  private RegisteringProgram() {}

  public static void main(String[] args) {
    PhoenixTracing tracing = register(args[0]);
    try {
      register(args[0]);
    } catch (IllegalStateException e) {
      System.out.println("again: " + e.getMessage());
    }
    GlobalOpenTelemetry.getTracer("program").spanBuilder("of-program").startSpan().end();
    switch (args[1]) {
      case "leave" -> {}
      case "exit" -> System.exit(0);
      case "close" -> {
        tracing.close();
        tracing.close();
        GlobalOpenTelemetry.getTracer("program").spanBuilder("too-late").startSpan().end();
      }
      default -> throw new IllegalArgumentException(args[1]);
    }
  }

  private static PhoenixTracing register(String endpoint) {
    return PhoenixTracing.builder()
        .settings(
            PhoenixSettings.builder()
                .environment(PhoenixEnvironment.empty())
                .endpoint(endpoint)
                .build())
        .project("registered")
        .register();
  }
}
