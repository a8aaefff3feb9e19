package io.github.phoenixkt.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** {@code GET /v1/projects/{}/span_annotations} and its siblings. Documents cannot be read. */
final class AnnotationReads {
  private static final int DEFAULT_LIMIT = 10;
  private static final int LARGEST_LIMIT = 10_000;
  private static final int MOST_IDS = 1_000;

  private final ServerState state;
  private final Store store;
  private final Lookup lookup;

  AnnotationReads(ServerState state) {
    this.state = state;
    this.store = state.store;
    this.lookup = new Lookup(state);
  }

  void addTo(Dispatcher dispatcher) {
    for (FakeTargetKind targetKind : FakeTargetKind.values()) {
      String since = targetKind.traits.readSince;
      if (since != null) {
        String path = "/v1/projects/{}" + targetKind.traits.path();
        dispatcher.add(new Route("GET", path, since, call -> list(targetKind, call)));
      }
    }
  }

  private Reply list(FakeTargetKind targetKind, Call call) {
    String idParameter = targetKind.traits.idsParameter();
    Query query = call.query();
    boolean knowsIdentifier = state.has("15.1.0");
    boolean knowsNames = state.has("10.6.0");
    List<String> ids = query.all(idParameter).stream().distinct().toList();
    Set<String> identifiers =
        knowsIdentifier ? Set.copyOf(query.allNonEmpty("identifier")) : Set.of();
    List<String> include = knowsNames ? query.all("include_annotation_names") : List.of();
    List<String> exclude = knowsNames ? query.all("exclude_annotation_names") : List.of();
    long limit = query.limit(DEFAULT_LIMIT, LARGEST_LIMIT);
    if (ids.isEmpty() && !knowsIdentifier) {
      call.problems().missing(List.of("query", idParameter), null);
    }
    call.check();
    if (ids.isEmpty() && identifiers.isEmpty()) {
      throw ApiError.unprocessable(
          "At least one of " + idParameter + " or identifier must be supplied");
    }
    refuseTooMany(idParameter, ids);
    refuseTooMany("identifiers", identifiers);
    ProjectRow project = lookup.project(call.pathArgument(0));
    Long cursor = Page.cursorRow(state.database, query.cursor(), 422, "Invalid cursor value");
    List<AnnotationRow> found =
        candidates(targetKind, ids)
            .filter(row -> inProject(row, project))
            .filter(row -> identifiers.isEmpty() || identifiers.contains(row.values.identifier()))
            .filter(row -> include.isEmpty() || include.contains(row.values.name()))
            .filter(row -> !exclude.contains(row.values.name()))
            .filter(row -> cursor == null || row.id <= cursor)
            .sorted(Comparator.comparingLong((AnnotationRow row) -> row.id).reversed())
            .toList();
    if (found.isEmpty()
        && identifiers.isEmpty()
        && ids.stream().noneMatch(id -> store.projectOf(targetKind, id) == project)) {
      throw ApiError.notFound("None of the supplied " + idParameter + " exist in this project");
    }
    return Page.of(
        found.stream().peek(this::requireReadable), limit, this::json, AnnotationRow::globalId);
  }

  private JsonNode json(AnnotationRow row) {
    return row.toJson().set("metadata", state.database.readBack(row.values.metadata()));
  }

  /** The server reads one row more than it shows. */
  private void requireReadable(AnnotationRow row) {
    state.database.readBack(row.values.metadata());
  }

  private Stream<AnnotationRow> candidates(FakeTargetKind targetKind, List<String> ids) {
    AnnotationTable table = store.annotations(targetKind);
    return ids.isEmpty()
        ? table.all().stream()
        : ids.stream().map(table::of).flatMap(Collection::stream);
  }

  private boolean inProject(AnnotationRow row, ProjectRow project) {
    return store.projectOf(row.values.targetKind(), row.values.targetId()) == project;
  }

  private static void refuseTooMany(String parameter, Collection<String> values) {
    if (values.size() > MOST_IDS) {
      throw ApiError.unprocessable(
          "Too many " + parameter + " supplied: " + values.size() + " (max " + MOST_IDS + ")");
    }
  }
}
