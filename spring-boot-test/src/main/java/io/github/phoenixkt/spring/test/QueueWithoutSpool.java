package io.github.phoenixkt.spring.test;

import io.github.phoenixkt.queue.AnnotationQueueOptions;
import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * Takes the spool out of the options of queues. A queue sends what is in its folder and removes it
 * there: the rows of an application would be lost to the fake.
 */
final class QueueWithoutSpool implements BeanPostProcessor {
  @Override
  public Object postProcessAfterInitialization(Object bean, String name) {
    return bean instanceof AnnotationQueueOptions options && options.getSpool() != null
        ? options.toBuilder().spool(null).build()
        : bean;
  }
}
