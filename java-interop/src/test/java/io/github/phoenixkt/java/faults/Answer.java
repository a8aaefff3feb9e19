package io.github.phoenixkt.java.faults;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** An answer of the server, or one that is given in its place. */
record Answer(int status, String headers, byte[] body) {
  private static final String VERSION = "x-phoenix-server-version: 20.26.1\r\n";

  static Answer of(int status, String type, String body) {
    return new Answer(
        status, "Content-Type: " + type + "\r\n", body.getBytes(StandardCharsets.UTF_8));
  }

  static Answer json(int status, String body) {
    return of(status, "application/json", body);
  }

  static Answer text(int status, String body) {
    return of(status, "text/plain; charset=utf-8", body);
  }

  /** A page of something between client and server. */
  static Answer page(int status) {
    return of(
        status,
        "text/html",
        "<html><head><title>Gate " + status + "</title></head><body>no way</body></html>");
  }

  /** As if the server itself had said it. */
  Answer fromPhoenix() {
    return with(VERSION);
  }

  Answer with(String headerLines) {
    return new Answer(status, headers + headerLines, body);
  }

  Answer withBody(String text) {
    return new Answer(status, headers, text.getBytes(StandardCharsets.UTF_8));
  }

  boolean succeeded() {
    return status / 100 == 2;
  }

  byte[] head(String framing) {
    return ("HTTP/1.1 " + status + " -\r\n" + headers + framing + "\r\n")
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  byte[] bytes() {
    return join(head(status == 204 ? "" : "Content-Length: " + body.length + "\r\n"), body);
  }

  /** Announces all of the body and has half of it. */
  byte[] cut() {
    byte[] half = Arrays.copyOf(body, body.length / 2);
    return join(head("Content-Length: " + body.length + "\r\n"), half);
  }

  /** This much of the body in one whole chunk, and no end. */
  byte[] oneChunk(int length) {
    byte[] chunk = Arrays.copyOf(body, length);
    byte[] size = (Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    return join(
        head("Transfer-Encoding: chunked\r\n"), join(size, join(chunk, new byte[] {'\r', '\n'})));
  }

  static byte[] join(byte[] first, byte[] second) {
    ByteArrayOutputStream both = new ByteArrayOutputStream(first.length + second.length);
    both.writeBytes(first);
    both.writeBytes(second);
    return both.toByteArray();
  }

  /** Of the bytes of a whole connection. */
  static Answer parse(byte[] bytes) throws IOException {
    String all = new String(bytes, StandardCharsets.ISO_8859_1);
    int end = all.indexOf("\r\n\r\n");
    if (end < 0) {
      throw new IOException("no answer of the server");
    }
    String[] lines = all.substring(0, end).split("\r\n");
    StringBuilder headers = new StringBuilder();
    boolean chunked = false;
    for (int i = 1; i < lines.length; i++) {
      String name = lines[i].substring(0, lines[i].indexOf(':')).toLowerCase(Locale.ROOT);
      chunked |= name.equals("transfer-encoding");
      if (!name.matches("transfer-encoding|content-length|connection")) {
        headers.append(lines[i]).append("\r\n");
      }
    }
    String body = all.substring(end + 4);
    byte[] plain = (chunked ? unchunked(body) : body).getBytes(StandardCharsets.ISO_8859_1);
    return new Answer(Integer.parseInt(lines[0].split(" ")[1]), headers.toString(), plain);
  }

  private static String unchunked(String body) {
    StringBuilder whole = new StringBuilder();
    int at = 0;
    while (true) {
      int end = body.indexOf("\r\n", at);
      int size = Integer.parseInt(body.substring(at, end).split(";")[0].strip(), 16);
      if (size == 0) {
        return whole.toString();
      }
      whole.append(body, end + 2, end + 2 + size);
      at = end + 2 + size + 2;
    }
  }
}
