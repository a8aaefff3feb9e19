package io.github.phoenixkt.spark.read;

import io.github.phoenixkt.SortOrder;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.sessions.SessionTrace;
import io.github.phoenixkt.sessions.StoredSession;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The sessions of a project. Phoenix gives them only one after the other. */
final class SessionTable extends ReadTable<StoredSession> {
  private static final List<Column<SessionTrace>> TRACE =
      List.of(
          Column.text("trace_id", SessionTrace::getTraceId),
          Column.time("start_time", SessionTrace::getStartTime),
          Column.time("end_time", SessionTrace::getEndTime));

  @Override
  List<Column<StoredSession>> columns() {
    return List.of(
        Column.text("session_id", StoredSession::getSessionId),
        Column.text("project_id", StoredSession::getProjectId),
        Column.time("start_time", StoredSession::getStartTime),
        Column.time("end_time", StoredSession::getEndTime),
        Column.count("token_count_prompt", StoredSession::getTokenCountPrompt),
        Column.count("token_count_completion", StoredSession::getTokenCountCompletion),
        Column.count("token_count_total", StoredSession::getTokenCountTotal),
        Column.list("traces", TRACE, StoredSession::getTraces),
        Column.text("id", StoredSession::getId));
  }

  @Override
  Stream<StoredSession> rows(
      PhoenixBlockingClient client, Selection selection, Set<String> columns) {
    TimeRange range = selection.range();
    int most = range.equals(TimeRange.ALL) ? selection.limit() : Integer.MAX_VALUE;
    return client
        .sessions()
        .list(null, SortOrder.ASCENDING, null, most, null)
        .filter(session -> range.contains(session.getStartTime()))
        .limit(selection.limit());
  }

  @Override
  Optional<TimeRange> extent(PhoenixBlockingClient client, Selection selection) {
    return hasRows(client, selection) ? Optional.of(TimeRange.ALL) : Optional.empty();
  }
}
