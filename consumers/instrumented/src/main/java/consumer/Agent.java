package consumer;

import static consumer.Main.check;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs {@link AgentProgram} under OpenTelemetry's Java agent, and looks at what is exported. */
final class Agent {
  private Agent() {}

  static void run(String agent) throws Exception {
    try (var server = new Server()) {
      String output = program(agent, server);
      String exported = server.exported();
      for (String text :
          List.of("/answered", "chat-7", "chat-8", "user-42", "by-hand", "agent-project")) {
        check(exported.contains(text), text + " in " + exported + output);
      }
      check(!exported.contains("unseen-session"), "a session without baggage: " + exported);
      check(!exported.contains("span_annotations"), "an own request: " + exported);
      System.out.println("OpenTelemetry's agent: " + output.strip());
    }
  }

  private static String program(String agent, Server server) throws Exception {
    Path output = Files.createTempFile("agent", ".log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-javaagent:" + agent,
                "-Dotel.exporter.otlp.endpoint=" + server.uri(""),
                "-Dotel.exporter.otlp.protocol=http/protobuf",
                "-Dotel.resource.attributes=openinference.project.name=agent-project",
                "-Dotel.java.experimental.span-attributes.copy-from-baggage.include=session.id,user.id",
                "-Dotel.metrics.exporter=none",
                "-Dotel.logs.exporter=none",
                "-cp",
                System.getProperty("java.class.path"),
                AgentProgram.class.getName(),
                server.uri("/answered").toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      boolean ended = process.waitFor(120, TimeUnit.SECONDS);
      String text = Files.readString(output);
      check(ended && process.exitValue() == 0, text);
      return text.lines().filter(line -> line.startsWith("seen: ")).findFirst().orElseThrow();
    } finally {
      process.destroyForcibly();
      Files.delete(output);
    }
  }
}
