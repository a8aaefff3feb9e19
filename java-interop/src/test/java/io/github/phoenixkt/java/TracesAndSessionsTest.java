package io.github.phoenixkt.java;

import static io.github.phoenixkt.java.ReadsTest.allPages;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.SortOrder;
import io.github.phoenixkt.sessions.SessionTrace;
import io.github.phoenixkt.sessions.SessionTurn;
import io.github.phoenixkt.sessions.StoredSession;
import io.github.phoenixkt.spans.SpanFilter;
import io.github.phoenixkt.spans.StoredSpan;
import io.github.phoenixkt.traces.StoredTrace;
import io.github.phoenixkt.traces.TraceQuery;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Traces, sessions and where a read begins, in both forms. */
class TracesAndSessionsTest {
  private static final int ALL = Integer.MAX_VALUE;
  private static final SortOrder UP = SortOrder.ASCENDING;
  private static final SortOrder DOWN = SortOrder.DESCENDING;

  /** A second trace in a session of its own, a minute after the one that is there. */
  private record Later(String span, String trace, String session) {
    static Later on(Server server) {
      Later later = new Later(Server.hex(16), Server.hex(32), Clients.unique("session"));
      server
          .blocking
          .spans()
          .logSpans(
              List.of(
                  Server.span(
                      later.span, later.trace, later.session, Server.START.plusSeconds(60))));
      server.await("the later trace", () -> server.blocking.spans().getSpans().count() == 2);
      return later;
    }
  }

  @ServerTest
  void traces(Server server) {
    var blocking = server.blocking.traces();
    var async = server.async.traces();
    Later later = Later.on(server);
    String project = server.project;
    var any = TraceQuery.builder().build();
    assertThat(
            List.of(
                blocking.getTraces().toList(),
                async.getTraces().join(),
                blocking.getTraces(any).toList(),
                async.getTraces(any).join(),
                blocking.getTraces(any, project).toList(),
                async.getTraces(any, project).join(),
                blocking.getTraces(any, project, ALL, null).toList(),
                async.getTraces(any, null, ALL, null).join(),
                blocking.getTracesPage().getItems(),
                async.getTracesPage().join().getItems(),
                blocking.getTracesPage(any).getItems(),
                async.getTracesPage(any).join().getItems(),
                allPages(c -> blocking.getTracesPage(any, null, c, 1)),
                allPages(c -> async.getTracesPage(any, project, c, 1).join())))
        .allSatisfy(
            traces ->
                assertThat(traces)
                    .extracting(StoredTrace::getTraceId)
                    .containsExactly(later.trace, server.trace));
    assertThat(
            List.of(
                blocking.getTraces(any, 1).toList(),
                async.getTraces(any, 1).join(),
                blocking.getTraces(any, project, 1).toList(),
                async.getTraces(any, project, 1).join()))
        .allSatisfy(
            traces ->
                assertThat(traces)
                    .extracting(StoredTrace::getTraceId)
                    .containsExactly(later.trace));
    String next = blocking.getTracesPage(any, null, null, 1).getNextCursor();
    var one = TraceQuery.builder().sessionIds(List.of(server.session)).includeSpans(true).build();
    var rising = TraceQuery.builder().order(UP).build();
    assertThat(
            List.of(
                blocking.getTraces(any, null, ALL, next).toList(),
                async.getTraces(any, project, 1, next).join(),
                blocking.getTraces(one).toList(),
                async.getTraces(one, project).join(),
                blocking.getTraces(rising, 1).toList(),
                async.getTracesPage(rising, null, null, 1).join().getItems()))
        .allSatisfy(
            traces ->
                assertThat(traces)
                    .extracting(StoredTrace::getTraceId)
                    .containsExactly(server.trace));
    var trace = blocking.getTraces(one).toList().get(0);
    assertThat(trace.getStartTime()).isEqualTo(Server.START);
    assertThat(trace.getLatency()).isEqualTo(Duration.ofSeconds(1));
    assertThat(trace.getSpans())
        .singleElement()
        .satisfies(
            span -> {
              assertThat(span.getSpanId()).isEqualTo(server.span);
              assertThat(span.getSpanKind()).isEqualTo("RETRIEVER");
            });
    assertThat(async.getTraces().join().get(0).getSpans()).isNull();
    assertThatThrownBy(() -> blocking.getTraces(any, "none-such").toList())
        .isInstanceOf(PhoenixException.NotFound.class)
        .hasMessageContaining("none-such");
    assertThatThrownBy(() -> async.getTraces(any, "none-such").join())
        .hasCauseInstanceOf(PhoenixException.NotFound.class);
  }

