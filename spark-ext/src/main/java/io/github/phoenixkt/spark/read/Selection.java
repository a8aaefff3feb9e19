package io.github.phoenixkt.spark.read;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The rows that Phoenix is asked for: those that match everything. Immutable. */
final class Selection implements Serializable {
  private static final long serialVersionUID = 1;

  private final TreeMap<String, List<String>> values;
  private final boolean rootsOnly;
  private final TimeRange range;
  private final int limit;

  private Selection(
      TreeMap<String, List<String>> values, boolean rootsOnly, TimeRange range, int limit) {
    this.values = values;
    this.rootsOnly = rootsOnly;
    this.range = range;
    this.limit = limit;
  }

  /** All rows that start in the range. */
  static Selection of(TimeRange range) {
    return new Selection(new TreeMap<>(), false, range, Integer.MAX_VALUE);
  }

  /** Only rows with one of the values in the column. */
  Selection with(String column, Collection<String> wanted) {
    Set<String> both = new LinkedHashSet<>(wanted);
    List<String> before = values.get(column);
    if (before != null) {
      both.retainAll(before);
    }
    TreeMap<String, List<String>> all = new TreeMap<>(values);
    all.put(column, List.copyOf(both));
    return new Selection(all, rootsOnly, range, limit);
  }

  /** Only spans without a parent. */
  Selection withRootsOnly() {
    return new Selection(values, true, range, limit);
  }

  Selection within(TimeRange other) {
    return new Selection(values, rootsOnly, range.intersect(other), limit);
  }

  Selection atMost(int rows) {
    return new Selection(values, rootsOnly, range, Math.min(limit, rows));
  }

  /** The wanted values of a column; null for all. */
  @Nullable List<String> wanted(String column) {
    return values.get(column);
  }

  boolean rootsOnly() {
    return rootsOnly;
  }

  TimeRange range() {
    return range;
  }

  int limit() {
    return limit;
  }

  /** Whether no row can match. */
  boolean isEmpty() {
    return range.isEmpty()
        || values.values().stream().anyMatch(List::isEmpty)
        || rootsOnly && values.containsKey("parent_id");
  }

  /** Cuts the wanted values of a column into lists of about the same size. */
  List<Selection> divide(String column, int most) {
    List<String> all = values.get(column);
    int count = Math.min(most, all.size());
    List<Selection> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int from = (int) ((long) all.size() * i / count);
      int to = (int) ((long) all.size() * (i + 1) / count);
      parts.add(with(column, all.subList(from, to)));
    }
    return parts;
  }

  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    values.forEach(
        (column, wanted) ->
            parts.add(
                wanted.size() == 1
                    ? column + " = 1 value"
                    : column + " in " + wanted.size() + " values"));
    if (rootsOnly) {
      parts.add("without parent");
    }
    if (!range.equals(TimeRange.ALL)) {
      parts.add("start_time in " + range);
    }
    if (limit < Integer.MAX_VALUE) {
      parts.add("limit " + limit);
    }
    return parts.isEmpty() ? "all" : String.join(", ", parts);
  }
}
