package io.github.phoenixkt.benchmarks;

import kotlin.coroutines.Continuation;
import kotlin.coroutines.EmptyCoroutineContext;
import kotlinx.coroutines.BuildersKt;

/** Calls a suspend function as a Kotlin program does, without the Java facade. */
final class Suspend {
  interface Call<T> {
    Object start(Continuation<? super T> continuation);
  }

  private Suspend() {}

  /** For a function that may resume with nothing but what it returns at once. */
  @SuppressWarnings("unchecked")
  static <T> Continuation<? super T> ofAnything(Continuation<?> continuation) {
    return (Continuation<? super T>) continuation;
  }

  static <T> T await(Call<T> call) {
    try {
      return BuildersKt.<T>runBlocking(
          EmptyCoroutineContext.INSTANCE, (scope, continuation) -> call.start(continuation));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
