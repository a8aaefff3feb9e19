package io.github.phoenixkt.samples.frompython;

import io.github.phoenixkt.opentelemetry.PhoenixContext;
import io.github.phoenixkt.opentelemetry.SessionIds;
import io.github.phoenixkt.opentelemetry.SessionManager;
import io.opentelemetry.context.Scope;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What docs/from-python.md shows, between the marks; a test compares the two and runs this. */
@SuppressWarnings("try") // A scope is opened for what it does, not for its name.
final class JavaTracedSessions {
  private JavaTracedSessions() {}

  static List<String> twoQuestions(String sessionId, Function<List<String>, String> model) {
    List<String> messages = new ArrayList<>();
    // begin usingSession
    try (Scope session = PhoenixContext.session(sessionId).makeCurrent()) {
      messages.add("Hello!");
      messages.add(model.apply(messages));
      messages.add("What's the weather?");
      messages.add(model.apply(messages));
    }
    // end usingSession
    return messages;
  }

  // begin sessionPerUser
  static String perUser(String userId, String message, Function<String, String> answer) {
    try (Scope session = PhoenixContext.session(SessionIds.user(userId)).makeCurrent()) {
      return answer.apply(message);
    }
  }

  // end sessionPerUser

  // begin sessionPerConversation
  static final class ChatSession {
    final String sessionId = SessionIds.conversation();
    private final Function<List<String>, String> model;
    private final List<String> messages = new ArrayList<>();

    ChatSession(Function<List<String>, String> model) {
      this.model = model;
    }

    String sendMessage(String message) {
      try (Scope session = PhoenixContext.session(sessionId).makeCurrent()) {
        messages.add(message);
        String answer = model.apply(messages);
        messages.add(answer);
        return answer;
      }
    }
  }

  // end sessionPerConversation

  record Chatted(String sessionId, String answer) {}

  static Chatted chatTwice(Function<List<String>, String> model) {
    // begin chatTwice
    ChatSession chat = new ChatSession(model);
    chat.sendMessage("Hello!");
    String answer = chat.sendMessage("How are you?"); // the same session
    // end chatTwice
    return new Chatted(chat.sessionId, answer);
  }

  // begin sessionPerHour
  static String perHour(
      String userId, String message, Clock clock, Function<String, String> answer) {
    try (Scope session = PhoenixContext.session(SessionIds.hourly(userId, clock)).makeCurrent()) {
      return answer.apply(message);
    }
  }

  // end sessionPerHour

  /** What the workflow is made of; all of it is traced. */
  interface Pipeline {
    List<String> chunk(String documentId);

    List<float[]> embed(List<String> chunks);

    void store(List<float[]> embeddings);
  }

  static void processDocument(String documentId, Pipeline pipeline) {
    // begin sessionPerWorkflow
    String sessionId = SessionIds.workflow("doc", documentId);
    try (Scope session = PhoenixContext.session(sessionId).makeCurrent()) {
      List<String> chunks = pipeline.chunk(documentId);
      List<float[]> embeddings = pipeline.embed(chunks);
      pipeline.store(embeddings);
    }
    // end sessionPerWorkflow
  }

  static SessionManager<ChatSession> sessionsThatExpire(
      Function<List<String>, String> model, Clock clock) {
    // begin expiry
    SessionManager<ChatSession> sessions =
        SessionManager.builder(userId -> new ChatSession(model))
            .idleTimeout(Duration.ofHours(1)) // the default
            .clock(clock) // default: the system clock
            .onEnd(
                (user, session, reason) ->
                    System.out.println(user + ", " + session.sessionId + ": " + reason))
            .build();
    // end expiry
    return sessions;
  }

  static String answerInSession(
      SessionManager<ChatSession> sessions, String userId, String message) {
    // begin getSession
    String answer = sessions.get(userId).sendMessage(message);
    // end getSession
    return answer;
  }
}
