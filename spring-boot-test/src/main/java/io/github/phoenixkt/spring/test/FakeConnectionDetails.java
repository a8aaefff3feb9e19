package io.github.phoenixkt.spring.test;

import io.github.phoenixkt.spring.PhoenixConnectionDetails;
import io.github.phoenixkt.testing.FakePhoenix;

/** A fake has no key, and knows no spans but those that it is told of. */
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
