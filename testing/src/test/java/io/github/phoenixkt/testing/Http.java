package io.github.phoenixkt.testing;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Small HTTP helpers for tests of the fake alone. */
final class Http {
  private static volatile HttpClient client = newClient();

  private Http() {}

  private static HttpClient newClient() {
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  private static HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
    if (answer.statusCode() == 500) {
      // The server is about to drop this connection without saying so.
      client = newClient();
    }
    return answer;
  }

  static HttpResponse<String> get(FakePhoenix phoenix, String path, String... headers)
      throws IOException, InterruptedException {
    return send(request(phoenix, path, headers).GET());
  }

  static HttpResponse<String> delete(FakePhoenix phoenix, String path)
      throws IOException, InterruptedException {
    return send(request(phoenix, path).DELETE());
  }

  static HttpResponse<String> post(FakePhoenix phoenix, String path, String json, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        request(phoenix, path, headers)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json.replace('\'', '"')));
    return send(request);
  }

  private static HttpRequest.Builder request(FakePhoenix phoenix, String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(phoenix.endpoint() + path))
            .timeout(Duration.ofSeconds(60));
    return headers.length == 0 ? request : request.headers(headers);
  }

  /** Sends text over a bare socket and reads until the server closes. */
  static String raw(FakePhoenix phoenix, String text) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", phoenix.port())) {
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  static String annotation(String spanId, String name) {
    return "{'data':[{'span_id':'" + spanId + "','name':'" + name + "','annotator_kind':'LLM'}]}";
  }
}
