package io.github.phoenixkt.java;

/** What the blocking resources share. */
abstract class BlockingResource {
  /** Whose futures depend on nobody's executor. */
  final PhoenixAsyncClient async;

  BlockingResource(PhoenixAsyncClient async) {
    this.async = async;
  }

  /** The async form of what a writer's default methods do. */
  static AsyncAnnotationsResource asyncOf(Object writer) {
    if (writer instanceof BlockingResource resource) {
      return resource.async.annotations();
    }
    throw new UnsupportedOperationException(
        writer.getClass().getName() + " does not have this method; PhoenixBlockingClient's has.");
  }
}
