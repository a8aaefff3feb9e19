package io.github.phoenixkt.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * An answer as bytes for one request. Like the real server it compresses everything but internal
 * errors for a client that takes gzip, and sends that in chunks, without a content length.
 */
final class ReplyBytes {
  private final byte[] head;
  private final byte[] payload;

  private ReplyBytes(byte[] head, byte[] payload) {
    this.head = head;
    this.payload = payload;
  }

  static ReplyBytes of(Reply reply, @Nullable ReceivedRequest request) {
    byte[] body = mayHaveBody(reply.status()) ? reply.body() : new byte[0];
    boolean zip = request != null && body.length > 0 && reply.status() != 500 && takesGzip(request);
    byte[] payload = zip ? oneChunk(gzip(body)) : body;
    StringBuilder head = new StringBuilder(256);
    head.append("HTTP/1.1 ").append(reply.status()).append(' ').append(reason(reply.status()));
    line(
        head,
        "date",
        DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC)));
    line(head, "server", "uvicorn");
    reply.headers().forEach((name, value) -> line(head, name, value));
    if (zip) {
      line(head, "content-encoding", "gzip");
      line(head, "transfer-encoding", "chunked");
    } else if (mayHaveBody(reply.status())) {
      line(head, "content-length", Integer.toString(payload.length));
    }
    if (mayHaveBody(reply.status())) {
      line(head, "vary", "Accept-Encoding");
    }
    if (request != null && wantsClose(request)) {
      line(head, "connection", "close");
    }
    head.append("\r\n\r\n");
    boolean headOnly = request != null && request.method().equals("HEAD");
    return new ReplyBytes(
        head.toString().getBytes(StandardCharsets.ISO_8859_1), headOnly ? new byte[0] : payload);
  }

  byte[] all() {
    return firstOfBody(payload.length);
  }

  /** The head, which announces everything, and only half of the body. */
  byte[] cut() {
    return firstOfBody(payload.length / 2);
  }

  private byte[] firstOfBody(int length) {
    byte[] bytes = Arrays.copyOf(head, head.length + length);
    System.arraycopy(payload, 0, bytes, head.length, length);
    return bytes;
  }

  static boolean wantsClose(ReceivedRequest request) {
    return "close".equalsIgnoreCase(request.header("connection"));
  }

  /** A client would take the body of any other answer for the next answer. */
  private static boolean mayHaveBody(int status) {
    return status >= 200 && status != 204 && status != 304;
  }

  private static boolean takesGzip(ReceivedRequest request) {
    String accepted = request.header("accept-encoding");
    return accepted != null && accepted.contains("gzip");
  }

  private static void line(StringBuilder head, String name, String value) {
    head.append("\r\n").append(name).append(": ").append(value);
  }

  private static byte[] oneChunk(byte[] body) {
    byte[] start = (Integer.toHexString(body.length) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    byte[] end = "\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    byte[] chunk = Arrays.copyOf(start, start.length + body.length + end.length);
    System.arraycopy(body, 0, chunk, start.length, body.length);
    System.arraycopy(end, 0, chunk, start.length + body.length, end.length);
    return chunk;
  }

  private static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream(64);
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      out.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return zipped.toByteArray();
  }

  private static String reason(int status) {
    return switch (status) {
      case 200 -> "OK";
      case 202 -> "Accepted";
      case 204 -> "No Content";
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 409 -> "Conflict";
      case 422 -> "Unprocessable Entity";
      case 429 -> "Too Many Requests";
      case 500 -> "Internal Server Error";
      case 502 -> "Bad Gateway";
      case 503 -> "Service Unavailable";
      case 504 -> "Gateway Timeout";
      case 507 -> "Insufficient Storage";
      default -> "Status";
    };
  }
}
