package io.github.phoenixkt.java;

/** What the generated blocking classes share. */
abstract class BlockingForm<A> {
  final A async;

  BlockingForm(A async) {
    this.async = async;
  }

  @Override
  public String toString() {
    return async.toString();
  }
}
