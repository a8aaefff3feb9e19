package io.github.phoenixkt.samples.chat;

/** What the page asks for cannot be done; the message is for its user. */
final class Refusal extends Exception {
  private final int status;

  Refusal(int status, String message) {
    super(message);
    this.status = status;
  }

  /** Of HTTP. */
  int status() {
    return status;
  }
}
