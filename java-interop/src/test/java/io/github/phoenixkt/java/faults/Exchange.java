package io.github.phoenixkt.java.faults;

import java.io.IOException;
import java.net.Socket;

/** One request that has arrived at the relay, and what can be done with it. */
final class Exchange {
  final Relay relay;
  final Relay.Request request;
  private final Socket client;

  Exchange(Relay relay, Socket client, Relay.Request request) {
    this.relay = relay;
    this.client = client;
    this.request = request;
  }

  void pass() throws IOException {
    answer(forward());
  }

  /** Lets the server carry out the request; the client does not learn of it yet. */
  Answer forward() throws IOException {
    return relay.forward(request);
  }

  void answer(Answer answer) throws IOException {
    write(answer.bytes());
  }

  /** The server itself is taken to have said it, and to have done nothing. */
  void refuse(Answer answer) throws IOException {
    refuseAsProxy(answer.fromPhoenix());
  }

  /** What no client can tell from a refusal by the server. */
  void refuseAsProxy(Answer answer) throws IOException {
    relay.answered.add(new Relay.Answered(request, answer.status()));
    answer(answer);
  }

  void write(byte[] bytes) throws IOException {
    client.getOutputStream().write(bytes);
    client.getOutputStream().flush();
  }

  /** Byte by byte, for longer than any client waits. */
  void dribble(byte[] bytes) throws IOException, InterruptedException {
    for (byte b : bytes) {
      write(new byte[] {b});
      if (!relay.sleep(60)) {
        throw new IOException("over");
      }
    }
  }

  void close() throws IOException {
    client.close();
  }

  void reset() throws IOException {
    Relay.reset(client);
  }

  void hang() throws IOException, InterruptedException {
    relay.sleep(60_000);
    throw new IOException("over");
  }
}
