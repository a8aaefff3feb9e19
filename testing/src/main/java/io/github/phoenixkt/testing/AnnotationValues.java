package io.github.phoenixkt.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Everything one write says about an annotation, and when the server received it. */
record AnnotationValues(
    FakeTargetKind targetKind,
    String targetId,
    int documentPosition,
    String name,
    FakeAnnotatorKind annotatorKind,
    @Nullable String label,
    @Nullable Double score,
    @Nullable String explanation,
    JsonNode metadata,
    String identifier,
    String source,
    @Nullable String userId,
    Instant receivedAt) {

  /** What makes two writes the same row. Who judged is not part of it. */
  record Key(String targetId, int documentPosition, String name, String identifier) {}

  Key key() {
    return new Key(targetId, documentPosition, name, identifier);
  }
}
