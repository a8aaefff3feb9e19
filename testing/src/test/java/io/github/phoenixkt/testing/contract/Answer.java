package io.github.phoenixkt.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One answer of a server, with the assertions all tests share. */
record Answer(int status, HttpHeaders headers, String body) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Nullable String header(String name) {
    return headers.firstValue(name).orElse(null);
  }

  String contentType() {
    return headers.firstValue("content-type").orElse("");
  }

  JsonNode json() {
    try {
      return MAPPER.readTree(body);
    } catch (IOException e) {
      throw new UncheckedIOException("no JSON: " + body, e);
    }
  }

  JsonNode data() {
    return ok().json().get("data");
  }

  JsonNode first() {
    return data().get(0);
  }

  /** One field of every element of a page. */
  List<String> all(String field) {
    List<String> values = new ArrayList<>();
    data().forEach(item -> values.add(item.path(field).asText()));
    return values;
  }

  @Nullable String nextCursor() {
    JsonNode cursor = ok().json().get("next_cursor");
    assertThat(cursor).as("next_cursor").isNotNull();
    return cursor.isNull() ? null : cursor.asText();
  }

  Answer ok() {
    return is(200).isOfType("application/json");
  }

  Answer is(int expected) {
    assertThat(status).as("status of: %s", body).isEqualTo(expected);
    return this;
  }

  Answer isOfType(String type) {
    assertThat(contentType()).startsWith(type);
    return this;
  }

  /** A deliberate error: plain text. */
  Answer isText(int expected) {
    is(expected).isOfType("text/plain");
    assertThat(body).isNotBlank();
    return this;
  }

  /** A validation error: JSON with the place of the first problem. */
  Answer isInvalid(Object... location) {
    is(422).isOfType("application/json");
    JsonNode detail = json().get("detail");
    assertThat(detail).isNotEmpty();
    List<String> places = new ArrayList<>();
    detail.forEach(
        problem -> {
          assertThat(problem.get("type").isTextual()).isTrue();
          assertThat(problem.get("msg").isTextual()).isTrue();
          assertThat(problem.has("input")).isTrue();
          List<String> steps = new ArrayList<>();
          problem.get("loc").forEach(step -> steps.add(step.asText()));
          places.add(String.join(".", steps));
        });
    List<String> wanted = new ArrayList<>();
    for (Object step : location) {
      wanted.add(step.toString());
    }
    assertThat(places).contains(String.join(".", wanted));
    return this;
  }
}
