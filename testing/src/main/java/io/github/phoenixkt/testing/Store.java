package io.github.phoenixkt.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The tables. Hold the lock of this object to read or change them. */
final class Store {
  final NavigableMap<Long, ProjectRow> projects = new TreeMap<>();
  final NavigableMap<Long, SessionRow> sessions = new TreeMap<>();
  final NavigableMap<Long, TraceRow> traces = new TreeMap<>();
  final NavigableMap<Long, SpanRow> spans = new TreeMap<>();
  final ConfigTable configs = new ConfigTable();

  private final Map<String, ProjectRow> projectsByName = new HashMap<>();
  private final Map<String, SessionRow> sessionsById = new HashMap<>();
  private final Map<String, TraceRow> tracesById = new HashMap<>();
  private final Map<String, SpanRow> spansById = new HashMap<>();
  private final Map<FakeTargetKind, AnnotationTable> annotations =
      new EnumMap<>(FakeTargetKind.class);
  private final Clock clock;
  private Instant lastTime = Instant.EPOCH;
  private long lastProject;
  private long lastSession;
  private long lastTrace;
  private long lastSpan;

  Store(Clock clock) {
    this.clock = clock;
    for (FakeTargetKind targetKind : FakeTargetKind.values()) {
      annotations.put(targetKind, new AnnotationTable());
    }
    addProject(ProjectRow.DEFAULT, "Default project");
  }

  /**
   * The time, always later than any time given before: writes are ordered by it, and a stopped
   * clock must not make two of them simultaneous.
   */
  Instant now() {
    Instant time = clock.instant().truncatedTo(ChronoUnit.MICROS);
    lastTime = time.isAfter(lastTime) ? time : lastTime.plus(Duration.of(1, ChronoUnit.MICROS));
    return lastTime;
  }

  AnnotationTable annotations(FakeTargetKind targetKind) {
    return Objects.requireNonNull(annotations.get(targetKind));
  }

  // Projects

  ProjectRow addProject(String name, @Nullable String description) {
    ProjectRow project = new ProjectRow(++lastProject, name, description);
    projects.put(project.id, project);
    projectsByName.put(name, project);
    return project;
  }

  @Nullable ProjectRow projectNamed(String name) {
    return projectsByName.get(name);
  }

  void removeProject(ProjectRow project) {
    sessions.values().stream().filter(s -> s.project == project).toList().forEach(this::remove);
    traces.values().stream().filter(t -> t.project == project).toList().forEach(this::remove);
    projects.remove(project.id);
    projectsByName.remove(project.name);
  }

  // Sessions, traces, spans

  @Nullable SessionRow session(String sessionId) {
    return sessionsById.get(sessionId);
  }

  @Nullable TraceRow trace(String traceId) {
    return tracesById.get(traceId);
  }

  @Nullable SpanRow span(String spanId) {
    return spansById.get(spanId);
  }

  boolean hasTarget(FakeTargetKind targetKind, String id) {
    return projectOf(targetKind, id) != null;
  }

  @Nullable ProjectRow projectOf(FakeTargetKind targetKind, String targetId) {
    return targetKind.traits.projectOf(this, targetId);
  }

  @Nullable ProjectRow projectOfSpan(String spanId) {
    SpanRow span = span(spanId);
    return span == null ? null : span.trace.project;
  }

  @Nullable ProjectRow projectOfTrace(String traceId) {
    TraceRow trace = trace(traceId);
    return trace == null ? null : trace.project;
  }

  @Nullable ProjectRow projectOfSession(String sessionId) {
    SessionRow session = session(sessionId);
    return session == null ? null : session.project;
  }

  /**
   * Stores a span, and the project, trace and session it implies. The first span with an id wins.
   */
  void addSpan(SpanValues values) {
    if (spansById.containsKey(values.spanId())) {
      return;
    }
    TraceRow trace = tracesById.get(values.traceId());
    if (trace == null) {
      ProjectRow project = projectNamed(values.projectName());
      if (project == null) {
        project = addProject(values.projectName(), null);
      }
      trace = new TraceRow(++lastTrace, values.traceId(), project, values.start(), values.end());
      traces.put(trace.id, trace);
      tracesById.put(trace.traceId, trace);
    }
    trace.start = earlier(trace.start, values.start());
    trace.end = later(trace.end, values.end());
    SpanRow span = new SpanRow(++lastSpan, trace, values);
    spans.put(span.id, span);
    spansById.put(values.spanId(), span);
    trace.spans.put(span.id, span);
    joinSession(trace, values.sessionId());
  }

  private void joinSession(TraceRow trace, @Nullable String sessionId) {
    // The first session a trace is in stays; another one named by a later span is not even made.
    if (sessionId != null && trace.session == null) {
      SessionRow session = sessionsById.get(sessionId);
      if (session == null) {
        session = new SessionRow(++lastSession, sessionId, trace.project, trace.start, trace.end);
        sessions.put(session.id, session);
        sessionsById.put(sessionId, session);
      }
      trace.session = session;
      session.traces.put(trace.id, trace);
    }
    if (trace.session != null) {
      trace.session.start = earlier(trace.session.start, trace.start);
      trace.session.end = later(trace.session.end, trace.end);
    }
  }

  /** Removes a span; its trace goes with the last one. Children stay. */
  void remove(SpanRow span) {
    spans.remove(span.id);
    spansById.remove(span.values.spanId());
    removeAnnotationsOf(span.values.spanId());
    span.trace.spans.remove(span.id);
    if (span.trace.spans.isEmpty()) {
      remove(span.trace);
    }
  }

  void remove(TraceRow trace) {
    if (traces.remove(trace.id) == null) {
      return;
    }
    tracesById.remove(trace.traceId);
    removeAnnotationsOf(trace.traceId);
    if (trace.session != null) {
      trace.session.traces.remove(trace.id);
    }
    List.copyOf(trace.spans.values()).forEach(this::remove);
  }

  void remove(SessionRow session) {
    sessions.remove(session.id);
    sessionsById.remove(session.sessionId);
    removeAnnotationsOf(session.sessionId);
    List.copyOf(session.traces.values()).forEach(this::remove);
  }

  /** Annotations go with their target; another kind of target may have the same id. */
  private void removeAnnotationsOf(String removedId) {
    for (FakeTargetKind targetKind : FakeTargetKind.values()) {
      if (!hasTarget(targetKind, removedId)) {
        annotations(targetKind).removeTarget(removedId);
      }
    }
  }

  private static Instant earlier(Instant a, Instant b) {
    return a.isBefore(b) ? a : b;
  }

  private static Instant later(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }
}
