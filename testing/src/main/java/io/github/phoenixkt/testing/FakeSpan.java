package io.github.phoenixkt.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A span for a {@link FakePhoenix}. Only the id is required; everything else has a default.
 *
 * <pre>{@code
 * phoenix.addSpan(FakeSpan.of("67f6740bbe1ddc3f").session("chat-7").documents(3));
 * }</pre>
 */
public final class FakeSpan {
  private static final Set<String> STATUSES = Set.of("OK", "ERROR", "UNSET");

  private final String spanId;
  private String traceId;
  private String project = ProjectRow.DEFAULT;
  private @Nullable String parentId;
  private String name = "span";
  private String kind = "CHAIN";
  private Instant start = Instant.parse("2026-01-05T10:00:00Z");
  private Instant end = Instant.parse("2026-01-05T10:00:01Z");
  private String statusCode = "OK";
  private final ObjectNode attributes = Json.NODES.objectNode();

  private FakeSpan(String spanId) {
    this.spanId = spanId;
    this.traceId = "trace-of-" + spanId;
  }

  /**
   * Returns a span in a trace of its own, in the project {@code default}.
   *
   * @param spanId the span id, usually 16 hex digits
   * @return the span
   * @throws IllegalArgumentException if the id is blank
   */
  public static FakeSpan of(String spanId) {
    return new FakeSpan(Arguments.text("spanId", spanId));
  }

  /**
   * Puts the span into a trace.
   *
   * @param id the trace id, usually 32 hex digits
   * @return this span
   * @throws IllegalArgumentException if it is blank
   */
  public FakeSpan trace(String id) {
    traceId = Arguments.text("id", id);
    return this;
  }

  /**
   * Puts the span's trace into a session.
   *
   * @param id the session id
   * @return this span
   * @throws IllegalArgumentException if it is blank
   */
  public FakeSpan session(String id) {
    return attribute("session.id", Arguments.text("id", id));
  }

  /**
   * Puts the span into a project, which is created if it does not exist. An existing trace stays in
   * its project.
   *
   * @param projectName the name
   * @return this span
   * @throws IllegalArgumentException if it is blank
   */
  public FakeSpan project(String projectName) {
    project = Arguments.text("projectName", projectName);
    return this;
  }

  /**
   * Makes the span a child of another.
   *
   * @param spanIdOfParent the parent's span id
   * @return this span
   * @throws IllegalArgumentException if it is blank
   */
  public FakeSpan parent(String spanIdOfParent) {
    parentId = Arguments.text("spanIdOfParent", spanIdOfParent);
    return this;
  }

  /**
   * Sets the name.
   *
   * @param spanName the name
   * @return this span
   */
  public FakeSpan name(String spanName) {
    name = Arguments.present("spanName", spanName);
    return this;
  }

  /**
   * Sets the kind.
   *
   * @param spanKind for example {@code LLM}
   * @return this span
   * @throws IllegalArgumentException if it is blank
   */
  public FakeSpan kind(String spanKind) {
    kind = Arguments.text("spanKind", spanKind);
    return this;
  }

  /**
   * Sets start and end.
   *
   * @param from the start
   * @param to the end
   * @return this span
   * @throws IllegalArgumentException if the end is before the start
   */
  public FakeSpan time(Instant from, Instant to) {
    Arguments.require(
        !Arguments.present("to", to).isBefore(Arguments.present("from", from)),
        "The end " + to + " is before the start " + from + ".");
    start = from;
    end = to;
    return this;
  }

  /**
   * Sets the status.
   *
   * @param code {@code OK}, {@code ERROR} or {@code UNSET}
   * @return this span
   * @throws IllegalArgumentException if it is another one
   */
  public FakeSpan status(String code) {
    Arguments.require(
        STATUSES.contains(Arguments.present("code", code)),
        "code must be OK, ERROR or UNSET, but is \"" + code + "\".");
    statusCode = code;
    return this;
  }

  /**
   * Sets an attribute.
   *
   * @param key the dotted key
   * @param value anything Jackson can turn into JSON
   * @return this span
   * @throws IllegalArgumentException if the key is blank, or the value cannot become JSON
   */
  public FakeSpan attribute(String key, Object value) {
    Arguments.text("key", key);
    Arguments.present("value", value);
    attributes.set(key, Json.MAPPER.<JsonNode>valueToTree(value));
    return this;
  }

  /**
   * Makes the span a retriever with documents, whose positions can then be annotated.
   *
   * @param count the number of documents
   * @return this span
   * @throws IllegalArgumentException if it is negative
   */
  public FakeSpan documents(int count) {
    Arguments.atLeast("count", count, 0);
    for (int i = 0; i < count; i++) {
      attribute("retrieval.documents." + i + ".document.content", "document " + i);
    }
    return kind("RETRIEVER");
  }

  SpanValues values() {
    return new SpanValues(
        project,
        spanId,
        traceId,
        parentId,
        name,
        kind,
        start,
        end,
        statusCode,
        "",
        SpanValues.flatten(attributes),
        List.of());
  }
}
