package io.github.phoenixkt.java;

import io.github.phoenixkt.spans.SpanData;
import io.github.phoenixkt.spans.SpanFilter;
import io.github.phoenixkt.support.Await;
import io.github.phoenixkt.testing.FakePhoenix;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A server with a trace in a session, which both forms of the client talk to. */
final class Server {
  static final Instant START = Instant.parse("2026-01-05T10:00:00Z");

  private final @Nullable FakePhoenix fake;
  final PhoenixAsyncClient async;
  final PhoenixBlockingClient blocking;
  final String project = Clients.unique("java");
  final String session = Clients.unique("session");
  final String trace = hex(32);
  final String span = hex(16);

  Server(URI endpoint, @Nullable FakePhoenix fake) {
    this.fake = fake;
    this.async = PhoenixAsyncClient.create(Clients.settings(endpoint).project(project).build());
    this.blocking = async.blocking();
    blocking.spans().logSpans(List.of(span(span)));
    await("the span", () -> read().getItems().size() == 1);
  }

  private io.github.phoenixkt.Page<?> read() {
    try {
      return blocking.spans().getSpansPage(SpanFilter.builder().build());
    } catch (io.github.phoenixkt.PhoenixException.NotFound e) {
      return new io.github.phoenixkt.Page<>(List.of(), null);
    }
  }

  SpanData span(String id) {
    return span(id, trace, session, START);
  }

  /** Another span, of any trace and session, that takes a second. */
  static SpanData span(String id, String trace, String session, Instant start) {
    return SpanData.builder("retrieve", id, trace, start, start.plusSeconds(1))
        .spanKind("RETRIEVER")
        .attributes(
            Map.of(
                "session.id",
                session,
                "input.value",
                "asked in " + trace,
                "output.value",
                "answered in " + trace,
                "retrieval.documents",
                List.of(document("a"), document("b"))))
        .build();
  }

  private static Map<String, ?> document(String content) {
    return Map.of("document", Map.of("content", content));
  }

  static String hex(int length) {
    return "a" + UUID.randomUUID().toString().replace("-", "").substring(0, length - 1);
  }

  /** What Phoenix does in the background; the fake's clock is moved for it. */
  void await(String what, BooleanSupplier there) {
    Await.until(
        what,
        () -> {
          if (fake != null) {
            fake.advance(Duration.ofSeconds(1));
          }
          return there.getAsBoolean();
        });
  }

  void close() {
    async.close();
    if (fake != null) {
      fake.close();
    }
  }
}
