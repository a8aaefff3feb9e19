package io.github.phoenixkt.spring;

import io.github.phoenixkt.java.BlockingAnnotationQueue;
import java.util.Optional;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** The annotation queue, if the application has asked for it: looking must not make one. */
final class QueueAtHand {
  private final ConfigurableListableBeanFactory beans;

  QueueAtHand(ConfigurableListableBeanFactory beans) {
    this.beans = beans;
  }

  Optional<BlockingAnnotationQueue> find() {
    for (String name : beans.getBeanNamesForType(BlockingAnnotationQueue.class, true, false)) {
      if (beans.getSingleton(name) instanceof BlockingAnnotationQueue queue) {
        return Optional.of(queue);
      }
    }
    return Optional.empty();
  }
}
