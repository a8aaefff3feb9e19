package io.github.phoenixkt.spring;

import io.github.phoenixkt.PhoenixEnvironment;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.java.AsyncAnnotationQueue;
import io.github.phoenixkt.java.BlockingAnnotationQueue;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.queue.AnnotationQueue;
import io.github.phoenixkt.queue.QueueReport;
import io.github.phoenixkt.queue.QueueState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** The queues of the application, in any form. Looking at them creates none. */
final class Queues {
  private static final Duration GRACE = Duration.ofSeconds(3);

  /** A queue, whatever its form. */
  static final class OpenQueue {
    private final Supplier<QueueState> state;
    private final Predicate<Duration> flush;
    private final Function<Duration, QueueReport> close;

    private OpenQueue(
        Supplier<QueueState> state,
        Predicate<Duration> flush,
        Function<Duration, QueueReport> close) {
      this.state = state;
      this.flush = flush;
      this.close = close;
    }

    QueueState state() {
      return state.get();
    }

    boolean flush(Duration timeout) {
      return flush.test(timeout);
    }

    QueueReport close(Duration timeout) {
      return close.apply(timeout);
    }
  }

  private final ConfigurableListableBeanFactory beans;
  private final Supplier<PhoenixBlockingClient> waiting;

  Queues(ConfigurableListableBeanFactory beans) {
    this(
        beans,
        () ->
            PhoenixBlockingClient.create(
                PhoenixSettings.builder().environment(PhoenixEnvironment.empty()).build()));
  }

  /**
   * @param waiting creates a client that only waits for a queue, which sends with its own. Those of
   *     the application may be lazy or broken, and must not be created by a stop.
   */
  Queues(ConfigurableListableBeanFactory beans, Supplier<PhoenixBlockingClient> waiting) {
    this.beans = beans;
    this.waiting = waiting;
  }

  /**
   * The names of the beans, whether or not there is a queue yet. If the application defines beans
   * for several forms of a queue, it has several names.
   */
  List<String> names() {
    return Stream.of(
            AnnotationQueue.class, BlockingAnnotationQueue.class, AsyncAnnotationQueue.class)
        .flatMap(form -> Stream.of(beans.getBeanNamesForType(form, true, false)))
        .filter(name -> !isFormOfAnother(name))
        .toList();
  }

  /** The queue of a bean that the application has used. */
  Optional<OpenQueue> find(String name) {
    Object queue = beans.getSingleton(name);
    if (queue instanceof AnnotationQueue it) {
      return Optional.of(
          new OpenQueue(
              it::getState,
              timeout -> blocking(it, form -> form.flush(timeout)),
              timeout -> blocking(it, form -> form.close(timeout))));
    }
    if (queue instanceof BlockingAnnotationQueue it) {
      return Optional.of(new OpenQueue(it::state, it::flush, it::close));
    }
    if (queue instanceof AsyncAnnotationQueue it) {
      return Optional.of(
          new OpenQueue(
              it::state,
              timeout -> within(timeout, it.flush(timeout)),
              timeout -> within(timeout, it.close(timeout))));
    }
    return Optional.empty();
  }

  /** An executor of the application that is paused or full may never tell of the end. */
  private static <T> T within(Duration timeout, CompletableFuture<T> end) {
    long limit = timeout.plus(GRACE).toMillis();
    return end.copy().orTimeout(limit, TimeUnit.MILLISECONDS).join();
  }

  /** Those that the application has used. */
  List<OpenQueue> open() {
    return names().stream().flatMap(name -> find(name).stream()).toList();
  }

  private boolean isFormOfAnother(String name) {
    return beans.findAnnotationOnBean(name, FormOfQueue.class, false) != null;
  }

  private <T> T blocking(AnnotationQueue queue, Function<BlockingAnnotationQueue, T> end) {
    try (PhoenixBlockingClient client = waiting.get()) {
      return end.apply(client.annotationQueueOf(queue));
    }
  }
}
