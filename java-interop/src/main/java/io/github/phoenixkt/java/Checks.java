package io.github.phoenixkt.java;

import static java.util.Objects.requireNonNull;

import io.github.phoenixkt.annotations.AnnotationData;
import io.github.phoenixkt.internal.Messages;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What is looked at before a call begins. */
final class Checks {
  /** The mapper of those who gave none. */
  static final Function<AnnotationData, AnnotationData> AS_IS = row -> row;

  /** How much a message says of a failure that is not ours. */
  static final int LONGEST_CAUSE = 500;

  private Checks() {}

  /** A copy without nulls; {@code name} is the caller's parameter. */
  static <T> List<T> copyOf(Collection<? extends T> items, String name) {
    requireNonNull(items, name);
    List<T> copy = new ArrayList<>(items.size());
    for (T item : items) {
      copy.add(requireNonNull(item, () -> name + "[" + copy.size() + "]"));
    }
    return copy;
  }

  /** The annotations of items. */
  static <T extends @Nullable Object> List<AnnotationData> map(
      Collection<? extends T> items, Function<? super T, ? extends AnnotationData> mapper) {
    List<AnnotationData> annotations = new ArrayList<>(items.size());
    for (T item : items) {
      annotations.add(map(item, annotations.size(), mapper));
    }
    return annotations;
  }

  /** The annotation of one item, of which there were {@code number} before. */
  static <T extends @Nullable Object> AnnotationData map(
      T item, long number, Function<? super T, ? extends @Nullable AnnotationData> mapper) {
    AnnotationData annotation;
    try {
      annotation = mapper.apply(item);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "mapper failed on item "
              + number
              + ": "
              + Messages.forMessage(String.valueOf(e), LONGEST_CAUSE),
          e);
    }
    if (annotation == null && mapper == AS_IS) {
      throw new NullPointerException("rows[" + number + "]");
    }
    if (annotation == null) {
      throw new IllegalArgumentException(
          "mapper returned null for item "
              + number
              + ": filter out beforehand what has no annotation.");
    }
    return annotation;
  }
}
