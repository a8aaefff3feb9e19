package io.github.phoenixkt.samples.frompython;

import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.opentelemetry.SessionIds;
import io.github.phoenixkt.spans.SpanData;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

/** What docs/from-python.md shows, between the marks; a test compares the two and runs this. */
final class JavaSessions {
  private JavaSessions() {}

  static String randomHex(int digits) {
    return UUID.randomUUID().toString().replace("-", "").substring(0, digits);
  }

  // begin turnSpan
  static SpanData turnSpan(String sessionId, String question, Map<String, ?> metadata) {
    Instant now = Instant.now();
    return SpanData.builder("chat-turn", randomHex(16), randomHex(32), now.minusMillis(750), now)
        .spanKind("CHAIN")
        .statusCode("OK")
        .attribute("session.id", sessionId) // this creates the session
        .attribute("input.value", question)
        .attribute("metadata", metadata)
        .build();
  }

  // end turnSpan

  static SpanData recordTurn(PhoenixBlockingClient phoenix, String conversationId) {
    // begin sessionMetadata
    String sessionId = "user-123-" + conversationId;
    Map<String, String> metadata =
        Map.of("session_id", sessionId, "user_id", "user-123", "conversation_id", conversationId);
    SpanData span = turnSpan(sessionId, "Hello!", metadata);
    phoenix.spans().logSpans(List.of(span));
    // end sessionMetadata
    return span;
  }

  static SpanData recordRichTurn(PhoenixBlockingClient phoenix, String sessionId) {
    // begin richMetadata
    Map<String, String> metadata =
        Map.of(
            "session_id", sessionId,
            "user_id", "user-456",
            "session_start_time", "2024-01-15T10:00:00Z",
            "client_type", "web",
            "user_tier", "premium",
            "experiment_variant", "variant-a");
    SpanData span = turnSpan(sessionId, "Where is my order?", metadata);
    phoenix.spans().logSpans(List.of(span));
    // end richMetadata
    return span;
  }

  static String tellingSessionId(String userId, String conversationId) {
    // begin telling
    String sessionId = SessionIds.conversation(userId, conversationId); // user-7-conv-b
    // end telling
    return sessionId;
  }

  static Map<String, String> supportMetadata(String sessionId, String userId) {
    // begin usefulMetadata
    Map<String, String> metadata =
        Map.of(
            "session_id",
            sessionId,
            "user_id",
            userId,
            "session_type",
            "support_chat",
            "started_at",
            Instant.now().toString());
    // end usefulMetadata
    return metadata;
  }

  // begin boundaries
  record SupportCase(String sessionId, Instant startedAt, Consumer<String> log) {
    SupportCase(Consumer<String> log) {
      this(SessionIds.conversation(), Instant.now(), log);
    }

    void end() {
      log.accept("Session " + sessionId + " of " + startedAt + " has ended.");
    }
  }

  // end boundaries

  static SpanData recordInProject(PhoenixBlockingClient phoenix, String project) {
    // begin projectAndSession
    SpanData span = turnSpan("user-123-conv-456", "Hello!", Map.of());
    phoenix.spans().logSpans(List.of(span), project);
    // end projectAndSession
    return span;
  }
}
