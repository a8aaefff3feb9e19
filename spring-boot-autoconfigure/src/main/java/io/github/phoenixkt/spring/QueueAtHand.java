package io.github.phoenixkt.spring;

import io.github.phoenixkt.java.BlockingAnnotationQueue;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.queue.AnnotationQueue;
import java.util.Optional;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** The annotation queue, if the application has used it in any form. Looking does not create it. */
final class QueueAtHand {
  private final ConfigurableListableBeanFactory beans;

  QueueAtHand(ConfigurableListableBeanFactory beans) {
    this.beans = beans;
  }

  Optional<BlockingAnnotationQueue> find() {
    return created(BlockingAnnotationQueue.class)
        .or(() -> created(AnnotationQueue.class).map(this::blocking));
  }

  private BlockingAnnotationQueue blocking(AnnotationQueue queue) {
    return beans.getBean(PhoenixBlockingClient.class).annotationQueueOf(queue);
  }

  private <T> Optional<T> created(Class<T> type) {
    for (String name : beans.getBeanNamesForType(type, true, false)) {
      if (type.isInstance(beans.getSingleton(name))) {
        return Optional.of(type.cast(beans.getSingleton(name)));
      }
    }
    return Optional.empty();
  }
}
