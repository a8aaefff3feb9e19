package io.github.phoenixkt.java;

import io.github.phoenixkt.PhoenixEnvironment;
import io.github.phoenixkt.PhoenixRuntime;
import io.github.phoenixkt.PhoenixSettings;
import java.net.URI;
import java.time.Duration;
import java.util.UUID;

/** Clients that take nothing from the machine they run on, and what many tests need. */
final class Clients {
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private Clients() {}

  static PhoenixSettings.Builder settings(URI endpoint) {
    return PhoenixSettings.builder()
        .environment(PhoenixEnvironment.empty())
        .endpoint(endpoint.toString());
  }

  /** Identifiers of notes are the same in every run. */
  static PhoenixSettings repeatable(URI endpoint) {
    return settings(endpoint).runtime(PhoenixRuntime.builder().newId(() -> "id-1").build()).build();
  }

  static PhoenixBlockingClient blocking(URI endpoint) {
    return PhoenixBlockingClient.create(settings(endpoint).build());
  }

  static PhoenixAsyncClient async(URI endpoint) {
    return PhoenixAsyncClient.create(settings(endpoint).build());
  }

  static String unique(String word) {
    return word + "-" + UUID.randomUUID();
  }
}
