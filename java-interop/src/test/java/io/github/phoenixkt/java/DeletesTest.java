package io.github.phoenixkt.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.annotations.DeleteWindow;
import io.github.phoenixkt.sessions.StoredSession;
import io.github.phoenixkt.spans.SpanData;
import io.github.phoenixkt.spans.SpanFilter;
import io.github.phoenixkt.spans.StoredSpan;
import io.github.phoenixkt.traces.StoredTrace;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Spans, traces and sessions are deleted, and traces moved, in both forms. */
class DeletesTest {
  /** The ids of one more conversation of one trace with one span. */
  private record Talk(String span, String trace, String session) {
    static Talk next() {
      return new Talk(Server.hex(16), Server.hex(32), Clients.unique("session"));
    }

    /** One a minute, after the one that is there. */
    static List<Talk> on(Server server, int count) {
      List<Talk> talks = IntStream.range(0, count).mapToObj(i -> next()).toList();
      List<SpanData> spans = new ArrayList<>();
      for (Talk talk : talks) {
        var start = Server.START.plusSeconds(60L * (spans.size() + 1));
        spans.add(Server.span(talk.span, talk.trace, talk.session, start));
      }
      server.blocking.spans().logSpans(spans);
      server.await("the spans", () -> server.blocking.spans().getSpans().count() == count + 1L);
      return talks;
    }
  }

  private static List<String> spansOf(Server server, String project) {
    return server
        .blocking
        .spans()
        .getSpans(SpanFilter.builder().build(), project)
        .map(StoredSpan::getSpanId)
        .toList();
  }

  private static List<String> tracesOf(Server server) {
    return server.blocking.traces().getTraces().map(StoredTrace::getTraceId).toList();
  }

  private static List<String> sessionsOf(Server server) {
    return server.blocking.sessions().list().map(StoredSession::getSessionId).toList();
  }

  @ServerTest
  void spans(Server server) {
    List<Talk> talks = Talk.on(server, 2);
    server.blocking.spans().delete(talks.get(0).span);
    assertThat(spansOf(server, server.project))
        .containsExactlyInAnyOrder(server.span, talks.get(1).span);
    assertThat(server.async.spans().delete(talks.get(1).span).join()).isNull();
    assertThat(spansOf(server, server.project)).containsExactly(server.span);
    String gone = talks.get(0).span;
    assertThatThrownBy(() -> server.blocking.spans().delete(gone))
        .isInstanceOfSatisfying(
            PhoenixException.NotFound.class,
            e -> assertThat(e.getMissingIds()).containsExactly(gone));
    assertThatThrownBy(() -> server.async.spans().delete(gone).join())
        .hasCauseInstanceOf(PhoenixException.NotFound.class);
  }

  @ServerTest
  void traces(Server server) {
    List<Talk> talks = Talk.on(server, 2);
    server.blocking.traces().delete(talks.get(0).trace);
    assertThat(tracesOf(server)).containsExactly(talks.get(1).trace, server.trace);
    assertThat(server.async.traces().delete(talks.get(1).trace).join()).isNull();
    assertThat(tracesOf(server)).containsExactly(server.trace);
    // Their sessions stay.
    assertThat(sessionsOf(server)).hasSize(3);
    String gone = talks.get(0).trace;
    assertThatThrownBy(() -> server.blocking.traces().delete(gone))
        .isInstanceOf(PhoenixException.NotFound.class);
    assertThatThrownBy(() -> server.async.traces().delete(gone).join())
        .hasCauseInstanceOf(PhoenixException.NotFound.class);
  }

  @ServerTest
  void tracesOfAWindow(Server server) {
    List<Talk> talks = Talk.on(server, 2);
    var first = Server.START.plusSeconds(60);
    var second = first.plusSeconds(60);
    server.blocking.traces().deleteInWindow(server.project, new DeleteWindow(first, second));
    assertThat(tracesOf(server)).containsExactly(talks.get(1).trace, server.trace);
    assertThat(
            server
                .async
                .traces()
                .deleteInWindow(server.project, new DeleteWindow(second, second.plusSeconds(1)))
                .join())
        .isNull();
    assertThat(tracesOf(server)).containsExactly(server.trace);
    assertThat(sessionsOf(server)).containsExactly(server.session);
  }

  @ServerTest
  void sessions(Server server) {
    List<Talk> talks = Talk.on(server, 6);
    server.blocking.sessions().delete(talks.get(0).session);
    assertThat(sessionsOf(server)).hasSize(6).doesNotContain(talks.get(0).session);
    assertThat(server.async.sessions().delete(talks.get(1).session).join()).isNull();
    assertThat(sessionsOf(server)).hasSize(5).doesNotContain(talks.get(1).session);
    server.blocking.sessions().bulkDelete(List.of(talks.get(2).session, "none-such"));
    assertThat(sessionsOf(server)).hasSize(4).doesNotContain(talks.get(2).session);
    var last = List.of(talks.get(3).session, talks.get(4).session, talks.get(5).session);
    assertThat(server.async.sessions().bulkDelete(last).join()).isNull();
    assertThat(sessionsOf(server)).containsExactly(server.session);
    assertThat(spansOf(server, server.project)).containsExactly(server.span);
    assertThatThrownBy(() -> server.blocking.sessions().delete("none-such"))
        .isInstanceOf(PhoenixException.NotFound.class);
    assertThatThrownBy(() -> server.async.sessions().delete("none-such").join())
        .hasCauseInstanceOf(PhoenixException.NotFound.class);
  }

  @ServerTest
  void tracesMoveToAnotherProject(Server server) {
    List<Talk> talks = Talk.on(server, 2);
    String project = Clients.unique("destination");
    String id = server.blocking.projects().create(project).getId();
    var moved = server.blocking.traces().transfer(List.of(talks.get(0).trace), project);
    assertThat(moved.getTransferredTraceCount()).isOne();
    assertThat(moved.getDestinationProjectId()).isEqualTo(id);
    assertThat(spansOf(server, project)).containsExactly(talks.get(0).span);
    var rest = List.of(talks.get(1).trace, server.trace);
    assertThat(server.async.traces().transfer(rest, id).join().getTransferredTraceCount())
        .isEqualTo(2);
    assertThat(spansOf(server, project)).hasSize(3);
    assertThat(spansOf(server, server.project)).isEmpty();
    assertThatThrownBy(() -> server.blocking.traces().transfer(rest, "none-such"))
        .isInstanceOf(PhoenixException.NotFound.class);
    assertThatThrownBy(
            () -> server.async.traces().transfer(List.of(Server.hex(32)), project).join())
        .hasCauseInstanceOf(PhoenixException.NotFound.class);
  }
}
