package io.github.phoenixkt.testing;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Spans and annotations that were accepted but are not stored yet. An annotation whose target is
 * missing is tried again every ten seconds of the fake's clock, sixty times, and then forgotten.
 */
final class WriteQueue {
  static final Duration RETRY_EVERY = Duration.ofSeconds(10);
  static final int RETRIES = 60;

  private final ServerState state;
  private final List<SpanValues> spans = new ArrayList<>();
  private final List<AnnotationValues> fresh = new ArrayList<>();
  private List<Postponed> postponed = new ArrayList<>();
  private boolean held;

  private record Postponed(AnnotationValues values, Instant since, Instant next) {}

  private record RowKey(FakeTargetKind targetKind, AnnotationValues.Key key) {}

  WriteQueue(ServerState state) {
    this.state = state;
  }

  void addSpans(Collection<SpanValues> values) {
    synchronized (state.store) {
      spans.addAll(values);
    }
  }

  void addAnnotations(Collection<AnnotationValues> values) {
    synchronized (state.store) {
      fresh.addAll(values);
    }
  }

  /** While held, everything is accepted and nothing is stored. */
  void hold(boolean on) {
    synchronized (state.store) {
      held = on;
    }
  }

  int size() {
    synchronized (state.store) {
      return fresh.size() + postponed.size();
    }
  }

  /** Stores whatever can be stored now. */
  void drain() {
    synchronized (state.store) {
      if (!held) {
        spans.forEach(state.store::addSpan);
        spans.clear();
        drainAnnotations(state.store.now());
      }
    }
  }

  private void drainAnnotations(Instant now) {
    // One look at a target per key and drain: what came in last wins, whatever was postponed last.
    Map<RowKey, Postponed> batch = new LinkedHashMap<>();
    List<Postponed> later = new ArrayList<>();
    int size = fresh.size();
    for (Postponed item : postponed) {
      if (item.next.isAfter(now)) {
        later.add(item);
      } else {
        size++;
        batch.merge(key(item.values), item, WriteQueue::latest);
      }
    }
    for (AnnotationValues values : fresh) {
      batch.merge(key(values), new Postponed(values, now, now), WriteQueue::latest);
    }
    fresh.clear();
    postponed = later;
    if (isLostWhole(batch.values(), size)) {
      return;
    }
    for (Postponed item : batch.values()) {
      store(item, now);
    }
  }

  private static Postponed latest(Postponed one, Postponed other) {
    return one.values.receivedAt().isAfter(other.values.receivedAt()) ? one : other;
  }

  /** One row that breaks the look-up, or too many rows at once, cost every row of the drain. */
  private boolean isLostWhole(Collection<Postponed> batch, int size) {
    return state.database == Database.POSTGRESQL && size > Database.LARGEST_DRAIN
        || batch.stream().anyMatch(item -> state.database.cannotLookUp(item.values));
  }

  private void store(Postponed item, Instant now) {
    AnnotationValues values = item.values;
    if (state.database.cannotInsert(values)) {
      // Tried again for ever: the counter starts anew each time.
      postponed.add(new Postponed(values, now, now.plus(RETRY_EVERY)));
    } else if (!state.store.hasTarget(values.targetKind(), values.targetId())) {
      postpone(item, now);
    } else if (isWanted(values)) {
      state
          .store
          .annotations(values.targetKind())
          .upsert(values, state.database.createdAt(now), values.receivedAt());
    }
  }

  private void postpone(Postponed item, Instant now) {
    long retries = Duration.between(item.since, now).dividedBy(RETRY_EVERY);
    if (retries < RETRIES) {
      Instant next = item.since.plus(RETRY_EVERY.multipliedBy(retries + 1));
      postponed.add(new Postponed(item.values, item.since, next));
    }
  }

  /**
   * A document that does not exist is dropped silently, and so is a write older than what is
   * stored.
   */
  private boolean isWanted(AnnotationValues values) {
    if (values.targetKind().traits.hasPosition && !isDocument(values)) {
      return false;
    }
    AnnotationRow stored = state.store.annotations(values.targetKind()).find(values.key());
    return stored == null || stored.updatedAt.isBefore(values.receivedAt());
  }

  private boolean isDocument(AnnotationValues values) {
    SpanRow span = state.store.span(values.targetId());
    return span != null
        && values.documentPosition() >= 0
        && values.documentPosition() < span.documentCount();
  }

  private RowKey key(AnnotationValues values) {
    AnnotationValues.Key key = values.key();
    // Before 12.2.0 the identifier was forgotten here, and rows that differ in it alone were lost.
    return new RowKey(
        values.targetKind(),
        state.has("12.2.0")
            ? key
            : new AnnotationValues.Key(key.targetId(), key.documentPosition(), key.name(), ""));
  }
}
