package io.github.phoenixkt.java;

import static java.util.Objects.requireNonNull;

import io.github.phoenixkt.annotations.AnnotationData;
import io.github.phoenixkt.internal.Messages;
import io.github.phoenixkt.upload.RowOutcomeListener;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Checks of arguments before a call begins. */
final class Checks {
  /** The mapper of an upload without one. */
  static final Function<AnnotationData, AnnotationData> AS_IS = row -> row;

  /** The listener of an upload without one. */
  static final RowOutcomeListener NO_LISTENER = (row, outcome) -> {};

  /** The most characters of a foreign failure that a message repeats. */
  static final int LONGEST_CAUSE = 500;

  private Checks() {}

  /** The text of an object for a message. Its class may be the caller's, and then may throw. */
  static String shortened(@Nullable Object value, int limit) {
    return Messages.forMessage(value == null ? "null" : Messages.textOf(value), limit);
  }

  /** Copies items that must not be null; {@code name} is the caller's parameter. */
  static <T> List<T> copyOf(Collection<? extends T> items, String name) {
    requireNonNull(items, name);
    List<T> copy = new ArrayList<>(items.size());
    for (T item : items) {
      copy.add(requireNonNull(item, () -> name + "[" + copy.size() + "]"));
    }
    return copy;
  }

  /** Maps items to annotations. */
  static <T extends @Nullable Object> List<AnnotationData> map(
      Collection<? extends T> items, Function<? super T, ? extends AnnotationData> mapper) {
    List<AnnotationData> annotations = new ArrayList<>(items.size());
    for (T item : items) {
      annotations.add(map(item, annotations.size(), mapper));
    }
    return annotations;
  }

  /** Maps one item; {@code number} counts from 0. */
  static <T extends @Nullable Object> AnnotationData map(
      T item, long number, Function<? super T, ? extends @Nullable AnnotationData> mapper) {
    AnnotationData annotation;
    try {
      annotation = mapper.apply(item);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "The mapper failed on item " + number + ": " + shortened(e, LONGEST_CAUSE), e);
    }
    if (annotation == null && mapper == AS_IS) {
      throw new NullPointerException("rows[" + number + "]");
    }
    if (annotation == null) {
      throw new IllegalArgumentException(
          "The mapper returned null for item "
              + number
              + ". Filter out items without an annotation first.");
    }
    return annotation;
  }
}
