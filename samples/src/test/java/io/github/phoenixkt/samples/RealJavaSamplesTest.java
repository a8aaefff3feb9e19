package io.github.phoenixkt.samples;

import io.github.phoenixkt.support.RealPhoenix;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** The same on a real Phoenix. */
@EnabledIfEnvironmentVariable(named = RealPhoenix.ENDPOINT, matches = ".+")
class RealJavaSamplesTest extends JavaSamplesTest {
  @Override
  String endpoint() {
    return RealPhoenix.SQLITE.endpoint();
  }
}