  @ServerTest
  void sessions(Server server) {
    var blocking = server.blocking.sessions();
    var async = server.async.sessions();
    Later later = Later.on(server);
    String project = server.project;
    assertThat(
            List.of(
                blocking.list().toList(),
                async.list().join(),
                blocking.list(project).toList(),
                async.list(project).join(),
                blocking.list(project, UP).toList(),
                async.list(project, UP).join(),
                blocking.list(null, UP, null, ALL, null).toList(),
                async.list(project, UP, null, 2, null).join(),
                blocking.listPage().getItems(),
                async.listPage().join().getItems(),
                blocking.listPage(project).getItems(),
                async.listPage(project).join().getItems(),
                allPages(c -> blocking.listPage(project, UP, null, c, 1)),
                allPages(c -> async.listPage(null, UP, null, c, 1).join())))
        .allSatisfy(
            sessions ->
                assertThat(sessions)
                    .extracting(StoredSession::getSessionId)
                    .containsExactly(server.session, later.session));
    String next = blocking.listPage(null, UP, null, null, 1).getNextCursor();
    assertThat(
            List.of(
                blocking.list(null, DOWN, null, 1, null).toList(),
                async.list(project, DOWN, null, 1, null).join(),
                blocking.list(project, UP, null, ALL, next).toList(),
                async.list(null, UP, null, 1, next).join(),
                List.of(blocking.list(project, DOWN).iterator().next()),
                List.of(async.list(project, DOWN).join().get(0)),
                blocking.listPage(null, DOWN, null, null, 1).getItems(),
                async.listPage(project, DOWN, null, null, 1).join().getItems(),
                List.of(blocking.get(later.session)),
                List.of(async.get(later.session).join()),
                List.of(blocking.get(async.get(later.session).join().getId()))))
        .allSatisfy(
            sessions ->
                assertThat(sessions)
                    .singleElement()
                    .satisfies(
                        session -> {
                          assertThat(session.getSessionId()).isEqualTo(later.session);
                          assertThat(session.getTraces())
                              .extracting(SessionTrace::getTraceId)
                              .containsExactly(later.trace);
                        }));
    assertThatThrownBy(() -> blocking.get("none-such"))
        .isInstanceOf(PhoenixException.NotFound.class);
    assertThatThrownBy(() -> async.get("none-such").join())
        .hasCauseInstanceOf(PhoenixException.NotFound.class);
    assertThatThrownBy(() -> blocking.list("none-such").toList())
        .isInstanceOf(PhoenixException.NotFound.class);
    assertThatThrownBy(() -> async.list("none-such").join())
        .hasCauseInstanceOf(PhoenixException.NotFound.class);
  }

