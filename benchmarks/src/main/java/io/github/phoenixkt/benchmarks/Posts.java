package io.github.phoenixkt.benchmarks;

import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.transport.SocketEngine;
import io.github.phoenixkt.transport.SocketRoute;
import io.github.phoenixkt.transport.WireAnswer;
import io.github.phoenixkt.transport.WireRequest;
import io.ktor.client.HttpClient;
import io.ktor.client.HttpClientKt;
import io.ktor.client.engine.HttpClientEngine;
import io.ktor.client.engine.cio.CIO;
import io.ktor.client.request.HttpRequestBuilder;
import io.ktor.client.statement.HttpResponse;
import io.ktor.client.statement.HttpStatement;
import io.ktor.client.statement.ReadersKt;
import io.ktor.http.ContentType;
import io.ktor.http.HttpMethod;
import io.ktor.http.URLParserKt;
import io.ktor.http.content.ByteArrayContent;
import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import kotlin.Unit;

/** Posts bytes that are encoded already, and reads the answer: an engine without our layer. */
interface Posts {
  byte[] post(byte[] body);

  static Posts of(String engine, String endpoint) {
    String url = endpoint + "/v1/span_annotations?sync=true";
    return switch (engine) {
      case "jdk" -> overJdk(url);
      case "cio" -> overKtor(CIO.INSTANCE.create(config -> Unit.INSTANCE), url);
      case "own" -> overOwn(endpoint);
      default -> throw new IllegalArgumentException(engine);
    };
  }

  /** The JDK's own client, blocking. */
  private static Posts overJdk(String url) {
    java.net.http.HttpClient http =
        java.net.http.HttpClient.newBuilder()
            .version(java.net.http.HttpClient.Version.HTTP_1_1)
            .build();
    return body -> {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(url))
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofByteArray(body))
              .build();
      try {
        return http.send(request, BodyHandlers.ofByteArray()).body();
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    };
  }

  /** The client's own engine. It is internal, and no module but this one may use it. */
  private static Posts overOwn(String endpoint) {
    SocketEngine engine =
        new SocketEngine(
            new SocketRoute(
                PhoenixSettings.builder().endpoint(endpoint).build(), ProxySelector::getDefault),
            64,
            Duration.ofSeconds(3));
    return body ->
        Suspend.<WireAnswer>await(
                done ->
                    engine.send(
                        new WireRequest(
                            HttpMethod.Companion.getPost(),
                            "/v1/span_annotations?sync=true",
                            Map.of(),
                            body,
                            Duration.ofMinutes(1),
                            true,
                            true),
                        done))
            .getBody();
  }

  private static Posts overKtor(HttpClientEngine engine, String url) {
    HttpClient http = HttpClientKt.HttpClient(engine, config -> Unit.INSTANCE);
    return body -> {
      HttpRequestBuilder request = new HttpRequestBuilder();
      request.setMethod(HttpMethod.Companion.getPost());
      URLParserKt.takeFrom(request.getUrl(), url);
      request.setBody(new ByteArrayContent(body, ContentType.Application.INSTANCE.getJson(), null));
      HttpResponse response =
          Suspend.await(continuation -> new HttpStatement(request, http).execute(continuation));
      return Suspend.await(continuation -> ReadersKt.readRawBytes(response, continuation));
    };
  }
}
