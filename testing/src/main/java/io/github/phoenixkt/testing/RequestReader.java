package io.github.phoenixkt.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads HTTP/1.1 requests from a connection, one after the other. */
final class RequestReader {
  /**
   * A head above this is refused. The real server takes as much in one read, and no more than 16
   * KiB over several.
   */
  static final int LARGEST_HEAD = 64 * 1024;

  private static final int LONGEST_REST_MILLIS = 5_000;

  /** The bytes are no request. */
  static final class BadRequest extends IOException {
    private static final long serialVersionUID = 1L;
  }

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  RequestReader(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
    this.out = socket.getOutputStream();
  }

  /** The next request, or null when the client has closed the connection. */
  @Nullable ReceivedRequest next(int idleMillis) throws IOException {
    // Only the wait for the first byte is limited: a slow request is not an idle connection.
    socket.setSoTimeout(idleMillis);
    int first = in.read();
    socket.setSoTimeout(0);
    if (first < 0) {
      return null;
    }
    List<String> lines = head(first);
    String[] start = lines.get(0).split(" ");
    if (start.length != 3 || !start[2].startsWith("HTTP/1.")) {
      throw new BadRequest();
    }
    Map<String, List<String>> headers = headers(lines.subList(1, lines.size()));
    if (start[2].equals("HTTP/1.0")) {
      headers.putIfAbsent("connection", List.of("close"));
    }
    byte[] body = body(headers);
    String target = start[1];
    int question = target.indexOf('?');
    return new ReceivedRequest(
        start[0],
        question < 0 ? target : target.substring(0, question),
        question < 0 ? "" : target.substring(question + 1),
        headers,
        body);
  }

  /**
   * Ends the answers, and waits for the client to hang up. To close a connection whose bytes were
   * not read is a reset, which can cost the client the last answer.
   */
  void skipRest() throws IOException {
    socket.shutdownOutput();
    socket.setSoTimeout(LONGEST_REST_MILLIS);
    in.transferTo(OutputStream.nullOutputStream());
  }

  private List<String> head(int first) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream(512);
    List<String> lines = new ArrayList<>();
    int size = 1;
    int b = first;
    while (true) {
      if (b == '\n') {
        String line = head.toString(StandardCharsets.ISO_8859_1);
        line = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
        head.reset();
        if (!line.isEmpty()) {
          lines.add(line);
        } else if (!lines.isEmpty()) {
          return lines;
        }
      } else {
        head.write(b);
      }
      b = in.read();
      if (b < 0) {
        throw new EOFException();
      }
      if (++size > LARGEST_HEAD) {
        throw new BadRequest();
      }
    }
  }

  private static Map<String, List<String>> headers(List<String> lines) throws BadRequest {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (String line : lines) {
      int colon = line.indexOf(':');
      if (colon < 1) {
        throw new BadRequest();
      }
      headers
          .computeIfAbsent(
              line.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
          .add(line.substring(colon + 1).strip());
    }
    return headers;
  }

  private byte[] body(Map<String, List<String>> headers) throws IOException {
    List<String> length = headers.get("content-length");
    boolean chunked =
        headers.getOrDefault("transfer-encoding", List.of()).stream()
            .anyMatch(coding -> coding.toLowerCase(Locale.ROOT).contains("chunked"));
    if (length == null && !chunked) {
      return new byte[0];
    }
    if (headers.getOrDefault("expect", List.of()).stream()
        .anyMatch(value -> value.equalsIgnoreCase("100-continue"))) {
      out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    }
    return chunked || length == null ? chunks() : exactly(number(length.get(0), 10));
  }

  private byte[] chunks() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    int size;
    while ((size = number(line().split(";", 2)[0].strip(), 16)) > 0) {
      body.write(exactly(size));
      line();
    }
    while (!line().isEmpty()) {
      // trailers are of no use
    }
    return body.toByteArray();
  }

  private byte[] exactly(int size) throws IOException {
    byte[] bytes = in.readNBytes(size);
    if (bytes.length < size) {
      throw new EOFException();
    }
    return bytes;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    int b;
    while ((b = in.read()) != '\n') {
      if (b < 0) {
        throw new EOFException();
      }
      if (b != '\r') {
        line.append((char) b);
      }
    }
    return line.toString();
  }

  private static int number(String text, int radix) throws BadRequest {
    try {
      return Integer.parseInt(text, radix);
    } catch (NumberFormatException e) {
      throw new BadRequest();
    }
  }
}
