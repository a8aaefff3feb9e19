package io.github.phoenixkt.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a client: reads requests, writes answers, and misbehaves where the script says
 * so.
 */
final class Connection implements Runnable {
  private final Socket socket;
  private final Duration idleTimeout;
  private final Function<ReceivedRequest, @Nullable Fault> script;
  private final Function<ReceivedRequest, Reply> server;

  Connection(
      Socket socket,
      Duration idleTimeout,
      Function<ReceivedRequest, @Nullable Fault> script,
      Function<ReceivedRequest, Reply> server) {
    this.socket = socket;
    this.idleTimeout = idleTimeout;
    this.script = script;
    this.server = server;
  }

  @Override
  public void run() {
    try (socket) {
      socket.setTcpNoDelay(true);
      RequestReader reader = new RequestReader(socket);
      OutputStream out = socket.getOutputStream();
      // As in uvicorn, the idle limit counts from the first answer on.
      int idle = 0;
      boolean open = true;
      while (open) {
        ReceivedRequest request;
        try {
          request = reader.next(idle);
        } catch (RequestReader.BadRequest e) {
          out.write(ReplyBytes.of(badRequest(), null).all());
          reader.skipRest();
          return;
        }
        if (request == null) {
          return;
        }
        open = answer(request, out);
        out.flush();
        idle = (int) idleTimeout.toMillis();
      }
    } catch (SocketTimeoutException idleTooLong) {
      // closed without a word, as the real server does
    } catch (IOException clientIsGone) {
      // nobody to tell
    } catch (InterruptedException serverCloses) {
      Thread.currentThread().interrupt();
    }
  }

  private static Reply badRequest() {
    return Reply.text(400, "Invalid HTTP request received.").with("connection", "close");
  }

  /** False when the connection is to be closed. */
  private boolean answer(ReceivedRequest request, OutputStream out)
      throws IOException, InterruptedException {
    Fault fault = script.apply(request);
    Reply reply = null;
    if (fault == null || fault.isAfterStoring()) {
      reply = server.apply(request);
    }
    if (fault != null) {
      return misbehave(fault, reply == null ? fault.reply() : reply, request, out);
    }
    return write(Objects.requireNonNull(reply), request, out);
  }

  private boolean misbehave(Fault fault, Reply real, ReceivedRequest request, OutputStream out)
      throws IOException, InterruptedException {
    switch (fault.kind()) {
      case REPLY:
        return write(fault.reply(), request, out);
      case RESET:
        socket.setSoLinger(true, 0);
        return false;
      case CLOSE:
        return false;
      case GARBAGE:
        out.write("\u0000\u0001 this is not HTTP\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return false;
      case CUT_BODY:
        out.write(ReplyBytes.of(real, request).cut());
        return false;
      case TRUNCATED_JSON:
        int half = real.body().length / 2;
        byte[] cut = Arrays.copyOf(real.body(), half);
        return write(
            new Reply(real.status(), real.headers(), cut, real.closeAfter()), request, out);
      case SLOW:
        for (byte b : ReplyBytes.of(real, request).all()) {
          Thread.sleep(fault.pause().toMillis());
          out.write(b);
        }
        return true;
      case DELAY:
        Thread.sleep(fault.pause().toMillis());
        return write(real, request, out);
      default:
        throw new IllegalStateException(fault.toString());
    }
  }

  private static boolean write(Reply reply, ReceivedRequest request, OutputStream out)
      throws IOException {
    out.write(ReplyBytes.of(reply, request).all());
    return !reply.closeAfter() && !ReplyBytes.wantsClose(request);
  }
}
