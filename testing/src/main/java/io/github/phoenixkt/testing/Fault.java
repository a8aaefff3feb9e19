package io.github.phoenixkt.testing;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Something that goes wrong with a request; see {@link FakePhoenix#failNext(Fault...)}. Faults are
 * immutable: each method returns a changed copy.
 *
 * <pre>{@code
 * phoenix.failNext(Fault.status(503).retryAfter(1).times(2).on("POST", "/v1/span_annotations"));
 * phoenix.failNext(Fault.reset().afterStoring()); // the write is done, the answer is lost
 * }</pre>
 */
public final class Fault {
  /** How the connection is mistreated. */
  enum Kind {
    REPLY,
    RESET,
    CLOSE,
    GARBAGE,
    CUT_BODY,
    TRUNCATED_JSON,
    SLOW,
    DELAY
  }

  private static final String VERSION_ROUTE = "/arize_phoenix_version";

  private static final String LOGIN_PAGE =
      "<!DOCTYPE html><html><head><title>Sign in</title></head>"
          + "<body><form>Please sign in</form></body></html>";

  private final Kind kind;
  private final Reply reply;
  private final Duration pause;
  private final boolean afterStoring;
  private final int count;
  private final @Nullable Predicate<ReceivedRequest> matcher;
  private final String description;

  private Fault(
      Kind kind,
      Reply reply,
      Duration pause,
      boolean afterStoring,
      int count,
      @Nullable Predicate<ReceivedRequest> matcher,
      String description) {
    this.kind = kind;
    this.reply = reply;
    this.pause = pause;
    this.afterStoring = afterStoring;
    this.count = count;
    this.matcher = matcher;
    this.description = description;
  }

  private static Fault of(Kind kind, @Nullable Reply reply, Duration pause, String description) {
    return new Fault(
        kind, reply == null ? Reply.text(200, "") : reply, pause, false, 1, null, description);
  }

  /**
   * Answers like a proxy in front of Phoenix: with text, and without Phoenix's version header. A
   * 500 is answered like Phoenix's own: the connection is dropped afterwards without notice.
   *
   * @param status the HTTP status
   * @return the fault
   * @throws IllegalArgumentException if it is not from 100 to 599
   */
  public static Fault status(int status) {
    Arguments.within("status", status, 100, 599);
    Reply reply = status == 500 ? Reply.internalError() : Reply.text(status, "fault " + status);
    return of(Kind.REPLY, reply, Duration.ZERO, "status " + status);
  }

  /**
   * Answers with a login page and status 200, like a gateway or a wrong base URL.
   *
   * @return the fault
   */
  public static Fault html() {
    return of(Kind.REPLY, Reply.html(LOGIN_PAGE), Duration.ZERO, "login page");
  }

  /**
   * Resets the connection (RST) instead of answering.
   *
   * @return the fault
   */
  public static Fault reset() {
    return of(Kind.RESET, null, Duration.ZERO, "reset");
  }

  /**
   * Closes the connection in order, without sending a byte.
   *
   * @return the fault
   */
  public static Fault close() {
    return of(Kind.CLOSE, null, Duration.ZERO, "close");
  }

  /**
   * Sends bytes that are not HTTP, then closes the connection.
   *
   * @return the fault
   */
  public static Fault garbage() {
    return of(Kind.GARBAGE, null, Duration.ZERO, "garbage");
  }

  /**
   * Serves the request, but closes the connection after half of the answer's body.
   *
   * @return the fault
   */
  public static Fault cutBody() {
    return of(Kind.CUT_BODY, null, Duration.ZERO, "cut body").afterStoring();
  }

  /**
   * Serves the request. The answer is correct HTTP, but its body is cut and is not valid JSON.
   *
   * @return the fault
   */
  public static Fault truncatedJson() {
    return of(Kind.TRUNCATED_JSON, null, Duration.ZERO, "truncated JSON").afterStoring();
  }

  /**
   * Serves the request and sends the answer byte by byte.
   *
   * @param perByte the pause before each byte
   * @return the fault
   * @throws IllegalArgumentException if it is negative, above 24 days, or above zero and below 1 ms
   */
  public static Fault slow(Duration perByte) {
    return of(Kind.SLOW, null, Durations.check("perByte", perByte), "slow bytes").afterStoring();
  }

  /**
   * Serves the request and sends the correct answer late.
   *
   * @param pause the delay
   * @return the fault
   * @throws IllegalArgumentException if it is negative, above 24 days, or above zero and below 1 ms
   */
  public static Fault delay(Duration pause) {
    return of(Kind.DELAY, null, Durations.check("pause", pause), "delay").afterStoring();
  }

  /**
   * Adds a {@code Retry-After} header.
   *
   * @param seconds its value
   * @return the changed fault
   * @throws IllegalArgumentException if it is negative
   */
  public Fault retryAfter(int seconds) {
    return header("retry-after", Integer.toString(Arguments.atLeast("seconds", seconds, 0)));
  }

  /**
   * Adds a header to a scripted answer.
   *
   * @param name the name
   * @param value the value
   * @return the changed fault
   * @throws IllegalArgumentException if HTTP does not allow the name or the value
   */
  public Fault header(String name, String value) {
    return withReply(
        reply.with(Arguments.token("name", name), Arguments.headerValue("value", value)));
  }

  /**
   * Replaces the body of a scripted answer.
   *
   * @param contentType its type
   * @param text the body
   * @return the changed fault
   * @throws IllegalArgumentException if a header cannot carry the type
   */
  public Fault body(String contentType, String text) {
    Arguments.headerValue("contentType", contentType);
    Arguments.present("text", text);
    Reply changed =
        new Reply(
            reply.status(),
            reply.headers(),
            text.getBytes(StandardCharsets.UTF_8),
            reply.closeAfter());
    return withReply(changed.with("content-type", contentType));
  }

  /**
   * Serves the request first: the write is stored, and only its answer is lost or replaced.
   *
   * @return the changed fault
   */
  public Fault afterStoring() {
    return new Fault(kind, reply, pause, true, count, matcher, description);
  }

  /**
   * Repeats the fault.
   *
   * @param times how often the fault happens; {@link Integer#MAX_VALUE} for ever
   * @return the changed fault
   * @throws IllegalArgumentException if it is less than 1
   */
  public Fault times(int times) {
    Arguments.atLeast("times", times, 1);
    return new Fault(kind, reply, pause, afterStoring, times, matcher, description);
  }

  /**
   * Restricts the fault to some requests. Without a restriction it applies to every request except
   * those for the server's version.
   *
   * @param wanted whether the fault applies to a request
   * @return the changed fault
   */
  public Fault when(Predicate<ReceivedRequest> wanted) {
    Arguments.present("wanted", wanted);
    Predicate<ReceivedRequest> both = matcher == null ? wanted : matcher.and(wanted);
    return new Fault(kind, reply, pause, afterStoring, count, both, description);
  }

  /**
   * Restricts the fault to a route.
   *
   * @param method the HTTP method, in upper case
   * @param pathEnd the end of the path, without a query; empty for any path
   * @return the changed fault
   * @throws IllegalArgumentException if no request can match
   */
  public Fault on(String method, String pathEnd) {
    Arguments.token("method", method);
    Arguments.require(
        method.equals(method.toUpperCase(Locale.ROOT)),
        "method must be in upper case, but is \"" + method + "\".");
    Arguments.require(
        Arguments.present("pathEnd", pathEnd).indexOf('?') < 0,
        "pathEnd must not have a query, but is \"" + pathEnd + "\": use when().");
    return when(request -> request.method().equals(method) && request.path().endsWith(pathEnd));
  }

  private Fault withReply(Reply changed) {
    return new Fault(kind, changed, pause, afterStoring, count, matcher, description);
  }

  Kind kind() {
    return kind;
  }

  Reply reply() {
    return reply;
  }

  Duration pause() {
    return pause;
  }

  boolean isAfterStoring() {
    return afterStoring;
  }

  int count() {
    return count;
  }

  boolean matches(ReceivedRequest request) {
    // Clients ask for the version on their own: what a test breaks is the call that it makes.
    return matcher == null ? !request.path().endsWith(VERSION_ROUTE) : matcher.test(request);
  }

  @Override
  public String toString() {
    return "Fault(" + description + (afterStoring ? ", after storing" : "") + ", " + count + "x)";
  }
}
