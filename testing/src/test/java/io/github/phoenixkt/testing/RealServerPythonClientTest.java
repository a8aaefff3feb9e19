package io.github.phoenixkt.testing;

import io.github.phoenixkt.support.RealPhoenix;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** Shows that the script asks of FakePhoenix only what a real Phoenix does. */
class RealServerPythonClientTest {
  @Test
  @EnabledIfEnvironmentVariable(named = RealPhoenix.ENDPOINT, matches = ".+")
  void worksAgainstRealPhoenix(@TempDir Path folder) throws Exception {
    OfficialPythonClient.check(URI.create(RealPhoenix.SQLITE.endpoint()), folder);
  }
}
