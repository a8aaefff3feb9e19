package io.github.phoenixkt.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.phoenixkt.PhoenixEnvironment;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.annotations.AnnotationQuery;
import io.github.phoenixkt.annotations.StoredAnnotation;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.support.Await;
import io.github.phoenixkt.support.HeldPort;
import io.github.phoenixkt.testing.FakePhoenix;
import io.github.phoenixkt.testing.FakeSpan;
import io.github.phoenixkt.testing.FakeTargetKind;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the Java samples promise, on a Phoenix in memory. */
class JavaSamplesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final FakePhoenix fake = endpoint() == null ? FakePhoenix.start() : null;
  final PhoenixBlockingClient phoenix =
      PhoenixBlockingClient.create(
          PhoenixSettings.builder()
              .environment(PhoenixEnvironment.empty())
              .endpoint(fake == null ? endpoint() : fake.endpoint().toString())
              .build());

  /** Null for a Phoenix in memory. */
  String endpoint() {
    return null;
  }

  @AfterEach
  void close() {
    phoenix.close();
    if (fake != null) {
      fake.close();
    }
  }

  @Test
  void theQuickStartStoresAllVotes() throws InterruptedException {
    var report = JavaQuickStart.run(phoenix);

    assertThat(report.counts()).hasSize(1).containsEntry("Stored", 250);
  }

  @Test
  void aCsvFileIsStoredExceptForTheRowWithoutASpan() throws Exception {
    var report = CsvUpload.upload(phoenix, CsvUpload.sampleFile(phoenix), "quality");

    assertThat(report.counts()).containsEntry("Stored", 249).containsEntry("MissingTarget", 1);
    assertThat(report.getOutcomes().get(100).getSucceeded()).isFalse();
  }

  @Test
  void aCsvFileWithABadScoreNamesItsRowAndSendsNothing(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("bad.csv");
    Files.writeString(
        file,
        """
        span_id,label,score,explanation,identifier
        00000000000000a1,good,1,,
        00000000000000a2,good,high,,
        """);

    assertThatThrownBy(() -> CsvUpload.upload(phoenix, file, "quality"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("item 1")
        .hasMessageContaining("high");
  }

  @Test
  void feedbackArrivesOnTheSpanOfTheAnswer() throws Exception {
    try (FeedbackService service = new FeedbackService(phoenix, 0, null)) {
      HttpResponse<String> answer = post(service, "/chat", "{\"question\": \"Why?\"}");
      assertThat(answer.statusCode()).isEqualTo(200);
      String spanId = JSON.readTree(answer.body()).path("span_id").asText();

      HttpResponse<String> thanks =
          post(
              service,
              "/feedback",
              "{\"span_id\": \"%s\", \"thumbs_up\": true, \"comment\": \"Good.\"}"
                  .formatted(spanId));

      assertThat(thanks.statusCode()).isEqualTo(202);
      StoredAnnotation stored = awaitAnnotation(spanId);
      assertThat(stored.getLabel()).isEqualTo("thumbs-up");
      assertThat(stored.getExplanation()).isEqualTo("Good.");
    }
  }

  /** Graceful shutdown: what waits is sent, and what cannot be sent is in the spool. */
  @Test
  void feedbackOutlivesTheService(@TempDir Path spool) throws Exception {
    String spanId = "00000000000000a1";
    try (HeldPort away = HeldPort.open();
        PhoenixBlockingClient client = client(away.endpoint())) {
      FeedbackService service = new FeedbackService(client, 0, spool);
      String click = "{\"span_id\": \"%s\", \"thumbs_up\": true}".formatted(spanId);
      assertThat(post(service, "/feedback", click).statusCode()).isEqualTo(202);
      service.close();
    }
    try (FakePhoenix back = FakePhoenix.start();
        PhoenixBlockingClient client = client(back.endpoint().toString())) {
      back.addSpan(FakeSpan.of(spanId));
      new FeedbackService(client, 0, spool).close();
      assertThat(back.annotations(FakeTargetKind.SPAN))
          .singleElement()
          .matches(row -> row.targetId().equals(spanId) && row.label().equals("thumbs-up"));
    }
  }

  private static PhoenixBlockingClient client(String endpoint) {
    return PhoenixBlockingClient.create(
        PhoenixSettings.builder()
            .environment(PhoenixEnvironment.empty())
            .endpoint(endpoint)
            .build());
  }

  @Test
  void badRequestsAreToldSo() throws Exception {
    try (FeedbackService service = new FeedbackService(phoenix, 0, null)) {
      assertThat(post(service, "/chat", "no json").statusCode()).isEqualTo(400);
      assertThat(post(service, "/chat", "{}").statusCode()).isEqualTo(400);
      HttpResponse<String> blank = post(service, "/feedback", "{\"span_id\": \" \"}");
      assertThat(blank.statusCode()).isEqualTo(400);
      JsonNode error = JSON.readTree(blank.body());
      assertThat(error.path("error").asText()).contains("span_id is blank");
    }
  }

  /** Run by a script, the sample must not end as if all were well. */
  @Test
  void aRoundThatPhoenixRefusesFails() throws Exception {
    try (FakePhoenix locked = FakePhoenix.builder().locked().start();
        PhoenixBlockingClient client = client(locked.endpoint().toString());
        FeedbackService service = new FeedbackService(client, 0, null)) {
      assertThatThrownBy(service::showARound)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("/chat answered")
          .hasMessageContaining("Phoenix could not be reached");
    }
  }

  private StoredAnnotation awaitAnnotation(String spanId) {
    Await.until("an annotation of " + spanId, () -> !annotations(spanId).isEmpty());
    return annotations(spanId).get(0);
  }

  private List<StoredAnnotation> annotations(String spanId) {
    AnnotationQuery query = AnnotationQuery.builder().ids(List.of(spanId)).build();
    try (Stream<StoredAnnotation> found =
        phoenix.spans().getSpanAnnotations(query, FeedbackService.PROJECT)) {
      return found.toList();
    } catch (io.github.phoenixkt.PhoenixException.NotFound e) {
      return List.of(); // Phoenix creates the project with its first span, in the background.
    }
  }

  private static HttpResponse<String> post(FeedbackService service, String path, String body)
      throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(service.uri(path))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }
}
