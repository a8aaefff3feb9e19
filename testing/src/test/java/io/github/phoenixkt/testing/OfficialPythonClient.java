package io.github.phoenixkt.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Phoenix's own Python client, run by the script that checks what it reads against what it wrote.
 */
final class OfficialPythonClient {
  private static final Path SCRIPT = Path.of("src/test/python/official_client.py");

  // Importing pandas alone takes seconds on a busy machine.
  private static final int TIME_LIMIT_MINUTES = 5;

  private OfficialPythonClient() {}

  static void check(URI endpoint, Path folder) throws IOException, InterruptedException {
    String python = System.getenv("PHOENIX_PYTHON");
    assumeTrue(python != null, "PHOENIX_PYTHON is set by scripts/phoenix run");

    Path output = folder.resolve("official-client.log");
    var builder = new ProcessBuilder(python, SCRIPT.toString(), endpoint.toString());
    // The client reads these: a developer's own settings are not for this server.
    builder.environment().keySet().removeIf(name -> name.startsWith("PHOENIX_"));
    Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      boolean ended = process.waitFor(TIME_LIMIT_MINUTES, TimeUnit.MINUTES);
      assertThat(ended).as("ended in time: %s", Files.readString(output)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    } finally {
      process.destroyForcibly();
    }
  }
}
