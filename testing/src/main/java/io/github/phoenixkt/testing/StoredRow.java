package io.github.phoenixkt.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One annotation as the fake has stored it, for assertions.
 *
 * @param id the GlobalID the server gives out
 * @param level what it is attached to
 * @param targetId the span, trace or session id
 * @param documentPosition the position of the document; -1 on the other levels
 * @param name the annotation's name; {@code note} for notes
 * @param annotatorKind who judged
 * @param label the label, if any
 * @param score the score, if any
 * @param explanation the explanation, if any; the text of a note
 * @param metadata an object, empty when none was sent
 * @param identifier part of the key; empty when none was sent
 * @param source {@code API} or {@code APP}
 * @param userId the GlobalID of the writer when authentication is on
 * @param createdAt when the row was first stored
 * @param updatedAt when the row was last written; for queued writes the time of receipt
 */
public record StoredRow(
    String id,
    AnnotationLevel level,
    String targetId,
    int documentPosition,
    String name,
    AnnotatorKind annotatorKind,
    @Nullable String label,
    @Nullable Double score,
    @Nullable String explanation,
    JsonNode metadata,
    String identifier,
    String source,
    @Nullable String userId,
    Instant createdAt,
    Instant updatedAt) {}
