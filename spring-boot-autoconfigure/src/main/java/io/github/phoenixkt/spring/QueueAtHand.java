package io.github.phoenixkt.spring;

import io.github.phoenixkt.PhoenixClient;
import io.github.phoenixkt.PhoenixEnvironment;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.java.AsyncAnnotationQueue;
import io.github.phoenixkt.java.BlockingAnnotationQueue;
import io.github.phoenixkt.java.PhoenixAsyncClient;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.queue.AnnotationQueue;
import io.github.phoenixkt.queue.QueueReport;
import io.github.phoenixkt.queue.QueueState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** The queues that the application has used, in any form. Looking does not create one. */
final class QueueAtHand {
  /** A queue, whatever its form. */
  interface OpenQueue {
    QueueState state();

    boolean flush(Duration timeout);

    QueueReport close(Duration timeout);
  }

  private final ConfigurableListableBeanFactory beans;

  QueueAtHand(ConfigurableListableBeanFactory beans) {
    this.beans = beans;
  }

  /** The queue that health and meters show. */
  Optional<OpenQueue> find() {
    return all().stream().findFirst();
  }

  /** May have a queue twice, if the application has beans for several forms of it. */
  List<OpenQueue> all() {
    return Stream.of(
            created(AnnotationQueue.class, this::kotlin),
            created(BlockingAnnotationQueue.class, QueueAtHand::blocking),
            created(AsyncAnnotationQueue.class, QueueAtHand::async))
        .flatMap(it -> it)
        .toList();
  }

  private <T> Stream<OpenQueue> created(Class<T> form, Function<T, OpenQueue> adapter) {
    return Stream.of(beans.getBeanNamesForType(form, true, false))
        .filter(name -> !isFormOfAnother(name))
        .map(beans::getSingleton)
        .filter(form::isInstance)
        .map(form::cast)
        .map(adapter);
  }

  private boolean isFormOfAnother(String name) {
    return name.equals("phoenixAsyncAnnotationQueue")
        || name.equals("phoenixBlockingAnnotationQueue")
            && beans.containsSingleton("phoenixAnnotationQueue");
  }

  private OpenQueue kotlin(AnnotationQueue queue) {
    return new OpenQueue() {
      @Override
      public QueueState state() {
        return queue.getState();
      }

      @Override
      public boolean flush(Duration timeout) {
        return anyClient().annotationQueueOf(queue).flush(timeout);
      }

      @Override
      public QueueReport close(Duration timeout) {
        return anyClient().annotationQueueOf(queue).close(timeout);
      }
    };
  }

  private static OpenQueue blocking(BlockingAnnotationQueue queue) {
    return new OpenQueue() {
      @Override
      public QueueState state() {
        return queue.state();
      }

      @Override
      public boolean flush(Duration timeout) {
        return queue.flush(timeout);
      }

      @Override
      public QueueReport close(Duration timeout) {
        return queue.close(timeout);
      }
    };
  }

  private static OpenQueue async(AsyncAnnotationQueue queue) {
    return new OpenQueue() {
      @Override
      public QueueState state() {
        return queue.state();
      }

      @Override
      public boolean flush(Duration timeout) {
        return queue.flush(timeout).join();
      }

      @Override
      public QueueReport close(Duration timeout) {
        return queue.close(timeout).join();
      }
    };
  }

  /** It only waits for the queue, which has a client of its own. */
  private PhoenixBlockingClient anyClient() {
    return first(PhoenixBlockingClient.class)
        .or(() -> first(PhoenixAsyncClient.class).map(PhoenixAsyncClient::blocking))
        .or(() -> first(PhoenixClient.class).map(PhoenixBlockingClient::of))
        .orElseGet(
            () ->
                PhoenixBlockingClient.create(
                    PhoenixSettings.builder().environment(PhoenixEnvironment.empty()).build()));
  }

  private <T> Optional<T> first(Class<T> type) {
    return beans.getBeanProvider(type).stream().findFirst();
  }
}
