package io.github.phoenixkt.java;

import kotlin.coroutines.Continuation;
import org.jspecify.annotations.Nullable;

/** A call of one of core's suspend functions, as Java sees it. */
@FunctionalInterface
interface SuspendCall<T extends @Nullable Object> {
  @Nullable Object start(Continuation<? super T> continuation);
}
