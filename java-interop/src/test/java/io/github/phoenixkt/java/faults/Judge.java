package io.github.phoenixkt.java.faults;

import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.annotations.InsertedAnnotation;
import io.github.phoenixkt.annotations.InsertedNote;
import io.github.phoenixkt.annotations.StoredAnnotation;
import io.github.phoenixkt.java.faults.Fault.Trait;
import io.github.phoenixkt.queue.QueueOutcome;
import io.github.phoenixkt.support.Await;
import io.github.phoenixkt.upload.RowOutcome;
import io.github.phoenixkt.upload.UploadReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Compares what was said with what the relay saw and with what the server has. */
final class Judge {
  private static final int LONGEST_MESSAGE = 2_000;
  private static final int IN_FLIGHT = 2;
  private static final Duration LONGEST_DRAIN = Duration.ofSeconds(60);

  /**
   * When the server goes away, a request beside the one that it answers may end with its connection
   * before the relay has read it: an upload cannot know that it has not arrived.
   */
  private static final int MOST_CUT_OFF = (IN_FLIGHT - 1) * Cell.CHUNK;

  private final Fault fault;
  private final Call call;
  private final String name;
  private final Relay relay;
  private final Truth truth;
  private final List<String> lies = new ArrayList<>();
  private Map<String, Truth.Row> rows = Map.of();
  private int cutOff;

  Judge(Fault fault, Call call, String name, Relay relay, Truth truth) {
    this.fault = fault;
    this.call = call;
    this.name = name;
    this.relay = relay;
    this.truth = truth;
  }

  /** Until everything that the server took into its queue is stored. */
  void awaitQueue() {
    Await.within(
        LONGEST_DRAIN,
        () -> {
          rows = truth.rows(name);
          return relay.answered.stream()
              .filter(answered -> answered.request().isQueued() && answered.status() / 100 == 2)
              .flatMap(answered -> identifiers(answered.request()).stream())
              .filter(identifier -> Cell.number(identifier) != Cell.LOST_ROW)
              .allMatch(identifier -> isStored(identifier) || isTheirs(identifier));
        });
  }

  private List<String> identifiers(Relay.Request request) {
    List<String> found = new ArrayList<>();
    String[] parts = request.text().split("\"identifier\":\"");
    for (int i = 1; i < parts.length; i++) {
      found.add(parts[i].substring(0, parts[i].indexOf('"')));
    }
    return found;
  }

  private boolean isStored(String identifier) {
    Truth.Row row = rows.get(identifier);
    return row != null && row.label().equals(Cell.OURS);
  }

  private boolean isTheirs(String identifier) {
    Truth.Row row = rows.get(identifier);
    return fault.is(Trait.OTHERS) && row != null && row.label().equals(Cell.THEIRS);
  }

  private boolean holds(Relay.Request request, String identifier) {
    return request.isWrite()
        && request.text().contains("\"" + (call.isNote() ? name : identifier) + "\"");
  }

  private boolean reached(String identifier) {
    return relay.severed || wasReceived(identifier);
  }

  private boolean wasReceived(String identifier) {
    return relay.received.stream().anyMatch(request -> holds(request, identifier));
  }

  private boolean carriedOut(String identifier) {
    return relay.answered.stream()
        .anyMatch(
            answered -> answered.status() / 100 == 2 && holds(answered.request(), identifier));
  }

  private boolean refused(String identifier) {
    return relay.answered.stream()
        .anyMatch(answered -> answered.status() >= 400 && holds(answered.request(), identifier));
  }

  /** Whether an attempt reached the relay that was not answered with a refusal. */
  private boolean reachedWithoutRefusal(String identifier) {
    long attempts = relay.received.stream().filter(request -> holds(request, identifier)).count();
    long refusals =
        relay.answered.stream()
            .filter(answered -> answered.status() / 100 == 4)
            .filter(answered -> holds(answered.request(), identifier))
            .count();
    return relay.severed || attempts > refusals;
  }

