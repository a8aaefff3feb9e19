package io.github.phoenixkt.spring;

import io.github.phoenixkt.PhoenixClient;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.java.AsyncAnnotationQueue;
import io.github.phoenixkt.java.BlockingAnnotationQueue;
import io.github.phoenixkt.java.PhoenixAsyncClient;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.queue.AnnotationQueue;
import io.github.phoenixkt.queue.AnnotationQueueOptions;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/**
 * The forms of the one client, and its queue. Each class here starts from a client in one form, and
 * only if there is no client in another form: that could be a client of another server. The order
 * matters, because each class sees the beans of those before it.
 */
final class ClientConfigurations {
  private static final List<Class<?>> FORMS =
      List.of(PhoenixClient.class, PhoenixAsyncClient.class, PhoenixBlockingClient.class);

  private ClientConfigurations() {}

  /** Whether all clients are forms of the one that the starter creates. */
  static boolean isClientOfStarter(ListableBeanFactory beans) {
    return has(beans, OfSettings.class);
  }

  static boolean isClientOfApplication(ListableBeanFactory beans) {
    return !isClientOfStarter(beans) && FORMS.stream().anyMatch(form -> has(beans, form));
  }

  private static boolean has(ListableBeanFactory beans, Class<?> type) {
    return BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, type, true, false).length > 0;
  }

  /** If the application has no queue, in any form. */
  @Target(ElementType.METHOD)
  @Retention(RetentionPolicy.RUNTIME)
  @ConditionalOnMissingBean({
    AnnotationQueue.class,
    AsyncAnnotationQueue.class,
    BlockingAnnotationQueue.class
  })
  private @interface ConditionalOnMissingQueue {}

  /** The starter's own client. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnMissingBean({
    PhoenixClient.class,
    PhoenixAsyncClient.class,
    PhoenixBlockingClient.class
  })
  @ConditionalOnSingleCandidate(PhoenixSettings.class)
  static class OfSettings {
    @Bean
    @Lazy
    PhoenixClient phoenixClient(PhoenixSettings settings) {
      return PhoenixClient.create(settings);
    }
  }

  /** The forms of a Kotlin client: of the starter's, or of the application's. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnMissingBean({PhoenixAsyncClient.class, PhoenixBlockingClient.class})
  @ConditionalOnSingleCandidate(PhoenixClient.class)
  static class OfKotlinClient {
    @Bean(destroyMethod = "") // It shares the life of the Kotlin client.
    @Lazy
    PhoenixAsyncClient phoenixAsyncClient(PhoenixClient client) {
      return PhoenixAsyncClient.of(client);
    }

    @Bean(destroyMethod = "")
    @Lazy
    PhoenixBlockingClient phoenixBlockingClient(PhoenixClient client) {
      return PhoenixBlockingClient.of(client);
    }

    @Bean
    @Lazy
    @ConditionalOnMissingQueue
    AnnotationQueue phoenixAnnotationQueue(PhoenixClient client, AnnotationQueueOptions options) {
      return client.annotationQueue(options);
    }
  }

  /** The blocking form of the application's async client. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnMissingBean({PhoenixClient.class, PhoenixBlockingClient.class})
  @ConditionalOnSingleCandidate(PhoenixAsyncClient.class)
  static class OfAsyncClient {
    @Bean(destroyMethod = "")
    @Lazy
    PhoenixBlockingClient phoenixBlockingClient(PhoenixAsyncClient client) {
      return client.blocking();
    }

    @Bean
    @Lazy
    @ConditionalOnMissingQueue
    BlockingAnnotationQueue phoenixBlockingAnnotationQueue(
        PhoenixBlockingClient client, AnnotationQueueOptions options) {
      return client.annotationQueue(options);
    }
  }

  /** The async form of the application's blocking client. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnMissingBean({PhoenixClient.class, PhoenixAsyncClient.class})
  @ConditionalOnSingleCandidate(PhoenixBlockingClient.class)
  static class OfBlockingClient {
    @Bean(destroyMethod = "")
    @Lazy
    PhoenixAsyncClient phoenixAsyncClient(PhoenixBlockingClient client) {
      return client.async();
    }

    @Bean
    @Lazy
    @ConditionalOnMissingQueue
    BlockingAnnotationQueue phoenixBlockingAnnotationQueue(
        PhoenixBlockingClient client, AnnotationQueueOptions options) {
      return client.annotationQueue(options);
    }
  }

  /** The other forms of a Kotlin queue: of the starter's, or of the application's. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnMissingBean({AsyncAnnotationQueue.class, BlockingAnnotationQueue.class})
  @ConditionalOnSingleCandidate(AnnotationQueue.class)
  static class FormsOfQueue {
    @Bean
    @Lazy
    @FormOfQueue
    @ConditionalOnBean(PhoenixAsyncClient.class)
    AsyncAnnotationQueue phoenixAsyncAnnotationQueue(
        ObjectProvider<PhoenixAsyncClient> clients, AnnotationQueue queue) {
      return any(clients).annotationQueueOf(queue);
    }

    @Bean
    @Lazy
    @FormOfQueue
    @ConditionalOnBean(PhoenixBlockingClient.class)
    BlockingAnnotationQueue phoenixBlockingAnnotationQueue(
        ObjectProvider<PhoenixBlockingClient> clients, AnnotationQueue queue) {
      return any(clients).annotationQueueOf(queue);
    }

    /** Any of several will do: a queue sends with the client that made it. */
    private static <T> T any(ObjectProvider<T> clients) {
      T client = clients.getIfUnique();
      return client == null ? clients.stream().findFirst().orElseThrow() : client;
    }
  }
}
