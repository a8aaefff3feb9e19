package io.github.phoenixkt.samples;

import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.testing.FakePhoenix;

/** The Phoenix that a sample uses: that of the environment, else one in memory. */
final class SamplePhoenix implements AutoCloseable {
  private final PhoenixSettings settings;
  private final FakePhoenix fake;

  private SamplePhoenix(PhoenixSettings settings, FakePhoenix fake) {
    this.settings = settings;
    this.fake = fake;
  }

  static SamplePhoenix start() {
    PhoenixSettings ofEnvironment = PhoenixSettings.fromEnvironment();
    if (ofEnvironment.getEndpointGiven()) {
      System.out.println("Using Phoenix at " + ofEnvironment.getEndpoint() + ".");
      return new SamplePhoenix(ofEnvironment, null);
    }
    FakePhoenix fake = FakePhoenix.start();
    System.out.println(
        "No PHOENIX_ENDPOINT is set: using an in-memory Phoenix at " + fake.endpoint() + ".");
    return new SamplePhoenix(
        PhoenixSettings.builder().endpoint(fake.endpoint().toString()).build(), fake);
  }

  PhoenixSettings settings() {
    return settings;
  }

  @Override
  public void close() {
    if (fake != null) {
      fake.close();
    }
  }
}
