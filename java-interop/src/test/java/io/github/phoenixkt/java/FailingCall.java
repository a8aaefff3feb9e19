package io.github.phoenixkt.java;

import io.github.phoenixkt.PhoenixException;
import java.net.URI;

/** Prints where a failed call was made. */
final class FailingCall {
  private FailingCall() {}

  public static void main(String[] args) {
    try (var phoenix = Clients.blocking(URI.create(args[0]))) {
      theLineThatCalls(phoenix);
    } catch (PhoenixException e) {
      e.printStackTrace();
    }
  }

  private static void theLineThatCalls(PhoenixBlockingClient phoenix) {
    phoenix.projects().get("none");
  }
}
