package io.github.phoenixkt.spring;

import io.github.phoenixkt.PhoenixClient;
import io.github.phoenixkt.PhoenixListener;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.java.AsyncAnnotationQueue;
import io.github.phoenixkt.java.BlockingAnnotationQueue;
import io.github.phoenixkt.java.PhoenixAsyncClient;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.queue.AnnotationQueue;
import io.github.phoenixkt.queue.AnnotationQueueListener;
import io.github.phoenixkt.queue.AnnotationQueueOptions;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/**
 * The client and the annotation queue, each in its three forms. They are created at their first
 * use, so that the application starts without delay.
 */
@AutoConfiguration(after = SslAutoConfiguration.class)
@ConditionalOnClass(PhoenixBlockingClient.class)
@EnableConfigurationProperties(PhoenixProperties.class)
public class PhoenixClientAutoConfiguration {
  private static final String BLOCKING_QUEUE = "phoenixBlockingAnnotationQueue";

  /** For Spring. */
  public PhoenixClientAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean(PhoenixConnectionDetails.class)
  PropertiesConnectionDetails phoenixConnectionDetails(PhoenixProperties properties) {
    return new PropertiesConnectionDetails(properties);
  }

  @Bean
  SettingsSource phoenixSettingsSource(
      PhoenixProperties properties,
      PhoenixConnectionDetails connection,
      ObjectProvider<PhoenixListener> listeners,
      ObjectProvider<SslBundles> sslBundles,
      ObjectProvider<PhoenixSettingsCustomizer> customizers) {
    return new SettingsSource(properties, connection, listeners, sslBundles, customizers);
  }

  /** Members are looked at before the methods of this class. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnMissingBean(PhoenixSettings.class)
  static class Settings {
    @Bean
    @Lazy
    PhoenixSettings phoenixSettings(SettingsSource source) {
      return source.build();
    }

    @Bean
    Destination phoenixDestination(
        PhoenixProperties properties,
        PhoenixConnectionDetails connection,
        ObjectProvider<PhoenixSettings> settings,
        ObjectProvider<PhoenixSettingsCustomizer> customizers) {
      return customizers.stream().findAny().isPresent()
          ? Destination.of(settings.getObject())
          : Destination.of(properties, connection, settings::getObject);
    }
  }

  /** If the application has several settings of its own, spans go where the properties say. */
  @Bean
  @ConditionalOnMissingBean
  Destination phoenixDestinationOfSettings(
      PhoenixProperties properties,
      PhoenixConnectionDetails connection,
      ObjectProvider<PhoenixSettings> settings,
      SettingsSource source) {
    PhoenixSettings only = settings.getIfUnique();
    return only == null
        ? Destination.of(properties, connection, source::build)
        : Destination.of(only);
  }

  @Bean
  @Lazy
  @ConditionalOnMissingBean
  @ConditionalOnSingleCandidate(PhoenixSettings.class)
  PhoenixClient phoenixClient(PhoenixSettings settings) {
    return PhoenixClient.create(settings);
  }

  /**
   * The one queue of the application, which has three forms. It is that of the Kotlin client,
   * unless the application has a queue or a client of its own in another form.
   */
  @Bean
  @Lazy
  @ConditionalOnMissingBean({
    AnnotationQueue.class,
    AsyncAnnotationQueue.class,
    BlockingAnnotationQueue.class,
    PhoenixAsyncClient.class,
    PhoenixBlockingClient.class
  })
  @ConditionalOnSingleCandidate(PhoenixClient.class)
  AnnotationQueue phoenixAnnotationQueue(PhoenixClient client, AnnotationQueueOptions options) {
    return client.annotationQueue(options);
  }

  @Bean(destroyMethod = "") // It shares the life of the Kotlin client.
  @Lazy
  @ConditionalOnMissingBean
  @ConditionalOnSingleCandidate(PhoenixClient.class)
  PhoenixAsyncClient phoenixAsyncClient(PhoenixClient client) {
    return PhoenixAsyncClient.of(client);
  }

  @Bean(destroyMethod = "")
  @Lazy
  @ConditionalOnMissingBean
  @ConditionalOnSingleCandidate(PhoenixClient.class)
  PhoenixBlockingClient phoenixBlockingClient(PhoenixClient client) {
    return PhoenixBlockingClient.of(client);
  }

  /** The queue of an application that has a blocking client of its own, and no queue. */
  @Bean(BLOCKING_QUEUE)
  @Lazy
  @ConditionalOnMissingBean({
    AnnotationQueue.class,
    AsyncAnnotationQueue.class,
    BlockingAnnotationQueue.class
  })
  @ConditionalOnSingleCandidate(PhoenixBlockingClient.class)
  BlockingAnnotationQueue phoenixQueueOfBlockingClient(
      PhoenixBlockingClient client, AnnotationQueueOptions options) {
    return client.annotationQueue(options);
  }

  @Bean(BLOCKING_QUEUE)
  @Lazy
  @ConditionalOnMissingBean({BlockingAnnotationQueue.class, AsyncAnnotationQueue.class})
  @ConditionalOnSingleCandidate(AnnotationQueue.class)
  @ConditionalOnBean(PhoenixBlockingClient.class)
  BlockingAnnotationQueue phoenixBlockingAnnotationQueue(
      ObjectProvider<PhoenixBlockingClient> clients, AnnotationQueue queue) {
    return any(clients).annotationQueueOf(queue);
  }

  @Bean
  @Lazy
  @ConditionalOnMissingBean
  @ConditionalOnSingleCandidate(AnnotationQueue.class)
  @ConditionalOnBean(PhoenixAsyncClient.class)
  AsyncAnnotationQueue phoenixAsyncAnnotationQueue(
      ObjectProvider<PhoenixAsyncClient> clients, AnnotationQueue queue) {
    return any(clients).annotationQueueOf(queue);
  }

  /** Any of several does for a form of a queue: that sends with the client that it was made by. */
  private static <T> T any(ObjectProvider<T> clients) {
    T client = clients.getIfUnique();
    return client == null ? clients.stream().findFirst().orElseThrow() : client;
  }

  @Bean
  @Lazy
  @ConditionalOnMissingBean
  AnnotationQueueOptions phoenixQueueOptions(
      PhoenixProperties properties, ObjectProvider<AnnotationQueueListener> listeners) {
    return SettingsMapping.queue(
        properties.getQueue(), QueueListeners.of(listeners.orderedStream().toList()));
  }

  @Bean
  Queues phoenixQueues(ConfigurableListableBeanFactory beans) {
    return new Queues(beans);
  }

  @Bean
  QueueDrain phoenixQueueDrain(
      Queues queues,
      PhoenixProperties properties,
      ObjectProvider<AnnotationQueueOptions> options,
      ObjectProvider<SpanFlush> spans,
      ConfigurableApplicationContext application) {
    // The application may have several options of its own.
    Supplier<AnnotationQueueOptions> drainOptions =
        () -> {
          AnnotationQueueOptions only = options.getIfUnique();
          return only == null ? SettingsMapping.queue(properties.getQueue(), null) : only;
        };
    if (!properties.getQueue().hasDefaults()) {
      drainOptions.get(); // What is wrong with them is an error at the start.
    }
    return new QueueDrain(queues, drainOptions, spans, application::isClosed);
  }
}
