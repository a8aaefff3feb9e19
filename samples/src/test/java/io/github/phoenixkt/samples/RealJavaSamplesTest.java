package io.github.phoenixkt.samples;

import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** The same on a real Phoenix. */
@EnabledIfEnvironmentVariable(named = "PHOENIX_TEST_ENDPOINT", matches = ".+")
class RealJavaSamplesTest extends JavaSamplesTest {
  @Override
  String endpoint() {
    return System.getenv("PHOENIX_TEST_ENDPOINT");
  }
}
