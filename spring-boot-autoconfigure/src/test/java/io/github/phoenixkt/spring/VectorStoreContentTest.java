package io.github.phoenixkt.spring;

import static io.github.phoenixkt.opentelemetry.OpenInferenceAttributes.INPUT_VALUE;
import static io.github.phoenixkt.opentelemetry.OpenInferenceAttributes.retrievalDocumentContent;
import static io.github.phoenixkt.opentelemetry.OpenInferenceAttributes.retrievalDocumentId;
import static io.github.phoenixkt.opentelemetry.OpenInferenceAttributes.retrievalDocumentScore;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.observation.Observation;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.observation.VectorStoreObservationContext;

/** What was looked for and found, in the form that Phoenix shows. */
class VectorStoreContentTest {
  private static final AttributeKey<String> DOCUMENTS =
      AttributeKey.stringKey("gen_ai.retrieval.documents");

  private static Attributes found(String query, List<Document> documents) {
    VectorStoreObservationContext store =
        VectorStoreObservationContext.builder(
                "simple", VectorStoreObservationContext.Operation.QUERY)
            .queryRequest(SearchRequest.builder().query(query).build())
            .build();
    store.setQueryResponse(documents);
    return VectorStoreContent.of(store);
  }

  private static Document document(int number, Double score) {
    return Document.builder().id("d" + number).text("text " + number).score(score).build();
  }

  @Test
  void documentsAreAtTheirPositions() {
    Attributes content = found("cats", List.of(document(0, 0.9), document(1, null)));
    assertThat(content.asMap())
        .containsEntry(INPUT_VALUE, "cats")
        .containsEntry(retrievalDocumentId(0), "d0")
        .containsEntry(retrievalDocumentContent(0), "text 0")
        .containsEntry(retrievalDocumentScore(0), 0.9)
        .containsEntry(retrievalDocumentId(1), "d1")
        .doesNotContainKey(retrievalDocumentScore(1));
  }

  /** The SDK of Spring Boot drops attributes beyond 128. */
  @Test
  void manyDocumentsAreOneAttribute() {
    List<Document> documents =
        IntStream.range(0, 100).mapToObj(number -> document(number, number / 100.0)).toList();
    Attributes content = found("cats", documents);
    assertThat(content.size()).isLessThan(10);
    assertThat(content.get(DOCUMENTS))
        .startsWith("[{\"id\":\"d0\",\"score\":0.0,\"content\":\"text 0\"},")
        .endsWith("{\"id\":\"d99\",\"score\":0.99,\"content\":\"text 99\"}]");
  }

  /** On PostgreSQL, Phoenix would lose the whole span. */
  @Test
  void charactersThatPhoenixCannotStoreAreReplaced() {
    Document document = Document.builder().id("d\0").text("t\0").score(1.0).build();
    Attributes content = found("c\0", List.of(document));
    assertThat(content.asMap())
        .containsEntry(INPUT_VALUE, "c\uFFFD")
        .containsEntry(retrievalDocumentId(0), "d\uFFFD")
        .containsEntry(retrievalDocumentContent(0), "t\uFFFD");
    Attributes many = found("c", java.util.Collections.nCopies(100, document));
    assertThat(many.get(DOCUMENTS)).contains("\"id\":\"d\uFFFD\"", "\"content\":\"t\uFFFD\"");
  }

  @Test
  void writesAndOtherObservationsHaveNoContent() {
    assertThat(
            VectorStoreContent.of(
                    VectorStoreObservationContext.builder(
                            "simple", VectorStoreObservationContext.Operation.ADD)
                        .build())
                .isEmpty())
        .isTrue();
    assertThat(VectorStoreContent.of(new Observation.Context()).isEmpty()).isTrue();
  }
}
