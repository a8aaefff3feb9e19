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
    for (AnnotationLevel level : AnnotationLevel.values()) {
      if (level != AnnotationLevel.DOCUMENT) {
        dispatcher.add(
            new Route(
                "POST",
                "/v1/" + level.word + "_notes",
                level.notesSince(),
                call -> write(level, call),
                Route.Flag.BODY,
                Route.Flag.LOCK));
      }
    }
  }

  private Reply write(AnnotationLevel level, Call call) {
    Fields data = call.fields().nested("data");
    String target = data.trimmedText(level.idField);
    String text = data.trimmedText("note");
    String identifier = state.has("15.7.0") ? data.text("identifier", "") : "";
    call.check();
    if (!store.hasTarget(level, target)) {
      throw ApiError.notFound(missing(level, target));
    }
    Instant now = store.now();
    AnnotationValues values =
        new AnnotationValues(
            level,
            target,
            -1,
            "note",
            AnnotatorKind.HUMAN,
            null,
            null,
            text,
            Json.NODES.objectNode(),
            identifier.isEmpty() ? "px-" + level.word + "-note:" + UUID.randomUUID() : identifier,
            "API",
            call.caller().userId(),
            now);
    if (state.database.cannotLookUp(values) || state.database.cannotInsert(values)) {
      throw ApiError.internal();
    }
    Instant time = state.database.createdAt(now);
    AnnotationRow row = store.annotations(level).upsert(values, time, time);
    return Reply.data(Json.NODES.objectNode().put("id", row.globalId()));
  }

  private static String missing(AnnotationLevel level, String target) {
    return switch (level) {
      case SESSION -> "Session with session_id " + target + " not found";
      case TRACE -> "Trace with ID " + target + " not found";
      default -> "Span with ID " + target + " not found";
    };
  }
}
