package io.github.phoenixkt.java.faults;

import io.ktor.client.engine.HttpClientEngine;
import io.ktor.client.engine.cio.CIO;
import io.ktor.client.engine.java.Java;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.http.HttpClient;
import java.util.Locale;
import kotlin.Unit;
import org.jspecify.annotations.Nullable;

/** What carries the requests: the client's own engine, and two of Ktor's that callers may give. */
enum Engine {
  OWN {
    @Override
    @Nullable HttpClientEngine open(int proxyPort) {
      return null;
    }
  },
  CIO_ENGINE {
    @Override
    HttpClientEngine open(int proxyPort) {
      return CIO.INSTANCE.create(
          config -> {
            config.setRequestTimeout(0);
            if (proxyPort > 0) {
              config.setProxy(proxy(proxyPort));
            }
            return Unit.INSTANCE;
          });
    }
  },
  JAVA_ENGINE {
    @Override
    HttpClientEngine open(int proxyPort) {
      return Java.INSTANCE.create(
          config -> {
            config.setProtocolVersion(HttpClient.Version.HTTP_1_1);
            if (proxyPort > 0) {
              config.setProxy(proxy(proxyPort));
            }
            return Unit.INSTANCE;
          });
    }
  };

  /** Null for the client's own. Without a proxy when the port is 0. */
  abstract @Nullable HttpClientEngine open(int proxyPort);

  static Proxy proxy(int port) {
    return new Proxy(Proxy.Type.HTTP, new InetSocketAddress("127.0.0.1", port));
  }

  @Override
  public String toString() {
    return name().replace("_ENGINE", "").toLowerCase(Locale.ROOT);
  }
}
