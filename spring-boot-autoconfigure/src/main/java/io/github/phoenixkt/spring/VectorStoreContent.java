package io.github.phoenixkt.spring;

import io.github.phoenixkt.opentelemetry.OpenInferenceAttributes;
import io.micrometer.observation.Observation;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import java.util.List;
import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.observation.VectorStoreObservationContext;

/** What was looked for in a vector store and what was found, by the positions of the documents. */
final class VectorStoreContent {
  private VectorStoreContent() {}

  static Attributes of(Observation.Context observation) {
    AttributesBuilder attributes = Attributes.builder();
    if (observation instanceof VectorStoreObservationContext store) {
      if (store.getQueryRequest() != null) {
        attributes.put(OpenInferenceAttributes.INPUT_VALUE, store.getQueryRequest().getQuery());
      }
      if (store.getQueryResponse() != null) {
        putDocuments(attributes, store.getQueryResponse());
      }
    }
    return attributes.build();
  }

  private static void putDocuments(AttributesBuilder attributes, List<Document> documents) {
    for (int i = 0; i < documents.size(); i++) {
      Document document = documents.get(i);
      attributes.put(OpenInferenceAttributes.retrievalDocumentId(i), document.getId());
      if (document.getText() != null) {
        attributes.put(OpenInferenceAttributes.retrievalDocumentContent(i), document.getText());
      }
      if (document.getScore() != null) {
        attributes.put(OpenInferenceAttributes.retrievalDocumentScore(i), document.getScore());
      }
    }
  }
}
