package io.github.phoenixkt.testing;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/** One stored annotation. An update replaces its values; its number and creation time stay. */
final class AnnotationRow {
  final long id;
  final Instant createdAt;
  Instant updatedAt;
  AnnotationValues values;

  AnnotationRow(long id, AnnotationValues values, Instant createdAt, Instant updatedAt) {
    this.id = id;
    this.values = values;
    this.createdAt = createdAt;
    this.updatedAt = updatedAt;
  }

  String globalId() {
    return GlobalId.encode(values.targetKind().traits.globalIdType, id);
  }

  ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", globalId());
    json.put("created_at", Timestamps.format(createdAt));
    json.put("updated_at", Timestamps.format(updatedAt));
    json.put("source", values.source());
    json.put("user_id", values.userId());
    json.put("name", values.name());
    json.put("annotator_kind", values.annotatorKind().name());
    ObjectNode result = json.putObject("result");
    result.put("label", values.label());
    result.put("score", values.score());
    result.put("explanation", values.explanation());
    json.set("metadata", values.metadata());
    json.put("identifier", values.identifier());
    json.put(values.targetKind().traits.idField, values.targetId());
    return json;
  }

  StoredRow view() {
    return new StoredRow(globalId(), values, createdAt, updatedAt);
  }
}
