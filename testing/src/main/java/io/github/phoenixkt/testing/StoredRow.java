package io.github.phoenixkt.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One annotation as the fake has stored it, for assertions. */
public final class StoredRow {
  private final String id;
  private final AnnotationValues values;
  private final Instant createdAt;
  private final Instant updatedAt;

  StoredRow(String id, AnnotationValues values, Instant createdAt, Instant updatedAt) {
    this.id = id;
    this.values = values;
    this.createdAt = createdAt;
    this.updatedAt = updatedAt;
  }

  /**
   * The GlobalID the server gives out.
   *
   * @return the id
   */
  public String id() {
    return id;
  }

  /**
   * What it is attached to.
   *
   * @return the level
   */
  public FakeTargetKind targetKind() {
    return values.targetKind();
  }

  /**
   * The span, trace or session id.
   *
   * @return the id as it was sent
   */
  public String targetId() {
    return values.targetId();
  }

  /**
   * The position of the document.
   *
   * @return the position; -1 on the other levels
   */
  public int documentPosition() {
    return values.documentPosition();
  }

  /**
   * The annotation's name.
   *
   * @return the name; {@code note} for notes
   */
  public String name() {
    return values.name();
  }

  /**
   * Who judged.
   *
   * @return the kind
   */
  public FakeAnnotatorKind annotatorKind() {
    return values.annotatorKind();
  }

  /**
   * The label, if any.
   *
   * @return the label or null
   */
  public @Nullable String label() {
    return values.label();
  }

  /**
   * The score, if any.
   *
   * @return the score or null
   */
  public @Nullable Double score() {
    return values.score();
  }

  /**
   * The explanation, if any; the text of a note.
   *
   * @return the text or null
   */
  public @Nullable String explanation() {
    return values.explanation();
  }

  /**
   * The metadata, an object.
   *
   * @return a copy; empty if none was sent
   */
  public JsonNode metadata() {
    return values.metadata().deepCopy();
  }

  /**
   * The identifier, a part of the key.
   *
   * @return the identifier; empty if none was sent
   */
  public String identifier() {
    return values.identifier();
  }

  /**
   * Where it came from.
   *
   * @return {@code API} or {@code APP}
   */
  public String source() {
    return values.source();
  }

  /**
   * The GlobalID of the writer when authentication is on.
   *
   * @return the id or null
   */
  public @Nullable String userId() {
    return values.userId();
  }

  /**
   * When the row was first stored.
   *
   * @return the time
   */
  public Instant createdAt() {
    return createdAt;
  }

  /**
   * When the row was last written; for queued writes the time of receipt.
   *
   * @return the time
   */
  public Instant updatedAt() {
    return updatedAt;
  }

  @Override
  public String toString() {
    return "StoredRow[id=" + id + ", " + values + ", from " + createdAt + " to " + updatedAt + "]";
  }
}
