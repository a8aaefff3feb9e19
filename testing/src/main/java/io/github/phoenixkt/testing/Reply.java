package io.github.phoenixkt.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** One answer, before it is put on the wire. */
record Reply(int status, Map<String, String> headers, byte[] body, boolean closeAfter) {
  private static final String TEXT = "text/plain; charset=utf-8";

  static Reply of(int status, String contentType, byte[] body) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("content-type", contentType);
    return new Reply(status, headers, body, false);
  }

  static Reply text(int status, String text) {
    return of(status, TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  static Reply json(int status, JsonNode node) {
    return of(status, "application/json", Json.write(node));
  }

  /** {@code {"data": …}}, the shape of every successful answer that is not a page. */
  static Reply data(JsonNode node) {
    return json(200, Json.NODES.objectNode().set("data", node));
  }

  static Reply noContent() {
    return of(204, "application/json", new byte[0]);
  }

  static Reply html(String html) {
    return of(200, "text/html; charset=utf-8", html.getBytes(StandardCharsets.UTF_8));
  }

  /** An uncaught error: no version header, and the connection is dropped without announcing it. */
  static Reply internalError() {
    return text(500, "Internal Server Error").closing();
  }

  Reply with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Reply(status, more, body, closeAfter);
  }

  Reply closing() {
    return new Reply(status, headers, body, true);
  }
}
