package io.github.phoenixkt.testing;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** {@code DELETE /v1/projects/{}/span_annotations} and its siblings. */
final class AnnotationDeletes {
  private final ServerState state;
  private final Store store;
  private final Lookup lookup;

  AnnotationDeletes(ServerState state) {
    this.state = state;
    this.store = state.store;
    this.lookup = new Lookup(state);
  }

  void addTo(Dispatcher dispatcher) {
    for (FakeTargetKind targetKind : FakeTargetKind.values()) {
      String since = targetKind.traits.deletedSince;
      if (since != null) {
        String path = "/v1/projects/{}" + targetKind.traits.path();
        dispatcher.add(new Route("DELETE", path, since, call -> delete(targetKind, call)));
      }
    }
  }

  private Reply delete(FakeTargetKind targetKind, Call call) {
    Query query = call.query();
    String name = query.nonEmpty("name");
    String identifier = query.nonEmpty("identifier");
    String kind = query.oneOf("annotator_kind", "LLM", "CODE", "HUMAN");
    Instant start = query.time("start_time");
    Instant end = query.time("end_time");
    boolean all = query.flag("delete_all");
    call.check();
    checkWindow(start, end, all);
    ProjectRow project = lookup.project(call.pathArgument(0));
    Predicate<AnnotationRow> wanted =
        row ->
            store.projectOf(targetKind, row.values.targetId()) == project
                && (name == null || name.equals(row.values.name()))
                && (identifier == null || identifier.equals(row.values.identifier()))
                && (kind == null || kind.equals(row.values.annotatorKind().name()))
                && (start == null || !created(row).isBefore(start))
                && (end == null || created(row).isBefore(end))
                && mayDelete(call.caller(), row);
    AnnotationTable table = store.annotations(targetKind);
    List.copyOf(table.all()).stream().filter(wanted).forEach(table::remove);
    return Reply.noContent();
  }

  private Instant created(AnnotationRow row) {
    return state.database.inWindow(row.createdAt);
  }

  private static void checkWindow(@Nullable Instant start, @Nullable Instant end, boolean all) {
    if (!all && (start == null || end == null)) {
      throw ApiError.unprocessable(
          "Delete is unbounded. Set delete_all=true to acknowledge, or supply both start_time and"
              + " end_time to bound the time range.");
    }
    if (start != null && end != null && !start.isBefore(end)) {
      throw ApiError.unprocessable("`start_time` must be strictly earlier than `end_time`.");
    }
  }

  /** Non-admins can delete only their own annotations. Phoenix does not report what it kept. */
  private static boolean mayDelete(Caller caller, AnnotationRow row) {
    return caller.isAdmin() || Objects.equals(caller.userId(), row.values.userId());
  }
}
