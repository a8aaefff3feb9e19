package io.github.phoenixkt.java;

import io.github.phoenixkt.PhoenixException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Waits for a call of the async form. */
final class Waiting {
  /** Separates the failure from its caller in a stack trace. */
  private static final String BOUNDARY = "called from";

  private Waiting() {}

  /**
   * Starts a call and waits for its result. On an interrupted thread, the call is not started. Its
   * future must not depend on an executor, whose only thread may be the one that waits here.
   */
  static <T extends @Nullable Object> T await(Supplier<CompletableFuture<T>> call) {
    return await(call, refusal -> {});
  }

  /**
   * @param whenRefused runs in place of the call on an interrupted thread, before the exception is
   *     thrown
   */
  static <T extends @Nullable Object> T await(
      Supplier<CompletableFuture<T>> call, Consumer<? super PhoenixException> whenRefused) {
    if (Thread.currentThread().isInterrupted()) {
      PhoenixException refusal =
          new PhoenixException.Interrupted(
              "The thread was interrupted before the call, so nothing was sent.", null, false);
      whenRefused.accept(refusal);
      throw refusal;
    }
    CompletableFuture<T> future = call.get();
    try {
      return result(future);
    } catch (ExecutionException | CompletionException e) {
      throw failure(e.getCause());
    }
  }

  private static <T extends @Nullable Object> T result(CompletableFuture<T> future)
      throws ExecutionException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      cancel(future, e);
      return future.join();
    }
  }

  /**
   * Cancels the call of a thread that was interrupted, and sets the interrupt flag again. Does no
   * more if the call has just ended: the caller must learn its outcome.
   *
   * @throws PhoenixException.Interrupted if the call had not ended
   */
  static void cancel(CompletableFuture<?> future, InterruptedException cause) {
    Thread.currentThread().interrupt();
    if (!future.cancel(true)) {
      return;
    }
    PhoenixException interrupted =
        new PhoenixException.Interrupted(
            "The thread was interrupted while waiting. The call was cancelled, but the server may have processed it.",
            cause);
    if (future instanceof NoteFuture note) {
      note.call.name(interrupted);
    }
    throw interrupted;
  }

  private static RuntimeException failure(@Nullable Throwable cause) {
    if (cause instanceof Error error) {
      throw withCaller(error);
    }
    return cause instanceof RuntimeException failure && !(cause instanceof CancellationException)
        ? withCaller(failure)
        : new IllegalStateException(
            "The call failed: " + Checks.shortened(cause, Checks.LONGEST_CAUSE), cause);
  }

  /**
   * Appends the caller's stack: the failure comes from another thread, whose stack does not lead to
   * the caller. If several calls throw the same exception, it has only the last caller's stack.
   */
  private static <E extends Throwable> E withCaller(E failure) {
    StackTraceElement[] where = failure.getStackTrace();
    StackTraceElement[] caller = new Throwable().getStackTrace();
    int kept = 0;
    while (kept < where.length && !where[kept].getMethodName().equals(BOUNDARY)) {
      kept++;
    }
    int own = 0;
    while (own < caller.length && caller[own].getClassName().equals(Waiting.class.getName())) {
      own++;
    }
    StackTraceElement[] whole = new StackTraceElement[kept + 1 + caller.length - own];
    System.arraycopy(where, 0, whole, 0, kept);
    whole[kept] = new StackTraceElement(Waiting.class.getPackageName(), BOUNDARY, null, -1);
    System.arraycopy(caller, own, whole, kept + 1, caller.length - own);
    failure.setStackTrace(whole);
    return failure;
  }
}
