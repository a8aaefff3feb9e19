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

/** One request as it arrived, for assertions. {@link #toString()} shows no secret and no body. */
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
   * The method.
   *
   * @return for example {@code POST}
   */
  public String method() {
    return method;
  }

  /**
   * The path as the client wrote it: still percent-encoded, without the query.
   *
   * @return for example {@code /v1/span_annotations}
   */
  public String path() {
    return path;
  }

  /**
   * The query as the client wrote it, without the question mark.
   *
   * @return empty when there was none
   */
  public String query() {
    return query;
  }

  /**
   * The decoded values of one query parameter, in order.
   *
   * @param name the parameter
   * @return empty when it was not sent
   */
  public List<String> query(String name) {
    return QueryString.parse(query).getOrDefault(name, List.of());
  }

  /**
   * All headers by lower-case name.
   *
   * @return the headers, secrets included
   */
  public Map<String, List<String>> headers() {
    return headers;
  }

  /**
   * The first value of a header.
   *
   * @param name in any case
   * @return null when it was not sent
   */
  public @Nullable String header(String name) {
    List<String> values = headers.get(name.toLowerCase(Locale.ROOT));
    return values == null ? null : values.get(0);
  }

  /**
   * The body.
   *
   * @return a copy
   */
  public byte[] body() {
    return body.clone();
  }

  /**
   * The body as text.
   *
   * @return empty when there was none
   */
  public String bodyText() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /**
   * The body as JSON.
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
