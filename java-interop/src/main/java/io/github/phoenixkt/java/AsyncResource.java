package io.github.phoenixkt.java;

/** What the generated async resources share. */
abstract class AsyncResource {
  final Calls calls;

  AsyncResource(Calls calls) {
    this.calls = calls;
  }
}
