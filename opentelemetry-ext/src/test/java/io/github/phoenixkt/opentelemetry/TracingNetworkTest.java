package io.github.phoenixkt.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.phoenixkt.PhoenixEnvironment;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.support.ChildJvm;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Spans take the way that the settings of a client describe. */
class TracingNetworkTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final char[] PASSWORD = "changeit".toCharArray();

  private static boolean export(PhoenixSettings.Builder settings) {
    try (var tracing =
        PhoenixTracing.builder()
            .settings(settings.environment(PhoenixEnvironment.empty()).build())
            .build()) {
      tracing.tracer("test").spanBuilder("on its way").startSpan().end();
      return tracing.flush(PATIENCE);
    }
  }

  @Test
  void throughTheProxy() throws Exception {
    try (var proxy = new OtlpServer()) {
      assertThat(
              export(
                  PhoenixSettings.builder()
                      .endpoint("http://phoenix.test:6006")
                      .proxy(new Proxy(Proxy.Type.HTTP, proxy.address()))))
          .isTrue();
      OtlpServer.Export export = proxy.next();
      assertThat(export.path()).isEqualTo("/v1/traces");
      assertThat(export.header("Host")).containsExactly("phoenix.test:6006");
      assertThat(export.holds("on its way")).isTrue();
    }
  }

  /** They would reach the server behind the proxy, or nobody. */
  @ParameterizedTest
  @ValueSource(strings = {"http", "https"})
  void credentialsOfTheProxyAreNotSentAndThatIsSaid(String scheme) throws Exception {
    try (var proxy = new OtlpServer()) {
      var settings =
          PhoenixSettings.builder()
              .endpoint(scheme + "://phoenix.test:6006")
              .proxyCredentials("user", "pass-word")
              .environment(PhoenixEnvironment.empty());
      var address = new Proxy(Proxy.Type.HTTP, proxy.address());
      assertThat(loggedBy(() -> PhoenixTracing.spanExporter(settings.proxy(address).build())))
          .contains("proxyCredentials", scheme + "://phoenix.test:6006", "407")
          .doesNotContain("pass-word");
      // Perhaps through a proxy of the JVM.
      assertThat(loggedBy(() -> PhoenixTracing.spanExporter(settings.proxy(null).build())))
          .contains("proxyCredentials");
      assertThat(
              loggedBy(() -> PhoenixTracing.spanExporter(settings.proxy(Proxy.NO_PROXY).build())))
          .isEmpty();
      if (scheme.equals("http")) {
        assertThat(export(settings.proxy(address))).isTrue();
        assertThat(proxy.next().header("Proxy-Authorization")).isEmpty();
      }
    }
  }

  @Test
  void withoutCredentialsOfAProxyNothingIsSaid() {
    var settings = PhoenixSettings.builder().environment(PhoenixEnvironment.empty()).build();
    assertThat(loggedBy(() -> PhoenixTracing.spanExporter(settings))).isEmpty();
  }

  private static String loggedBy(Supplier<SpanExporter> making) {
    PrintStream before = System.err;
    var log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    try {
      making.get().shutdown();
    } finally {
      System.setErr(before);
    }
    return log.toString(StandardCharsets.UTF_8);
  }

  @Test
  void withoutAnyProxy() throws Exception {
    try (var server = new OtlpServer()) {
      assertThat(export(PhoenixSettings.builder().endpoint(server.url()).proxy(Proxy.NO_PROXY)))
          .isTrue();
    }
  }

  @Test
  void withTheTrustOfTheSettings(@TempDir Path folder) throws Exception {
    KeyStore keys = keys(folder.resolve("keys.p12"));
    try (var server = new OtlpServer(serverContext(keys))) {
      var settings = PhoenixSettings.builder().endpoint(server.url());
      assertThat(export(settings.sslContext(clientContext(keys)))).isTrue();
      assertThat(server.next().holds("on its way")).isTrue();
      assertThat(export(settings.sslContext(null))).as("an unknown certificate").isFalse();
      assertThat(server.waiting()).isZero();
    }
  }

  private static KeyStore keys(Path file) throws Exception {
    var made =
        ChildJvm.run(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=phoenix-kt-test",
                "-ext",
                "SAN=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD),
                "-keystore",
                file.toString()));
    assertThat(made.exitCode()).as(made.output()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keys.load(in, PASSWORD);
    }
    return keys;
  }

  private static SSLContext serverContext(KeyStore keys) throws Exception {
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    return context;
  }

  private static SSLContext clientContext(KeyStore keys) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", keys.getCertificate("server"));
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    return context;
  }
}
