package io.github.phoenixkt.opentelemetry;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Takes what exporters send, on a loopback port, and remembers it. */
final class OtlpServer implements AutoCloseable {
  /** One export. The texts of its spans stand in the body as they are; the rest is protobuf. */
  record Export(String path, Headers headers, byte[] body) {
    boolean holds(String text) {
      return new String(body, StandardCharsets.ISO_8859_1)
          .contains(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
    }

    List<String> header(String name) {
      return headers.getOrDefault(name, List.of());
    }
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final BlockingQueue<Export> exports = new LinkedBlockingQueue<>();
  private volatile int status = 200;
  private volatile CountDownLatch gate = new CountDownLatch(0);

  OtlpServer() throws IOException {
    this(null);
  }

  OtlpServer(@Nullable SSLContext tls) throws IOException {
    var address = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0);
    if (tls == null) {
      server = HttpServer.create(address, 0);
    } else {
      HttpsServer secure = HttpsServer.create(address, 0);
      secure.setHttpsConfigurator(new HttpsConfigurator(tls));
      server = secure;
    }
    server.createContext("/", this::take);
    server.setExecutor(threads);
    server.start();
  }

  private void take(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    exports.add(new Export(exchange.getRequestURI().getPath(), exchange.getRequestHeaders(), body));
    try {
      gate.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  InetSocketAddress address() {
    return server.getAddress();
  }

  String url() {
    String scheme = server instanceof HttpsServer ? "https" : "http";
    return scheme + "://127.0.0.1:" + server.getAddress().getPort();
  }

  void answer(int status) {
    this.status = status;
  }

  /** From now on exports get no answer until the latch is open. */
  void hold(CountDownLatch gate) {
    this.gate = gate;
  }

  /** The next export; fails when none comes. */
  Export next() throws InterruptedException {
    Export next = exports.poll(30, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("Nothing was exported.");
    }
    return next;
  }

  /** What came and was not taken. */
  int waiting() {
    return exports.size();
  }

  @Override
  public void close() {
    gate = new CountDownLatch(0);
    server.stop(0);
    threads.shutdownNow();
  }
}
