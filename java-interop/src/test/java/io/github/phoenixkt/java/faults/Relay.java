package io.github.phoenixkt.java.faults;

import io.github.phoenixkt.support.HeldPort;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Stands in front of a server, on one port, and treats each request as its script says. */
final class Relay implements AutoCloseable {
  /** What is done with one request. */
  @FunctionalInterface
  interface Step {
    void serve(Exchange exchange) throws IOException, InterruptedException;
  }

  record Request(String method, String target, String contentType, byte[] body) {
    String path() {
      return target.split("\\?")[0];
    }

    /** The same, confirmed, with other values. */
    Request with(String value, String other) {
      String changed = text().replace("\"" + value + "\"", "\"" + other + "\"");
      return new Request(
          method, target + "?sync=true", contentType, changed.getBytes(StandardCharsets.UTF_8));
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    boolean isWrite() {
      return method.equals("POST");
    }

    boolean asksForVersion() {
      return path().endsWith("/arize_phoenix_version");
    }

    /** Queued, not confirmed. */
    boolean isQueued() {
      return isWrite() && path().endsWith("_annotations") && !target.contains("sync=true");
    }

    boolean looks() {
      return method.equals("GET") && path().endsWith("_annotations");
    }
  }

  /** A request that the server, or a fault in its name, has answered. */
  record Answered(Request request, int status) {}

  /** TLS's alert "internal error". */
  private static final byte[] ALERT = {21, 3, 3, 0, 2, 2, 80};

  private final URI server;

  /** Nobody else gets the port while nothing listens on it. */
  private final HeldPort port = HeldPort.open();

  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Phaser busy = new Phaser(1);
  final AtomicInteger connected = new AtomicInteger();
  final List<Request> received = new CopyOnWriteArrayList<>();
  final List<Answered> answered = new CopyOnWriteArrayList<>();
  volatile Step script = Exchange::pass;
  volatile boolean speaksTls;

  /** Whether the call may make a request while another one is under way. */
  volatile boolean severalAtOnce;

  /** Whether connections were ended on which a request may have been on its way. */
  volatile boolean severed;

  private volatile long firstLook;
  private volatile ServerSocket socket;

  Relay(URI server) throws IOException {
    this.server = server;
    this.socket = new ServerSocket(port(), 100, InetAddress.getLoopbackAddress());
    accept(socket);
  }

  int port() {
    return port.port();
  }

  private void accept(ServerSocket on) {
    daemon(
        () -> {
          while (!on.isClosed()) {
            try {
              Socket client = on.accept();
              connected.incrementAndGet();
              connections.add(client);
              daemon(() -> serve(client));
            } catch (IOException closed) {
              return;
            }
          }
        });
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "relay");
    thread.setDaemon(true);
    thread.start();
  }

  private void serve(Socket client) {
    busy.register();
    try (client) {
      InputStream in = new BufferedInputStream(client.getInputStream());
      Request request;
      while ((request = read(client, in)) != null) {
        if (!request.asksForVersion()) {
          received.add(request);
        }
        script.serve(new Exchange(this, client, request));
      }
    } catch (IOException | InterruptedException theConnectionIsOver) {
      // As the script wants it, or the client.
    } finally {
      connections.remove(client);
      busy.arriveAndDeregister();
    }
  }

  private @Nullable Request read(Socket client, InputStream in) throws IOException {
    in.mark(1);
    int first = in.read();
    in.reset();
    if (first >= 0 && speaksTls) {
      client.getOutputStream().write(ALERT);
      return null;
    }
    if (first == 22) {
      client.getOutputStream().write(Answer.text(400, "Invalid HTTP request received.").bytes());
      return null;
    }
    String line = line(in);
    if (line == null) {
      return null;
    }
    int length = 0;
    String type = "";
    String header;
    while ((header = line(in)) != null && !header.isEmpty()) {
      String value = header.substring(header.indexOf(':') + 1).strip();
      switch (header.split(":")[0].toLowerCase(Locale.ROOT)) {
        case "content-length" -> length = Integer.parseInt(value);
        case "content-type" -> type = value;
        default -> {}
      }
    }
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException();
    }
    String[] words = line.split(" ");
    return new Request(words[0], words[1], type, body);
  }

  private static @Nullable String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    int b;
    while ((b = in.read()) != '\n') {
      if (b < 0) {
        return null;
      }
      if (b != '\r') {
        line.append((char) b);
      }
    }
    return line.toString();
  }

  Answer forward(Request request) throws IOException {
    try (Socket upstream = new Socket(server.getHost(), server.getPort())) {
      String head =
          request.method
              + " "
              + request.target
              + " HTTP/1.1\r\nHost: "
              + server.getAuthority()
              + "\r\nConnection: close\r\n"
              + (request.contentType.isEmpty()
                  ? ""
                  : "Content-Type: " + request.contentType + "\r\n")
              + (request.isWrite() ? "Content-Length: " + request.body.length + "\r\n" : "")
              + "\r\n";
      upstream
          .getOutputStream()
          .write(Answer.join(head.getBytes(StandardCharsets.ISO_8859_1), request.body));
      Answer answer = Answer.parse(upstream.getInputStream().readAllBytes());
      answered.add(new Answered(request, answer.status()));
      return answer;
    }
  }

  /** From now on nothing listens, and no connection is left. */
  void refuse() throws IOException {
    socket.close();
    // Those that were not accepted yet end as well, and cannot be counted.
    severed |= severalAtOnce || connections.size() > 1;
    for (Socket connection : connections) {
      reset(connection);
    }
  }

  void refuseFor(long millis) throws IOException {
    refuse();
    daemon(
        () -> {
          try {
            if (!ended.await(millis, TimeUnit.MILLISECONDS)) {
              listen();
            }
          } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("the port could not be taken again", e);
          }
        });
  }

  void listen() throws IOException {
    if (socket.isClosed()) {
      socket = new ServerSocket(port(), 100, InetAddress.getLoopbackAddress());
      accept(socket);
    }
  }

  static void reset(Socket connection) throws IOException {
    try {
      connection.setSoLinger(true, 0);
    } catch (SocketException closedAlready) {
      return;
    }
    connection.close();
  }

  /** Whether looks began this long ago, after the last queue request. */
  boolean lookedFor(long millis) {
    long now = System.nanoTime();
    Request last = received.get(received.size() - 1);
    if (last.isQueued()) {
      firstLook = 0;
    } else if (firstLook == 0) {
      firstLook = now;
    }
    return firstLook != 0 && now - firstLook >= millis * 1_000_000;
  }

  boolean sleep(long millis) throws InterruptedException {
    return !ended.await(millis, TimeUnit.MILLISECONDS);
  }

  /** Ends all waiting, and returns when no request is being served any more. */
  void settle() throws IOException {
    ended.countDown();
    socket.close();
    for (Socket connection : connections) {
      try {
        connection.shutdownInput();
      } catch (IOException closedAlready) {
        // which is as good
      }
    }
    busy.arriveAndDeregister();
    try {
      busy.awaitAdvanceInterruptibly(0, 60, TimeUnit.SECONDS);
    } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
      throw new IOException("the relay does not settle", e);
    }
  }

  @Override
  public void close() throws IOException {
    ended.countDown();
    refuse();
    port.close();
  }
}
