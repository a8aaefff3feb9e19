package io.github.phoenixkt.testing;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OfficialPythonClientTest {
  @Test
  void worksAgainstFakePhoenix(@TempDir Path folder) throws Exception {
    try (var phoenix = FakePhoenix.start()) {
      OfficialPythonClient.check(phoenix.endpoint(), folder);
    }
  }
}
