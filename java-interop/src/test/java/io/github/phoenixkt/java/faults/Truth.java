package io.github.phoenixkt.java.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.phoenixkt.support.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What the server has, asked without any of our code. */
final class Truth {
  record Row(String id, String label) {}

  static final int SPANS = 24;

  private static final ObjectMapper MAPPER = new ObjectMapper();

  final URI server;
  final String project = "faults-" + UUID.randomUUID();
  final List<String> spans = new ArrayList<>();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  Truth(URI server) {
    this.server = server;
    StringBuilder items = new StringBuilder();
    for (int i = 0; i < SPANS; i++) {
      String span = UUID.randomUUID().toString().replace("-", "").substring(0, 16);
      spans.add(span);
      items
          .append(i == 0 ? "" : ",")
          .append("{\"name\":\"n\",\"context\":{\"trace_id\":\"")
          .append(UUID.randomUUID().toString().replace("-", ""))
          .append("\",\"span_id\":\"")
          .append(span)
          .append("\"},\"span_kind\":\"LLM\",\"start_time\":\"2026-01-05T10:00:00Z\",")
          .append("\"end_time\":\"2026-01-05T10:00:01Z\",\"status_code\":\"OK\"}");
    }
    post("/v1/projects/" + project + "/spans", "{\"data\":[" + items + "]}");
    Await.until(
        "the spans", () -> get("/v1/projects/" + project + "/spans?limit=100").size() == SPANS);
  }

  private JsonNode send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response =
          http.send(
              request.timeout(Duration.ofSeconds(60)).build(),
              HttpResponse.BodyHandlers.ofString());
      return response.statusCode() / 100 == 2
          ? MAPPER.readTree(response.body()).path("data")
          : MAPPER.createArrayNode();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException("the server itself does not answer", e);
    }
  }

  private JsonNode get(String path) {
    return send(HttpRequest.newBuilder(URI.create(server + path)).GET());
  }

  private void post(String path, String json) {
    send(
        HttpRequest.newBuilder(URI.create(server + path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  /** Writes old values, which a call may then replace. */
  void write(String name, Map<String, String> spanByIdentifier, String label) {
    StringBuilder items = new StringBuilder();
    spanByIdentifier.forEach(
        (identifier, span) ->
            items
                .append(items.isEmpty() ? "" : ",")
                .append("{\"span_id\":\"" + span + "\",\"name\":\"" + name)
                .append("\",\"annotator_kind\":\"CODE\",\"identifier\":\"" + identifier)
                .append("\",\"result\":{\"label\":\"" + label + "\"}}"));
    post("/v1/span_annotations?sync=true", "{\"data\":[" + items + "]}");
  }

  /** The stored rows of a name, by identifier. */
  Map<String, Row> rows(String name) {
    Map<String, Row> rows = new HashMap<>();
    for (JsonNode item : annotations(name)) {
      rows.put(
          item.path("identifier").asText(),
          new Row(item.path("id").asText(), item.path("result").path("label").asText()));
    }
    return rows;
  }

  /** The ids of the notes with this text. */
  List<String> notes(String text) {
    List<String> ids = new ArrayList<>();
    for (JsonNode item : annotations("note")) {
      if (item.path("result").path("explanation").asText().equals(text)) {
        ids.add(item.path("id").asText());
      }
    }
    return ids;
  }

  private JsonNode annotations(String name) {
    return get(
        "/v1/projects/"
            + project
            + "/span_annotations?limit=10000&include_annotation_names="
            + name
            + "&span_ids="
            + String.join("&span_ids=", spans));
  }
}
