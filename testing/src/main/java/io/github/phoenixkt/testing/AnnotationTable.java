package io.github.phoenixkt.testing;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The annotations of one kind of target, found by number, by key and by target. */
final class AnnotationTable {
  private final NavigableMap<Long, AnnotationRow> rows = new TreeMap<>();
  private final Map<AnnotationValues.Key, AnnotationRow> byKey = new HashMap<>();
  private final Map<String, NavigableMap<Long, AnnotationRow>> byTarget = new HashMap<>();
  private long lastId;

  /**
   * Inserts the row, or replaces everything but number and creation time of the row with the same
   * key.
   */
  AnnotationRow upsert(AnnotationValues values, Instant createdAt, Instant updatedAt) {
    AnnotationRow row = byKey.get(values.key());
    if (row == null) {
      row = new AnnotationRow(++lastId, values, createdAt, updatedAt);
      rows.put(row.id, row);
      byKey.put(values.key(), row);
      byTarget.computeIfAbsent(values.targetId(), id -> new TreeMap<>()).put(row.id, row);
    } else {
      row.values = values;
      row.updatedAt = updatedAt;
    }
    return row;
  }

  @Nullable AnnotationRow find(AnnotationValues.Key key) {
    return byKey.get(key);
  }

  Collection<AnnotationRow> all() {
    return rows.values();
  }

  Collection<AnnotationRow> of(String targetId) {
    NavigableMap<Long, AnnotationRow> found = byTarget.get(targetId);
    return found == null ? List.of() : found.values();
  }

  void remove(AnnotationRow row) {
    rows.remove(row.id);
    byKey.remove(row.values.key());
    NavigableMap<Long, AnnotationRow> siblings = byTarget.get(row.values.targetId());
    if (siblings != null) {
      siblings.remove(row.id);
      if (siblings.isEmpty()) {
        byTarget.remove(row.values.targetId());
      }
    }
  }

  void removeTarget(String targetId) {
    for (AnnotationRow row : List.copyOf(of(targetId))) {
      remove(row);
    }
  }
}
