package io.github.phoenixkt.testing;

import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** Shows that the script asks of FakePhoenix only what a real Phoenix does. */
class RealServerPythonClientTest {
  @Test
  @EnabledIfEnvironmentVariable(named = "PHOENIX_TEST_ENDPOINT", matches = ".+")
  void worksAgainstRealPhoenix(@TempDir Path folder) throws Exception {
    OfficialPythonClient.check(URI.create(System.getenv("PHOENIX_TEST_ENDPOINT")), folder);
  }
}
