package io.github.phoenixkt.benchmarks;

import io.ktor.client.engine.HttpClientEngineBase;
import io.ktor.client.engine.HttpClientEngineConfig;
import io.ktor.client.engine.UtilsKt;
import io.ktor.client.request.HttpRequestData;
import io.ktor.client.request.HttpResponseData;
import io.ktor.http.Headers;
import io.ktor.http.HeadersBuilder;
import io.ktor.http.HttpProtocolVersion;
import io.ktor.http.HttpStatusCode;
import io.ktor.util.date.DateJvmKt;
import io.ktor.utils.io.ByteChannelCtorKt;
import java.nio.charset.StandardCharsets;
import kotlin.coroutines.Continuation;
import kotlin.coroutines.CoroutineContext;

/** Gives the same answer to each request. */
final class SilentEngine extends HttpClientEngineBase {
  private final HttpClientEngineConfig config = new HttpClientEngineConfig();
  private final Headers headers;
  private final byte[] body;

  SilentEngine(String body) {
    super("silent");
    this.body = body.getBytes(StandardCharsets.UTF_8);
    HeadersBuilder head = new HeadersBuilder(3);
    head.append("Content-Type", "application/json");
    head.append("Content-Length", "" + this.body.length);
    head.append("x-phoenix-server-version", "20.26.1");
    headers = head.build();
  }

  @Override
  public HttpClientEngineConfig getConfig() {
    return config;
  }

  @Override
  public Object execute(
      HttpRequestData request, Continuation<? super HttpResponseData> continuation) {
    // Does not suspend.
    CoroutineContext context =
        (CoroutineContext) UtilsKt.callContext(Suspend.ofAnything(continuation));
    return new HttpResponseData(
        HttpStatusCode.Companion.getOK(),
        DateJvmKt.GMTDate(null),
        headers,
        HttpProtocolVersion.Companion.getHTTP_1_1(),
        ByteChannelCtorKt.ByteReadChannel(body, 0, body.length),
        context);
  }
}
