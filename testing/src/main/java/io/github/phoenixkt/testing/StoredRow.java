package io.github.phoenixkt.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An annotation as the fake has stored it, for assertions. */
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
   * Returns the GlobalID.
   *
   * @return the id
   */
  public String id() {
    return id;
  }

  /**
   * Returns what the annotation is attached to.
   *
   * @return the kind of target
   */
  public FakeTargetKind targetKind() {
    return values.targetKind();
  }

  /**
   * Returns the id of the span, trace or session.
   *
   * @return the id as it was sent
   */
  public String targetId() {
    return values.targetId();
  }

  /**
   * Returns the position of the document.
   *
   * @return the position; -1 if the target is not a document
   */
  public int documentPosition() {
    return values.documentPosition();
  }

  /**
   * Returns the name.
   *
   * @return the name; {@code note} for notes
   */
  public String name() {
    return values.name();
  }

  /**
   * Returns who judged.
   *
   * @return the kind
   */
  public FakeAnnotatorKind annotatorKind() {
    return values.annotatorKind();
  }

  /**
   * Returns the label.
   *
   * @return the label or null
   */
  public @Nullable String label() {
    return values.label();
  }

  /**
   * Returns the score.
   *
   * @return the score or null
   */
  public @Nullable Double score() {
    return values.score();
  }

  /**
   * Returns the explanation, which is the text of a note.
   *
   * @return the text or null
   */
  public @Nullable String explanation() {
    return values.explanation();
  }

  /**
   * Returns the metadata, an object.
   *
   * @return a copy; empty if none was sent
   */
  public JsonNode metadata() {
    return values.metadata().deepCopy();
  }

  /**
   * Returns the identifier, a part of the key.
   *
   * @return the identifier; empty if none was sent
   */
  public String identifier() {
    return values.identifier();
  }

  /**
   * Returns where the annotation came from.
   *
   * @return {@code API} or {@code APP}
   */
  public String source() {
    return values.source();
  }

  /**
   * Returns the GlobalID of the user who wrote it.
   *
   * @return the id; null without authentication
   */
  public @Nullable String userId() {
    return values.userId();
  }

  /**
   * Returns when the row was first stored.
   *
   * @return the time
   */
  public Instant createdAt() {
    return createdAt;
  }

  /**
   * Returns when the row was last written. For queued writes this is the time of receipt.
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
