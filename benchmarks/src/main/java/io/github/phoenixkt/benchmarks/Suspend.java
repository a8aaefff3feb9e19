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

  static <T> T await(Call<T> call) {
    try {
      return BuildersKt.<T>runBlocking(
          EmptyCoroutineContext.INSTANCE, (scope, continuation) -> call.start(continuation));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
