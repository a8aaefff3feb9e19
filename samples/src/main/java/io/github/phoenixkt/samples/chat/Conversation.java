package io.github.phoenixkt.samples.chat;

import io.github.phoenixkt.opentelemetry.SessionIds;
import io.github.phoenixkt.opentelemetry.SpanCapture;
import io.github.phoenixkt.samples.chat.ChatModel.Message;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One conversation of one user: a session in Phoenix. Thread-safe. */
final class Conversation {
  private static final int MOST_TURNS = 100;
  private static final Message INSTRUCTIONS =
      new Message("system", "You are a helpful assistant. Answer briefly, in plain text.");

  private final String userId;
  private final String sessionId;
  private final List<Message> messages = new ArrayList<>(List.of(INSTRUCTIONS));
  private final Map<String, Answer> answers = new LinkedHashMap<>();
  private int turns;
  private boolean answering;

  Conversation(String userId) {
    this.userId = userId;
    this.sessionId = SessionIds.conversation(userId);
  }

  /**
   * A question that is being answered.
   *
   * @param number from 1 on; a turn that failed has one too
   * @param messages all that the model is to know, the question last
   */
  record Turn(int number, String question, List<Message> messages) {}

  String userId() {
    return userId;
  }

  String sessionId() {
    return sessionId;
  }

  /** Begins a turn, to be ended by {@link #end} or {@link #abandon}. */
  synchronized Turn begin(String question) throws Refusal {
    if (answering) {
      throw new Refusal(409, "Please wait until the last answer is complete.");
    }
    if (turns >= MOST_TURNS) {
      throw new Refusal(409, "This conversation is long enough. Please begin a new one.");
    }
    answering = true;
    turns++;
    List<Message> all = new ArrayList<>(messages);
    all.add(new Message("user", question));
    return new Turn(turns, question, List.copyOf(all));
  }

  /** The turn has its answer, and these are the spans of it. */
  synchronized Answer end(Turn turn, String text, SpanCapture spans) {
    messages.add(new Message("user", turn.question()));
    messages.add(new Message("assistant", text));
    Answer answer = new Answer(turn.question(), text, spans);
    answers.put(answer.id(), answer);
    answering = false;
    return answer;
  }

  /** The turn has failed: the model will not be told of its question again. */
  synchronized void abandon() {
    answering = false;
  }

  synchronized Optional<Answer> answer(String id) {
    return Optional.ofNullable(answers.get(id));
  }

  synchronized List<Answer> answers() {
    return List.copyOf(answers.values());
  }
}
