package io.github.phoenixkt.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Many threads at once, each with a session and a capture of its own. */
@SuppressWarnings("try") // A scope is opened for what it does, not for its name.
@Timeout(180)
class ManyThreadsTest {
  private static final int POOL = 8;
  private static final int SPANS = 7;

  private final Sdk sdk = new Sdk();
  private final ExecutorService shared = Executors.newFixedThreadPool(POOL);
  private final ExecutorService sharedAndWrapped = Context.taskWrapping(shared);
  private final Map<String, SpanCapture> captures = new ConcurrentHashMap<>();

  @AfterEach
  void end() throws InterruptedException {
    shared.shutdownNow();
    assertThat(shared.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    sdk.close();
  }

  @Test
  void twoHundredPlatformThreadsEachHaveTheirOwnSession() throws Exception {
    int threads = 200;
    ExecutorService platform = Executors.newFixedThreadPool(threads);
    try {
      CyclicBarrier together = new CyclicBarrier(threads);
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        String session = "s" + i;
        done.add(
            platform.submit(
                () -> {
                  together.await();
                  return turn(session);
                }));
      }
      for (Future<?> one : done) {
        one.get();
      }
      OwnSpans.check(sdk, captures, SPANS);
      assertThat(captures).hasSize(threads);
      OwnSpans.checkThreads(platform, threads);
      OwnSpans.checkThreads(shared, POOL);
    } finally {
      platform.shutdownNow();
    }
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "virtual threads need JDK 21")
  void tenThousandVirtualThreadsEachHaveTheirOwnSession() throws Exception {
    int threads = 10_000;
    ExecutorService virtual =
        (ExecutorService)
            Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(/* obj= */ null);
    try {
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        String session = "s" + i;
        done.add(virtual.submit(() -> turn(session)));
      }
      for (Future<?> one : done) {
        one.get();
      }
      OwnSpans.check(sdk, captures, SPANS);
      assertThat(captures).hasSize(threads);
      OwnSpans.checkThreads(shared, POOL);
    } finally {
      virtual.shutdownNow();
    }
  }

  @Test
  void tasksOfOnePoolEachHaveTheSessionTheyWereHandedOverIn() throws Exception {
    List<Future<?>> later = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      String session = "s" + i;
      SpanCapture capture = SpanCapture.start();
      captures.put(session, capture);
      try (capture;
          Scope scope = PhoenixContext.session(session).makeCurrent()) {
        Future<?> executor = sharedAndWrapped.submit(() -> sdk.span(session + " executor"));
        Callable<Span> task = () -> sdk.span(session + "-task task");
        Future<?> wrapped = shared.submit(PhoenixContext.session(session + "-task").wrap(task));
        Executor wrapping = PhoenixContext.session(session + "-future").wrap(shared);
        CompletableFuture.runAsync(() -> sdk.span(session + "-future future"), wrapping).join();
        // A capture is over with its block.
        executor.get();
        wrapped.get();
      }
      later.add(shared.submit(() -> sdk.span("none unwrapped")));
    }
    for (Future<?> one : later) {
      one.get();
    }
    OwnSpans.check(sdk, captures, 3);
    OwnSpans.checkThreads(shared, POOL);
  }

  /** What a service does for a question: spans of several kinds, here and on other threads. */
  private Void turn(String session) throws Exception {
    sdk.span("none before");
    try (Scope scope = PhoenixContext.session(session).makeCurrent()) {
      SpanCapture capture = SpanCapture.start();
      captures.put(session, capture);
      try (capture) {
        Span turn = sdk.tracer.spanBuilder(session + " turn").startSpan();
        try (Scope current = turn.makeCurrent()) {
          step(session);
          sharedAndWrapped.submit(() -> sdk.span(session + " on another thread")).get();
          CompletableFuture.runAsync(
                  () -> sdk.span(session + "-user on another thread"),
                  PhoenixContext.session(session + "-user").wrap(shared))
              .join();
          try (Scope inner = PhoenixContext.session(session + "-inner").makeCurrent()) {
            step(session + "-inner");
          }
          letOthersGoOn();
          // A trace of its own: its parent has no context.
          sdk.tracer.spanBuilder(session + " detached").setNoParent().startSpan().end();
          sdk.span(session + " last");
        } finally {
          turn.end();
        }
      }
    }
    sdk.span("none after");
    return null;
  }

  private Void step(String session) throws InterruptedException {
    letOthersGoOn();
    sdk.span(session + " step");
    return null;
  }

  /** Nothing is awaited: a virtual thread that has slept may go on with another carrier. */
  private static void letOthersGoOn() throws InterruptedException {
    Thread.sleep(1);
  }
}
