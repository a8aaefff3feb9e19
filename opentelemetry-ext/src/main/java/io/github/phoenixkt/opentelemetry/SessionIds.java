package io.github.phoenixkt.opentelemetry;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import java.time.Clock;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Ids of sessions, by what an application takes a session to be.
 *
 * <pre>{@code
 * String sessionId = SessionIds.conversation(userId); // once, where the conversation begins
 * try (Scope scope = PhoenixContext.session(sessionId).makeCurrent()) {
 *   answer(question);
 * }
 * }</pre>
 *
 * <p>Where a session is to end by itself once its user is away, see {@link SessionManager}.
 *
 * <p><b>Nothing here fails an application.</b> A blank part is left out of an id that is random
 * beside it. Any other id is blank when a part of it is, which {@link PhoenixContext} takes for no
 * session: better none than one that users share. Space around a part is dropped, as Phoenix drops
 * it around an id.
 *
 * <p><b>What Phoenix makes of ids.</b> An id is one session on the whole server, in the project
 * that it was first seen in: applications that share a server, and number their users alike, put a
 * name of their own before the user. A trace stays in the session that it was first seen in. On
 * PostgreSQL, spans whose id is longer than some 2,600 bytes, or has the character 0, are lost. A
 * session whose id has a slash can be annotated, but not be looked up by that id.
 */
public final class SessionIds {
  private static final DateTimeFormatter HOUR = DateTimeFormatter.ofPattern("uuuu-MM-dd-HH");

  private SessionIds() {}

  /**
   * One session for all that a user ever does: {@code user-42}.
   *
   * @param userId which user
   * @return the same id for the same user; blank when the user is
   */
  public static String user(String userId) {
    return requireNonNull(userId, "userId").isBlank() ? "" : join("user", userId);
  }

  /**
   * A conversation of whomever: a random UUID.
   *
   * @return another id each time
   */
  public static String conversation() {
    return UUID.randomUUID().toString();
  }

  /**
   * A conversation of a user: {@code user-42-conv-}, and a random UUID.
   *
   * @param userId which user; left out when blank
   * @return another id each time
   */
  public static String conversation(String userId) {
    return join(user(userId), "conv", conversation());
  }

  /**
   * A conversation for which the application has an id: {@code user-42-conv-7}. Parts are put
   * together as they are: where ids of users may hold {@code -conv-}, two may come to one session.
   *
   * @param userId which user
   * @param conversationId which conversation of the user
   * @return the same id for the same conversation; blank when either is
   */
  public static String conversation(String userId, String conversationId) {
    String user = user(userId);
    return requireNonNull(conversationId, "conversationId").isBlank() || user.isBlank()
        ? ""
        : join(user, "conv", conversationId);
  }

  /**
   * All that a user does within an hour of UTC, the same on every machine: {@code 42-2026-11-21-10}
   * from 10:00 to 10:59.
   *
   * @param userId which user
   * @return the same id for the same user within the hour; blank when the user is
   */
  public static String hourly(String userId) {
    return hourly(userId, Clock.systemUTC());
  }

  /**
   * All that a user does within an hour: {@code 42-2026-11-21-10} from 10:00 to 10:59, in the time
   * zone of the clock. Where the zone sets its clocks back, two hours on end are one.
   *
   * @param userId which user
   * @param clock tells the time and the zone
   * @return the same id for the same user within the hour; blank when the user is
   */
  public static String hourly(String userId, Clock clock) {
    requireNonNull(clock, "clock");
    return requireNonNull(userId, "userId").isBlank()
        ? ""
        : join(userId, HOUR.format(ZonedDateTime.now(clock)));
  }

  /**
   * A run over something: {@code doc-invoice7-}, and a random UUID.
   *
   * @param kind what it works on, for instance {@code doc}; left out when blank
   * @param id which one; left out when blank
   * @return another id each time
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
