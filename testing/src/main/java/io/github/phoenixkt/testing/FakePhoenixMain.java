package io.github.phoenixkt.testing;

import java.util.concurrent.CountDownLatch;

/** Runs a {@link FakePhoenix} alone until it is interrupted. */
public final class FakePhoenixMain {
  private FakePhoenixMain() {}

  /**
   * Starts the server and prints its endpoint.
   *
   * @param arguments the port (a free one when left out), then the version to behave as
   * @throws InterruptedException when the JVM is stopped
   */
  public static void main(String[] arguments) throws InterruptedException {
    FakePhoenix.Builder builder = FakePhoenix.builder().recording(false);
    if (arguments.length > 0) {
      builder.port(Integer.parseInt(arguments[0]));
    }
    if (arguments.length > 1) {
      builder.version(arguments[1]);
    }
    FakePhoenix phoenix = builder.start();
    System.out.println(phoenix.endpoint());
    new CountDownLatch(1).await();
  }
}
