package io.github.phoenixkt.java;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Takes one request and never answers; knows when it has come and when the client hung up. */
final class SilentServer implements Closeable {
  private final ServerSocket server;
  private final CountDownLatch arrived = new CountDownLatch(1);
  private final CountDownLatch hungUp = new CountDownLatch(1);

  SilentServer() {
    try {
      server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread thread = new Thread(this::serve, "silent-server");
    thread.setDaemon(true);
    thread.start();
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  void awaitRequest() throws InterruptedException {
    awaitLatch(arrived, "no request has come");
  }

  void awaitHangUp() throws InterruptedException {
    awaitLatch(hungUp, "the client has not hung up");
  }

  boolean hasRequest() {
    return arrived.getCount() == 0;
  }

  private static void awaitLatch(CountDownLatch latch, String otherwise)
      throws InterruptedException {
    if (!latch.await(Clients.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError(otherwise);
    }
  }

  private void serve() {
    try (Socket socket = server.accept();
        InputStream in = socket.getInputStream()) {
      in.read();
      arrived.countDown();
      while (in.read() >= 0) {
        // The rest of the request.
      }
      hungUp.countDown();
    } catch (IOException e) {
      // A reset is a way to hang up, too; a server that was closed has no client.
      hungUp.countDown();
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
