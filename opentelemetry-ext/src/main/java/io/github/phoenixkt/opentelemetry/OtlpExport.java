package io.github.phoenixkt.opentelemetry;

import io.github.phoenixkt.PhoenixSettings;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.common.export.ProxyOptions;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.Map;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** OpenTelemetry's OTLP exporter, configured by a client's settings. */
final class OtlpExport {
  private static final String EXPORTER =
      "io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter";

  private static final Logger logger = LoggerFactory.getLogger(PhoenixTracing.class);

  private OtlpExport() {}

  /**
   * An exporter to Phoenix.
   *
   * @throws IllegalStateException if OpenTelemetry's exporter is not on the class path
   */
  static SpanExporter of(PhoenixSettings settings) {
    try {
      Class.forName(EXPORTER, false, OtlpExport.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(
          "Spans go to Phoenix through OpenTelemetry's OTLP exporter, which is not on the class path."
              + " Add io.opentelemetry:opentelemetry-exporter-otlp to the dependencies.",
          e);
    }
    warnOfProxyCredentials(settings);
    return new StorableSpans(Otlp.exporter(settings));
  }

  /**
   * As a header of each export, they would also reach the server: through the tunnel of an https
   * endpoint, after a redirect, or where there is no proxy after all.
   */
  private static void warnOfProxyCredentials(PhoenixSettings settings) {
    Proxy proxy = settings.getProxy();
    boolean mayUseProxy = proxy == null || proxy.type() != Proxy.Type.DIRECT;
    if (settings.hasProxyCredentials() && mayUseProxy) {
      logger.warn(
          "The proxyCredentials of the settings are not used for spans, because OpenTelemetry's exporter cannot authenticate at a proxy. If the proxy requires them, exports to {} fail with 407 and the spans are lost. Let the proxy pass requests to Phoenix without credentials, or send spans to an OpenTelemetry Collector that does not need the proxy.",
          settings.getEndpoint());
    }
  }

  /** Apart, so that the class above can be loaded without the exporter. */
  private static final class Otlp {
    static SpanExporter exporter(PhoenixSettings settings) {
      OtlpHttpSpanExporterBuilder builder =
          OtlpHttpSpanExporter.builder()
              .setEndpoint(settings.getEndpoint() + "/v1/traces")
              // Asked for every export: a supplier may give a new key.
              .setHeaders(() -> settings.requestHeaders(Map.of()));
      Proxy proxy = settings.getProxy();
      if (proxy != null) {
        builder.setProxy(
            proxy.address() instanceof InetSocketAddress address
                ? ProxyOptions.create(address)
                : ProxyOptions.create(HttpClient.Builder.NO_PROXY));
      }
      if (settings.getSslContext() != null) {
        builder.setSslContext(settings.getSslContext(), defaultTrust());
      }
      return builder.build();
    }

    /** The exporter wants a trust manager, but the context uses its own. */
    private static X509TrustManager defaultTrust() {
      try {
        TrustManagerFactory factory =
            TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        return Arrays.stream(factory.getTrustManagers())
            .filter(X509TrustManager.class::isInstance)
            .map(X509TrustManager.class::cast)
            .findFirst()
            .orElseThrow();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("The JVM has no trusted certificates.", e);
      }
    }
  }
}
