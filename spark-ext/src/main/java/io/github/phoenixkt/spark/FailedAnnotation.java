package io.github.phoenixkt.spark;

import io.github.phoenixkt.internal.InternalPhoenixApi;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** A row of a write that is not stored. */
public final class FailedAnnotation implements Serializable {
  private static final long serialVersionUID = 1;

  /** The id of the span, trace or session, empty if the row has none. */
  private final String targetId;

  /** The position of the retrieved document, or null. */
  private final @Nullable Integer documentPosition;

  /** The name of the annotation, empty if the row has none. */
  private final String name;

  /** The identifier of the annotation, or null. */
  private final @Nullable String identifier;

  /** What became of the row. */
  private final String outcome;

  /** Why the row is not stored. */
  private final String reason;

  /**
   * Creates a description of a row; for the data source.
   *
   * @param targetId the id of the span, trace or session
   * @param documentPosition the position of the document
   * @param name the name of the annotation
   * @param identifier its identifier
   * @param outcome the name of the outcome
   * @param reason why the row is not stored
   */
  @InternalPhoenixApi
  public FailedAnnotation(
      String targetId,
      @Nullable Integer documentPosition,
      String name,
      @Nullable String identifier,
      String outcome,
      String reason) {
    this.targetId = targetId;
    this.documentPosition = documentPosition;
    this.name = name;
    this.identifier = identifier;
    this.outcome = outcome;
    this.reason = reason;
  }

  /**
   * Returns the id of the span, trace or session.
   *
   * @return the id, empty if the row has none
   */
  public String getTargetId() {
    return targetId;
  }

  /**
   * Returns the position of the retrieved document.
   *
   * @return the position, or null if the row does not annotate a document
   */
  public @Nullable Integer getDocumentPosition() {
    return documentPosition;
  }

  /**
   * Returns the name of the annotation.
   *
   * @return the name, empty if the row has none
   */
  public String getName() {
    return name;
  }

  /**
   * Returns the identifier of the annotation.
   *
   * @return the identifier, or null
   */
  public @Nullable String getIdentifier() {
    return identifier;
  }

  /**
   * Returns what became of the row: {@code MissingTarget}, {@code Rejected}, {@code Skipped} for
   * rows that cannot be sent, {@code Unknown}, or {@code NotAttempted}.
   *
   * @return the name of the outcome
   */
  public String getOutcome() {
    return outcome;
  }

  /**
   * Returns why the row is not stored.
   *
   * @return a sentence for people
   */
  public String getReason() {
    return reason;
  }

  @Override
  public String toString() {
    return (documentPosition == null ? "" : "document " + documentPosition + " of ")
        + (targetId.isEmpty() ? "(no id)" : targetId)
        + ", "
        + (name.isEmpty() ? "(no name)" : name)
        + (identifier == null ? "" : ", " + identifier)
        + ": "
        + reason;
  }
}
