package io.github.phoenixkt.samples.frompython;

import static io.github.phoenixkt.samples.frompython.JavaSessions.randomHex;

import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.opentelemetry.SessionIds;
import io.github.phoenixkt.opentelemetry.SessionManager;
import io.github.phoenixkt.spans.SpanData;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What docs/from-python.md shows, between the marks; a test compares the two and runs this. */
final class JavaChatApplication {
  private JavaChatApplication() {}

  // begin chatApplication
  static final class Chat {
    final String sessionId = SessionIds.conversation();
    private final PhoenixBlockingClient phoenix;
    private final String userId;
    private final Function<List<String>, String> model;
    private final List<String> messages = new ArrayList<>();

    Chat(PhoenixBlockingClient phoenix, String userId, Function<List<String>, String> model) {
      this.phoenix = phoenix;
      this.userId = userId;
      this.model = model;
    }

    String chat(String question) {
      int turn = messages.size() / 2 + 1;
      messages.add(question);
      Instant start = Instant.now();
      String answer;
      try {
        answer = model.apply(messages);
      } catch (RuntimeException e) {
        messages.remove(messages.size() - 1);
        record(span(start, turn, question).statusCode("ERROR").statusMessage(e.getMessage()));
        throw e;
      }
      messages.add(answer);
      record(span(start, turn, question).statusCode("OK").attribute("output.value", answer));
      return answer;
    }

    private SpanData.Builder span(Instant start, int turn, String question) {
      return SpanData.builder("chat-turn", randomHex(16), randomHex(32), start, Instant.now())
          .spanKind("CHAIN")
          .attribute("session.id", sessionId)
          .attribute("input.value", question)
          .attribute("metadata", Map.of("user_id", userId, "turn_number", turn));
    }

    private void record(SpanData.Builder span) {
      phoenix.spans().logSpans(List.of(span.build()), "chatbot");
    }
  }

  // end chatApplication

  static SessionManager<Chat> chats(
      PhoenixBlockingClient phoenix, Function<List<String>, String> model) {
    // begin chatSessions
    SessionManager<Chat> chats =
        SessionManager.builder(userId -> new Chat(phoenix, userId, model)).build();
    // end chatSessions
    return chats;
  }

  static String chatInterface(SessionManager<Chat> chats, String userId, String message) {
    // begin chatInterface
    String answer = chats.get(userId).chat(message);
    // end chatInterface
    return answer;
  }
}
