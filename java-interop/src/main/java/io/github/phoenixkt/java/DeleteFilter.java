package io.github.phoenixkt.java;

import static java.util.Objects.requireNonNull;

import io.github.phoenixkt.annotations.AnnotatorKind;
import io.github.phoenixkt.internal.Messages;
import org.jspecify.annotations.Nullable;

/**
 * Narrows which annotations are deleted; everything that is given must hold at once.
 *
 * <pre>{@code
 * DeleteFilter.byName("correctness").identifier("run-1")
 * }</pre>
 *
 * <p>Immutable. A blank name or identifier is refused when it is used: it must not delete whatever
 * the name.
 */
public final class DeleteFilter {
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
   * Only annotations of this name.
   *
   * @param name what is judged
   * @return a filter by it
   */
  public static DeleteFilter byName(String name) {
    return new DeleteFilter(requireNonNull(name, "name"), null, null);
  }

  /**
   * Only annotations with this identifier; those without one cannot be singled out.
   *
   * @param identifier the identifier
   * @return a filter by it
   */
  public static DeleteFilter byIdentifier(String identifier) {
    return new DeleteFilter(null, requireNonNull(identifier, "identifier"), null);
  }

  /**
   * Only annotations by this kind of annotator.
   *
   * @param annotatorKind who judged
   * @return a filter by it
   */
  public static DeleteFilter byAnnotatorKind(AnnotatorKind annotatorKind) {
    return new DeleteFilter(null, null, requireNonNull(annotatorKind, "annotatorKind"));
  }

  /**
   * This filter, and only this name.
   *
   * @param name what is judged
   * @return another filter
   */
  public DeleteFilter name(String name) {
    return new DeleteFilter(requireNonNull(name, "name"), identifier, annotatorKind);
  }

  /**
   * This filter, and only this identifier.
   *
   * @param identifier the identifier
   * @return another filter
   */
  public DeleteFilter identifier(String identifier) {
    return new DeleteFilter(name, requireNonNull(identifier, "identifier"), annotatorKind);
  }

  /**
   * This filter, and only this kind of annotator.
   *
   * @param annotatorKind who judged
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