  @ServerTest(onFake = false)
  void sessionsByAFilter(Server server) {
    var blocking = server.blocking.sessions();
    var async = server.async.sessions();
    Later later = Later.on(server);
    String project = server.project;
    String filter = "session_id == '" + later.session + "'";
    assertThat(
            List.of(
                blocking.list(null, UP, filter, ALL, null).toList(),
                async.list(project, DOWN, filter, ALL, null).join(),
                blocking.listPage(project, UP, filter, null, 2).getItems(),
                async.listPage(null, DOWN, filter, null, 2).join().getItems()))
        .allSatisfy(
            sessions ->
                assertThat(sessions)
                    .extracting(StoredSession::getSessionId)
                    .containsExactly(later.session));
    assertThat(blocking.list(project, UP, "num_traces > 1", ALL, null)).isEmpty();
    assertThat(async.list(project, UP, "num_traces == 1", ALL, null).join()).hasSize(2);
    String nonsense = "nonsense > 1";
    assertThatThrownBy(() -> blocking.list(null, UP, nonsense, ALL, null).toList())
        .isInstanceOf(PhoenixException.Rejected.class)
        .hasMessageContaining("nonsense");
    assertThatThrownBy(() -> async.list(null, UP, nonsense, ALL, null).join())
        .hasCauseInstanceOf(PhoenixException.Rejected.class);
    assertThatThrownBy(() -> blocking.listPage(null, UP, " ", null, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ServerTest(onFake = false)
  void tracesByAFilter(Server server) {
    var blocking = server.blocking.traces();
    var async = server.async.traces();
    Later later = Later.on(server);
    String filter = "trace_id == '" + later.trace + "' and latency_ms == 1000";
    var one = TraceQuery.builder().filter(filter).build();
    assertThat(
            List.of(
                blocking.getTraces(one).toList(),
                async.getTraces(one).join(),
                blocking.getTracesPage(one).getItems(),
                async.getTracesPage(one).join().getItems()))
        .allSatisfy(
            traces ->
                assertThat(traces)
                    .extracting(StoredTrace::getTraceId)
                    .containsExactly(later.trace));
    var nonsense = TraceQuery.builder().filter("latency_ms >").build();
    assertThatThrownBy(() -> blocking.getTraces(nonsense).toList())
        .isInstanceOf(PhoenixException.Rejected.class);
    assertThatThrownBy(() -> async.getTraces(nonsense).join())
        .hasCauseInstanceOf(PhoenixException.Rejected.class);
  }

  @ServerTest
  void turnsOfASession(Server server) {
    String trace = Server.hex(32);
    var before = Server.span(Server.hex(16), trace, server.session, Server.START.minusSeconds(60));
    server.blocking.spans().logSpans(List.of(before));
    server.await("the trace before", () -> server.blocking.spans().getSpans().count() == 2);
    List<List<SessionTurn>> both =
        List.of(
            server.blocking.sessions().getSessionTurns(server.session),
            server.async.sessions().getSessionTurns(server.session).join());
    assertThat(both)
        .allSatisfy(
            turns -> {
              assertThat(turns)
                  .extracting(SessionTurn::getTraceId)
                  .containsExactly(trace, server.trace);
              assertThat(turns)
                  .extracting(turn -> turn.getInput().getValue())
                  .containsExactly("asked in " + trace, "asked in " + server.trace);
              assertThat(turns)
                  .extracting(turn -> turn.getOutput().getValue())
                  .containsExactly("answered in " + trace, "answered in " + server.trace);
              assertThat(turns.get(0).getStartTime()).isEqualTo(before.getStartTime());
              assertThat(turns.get(0).getLatency()).isEqualTo(Duration.ofSeconds(1));
              assertThat(turns.get(1).getRootSpan().getSpanId()).isEqualTo(server.span);
            });
    assertThatThrownBy(() -> server.blocking.sessions().getSessionTurns("none-such"))
        .isInstanceOf(PhoenixException.NotFound.class);
    assertThatThrownBy(() -> server.async.sessions().getSessionTurns("none-such").join())
        .hasCauseInstanceOf(PhoenixException.NotFound.class);
  }

  @ServerTest
  void spansFromACursorOn(Server server) {
    var blocking = server.blocking.spans();
    var async = server.async.spans();
    Later later = Later.on(server);
    var any = SpanFilter.builder().build();
    @Nullable String next = blocking.getSpansPage(any, null, null, 1).getNextCursor();
    assertThat(
            List.of(
                blocking.getSpans(any, null, ALL, next).toList(),
                async.getSpans(any, server.project, ALL, next).join(),
                blocking.getSpans(any, server.project, 1, next).toList(),
                async.getSpans(any, null, 1, next).join()))
        .allSatisfy(
            spans ->
                assertThat(spans).extracting(StoredSpan::getSpanId).containsExactly(server.span));
    assertThat(
            List.of(
                blocking.getSpans(any, null, ALL, null).toList(),
                async.getSpans(any, null, 2, null).join()))
        .allSatisfy(
            spans ->
                assertThat(spans)
                    .extracting(StoredSpan::getSpanId)
                    .containsExactly(later.span, server.span));
  }
}
