package io.github.phoenixkt.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.phoenixkt.support.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A bare HTTP/1.1 client of one server, and what most tests need: ids of their own and spans that
 * exist.
 */
final class Api {
  private final URI endpoint;
  private final @Nullable String authorization;
  private HttpClient client = newClient();

  private final boolean postgres;

  Api(URI endpoint, @Nullable String authorization) {
    this(endpoint, authorization, false);
  }

  Api(URI endpoint, @Nullable String authorization, boolean postgres) {
    this.endpoint = endpoint;
    this.authorization = authorization;
    this.postgres = postgres;
  }

  /** Where the databases differ. */
  boolean isOnPostgres() {
    return postgres;
  }

  private static HttpClient newClient() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(Duration.ofSeconds(10))
        .build();
  }

  // Requests

  Answer get(String path) {
    return send(request(path).GET());
  }

  Answer delete(String path) {
    return send(request(path).DELETE());
  }

  Answer post(String path, String json) {
    return body("POST", path, json);
  }

  Answer put(String path, String json) {
    return body("PUT", path, json);
  }

  /** Double quotes in JSON make tests hard to read: single ones will do. */
  private Answer body(String method, String path, String json) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(json.replace('\'', '"'))));
  }

  /** One field of every element of all pages; {@code path} ends where another parameter fits. */
  List<String> walk(String path, String pointer) {
    List<String> values = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    String cursor = "";
    while (cursor != null) {
      assertThat(seen.add(cursor)).as("a new cursor").isTrue();
      Answer page = get(path + "&cursor=" + encode(cursor));
      page.data().forEach(item -> values.add(item.at(pointer).asText()));
      cursor = page.nextCursor();
    }
    return values;
  }

  HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(endpoint + path)).timeout(Duration.ofSeconds(60));
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    return request;
  }

  Answer send(HttpRequest.Builder request) {
    try {
      var response = client.send(request.build(), BodyHandlers.ofString());
      if (response.statusCode() == 500) {
        // The server is about to drop this connection without saying so.
        client = newClient();
      }
      return new Answer(response.statusCode(), response.headers(), response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  // Names

  static String unique(String word) {
    return word + "-" + UUID.randomUUID().toString().substring(0, 13);
  }

  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  // Spans

  /** A span of its own trace and session in a project of its own. */
  Seed seed() {
    Seed seed = new Seed(unique("project"), unique("span"), unique("trace"), unique("session"));
    addSpan(seed, "");
    return seed;
  }

  /** A span whose position 0 and 1 are documents. */
  Seed seedWithDocuments() {
    Seed seed = new Seed(unique("project"), unique("span"), unique("trace"), unique("session"));
    addSpan(seed, ",'retrieval.documents':[{'document.content':'a'},{'document.content':'b'}]");
    return seed;
  }

  void addSpan(Seed seed, String moreAttributes) {
    String attributes = "'session.id':'" + seed.session() + "'" + moreAttributes;
    post(
            "/v1/projects/" + seed.project() + "/spans",
            "{'data':[" + span(seed.span(), seed.trace(), "OK", attributes) + "]}")
        .is(202);
    awaitSpan(seed.project(), seed.span());
  }

  static String span(String spanId, String traceId, String status, String attributes) {
    return "{'name':'step','context':{'trace_id':'"
        + traceId
        + "','span_id':'"
        + spanId
        + "'},'span_kind':'RETRIEVER','start_time':'2026-01-05T10:00:00Z',"
        + "'end_time':'2026-01-05T10:00:01.5Z','status_code':'"
        + status
        + "','attributes':{"
        + attributes
        + "}}";
  }

  void awaitSpan(String project, String spanId) {
    await(
        () -> get("/v1/projects/" + project + "/spans?span_id=" + spanId),
        answer -> answer.status() == 200 && !answer.data().isEmpty());
  }

  /** Asks until the answer is as wanted; queued writes give no other sign. */
  Answer await(Supplier<Answer> question, Predicate<Answer> wanted) {
    Answer[] last = {question.get()};
    boolean isAsWanted =
        Await.within(
            Await.PATIENCE,
            () -> {
              if (wanted.test(last[0])) {
                return true;
              }
              last[0] = question.get();
              return false;
            });
    assertThat(isAsWanted).as("as wanted within %s: %s", Await.PATIENCE, last[0]).isTrue();
    return last[0];
  }
}
