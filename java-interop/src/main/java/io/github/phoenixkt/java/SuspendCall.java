package io.github.phoenixkt.java;

import kotlin.coroutines.Continuation;
import org.jspecify.annotations.Nullable;

/** Calls one of core's suspend functions. */
@FunctionalInterface
interface SuspendCall<T extends @Nullable Object> {
  @Nullable Object start(Continuation<? super T> continuation);
}
