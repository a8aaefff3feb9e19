package io.github.phoenixkt.java;

import static java.util.Objects.requireNonNull;

import io.github.phoenixkt.annotations.AnnotatorKind;
import io.github.phoenixkt.internal.Messages;
import org.jspecify.annotations.Nullable;

/**
 * Selects the annotations to delete. An annotation must match every value of the filter.
 *
 * <pre>{@code
 * DeleteFilter.byName("correctness").identifier("run-1")
 * }</pre>
 *
 * <p>Filters are immutable. A delete refuses a filter with a blank name or identifier, because it
 * would otherwise delete annotations of any name.
 */
public final class DeleteFilter {
  /** Matches every annotation. */
  static final DeleteFilter NONE = new DeleteFilter(null, null, null);

  private final @Nullable String name;
  private final @Nullable String identifier;
  private final @Nullable AnnotatorKind annotatorKind;

  private DeleteFilter(
      @Nullable String name, @Nullable String identifier, @Nullable AnnotatorKind annotatorKind) {
    this.name = name;
    this.identifier = identifier;
    this.annotatorKind = annotatorKind;
  }

  /**
   * Creates a filter for annotations with a name.
   *
   * @param name the name of the annotations
   * @return the filter
   */
  public static DeleteFilter byName(String name) {
    return NONE.name(name);
  }

  /**
   * Creates a filter for annotations with an identifier. Annotations without an identifier cannot
   * be selected.
   *
   * @param identifier the identifier of the annotations
   * @return the filter
   */
  public static DeleteFilter byIdentifier(String identifier) {
    return NONE.identifier(identifier);
  }

  /**
   * Creates a filter for annotations by one kind of annotator.
   *
   * @param annotatorKind who made the annotations
   * @return the filter
   */
  public static DeleteFilter byAnnotatorKind(AnnotatorKind annotatorKind) {
    return NONE.annotatorKind(annotatorKind);
  }

  /**
   * Returns this filter with a name. See {@link #byName}.
   *
   * @param name the name of the annotations
   * @return another filter
   */
  public DeleteFilter name(String name) {
    return new DeleteFilter(requireNonNull(name, "name"), identifier, annotatorKind);
  }

  /**
   * Returns this filter with an identifier. See {@link #byIdentifier}.
   *
   * @param identifier the identifier of the annotations
   * @return another filter
   */
  public DeleteFilter identifier(String identifier) {
    return new DeleteFilter(name, requireNonNull(identifier, "identifier"), annotatorKind);
  }

  /**
   * Returns this filter with a kind of annotator. See {@link #byAnnotatorKind}.
   *
   * @param annotatorKind who made the annotations
   * @return another filter
   */
  public DeleteFilter annotatorKind(AnnotatorKind annotatorKind) {
    return new DeleteFilter(name, identifier, requireNonNull(annotatorKind, "annotatorKind"));
  }

  @Nullable String name() {
    return name;
  }

  @Nullable String identifier() {
    return identifier;
  }

  @Nullable AnnotatorKind annotatorKind() {
    return annotatorKind;
  }

  @Override
  public String toString() {
    return "DeleteFilter(name="
        + shown(name)
        + ", identifier="
        + shown(identifier)
        + ", annotatorKind="
        + annotatorKind
        + ")";
  }

  private static @Nullable String shown(@Nullable String text) {
    return text == null ? null : Messages.forMessage(text);
  }
}
