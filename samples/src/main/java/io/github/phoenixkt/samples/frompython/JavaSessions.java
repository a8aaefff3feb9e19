package io.github.phoenixkt.samples.frompython;

import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.spans.SpanData;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

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
        .attribute("session.id", sessionId) // this is what makes the session
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

  // begin sessionPerUser
  static String sessionPerUser(String userId) {
    return "user-" + userId;
  }

  // end sessionPerUser

  // begin sessionPerConversation
  static final class ChatSession {
    final String sessionId = UUID.randomUUID().toString();
    private final Function<List<String>, String> model;
    private final List<String> messages = new ArrayList<>();

    ChatSession(Function<List<String>, String> model) {
      this.model = model;
    }

    SpanData sendMessage(String message) {
      messages.add(message);
      messages.add(model.apply(messages));
      return turnSpan(sessionId, message, Map.of("turn_number", messages.size() / 2));
    }
  }

  // end sessionPerConversation

  static List<SpanData> chat(PhoenixBlockingClient phoenix, Function<List<String>, String> model) {
    // begin chatTwice
    ChatSession chat = new ChatSession(model);
    List<SpanData> spans =
        List.of(chat.sendMessage("Hello!"), chat.sendMessage("And how are you?"));
    phoenix.spans().logSpans(spans); // two traces of one session
    // end chatTwice
    return spans;
  }

  // begin sessionPerHour
  private static final DateTimeFormatter HOUR =
      DateTimeFormatter.ofPattern("yyyy-MM-dd-HH").withZone(ZoneOffset.UTC);

  static String sessionPerHour(String userId, Instant now) {
    return userId + "-" + HOUR.format(now);
  }

  // end sessionPerHour

  static List<SpanData> recordWorkflow(PhoenixBlockingClient phoenix, String documentId) {
    // begin sessionPerWorkflow
    String sessionId = "doc-" + documentId + "-" + UUID.randomUUID();
    List<SpanData> steps =
        Stream.of("chunk", "embed", "store")
            .map(step -> turnSpan(sessionId, step, Map.of("document_id", documentId)))
            .toList();
    phoenix.spans().logSpans(steps);
    // end sessionPerWorkflow
    return steps;
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

  // begin telling
  static String tellingSessionId(String userId, String conversationId) {
    return "user-" + userId + "-conv-" + conversationId;
  }

  // end telling

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
      this(UUID.randomUUID().toString(), Instant.now(), log);
    }

    void end() {
      log.accept("Session " + sessionId + " of " + startedAt + " has ended.");
    }
  }

  // end boundaries

  // begin expiry
  static final class SessionIds {
    private record Active(String sessionId, Instant lastUsed) {}

    private final Map<String, Active> ofUsers = new ConcurrentHashMap<>();
    private final Duration timeout;
    private final InstantSource clock;

    SessionIds(Duration timeout, InstantSource clock) {
      this.timeout = timeout;
      this.clock = clock;
    }

    String get(String userId) {
      Instant now = clock.instant();
      return ofUsers
          .compute(
              userId,
              (user, known) ->
                  known != null && Duration.between(known.lastUsed(), now).compareTo(timeout) < 0
                      ? new Active(known.sessionId(), now)
                      : new Active(UUID.randomUUID().toString(), now))
          .sessionId();
    }
  }

  // end expiry

  static SpanData recordInProject(PhoenixBlockingClient phoenix, String project) {
    // begin projectAndSession
    SpanData span = turnSpan("user-123-conv-456", "Hello!", Map.of());
    phoenix.spans().logSpans(List.of(span), project);
    // end projectAndSession
    return span;
  }
}
