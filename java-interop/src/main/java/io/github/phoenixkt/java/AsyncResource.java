package io.github.phoenixkt.java;

/** What the async resources share. */
abstract class AsyncResource {
  final Calls calls;

  AsyncResource(Calls calls) {
    this.calls = calls;
  }

  /** How the default methods of a writer make their calls. */
  static Calls callsOf(Object writer) {
    if (writer instanceof AsyncResource resource) {
      return resource.calls;
    }
    throw new UnsupportedOperationException(
        writer.getClass().getName() + " does not have this method; PhoenixAsyncClient's has.");
  }
}
