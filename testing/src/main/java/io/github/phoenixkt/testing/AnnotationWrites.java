package io.github.phoenixkt.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** {@code POST /v1/span_annotations} and its siblings. */
final class AnnotationWrites {
  private static final String NOTE = "note";

  private final ServerState state;
  private final Store store;
  private final WriteQueue queue;
  private final Runnable afterQueueing;

  AnnotationWrites(ServerState state, WriteQueue queue, Runnable afterQueueing) {
    this.state = state;
    this.store = state.store;
    this.queue = queue;
    this.afterQueueing = afterQueueing;
  }

  void addTo(Dispatcher dispatcher) {
    for (FakeTargetKind targetKind : FakeTargetKind.values()) {
      dispatcher.add(
          new Route(
              "POST",
              "/v1" + targetKind.traits.path(),
              targetKind.traits.since,
              call -> write(targetKind, call),
              Route.Flag.BODY,
              Route.Flag.LOCK));
    }
  }

  private Reply write(FakeTargetKind targetKind, Call call) {
    boolean sync = call.query().flag("sync") || !state.has("4.16.0");
    Instant now = store.now();
    List<AnnotationValues> rows = new ArrayList<>();
    call.fields().each("data", (i, item) -> rows.add(read(targetKind, item, call.caller(), now)));
    call.check();
    refuseNotes(targetKind, rows);
    String identifierRefusedSince = targetKind.traits.identifierRefusedSince;
    if (identifierRefusedSince != null && state.has(identifierRefusedSince)) {
      refuseIdentifiers(rows);
    }
    if (rows.isEmpty()) {
      return Reply.data(Json.NODES.arrayNode());
    }
    if (sync) {
      return Reply.data(confirm(targetKind, rows, now));
    }
    queue.addAnnotations(rows);
    afterQueueing.run();
    return Reply.data(Json.NODES.arrayNode());
  }

  private AnnotationValues read(
      FakeTargetKind targetKind, Fields item, Caller caller, Instant receivedAt) {
    String name = item.text("name");
    String kind =
        state.has("9.0.0")
            ? item.oneOf("annotator_kind", "literal_error", "LLM", "CODE", "HUMAN")
            : item.oneOf("annotator_kind", "literal_error", "LLM", "HUMAN");
    Fields result = item.nestedOrEmpty("result");
    JsonNode metadata = item.objectOrNull("metadata");
    String identifier = state.has("9.0.0") ? item.text("identifier", "") : "";
    return new AnnotationValues(
        targetKind,
        item.text(targetKind.traits.idField),
        targetKind.traits.hasPosition ? item.integer("document_position") : -1,
        name,
        FakeAnnotatorKind.valueOf(kind),
        result.textOrNull("label"),
        result.numberOrNull("score"),
        result.textOrNull("explanation"),
        metadata == null ? Json.NODES.objectNode() : Json.withoutNaN(metadata),
        identifier,
        "API",
        caller.userId(),
        receivedAt);
  }

  private void refuseNotes(FakeTargetKind targetKind, List<AnnotationValues> rows) {
    String since = targetKind.traits.noteRefusedSince;
    if (since == null || !state.has("9.0.0")) {
      return;
    }
    boolean any = rows.stream().anyMatch(row -> row.name().equals(NOTE));
    if (any && state.has(since)) {
      throw new ApiError(
          400,
          "The name 'note' is reserved for "
              + targetKind.traits.notesOf
              + " notes. Use POST /v1/"
              + targetKind.traits.word
              + "_notes instead.");
    }
    // Older servers dropped such items without a word.
    rows.removeIf(row -> row.name().equals(NOTE));
  }

  private static void refuseIdentifiers(List<AnnotationValues> rows) {
    for (AnnotationValues row : rows) {
      if (!row.identifier().isEmpty()) {
        throw ApiError.unprocessable(
            "Non-empty identifier '" + row.identifier() + "' is not supported");
      }
    }
  }

  /** All or nothing: ids in the order of the rows, the last row of a key wins. */
  private ArrayNode confirm(FakeTargetKind targetKind, List<AnnotationValues> rows, Instant now) {
    if (rows.stream().anyMatch(state.database::cannotLookUp)) {
      throw ApiError.internal();
    }
    requireTargets(targetKind, rows);
    if (targetKind.traits.hasPosition) {
      requireDocuments(rows);
    }
    if (rows.stream().anyMatch(state.database::cannotInsert)) {
      throw ApiError.internal();
    }
    Instant time = state.database.createdAt(now);
    boolean plainNumbers = !state.has(targetKind.traits.globalIdsSince);
    ArrayNode ids = Json.NODES.arrayNode();
    for (AnnotationValues row : rows) {
      AnnotationRow stored = store.annotations(targetKind).upsert(row, time, time);
      ids.addObject().put("id", plainNumbers ? String.valueOf(stored.id) : stored.globalId());
    }
    return ids;
  }

  private void requireTargets(FakeTargetKind targetKind, List<AnnotationValues> rows) {
    Set<String> missing =
        rows.stream()
            .map(AnnotationValues::targetId)
            .filter(id -> !store.hasTarget(targetKind, id))
            .collect(Collectors.toCollection(LinkedHashSet::new));
    if (!missing.isEmpty()) {
      throw ApiError.notFound(
          targetKind.traits.owners()
              + " with IDs "
              + String.join(", ", missing)
              + " do not exist.");
    }
  }

  private void requireDocuments(List<AnnotationValues> rows) {
    for (AnnotationValues row : rows) {
      SpanRow span = store.span(row.targetId());
      int count = span == null ? 0 : span.documentCount();
      if (row.documentPosition() < 0 || row.documentPosition() >= count) {
        throw ApiError.unprocessable(
            "Document position "
                + row.documentPosition()
                + " is out of bounds for span "
                + row.targetId()
                + " (max: "
                + (count - 1)
                + ")");
      }
    }
  }
}