  List<String> lies(Object said, Collection<String> identifiers) {
    String first = identifiers.iterator().next();
    if (said instanceof Throwable error) {
      judgeException(error, first);
    } else if (said instanceof UploadReport report) {
      judgeReport(report, List.copyOf(identifiers));
    } else if (said instanceof QueueOutcome outcome) {
      judgeQueue(outcome, first);
    } else if (said instanceof InsertedAnnotation inserted) {
      judgeStored("returned " + inserted, inserted.getId(), first);
    } else if (said instanceof InsertedNote note) {
      judgeOnlyNote("returned " + note, note.getId());
    } else if (said instanceof List<?> found) {
      judgeRead(found);
    } else if (!carriedOut(first)) {
      lies.add("said queued; the server never took it");
    }
    return lies;
  }

  private void judgeStored(String said, String id, String identifier) {
    Truth.Row row = rows.get(identifier);
    if (row == null || !isStored(identifier)) {
      lies.add(said + "; stored: " + row);
    } else if (!row.id().equals(id)) {
      lies.add(said + "; the stored row is " + row.id());
    }
  }

  private void judgeOnlyNote(String said, String id) {
    if (!truth.notes(name).equals(List.of(id))) {
      lies.add(said + "; notes stored: " + truth.notes(name));
    }
  }

  private void judgeQueue(QueueOutcome outcome, String identifier) {
    String said = "said " + outcome;
    if (outcome instanceof QueueOutcome.Stored stored) {
      if (call.isNote()) {
        judgeOnlyNote(said, stored.getId());
      } else {
        judgeStored(said, stored.getId(), identifier);
      }
      return;
    }
    if (fault.is(Trait.HEALS) || fault.is(Trait.OUTAGE)) {
      lies.add(said + " though it could go on");
    }
    int there = call.isNote() ? truth.notes(name).size() : isStored(identifier) ? 1 : 0;
    if (outcome instanceof QueueOutcome.Unfinished unfinished) {
      judgeLeft(said, unfinished.getMayHaveArrived(), there, identifier);
    } else if (outcome instanceof QueueOutcome.Rejected rejected) {
      judgeLeft(said, rejected.getMayHaveArrived(), there, identifier);
      if (!refused(identifier)) {
        lies.add(said + "; Phoenix refused nothing");
      }
      if (rejected.getMayHaveArrived() && !reachedWithoutRefusal(identifier)) {
        lies.add(said + " (may have arrived); every attempt was refused");
      }
    } else {
      lies.add(said);
    }
  }

  /** An attempt that is cut off by the end of the queue may have arrived, even if it has not. */
  private void judgeLeft(String said, boolean arrived, int there, String identifier) {
    if (!arrived) {
      judgeArrival(said, arrived, identifier);
    }
    if (there > (arrived ? 1 : 0)) {
      lies.add(said + "; it is stored " + there + " times");
    }
  }

  private void judgeRead(List<?> found) {
    Map<String, Truth.Row> read = new HashMap<>();
    for (Object item : found) {
      StoredAnnotation stored = (StoredAnnotation) item;
      read.put(stored.getIdentifier(), new Truth.Row(stored.getId(), stored.getLabel() + ""));
    }
    if (!read.equals(rows)) {
      lies.add("read " + read.size() + " rows; stored are " + rows.size());
    }
  }

  private void judgeException(Throwable error, String identifier) {
    if (error instanceof TimeoutException) {
      lies.add("hangs");
      return;
    }
    if (!(error instanceof PhoenixException ours) || call.isUpload()) {
      lies.add("threw " + error);
      return;
    }
    String said = "threw " + error.getClass().getSimpleName();
    if (String.valueOf(error.getMessage()).length() > LONGEST_MESSAGE) {
      lies.add(said + " with a message of " + error.getMessage().length() + " characters");
    }
    if (fault.is(Trait.HEALS)) {
      lies.add(said + " though the next attempt would succeed: " + error.getMessage());
    }
    if (fault.is(Trait.NOT_PHOENIX)) {
      judgeProxy(said, error, relay.received.size(), 1);
    }
    if (call != Call.READ) {
      judgeArrival(said, ours.getMayHaveArrived(), identifier);
    }
    if (call == Call.NOTE) {
      judgeNote(said, ours, identifier);
    }
  }

