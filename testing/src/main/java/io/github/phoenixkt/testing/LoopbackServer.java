package io.github.phoenixkt.testing;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/**
 * Accepts connections on the loopback address. All threads are daemons: they keep no JVM alive.
 *
 * <p>The fake speaks HTTP/1.1 over its own sockets. A ready-made server cannot reset a connection,
 * cut a body or drop a connection after an answer, and a relay in front of one would have to parse
 * all requests and answers a second time.
 */
final class LoopbackServer implements Closeable {
  private static final int BACKLOG = 1024;

  private static final long PATIENCE_MILLIS = 5_000;

  private final ServerSocket listener;
  private final Thread acceptor;
  private final Function<Socket, Runnable> connections;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final ExecutorService workers =
      Executors.newCachedThreadPool(task -> daemon(task, "fake-phoenix-connection"));

  LoopbackServer(int port, Function<Socket, Runnable> connections) {
    this.connections = connections;
    listener = listen(port);
    acceptor = daemon(this::accept, "fake-phoenix-accept");
    acceptor.start();
  }

  private static ServerSocket listen(int port) {
    try {
      ServerSocket socket = new ServerSocket();
      try {
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), BACKLOG);
        return socket;
      } catch (IOException e) {
        socket.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on port " + port, e);
    }
  }

  int port() {
    return listener.getLocalPort();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        serve(listener.accept());
      } catch (IOException | RejectedExecutionException closing) {
        // the loop ends when the listener is closed
      }
    }
  }

  private void serve(Socket socket) throws IOException {
    open.add(socket);
    if (listener.isClosed()) {
      // Nobody would serve it, and close() may have missed it.
      socket.close();
      return;
    }
    Runnable connection = connections.apply(socket);
    workers.execute(
        () -> {
          try {
            connection.run();
          } finally {
            open.remove(socket);
          }
        });
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      workers.shutdownNow();
      awaitPort();
    }
  }

  /** The system keeps the port for as long as a thread is in accept. */
  private void awaitPort() {
    try {
      acceptor.join(PATIENCE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}
