package io.github.phoenixkt.java;

import io.github.phoenixkt.PhoenixClient;
import io.github.phoenixkt.annotations.InsertedNote;
import io.github.phoenixkt.internal.AllOrNothingKt;
import io.github.phoenixkt.internal.Messages;
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
   * Without a job: a call lives as long as its future waits and core's client is open, and a read
   * that nobody goes on with can be collected.
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

  /** Starts a call. The future ends it when it is cancelled, or completed in any other way. */
  <T extends @Nullable Object> CompletableFuture<T> call(SuspendCall<T> call) {
    return call(call, value -> value);
  }

  /** A call without a result. */
  CompletableFuture<@Nullable Void> run(SuspendCall<?> call) {
    // Whatever core gives back is not for the caller, and a CompletableFuture<Void> holds null.
    return call(call, value -> null);
  }

  /** A call that adds a note: whatever ends it tells the note's identifier. */
  CompletableFuture<InsertedNote> addNote(SuspendCall<InsertedNote> call) {
    NoteFuture future = new NoteFuture();
    start(call, note -> note, future, future.call, () -> {}, () -> {});
    return future;
  }

  /** All that one of core's flows gives, or nothing. */
  <T> CompletableFuture<List<T>> list(Supplier<Flow<T>> flow) {
    List<T> items = new ArrayList<>();
    SuspendCall<List<? extends T>> call =
        k -> AllOrNothingKt.allOrNothing(read -> FlowKt.toList(flow.get(), items, read), k);
    return call(call, done -> items);
  }

  /**
   * @param whenDone runs once the future is done, and the call is cancelled if it was not
   * @param afterwards runs once nothing of the call runs any more, which can be later than a
   *     cancelled future is done
   */
  <T extends @Nullable Object> CompletableFuture<T> call(
      SuspendCall<T> call, Runnable whenDone, Runnable afterwards) {
    CompletableFuture<T> future = new CompletableFuture<>();
    start(call, value -> value, future, EmptyCoroutineContext.INSTANCE, whenDone, afterwards);
    return future;
  }

  /**
   * @param result makes the caller's result of core's
   */
  <R extends @Nullable Object, T extends @Nullable Object> CompletableFuture<T> call(
      SuspendCall<R> call, Function<R, T> result) {
    CompletableFuture<T> future = new CompletableFuture<>();
    start(call, result, future, EmptyCoroutineContext.INSTANCE, () -> {}, () -> {});
    return future;
  }

  private <R extends @Nullable Object, T extends @Nullable Object> void start(
      SuspendCall<R> call,
      Function<R, T> result,
      CompletableFuture<T> future,
      CoroutineContext context,
      Runnable whenDone,
      Runnable afterwards) {
    Deferred<R> work =
        BuildersKt.async(
            SCOPE,
            context,
            CoroutineStart.DEFAULT,
            (scope, continuation) -> call.start(continuation));
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

  /** Nobody has cancelled the future, so that a cancellation is a failure like any other. */
  private static @Nullable Throwable withoutCancellation(
      @Nullable Throwable failure, CompletableFuture<?> future) {
    return failure instanceof CancellationException
        ? new IllegalStateException(
            "The call was cancelled, but not by its caller: was the HTTP engine closed that the settings name?"
                + (future instanceof NoteFuture note ? note.call.getHint() : ""),
            failure)
        : failure;
  }

  private <T extends @Nullable Object> void complete(
      CompletableFuture<T> future, T value, @Nullable Throwable failure) {
    try {
      executor.execute(() -> completeHere(future, value, failure));
    } catch (RuntimeException | Error e) {
      // Whatever it is, for instance no memory for a thread: who waits is to know.
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
            ? "ended well, with " + shortened(value)
            : "failed with " + shortened(failure);
    RejectedExecutionException rejected =
        new RejectedExecutionException(
            "The executor "
                + executor
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
    return Messages.forMessage(String.valueOf(value), LONGEST_RESULT);
  }
}
