package io.github.phoenixkt.opentelemetry;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import java.time.Clock;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Makes ids of sessions for common ideas of what a session is.
 *
 * <pre>{@code
 * String sessionId = SessionIds.conversation(userId); // once, when the conversation begins
 * try (Scope scope = PhoenixContext.session(sessionId).makeCurrent()) {
 *   answer(question);
 * }
 * }</pre>
 *
 * <p>For sessions that end by themselves when a user is idle, see {@link SessionManager}.
 *
 * <p><b>Nothing here fails an application.</b> In an id with a random part, blank parts are left
 * out. Any other id is blank if one of its parts is blank, and {@link PhoenixContext} ignores a
 * blank id: no session is better than one that users share. Parts are stripped of surrounding
 * space, as Phoenix strips ids.
 *
 * <p><b>Ids in Phoenix.</b> An id is one session on the whole server, in the project that it was
 * first seen in. If several applications share a server and number their users alike, put the
 * application's name before the user. A trace stays in the session that it was first seen in. An id
 * of more than 2,600 bytes or with a NUL character is left out with a warning, because Phoenix on
 * PostgreSQL would lose the spans. A session whose id has a slash can be annotated but not looked
 * up by that id.
 */
public final class SessionIds {
  private static final DateTimeFormatter HOUR = DateTimeFormatter.ofPattern("uuuu-MM-dd-HH");

  private SessionIds() {}

  /**
   * Returns one id for everything that a user does: {@code user-42}.
   *
   * @param userId the user's id
   * @return the same id for the same user; blank if the user's is blank
   */
  public static String user(String userId) {
    return requireNonNull(userId, "userId").isBlank() ? "" : join("user", userId);
  }

  /**
   * Returns the id of a new conversation: a random UUID.
   *
   * @return a new id each time
   */
  public static String conversation() {
    return UUID.randomUUID().toString();
  }

  /**
   * Returns the id of a user's new conversation: {@code user-42-conv-} and a random UUID.
   *
   * @param userId the user's id; left out if blank
   * @return a new id each time
   */
  public static String conversation(String userId) {
    return join(user(userId), "conv", conversation());
  }

  /**
   * Returns the id of a conversation that the application has an id for: {@code user-42-conv-7}.
   * Parts are joined as they are: if user ids may contain {@code -conv-}, two conversations may get
   * the same id.
   *
   * @param userId the user's id
   * @param conversationId the conversation's id among those of the user
   * @return the same id for the same conversation; blank if either part is blank
   */
  public static String conversation(String userId, String conversationId) {
    String user = user(userId);
    return requireNonNull(conversationId, "conversationId").isBlank() || user.isBlank()
        ? ""
        : join(user, "conv", conversationId);
  }

  /**
   * Returns one id for everything that a user does within an hour of UTC, the same on every
   * machine: {@code 42-2026-11-21-10} from 10:00 to 10:59.
   *
   * @param userId the user's id
   * @return the same id for the same user within the hour; blank if the user's is blank
   */
  public static String hourly(String userId) {
    return hourly(userId, Clock.systemUTC());
  }

  /**
   * Returns one id for everything that a user does within an hour: {@code 42-2026-11-21-10} from
   * 10:00 to 10:59, in the clock's time zone. When the zone sets its clocks back, two hours share
   * an id.
   *
   * @param userId the user's id
   * @param clock tells the time and the zone
   * @return the same id for the same user within the hour; blank if the user's is blank
   */
  public static String hourly(String userId, Clock clock) {
    requireNonNull(clock, "clock");
    return requireNonNull(userId, "userId").isBlank()
        ? ""
        : join(userId, HOUR.format(ZonedDateTime.now(clock)));
  }

  /**
   * Returns the id of a new run of a workflow: {@code doc-invoice7-} and a random UUID.
   *
   * @param kind what the workflow works on, for instance {@code doc}; left out if blank
   * @param id the id of what it works on; left out if blank
   * @return a new id each time
   */
  public static String workflow(String kind, String id) {
    return join(requireNonNull(kind, "kind"), requireNonNull(id, "id"), conversation());
  }

  private static String join(String... parts) {
    return Stream.of(parts)
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .collect(joining("-"));
  }
}
