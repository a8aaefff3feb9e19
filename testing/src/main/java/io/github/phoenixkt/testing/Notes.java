package io.github.phoenixkt.testing;

import java.time.Instant;
import java.util.UUID;

/** {@code POST /v1/span_notes} and its siblings: always confirmed, one note per request. */
final class Notes {
  private final ServerState state;
  private final Store store;

  Notes(ServerState state) {
    this.state = state;
    this.store = state.store;
  }

  void addTo(Dispatcher dispatcher) {
    for (FakeTargetKind targetKind : FakeTargetKind.values()) {
      String since = targetKind.traits.notesSince;
      if (since != null) {
        dispatcher.add(
            new Route(
                "POST",
                "/v1/" + targetKind.traits.word + "_notes",
                since,
                call -> write(targetKind, call),
                Route.Flag.BODY,
                Route.Flag.LOCK));
      }
    }
  }

  private Reply write(FakeTargetKind targetKind, Call call) {
    Fields data = call.fields().nested("data");
    String target = data.trimmedText(targetKind.traits.idField);
    String text = data.trimmedText("note");
    String identifier = state.has("15.7.0") ? data.text("identifier", "") : "";
    call.check();
    if (!store.hasTarget(targetKind, target)) {
      throw ApiError.notFound(targetKind.traits.notFound(target));
    }
    Instant now = store.now();
    AnnotationValues values =
        new AnnotationValues(
            targetKind,
            target,
            -1,
            "note",
            FakeAnnotatorKind.HUMAN,
            null,
            null,
            text,
            Json.NODES.objectNode(),
            identifier.isEmpty()
                ? "px-" + targetKind.traits.word + "-note:" + UUID.randomUUID()
                : identifier,
            "API",
            call.caller().userId(),
            now);
    if (state.database.cannotLookUp(values) || state.database.cannotInsert(values)) {
      throw ApiError.internal();
    }
    Instant time = state.database.createdAt(now);
    AnnotationRow row = store.annotations(targetKind).upsert(values, time, time);
    return Reply.data(Json.NODES.objectNode().put("id", row.globalId()));
  }
}
