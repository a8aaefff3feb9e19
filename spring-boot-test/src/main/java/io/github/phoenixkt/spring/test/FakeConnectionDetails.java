package io.github.phoenixkt.spring.test;

import io.github.phoenixkt.spring.PhoenixConnectionDetails;
import io.github.phoenixkt.testing.FakePhoenix;

/** Connects to the fake, without a key and without sending spans. */
final class FakeConnectionDetails implements PhoenixConnectionDetails {
  private final FakePhoenix phoenix;

  FakeConnectionDetails(FakePhoenix phoenix) {
    this.phoenix = phoenix;
  }

  @Override
  public String getEndpoint() {
    return phoenix.endpoint().toString();
  }

  @Override
  public boolean takesSpans() {
    return false;
  }
}
