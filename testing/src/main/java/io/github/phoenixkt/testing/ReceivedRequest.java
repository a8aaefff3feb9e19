package io.github.phoenixkt.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A request as it arrived, for assertions. {@link #toString()} shows no secret and no body. */
public final class ReceivedRequest {
  private static final Set<String> SECRET =
      Set.of("authorization", "api_key", "api-key", "x-api-key", "cookie", "proxy-authorization");

  private final String method;
  private final String path;
  private final String query;
  private final Map<String, List<String>> headers;
  private final byte[] body;

  ReceivedRequest(
      String method, String path, String query, Map<String, List<String>> headers, byte[] body) {
    this.method = method;
    this.path = path;
    this.query = query;
    this.headers = headers;
    this.body = body;
  }

  /**
   * Returns the HTTP method.
   *
   * @return for example {@code POST}
   */
  public String method() {
    return method;
  }

  /**
   * Returns the path as the client sent it, percent-encoded and without the query.
   *
   * @return for example {@code /v1/span_annotations}
   */
  public String path() {
    return path;
  }

  /**
   * Returns the query as the client sent it, without the question mark.
   *
   * @return the query, empty if there was none
   */
  public String query() {
    return query;
  }

  /**
   * Returns the decoded values of one query parameter, in order.
   *
   * @param name the parameter
   * @return the values, empty if it was not sent
   */
  public List<String> query(String name) {
    return QueryString.parse(query).getOrDefault(name, List.of());
  }

  /**
   * Returns all headers by lower-case name.
   *
   * @return the headers, secrets included
   */
  public Map<String, List<String>> headers() {
    return headers;
  }

  /**
   * Returns the first value of a header.
   *
   * @param name the name, in any case
   * @return the value, or null if it was not sent
   */
  public @Nullable String header(String name) {
    List<String> values = headers.get(name.toLowerCase(Locale.ROOT));
    return values == null ? null : values.get(0);
  }

  /**
   * Returns the body.
   *
   * @return a copy
   */
  public byte[] body() {
    return body.clone();
  }

  /**
   * Returns the body as text.
   *
   * @return the text, empty if there was none
   */
  public String bodyText() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /**
   * Returns the body as JSON.
   *
   * @return the tree
   */
  public JsonNode bodyJson() {
    try {
      return Json.MAPPER.readTree(body);
    } catch (IOException e) {
      throw new UncheckedIOException("the body is no JSON", e);
    }
  }

  byte[] rawBody() {
    return body;
  }

  ReceivedRequest withPath(String newPath) {
    return new ReceivedRequest(method, newPath, query, headers, body);
  }

  @Override
  public String toString() {
    Map<String, List<String>> shown = new TreeMap<>(headers);
    shown.replaceAll((name, values) -> SECRET.contains(name) ? List.of("***") : values);
    return method
        + " "
        + path
        + (query.isEmpty() ? "" : "?" + query)
        + " "
        + shown
        + " ("
        + body.length
        + " bytes)";
  }
}
