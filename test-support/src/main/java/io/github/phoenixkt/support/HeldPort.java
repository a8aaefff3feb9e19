package io.github.phoenixkt.support;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * A loopback port that refuses connections, and that the system gives to nobody else before it is
 * closed: a port that was only freed may belong to another program a moment later.
 *
 * <p>On Linux, a server that asks for exactly this port gets it. Connections are refused before it
 * starts and after it has stopped.
 */
public final class HeldPort implements Closeable {
  private final Socket socket;

  private HeldPort(Socket socket) {
    this.socket = socket;
  }

  public static HeldPort open() {
    Socket socket = new Socket();
    try {
      socket.setReuseAddress(true); // or a server could not have the port as well
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      return new HeldPort(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return socket.getLocalPort();
  }

  /** {@code http://127.0.0.1:PORT}. */
  public String endpoint() {
    return "http://127.0.0.1:" + port();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
