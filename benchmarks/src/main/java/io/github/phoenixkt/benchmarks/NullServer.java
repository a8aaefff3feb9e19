package io.github.phoenixkt.benchmarks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLServerSocketFactory;

/**
 * Answers as Phoenix does, and does nothing. A process of its own, so that what it costs is not
 * counted: prints its port, and ends with its standard input.
 *
 * <p>Arguments: {@code http} or {@code https}, and after how many milliseconds it answers a write.
 */
final class NullServer {
  private static final String HEAD =
      "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nx-phoenix-server-version: 20.26.1\r\nContent-Length: %d\r\n\r\n";

  private final long delayMillis;
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger mostOpen = new AtomicInteger();
  private final Map<Integer, byte[]> pages = new ConcurrentHashMap<>();

  private NullServer(long delayMillis) {
    this.delayMillis = delayMillis;
  }

  public static void main(String[] args) throws IOException {
    ServerSocketFactory factory =
        args[0].equals("https")
            ? SSLServerSocketFactory.getDefault()
            : ServerSocketFactory.getDefault();
    ServerSocket socket = factory.createServerSocket(0, 100, InetAddress.getLoopbackAddress());
    NullServer server = new NullServer(Long.parseLong(args[1]));
    daemon(() -> server.accept(socket));
    System.out.println(socket.getLocalPort());
    System.in.transferTo(OutputStream.nullOutputStream());
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept(ServerSocket socket) {
    while (true) {
      try {
        Socket client = socket.accept();
        client.setTcpNoDelay(true);
        connections.incrementAndGet();
        daemon(() -> serve(client));
      } catch (IOException e) {
        System.err.println(e);
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      InputStream in = new BufferedInputStream(client.getInputStream(), 64 * 1024);
      byte[] body = new byte[0];
      String line;
      while ((line = line(in)) != null) {
        int length = 0;
        boolean last = false;
        String header;
        while ((header = line(in)) != null && !header.isEmpty()) {
          String lower = header.toLowerCase(Locale.ROOT);
          if (lower.startsWith("content-length:")) {
            length = Integer.parseInt(lower.substring(15).strip());
          }
          last |= lower.equals("connection: close");
        }
        if (body.length < length) {
          body = new byte[length];
        }
        if (in.readNBytes(body, 0, length) < length) {
          return;
        }
        client.getOutputStream().write(answer(line, body, length));
        if (last) {
          return;
        }
      }
    } catch (IOException | InterruptedException e) {
      // The client has hung up.
    }
  }

  private byte[] answer(String line, byte[] body, int length) throws InterruptedException {
    String target = line.split(" ")[1];
    if (target.startsWith("/arize_phoenix_version")) {
      return whole("text/plain", "20.26.1");
    }
    if (target.equals("/statistics")) {
      String text = connections + " " + mostOpen;
      connections.set(0);
      mostOpen.set(0);
      return whole("text/plain", text);
    }
    if (line.startsWith("GET")) {
      return pageOf(target);
    }
    mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
    if (delayMillis > 0) {
      Thread.sleep(delayMillis);
    }
    open.decrementAndGet();
    return whole("application/json", inserted(target, body, length));
  }

  /** As many ids as there are rows. */
  private static String inserted(String target, byte[] body, int length) {
    if (!target.contains("sync=true")) {
      return "{\"data\":[]}";
    }
    int count = 0;
    for (int i = 0; i + 8 < length; i++) {
      if (body[i] == '"' && body[i + 1] == 's' && body[i + 5] == '_' && body[i + 8] == '"') {
        count++;
      }
    }
    return Rows.ids(count);
  }

  /** A last page with an annotation of each span that is asked for. */
  private byte[] pageOf(String target) {
    String query = target.substring(target.indexOf('?') + 1);
    int spans = 0;
    for (String pair : query.split("&")) {
      if (pair.startsWith("span_ids=")) {
        spans++;
      }
    }
    return pages.computeIfAbsent(
        spans,
        count -> {
          String rows =
              IntStream.range(0, count).mapToObj(Rows::stored).collect(Collectors.joining(","));
          return whole("application/json", "{\"data\":[" + rows + "],\"next_cursor\":null}");
        });
  }

  private static byte[] whole(String type, String body) {
    return (HEAD.formatted(type, body.length()) + body).getBytes(ISO_8859_1);
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(128);
    int b;
    while ((b = in.read()) != '\n') {
      if (b < 0) {
        return null;
      }
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(ISO_8859_1);
  }
}
