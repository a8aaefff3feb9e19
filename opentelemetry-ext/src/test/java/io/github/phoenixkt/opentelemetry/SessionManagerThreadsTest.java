package io.github.phoenixkt.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.phoenixkt.support.TestClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SessionManagerThreadsTest {
  private static final int THREADS = 64;

  private final ExecutorService executor = Executors.newCachedThreadPool();

  @AfterEach
  void end() throws InterruptedException {
    executor.shutdownNow();
    assertThat(executor.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void allWhoAskAtOnceGetTheOneSessionThatIsMade() throws Exception {
    AtomicInteger made = new AtomicInteger();
    SessionManager<Object> sessions =
        SessionManager.builder(
                user -> {
                  made.incrementAndGet();
                  Thread.yield();
                  return new Object();
                })
            .build();
    for (int round = 1; round <= 50; round++) {
      String user = "u" + round;
      List<Object> got = atOnce(() -> sessions.get(user));
      assertThat(got).hasSize(THREADS).containsOnly(got.get(0));
      assertThat(made).hasValue(round);
    }
  }

  @Test
  void aSlowFactoryKeepsOnlyItsOwnUserWaiting() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    SessionManager<String> sessions =
        SessionManager.builder(
                user -> {
                  if (user.equals("slow")) {
                    started.countDown();
                    await(go);
                  }
                  return "session of " + user;
                })
            .build();
    Future<String> slow = executor.submit(() -> sessions.get("slow"));
    started.await();
    Future<String> alsoSlow = executor.submit(() -> sessions.get("slow"));

    // All of these, also those whose keys hash alike, while the slow one is being made.
    for (int user = 0; user < 1_000; user++) {
      assertThat(sessions.get("u" + user)).isEqualTo("session of u" + user);
    }
    assertThat(sessions.end("slow")).isNull();
    assertThat(sessions.expire()).isZero();
    assertThat(sessions.activeCount()).isEqualTo(1_000);
    assertThat(slow.isDone() || alsoSlow.isDone()).isFalse();

    go.countDown();
    assertThat(slow.get()).isSameAs(alsoSlow.get()).isSameAs(sessions.get("slow"));
  }

  @Test
  void whoWaitedForASessionThatFailedMakesItThemselves() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger calls = new AtomicInteger();
    SessionManager<String> sessions =
        SessionManager.builder(
                user -> {
                  if (calls.incrementAndGet() == 1) {
                    started.countDown();
                    await(go);
                    throw new IllegalStateException("no database");
                  }
                  return "session of " + user;
                })
            .build();
    Future<String> first = executor.submit(() -> sessions.get("42"));
    started.await();
    List<Future<String>> waiting = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      waiting.add(executor.submit(() -> sessions.get("42")));
    }
    go.countDown();

    assertThat(first)
        .failsWithin(30, TimeUnit.SECONDS)
        .withThrowableThat()
        .havingRootCause()
        .withMessage("no database");
    for (Future<String> other : waiting) {
      assertThat(other.get()).isEqualTo("session of 42");
    }
    assertThat(calls).hasValue(2);
  }

  @Test
  void aThreadThatIsInterruptedWhileItWaitsStillGetsTheSessionAndKeepsTheFlag() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    SessionManager<String> sessions =
        SessionManager.builder(
                user -> {
                  started.countDown();
                  await(go);
                  return "session of " + user;
                })
            .build();
    Future<String> making = executor.submit(() -> sessions.get("42"));
    started.await();
    Future<Boolean> interrupted =
        executor.submit(
            () -> {
              Thread.currentThread().interrupt();
              sessions.get("42");
              return Thread.interrupted();
            });
    go.countDown();
    assertThat(interrupted.get()).isTrue();
    assertThat(making.get()).isEqualTo("session of 42");
  }

  /** Each factory asks for what the factory on the next thread is making. */
  @Test
  void threadsThatWouldWaitForEachOtherFailInstead() throws Exception {
    for (int size = 2; size <= 4; size++) {
      int threads = size;
      CyclicBarrier allMake = new CyclicBarrier(threads);
      Set<String> first = ConcurrentHashMap.newKeySet();
      // A manager for each key: the circle may be of several.
      List<SessionManager<String>> managers = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int next = (i + 1) % threads;
        managers.add(
            SessionManager.<String>builder(
                    key -> {
                      if (first.add(key)) {
                        awaitAll(allMake);
                      }
                      return "over " + managers.get(next).get("k" + next);
                    })
                .build());
      }
      List<Future<String>> gets = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int own = i;
        gets.add(executor.submit(() -> managers.get(own).get("k" + own)));
      }
      for (Future<String> get : gets) {
        assertThat(get)
            .failsWithin(30, TimeUnit.SECONDS)
            .withThrowableThat()
            .havingCause()
            .isInstanceOf(IllegalStateException.class)
            .withMessageContaining("wait");
      }
      assertThat(managers).allMatch(manager -> manager.activeCount() == 0);
    }
  }

  @Test
  void aChainThatEndsIsWaitedFor() throws Exception {
    CountDownLatch started = new CountDownLatch(2);
    CountDownLatch go = new CountDownLatch(1);
    List<SessionManager<String>> self = new ArrayList<>();
    self.add(
        SessionManager.<String>builder(
                key -> {
                  started.countDown();
                  if (key.equals("last")) {
                    await(go);
                    return key;
                  }
                  return key + ", " + self.get(0).get(key.equals("a") ? "b" : "last");
                })
            .build());
    SessionManager<String> sessions = self.get(0);
    Future<String> last = executor.submit(() -> sessions.get("last"));
    Future<String> second = executor.submit(() -> sessions.get("b"));
    started.await();
    Future<String> first = executor.submit(() -> sessions.get("a"));
    Future<String> alsoFirst = executor.submit(() -> sessions.get("a"));
    go.countDown();
    assertThat(last.get()).isEqualTo("last");
    assertThat(second.get()).isEqualTo("b, last");
    assertThat(first.get()).isEqualTo("a, b, last").isSameAs(alsoFirst.get());
  }

  private static void awaitAll(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new IllegalStateException(e);
    }
  }

  /** For instance one that shows the time of a server. */
  @Test
  void aClockMayWaitForAThreadThatUsesTheManager() {
    List<SessionManager<String>> self = new ArrayList<>();
    ThreadLocal<Boolean> isOther = ThreadLocal.withInitial(() -> false);
    Clock clock =
        TestClock.showing(
            () -> {
              if (!isOther.get()) {
                assertThat(executor.submit(() -> useAll(self.get(0), isOther)))
                    .succeedsWithin(30, TimeUnit.SECONDS);
              }
              return Instant.parse("2026-11-21T10:00:00Z");
            });
    self.add(SessionManager.<String>builder(user -> "session of " + user).clock(clock).build());
    SessionManager<String> sessions = self.get(0);
    assertThat(sessions.get("42")).isEqualTo("session of 42");
    assertThat(sessions.activeKeys()).containsExactlyInAnyOrder("42", "other");
    assertThat(sessions.expire()).isZero();
    assertThat(sessions.end("42")).isEqualTo("session of 42");
  }

  private static Set<String> useAll(SessionManager<String> sessions, ThreadLocal<Boolean> isOther) {
    isOther.set(true);
    try {
      sessions.end("other");
      sessions.get("other");
      sessions.expire();
      return sessions.activeKeys();
    } finally {
      isOther.remove();
    }
  }

  @Test
  void everySessionThatIsMadeEndsOnceOrIsStillThere() throws Exception {
    TestClock.Movable clock = TestClock.stoppedAt(Instant.parse("2026-11-21T10:00:00Z"));
    Set<Object> made = ConcurrentHashMap.newKeySet();
    Set<Object> ended = ConcurrentHashMap.newKeySet();
    AtomicInteger toldTwice = new AtomicInteger();
    SessionManager<Object> sessions =
        SessionManager.builder(
                user -> {
                  Object session = new Object();
                  made.add(session);
                  return session;
                })
            .clock(clock)
            .onEnd(
                (key, session, reason) -> {
                  if (!ended.add(session)) {
                    toldTwice.incrementAndGet();
                  }
                })
            .build();
    atOnce(
        () -> {
          long seed = Thread.currentThread().getId();
          for (int i = 0; i < 2_000; i++) {
            seed = seed * 6_364_136_223_846_793_005L + 1_442_695_040_888_963_407L;
            String user = "u" + (seed >>> 60);
            switch ((int) (seed >>> 50 & 7)) {
              case 0 -> sessions.end(user);
              case 1 -> clock.move(Duration.ofMinutes(7));
              case 2 -> sessions.expire();
              default -> sessions.get(user);
            }
          }
          return null;
        });

    sessions.activeKeys().forEach(sessions::end);
    assertThat(toldTwice).hasValue(0);
    assertThat(ended.size()).isEqualTo(made.size()).isGreaterThan(1_000);
    assertThat(ended.containsAll(made)).isTrue();
  }

  private <T> List<T> atOnce(Callable<T> task) throws Exception {
    CyclicBarrier together = new CyclicBarrier(THREADS);
    List<Future<T>> futures = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      futures.add(
          executor.submit(
              () -> {
                together.await();
                return task.call();
              }));
    }
    List<T> results = new ArrayList<>();
    for (Future<T> future : futures) {
      results.add(future.get());
    }
    return results;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