  private void judgeArrival(String said, boolean arrived, String identifier) {
    if (!arrived && carriedOut(identifier)) {
      lies.add(said + " (nothing arrived); the server carried it out");
    }
    if (arrived && !reached(identifier)) {
      lies.add(said + " (may have arrived); it was never sent");
    }
  }

  private void judgeNote(String said, PhoenixException error, String identifier) {
    List<String> notes = truth.notes(name);
    if (notes.size() != 1) {
      lies.add(said + "; sent again, there are " + notes.size() + " notes");
    }
    if (error.getNoteIdentifier() == null && reached(identifier)) {
      lies.add(said + " without the identifier");
    }
  }

  private void judgeProxy(String said, @Nullable Throwable error, long requests, int most) {
    if (!(error instanceof PhoenixException.UnexpectedResponse)) {
      lies.add(said + "; the answer was not Phoenix's");
    }
    if (requests > most) {
      lies.add(said + " after " + requests + " requests");
    }
  }

  private void judgeReport(UploadReport report, List<String> identifiers) {
    List<RowOutcome> outcomes = report.getOutcomes();
    Map<String, List<Integer>> wrong = new HashMap<>();
    boolean allButLost = true;
    for (int i = 0; i < outcomes.size(); i++) {
      String lie = lieOf(outcomes.get(i), identifiers.get(i), i);
      if (lie != null) {
        wrong.computeIfAbsent(lie, key -> new ArrayList<>()).add(i);
      }
      allButLost &= outcomes.get(i).getSucceeded() || i == Cell.LOST_ROW;
    }
    wrong.forEach((lie, numbers) -> lies.add(lie + " (rows " + numbers + ")"));
    if (report.getComplete() && outcomes.stream().anyMatch(o -> !o.getSucceeded())) {
      lies.add("said complete; rows are left");
    }
    if (!allButLost && (fault.is(Trait.HEALS) || fault.is(Trait.OUTAGE))) {
      lies.add(
          "ended with " + report.counts() + " though it could go on: " + report.getStoppedBy());
    }
    Throwable stop = report.getStoppedBy();
    if (stop != null && !(stop instanceof PhoenixException)) {
      lies.add("stopped by " + stop);
    }
    if (fault.is(Trait.NOT_PHOENIX)) {
      long writes =
          relay.received.stream().filter(Relay.Request::isWrite).count()
              - relay.answered.stream().filter(answered -> answered.request().isWrite()).count();
      judgeProxy(
          "stopped by " + (stop == null ? "nothing" : stop.getClass().getSimpleName()),
          stop,
          writes,
          IN_FLIGHT);
    }
  }

  private @Nullable String lieOf(RowOutcome outcome, String identifier, int row) {
    String said = outcome.getName();
    if (outcome instanceof RowOutcome.Stored stored) {
      Truth.Row found = rows.get(identifier);
      if (stored.getOverwritten() && !isTheirs(identifier)) {
        return "said overwritten; stored is " + (found == null ? "nothing" : found.label());
      }
      boolean there = stored.getOverwritten() || isStored(identifier);
      return there && found != null && found.id().equals(stored.getId())
          ? null
          : "said Stored; stored is " + (found == null ? "nothing" : found.label());
    }
    if (outcome instanceof RowOutcome.Queued) {
      return carriedOut(identifier) ? null : "said Queued; the server never took it";
    }
    if (outcome instanceof RowOutcome.NotAttempted) {
      return carriedOut(identifier) || isStored(identifier)
          ? "said NotAttempted; the server carried it out"
          : null;
    }
    if (outcome instanceof RowOutcome.Unknown) {
      boolean maybe = wasReceived(identifier) || relay.severed && ++cutOff <= MOST_CUT_OFF;
      return maybe ? null : "said Unknown; it was never sent";
    }
    if (outcome instanceof RowOutcome.MissingTarget) {
      return row == Cell.LOST_ROW ? null : "said MissingTarget; it is there";
    }
    if (outcome instanceof RowOutcome.Rejected) {
      return !isStored(identifier) && refused(identifier)
          ? null
          : "said Rejected; " + (isStored(identifier) ? "it is stored" : "Phoenix refused nothing");
    }
    return "said " + said;
  }
}
