package io.github.phoenixkt.spring;

import io.github.phoenixkt.internal.BestEffortJson;
import io.github.phoenixkt.opentelemetry.OpenInferenceAttributes;
import io.micrometer.observation.Observation;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.observation.VectorStoreObservationContext;

/** What was looked for in a vector store and what was found, by the positions of the documents. */
final class VectorStoreContent {
  private static final AttributeKey<String> DOCUMENTS =
      AttributeKey.stringKey("gen_ai.retrieval.documents");

  /** An SDK drops the attributes of a span beyond 128. A document has three of its own. */
  private static final int FEW = 30;

  private VectorStoreContent() {}

  static Attributes of(Observation.Context observation) {
    AttributesBuilder attributes = Attributes.builder();
    if (observation instanceof VectorStoreObservationContext store) {
      if (store.getQueryRequest() != null) {
        put(attributes, OpenInferenceAttributes.INPUT_VALUE, store.getQueryRequest().getQuery());
      }
      List<Document> found = store.getQueryResponse();
      if (found != null && isOneAttribute(found)) {
        attributes.put(
            DOCUMENTS,
            SpringAiMessages.array(found.stream().map(VectorStoreContent::document).toList()));
      } else if (found != null) {
        putDocuments(attributes, found);
      }
    }
    return attributes.build();
  }

  /** Phoenix drops the attribute of all if one has no score, and its old releases always. */
  private static boolean isOneAttribute(List<Document> documents) {
    return documents.size() > FEW && documents.stream().allMatch(it -> it.getScore() != null);
  }

  private static Map<String, Object> document(Document document) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", document.getId());
    json.put("score", document.getScore());
    if (document.getText() != null) {
      json.put("content", document.getText());
    }
    return json;
  }

  private static void putDocuments(AttributesBuilder attributes, List<Document> documents) {
    for (int i = 0; i < documents.size(); i++) {
      Document document = documents.get(i);
      put(attributes, OpenInferenceAttributes.retrievalDocumentId(i), document.getId());
      put(attributes, OpenInferenceAttributes.retrievalDocumentContent(i), document.getText());
      if (document.getScore() != null) {
        attributes.put(OpenInferenceAttributes.retrievalDocumentScore(i), document.getScore());
      }
    }
  }

  private static void put(
      AttributesBuilder attributes, AttributeKey<String> key, @Nullable String value) {
    if (value != null) {
      attributes.put(key, BestEffortJson.storable(value));
    }
  }
}
