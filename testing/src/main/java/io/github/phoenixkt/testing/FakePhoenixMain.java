package io.github.phoenixkt.testing;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;

/** Runs a {@link FakePhoenix} alone until it is interrupted. */
public final class FakePhoenixMain {
  private FakePhoenixMain() {}

  /**
   * Starts the server and prints its endpoint.
   *
   * @param arguments {@code --postgres} to behave as on PostgreSQL; then the port, by default a
   *     free one; then the version to behave like
   * @throws InterruptedException if the JVM is stopped
   */
  public static void main(String[] arguments) throws InterruptedException {
    FakePhoenix phoenix = builder(arguments).start();
    System.out.println(phoenix.endpoint());
    new CountDownLatch(1).await();
  }

  static FakePhoenix.Builder builder(String... arguments) {
    FakePhoenix.Builder builder = FakePhoenix.builder().recording(false);
    Deque<String> values = new ArrayDeque<>();
    for (String argument : arguments) {
      if (argument.equals("--postgres")) {
        builder.database(Database.POSTGRESQL);
      } else if (argument.startsWith("-")) {
        throw new IllegalArgumentException("unknown option " + argument);
      } else {
        values.add(argument);
      }
    }
    if (!values.isEmpty()) {
      builder.port(Integer.parseInt(values.remove()));
    }
    if (!values.isEmpty()) {
      builder.version(values.remove());
    }
    if (!values.isEmpty()) {
      throw new IllegalArgumentException("one argument too many: " + values.peek());
    }
    return builder;
  }
}
