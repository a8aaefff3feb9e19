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

/** Turns an answer into the bytes for one request. */
final class ReplyWriter {
  private static final int SMALLEST_COMPRESSED = 500;

  private ReplyWriter() {}

  /** The whole answer, compressed when the client takes gzip and the body is worth it. */
  static byte[] bytes(Reply reply, @Nullable ReceivedRequest request) {
    return bytes(reply, request, Integer.MAX_VALUE);
  }

  /** The answer with at most {@code bodyLimit} bytes of its body, though its head announces all. */
  static byte[] bytes(Reply reply, @Nullable ReceivedRequest request, int bodyLimit) {
    byte[] body = reply.body();
    boolean zip = request != null && body.length >= SMALLEST_COMPRESSED && takesGzip(request);
    if (zip) {
      body = gzip(body);
    }
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
    }
    if (reply.status() != 204) {
      line(head, "vary", "Accept-Encoding");
      line(head, "content-length", Integer.toString(body.length));
    }
    if (request != null && wantsClose(request)) {
      line(head, "connection", "close");
    }
    head.append("\r\n\r\n");
    byte[] headBytes = head.toString().getBytes(StandardCharsets.ISO_8859_1);
    boolean noBody = request != null && request.method().equals("HEAD");
    int shown = noBody ? 0 : Math.min(body.length, bodyLimit);
    byte[] all = Arrays.copyOf(headBytes, headBytes.length + shown);
    System.arraycopy(body, 0, all, headBytes.length, shown);
    return all;
  }

  static boolean wantsClose(ReceivedRequest request) {
    return "close".equalsIgnoreCase(request.header("connection"));
  }

  private static boolean takesGzip(ReceivedRequest request) {
    String accepted = request.header("accept-encoding");
    return accepted != null && accepted.contains("gzip");
  }

  private static void line(StringBuilder head, String name, String value) {
    head.append("\r\n").append(name).append(": ").append(value);
  }

  private static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream(plain.length / 4);
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
