package io.github.phoenixkt.java;

import io.github.phoenixkt.PhoenixClient;
import io.github.phoenixkt.annotations.InsertedNote;
import io.github.phoenixkt.internal.AllOrNothingKt;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;
import kotlin.Unit;
import kotlin.coroutines.CoroutineContext;
import kotlin.coroutines.EmptyCoroutineContext;
import kotlinx.coroutines.BuildersKt;
import kotlinx.coroutines.CoroutineScope;
import kotlinx.coroutines.CoroutineStart;
import kotlinx.coroutines.Deferred;
import kotlinx.coroutines.Dispatchers;
import kotlinx.coroutines.flow.Flow;
import kotlinx.coroutines.flow.FlowKt;
import org.jspecify.annotations.Nullable;

/** The one bridge between futures and core's suspend functions. */
final class Calls {
  /**
   * Has no job. A call ends with its future or with core's client, and an abandoned read can be
   * garbage-collected.
   */
  static final CoroutineScope SCOPE = Dispatchers::getDefault;

  private static final int LONGEST_RESULT = 200;

  final PhoenixClient client;
  private final Executor executor;

  /**
   * @param executor completes the futures
   */
  Calls(PhoenixClient client, Executor executor) {
    this.client = client;
    this.executor = executor;
  }

  /** Starts a call. Cancelling the future, or completing it in any other way, ends the call. */
  <T extends @Nullable Object> CompletableFuture<T> call(SuspendCall<T> call) {
    return call(call, value -> value);
  }

  /**
   * Starts a call on the calling thread: core tells by it whether a listener makes the call.
   * Afterwards, the call goes on elsewhere.
   */
  <T> CompletableFuture<T> callFromHere(SuspendCall<T> call) {
    return call(call, value -> value, CoroutineStart.UNDISPATCHED, () -> {}, () -> {});
  }

  /** Starts a call without a result. */
  CompletableFuture<@Nullable Void> run(SuspendCall<?> call) {
    // Core may return something, but a CompletableFuture<Void> holds null.
    return call(call, value -> null);
  }

  /** Starts a call that adds a note. However it fails, the failure has the note's identifier. */
  CompletableFuture<InsertedNote> addNote(SuspendCall<InsertedNote> call) {
    NoteFuture future = new NoteFuture();
    start(call, note -> note, future, future.call, CoroutineStart.DEFAULT, () -> {}, () -> {});
    return future;
  }

  /** Collects one of core's flows. If it fails, nothing is returned. */
  <T> CompletableFuture<List<T>> list(Supplier<Flow<T>> flow) {
    List<T> items = new ArrayList<>();
    SuspendCall<List<? extends T>> call =
        k -> AllOrNothingKt.allOrNothing(read -> FlowKt.toList(flow.get(), items, read), k);
    return call(call, done -> items);
  }

  /**
   * @param whenDone runs once the future is done, after the call was cancelled if it still ran
   * @param afterwards runs once the call has ended, which may be after a cancelled future is done
   */
  <T extends @Nullable Object> CompletableFuture<T> call(
      SuspendCall<T> call, Runnable whenDone, Runnable afterwards) {
    return call(call, value -> value, CoroutineStart.DEFAULT, whenDone, afterwards);
  }

  /**
   * @param result maps core's result to the caller's
   */
  <R extends @Nullable Object, T extends @Nullable Object> CompletableFuture<T> call(
      SuspendCall<R> call, Function<R, T> result) {
    return call(call, result, CoroutineStart.DEFAULT, () -> {}, () -> {});
  }

  private <R extends @Nullable Object, T extends @Nullable Object> CompletableFuture<T> call(
      SuspendCall<R> call,
      Function<R, T> result,
      CoroutineStart begin,
      Runnable whenDone,
      Runnable afterwards) {
    CompletableFuture<T> future = new CompletableFuture<>();
    start(call, result, future, EmptyCoroutineContext.INSTANCE, begin, whenDone, afterwards);
    return future;
  }

  private <R extends @Nullable Object, T extends @Nullable Object> void start(
      SuspendCall<R> call,
      Function<R, T> result,
      CompletableFuture<T> future,
      CoroutineContext context,
      CoroutineStart begin,
      Runnable whenDone,
      Runnable afterwards) {
    Deferred<R> work =
        BuildersKt.async(SCOPE, context, begin, (scope, continuation) -> call.start(continuation));
    future.whenComplete(
        (value, failure) -> {
          work.cancel((CancellationException) null);
          whenDone.run();
        });
    work.invokeOnCompletion(
        failure -> {
          if (!future.isDone()) {
            T value = failure == null ? result.apply(work.getCompleted()) : null;
            complete(future, value, withoutCancellation(failure, future));
          }
          afterwards.run();
          return Unit.INSTANCE;
        });
  }

  /** The future was not cancelled, so a cancellation is a failure like any other. */
  private static @Nullable Throwable withoutCancellation(
      @Nullable Throwable failure, CompletableFuture<?> future) {
    return failure instanceof CancellationException
        ? new IllegalStateException(
            "The call was cancelled, but not by its caller. Was the HTTP engine from the settings closed?"
                + (future instanceof NoteFuture note ? note.call.getHint() : ""),
            failure)
        : failure;
  }

  private <T extends @Nullable Object> void complete(
      CompletableFuture<T> future, T value, @Nullable Throwable failure) {
    try {
      executor.execute(() -> completeHere(future, value, failure));
    } catch (RuntimeException | Error e) {
      // For instance no memory for a thread. The waiting caller must learn of it.
      future.completeExceptionally(rejected(value, failure, e));
    }
  }

  private static <T extends @Nullable Object> void completeHere(
      CompletableFuture<T> future, T value, @Nullable Throwable failure) {
    if (failure == null) {
      future.complete(value);
    } else {
      future.completeExceptionally(failure);
    }
  }

  private RejectedExecutionException rejected(
      @Nullable Object value, @Nullable Throwable failure, Throwable cause) {
    String outcome =
        failure == null
            ? "succeeded with " + shortened(value)
            : "failed with " + shortened(failure);
    RejectedExecutionException rejected =
        new RejectedExecutionException(
            "The executor "
                + shortened(executor)
                + " refused to complete the future. The call itself "
                + outcome
                + ".",
            cause);
    if (failure != null) {
      rejected.addSuppressed(failure);
    }
    return rejected;
  }

  private static String shortened(@Nullable Object value) {
    return Checks.shortened(value, LONGEST_RESULT);
  }
}
