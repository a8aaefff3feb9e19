package consumer;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;

/** Serves over TLS, on loopback, what a plain server answers. Its certificate is made for this run. */
final class TlsFront implements AutoCloseable {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private final URI plain;
  private final KeyStore keys = makeKeys();
  private final SSLServerSocket sockets;

  TlsFront(URI plain) throws Exception {
    this.plain = plain;
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    sockets =
        (SSLServerSocket)
            context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    inBackground(this::accept);
  }

  String endpoint() {
    return "https://127.0.0.1:" + sockets.getLocalPort();
  }

  /** Trusts this server, and no other. */
  SSLContext clientContext() throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", keys.getCertificate("server"));
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    return context;
  }

  @Override
  public void close() throws IOException {
    sockets.close();
  }

  private void accept() {
    while (!sockets.isClosed()) {
      try {
        Socket client = sockets.accept();
        Socket server = new Socket(plain.getHost(), plain.getPort());
        inBackground(() -> copy(client, server));
        inBackground(() -> copy(server, client));
      } catch (IOException e) {
        return; // Closed.
      }
    }
  }

  private static void copy(Socket from, Socket to) {
    try (Closeable first = from;
        Closeable second = to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      in.transferTo(out);
    } catch (IOException e) {
      // One side has hung up, and both are closed.
    }
  }

  private static void inBackground(Runnable task) {
    Thread thread = new Thread(task, "tls-front");
    thread.setDaemon(true);
    thread.start();
  }

  private static KeyStore makeKeys() throws Exception {
    Path folder = Files.createTempDirectory("consumer-tls");
    Path file = folder.resolve("keys.p12");
    try {
      List<String> keytool =
          List.of(
              Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
              "-genkeypair", "-alias", "server", "-keyalg", "EC", "-validity", "2", "-dname", "CN=consumer",
              "-storetype", "PKCS12", "-storepass", new String(PASSWORD), "-ext", "SAN=ip:127.0.0.1",
              "-keystore", file.toString());
      int status = new ProcessBuilder(keytool).inheritIO().start().waitFor();
      if (status != 0) {
        throw new IllegalStateException("keytool ended with " + status);
      }
      KeyStore keys = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(file)) {
        keys.load(in, PASSWORD);
      }
      return keys;
    } finally {
      Files.deleteIfExists(file);
      Files.delete(folder);
    }
  }
}
