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

  @Bean
  @Lazy
  @ConditionalOnMissingBean({BlockingAnnotationQueue.class, AsyncAnnotationQueue.class})
  @ConditionalOnSingleCandidate(PhoenixBlockingClient.class)
  BlockingAnnotationQueue phoenixBlockingAnnotationQueue(
      PhoenixBlockingClient client,
      ObjectProvider<AnnotationQueue> queues,
      ObjectProvider<AnnotationQueueOptions> options) {
    AnnotationQueue queue = queues.getIfUnique();
    return queue == null
        ? client.annotationQueue(options.getObject())
        : client.annotationQueueOf(queue);
  }

  @Bean
  @Lazy
  @ConditionalOnMissingBean
  @ConditionalOnSingleCandidate(AnnotationQueue.class)
  @ConditionalOnBean(PhoenixAsyncClient.class)
  AsyncAnnotationQueue phoenixAsyncAnnotationQueue(
      ObjectProvider<PhoenixAsyncClient> clients, AnnotationQueue queue) {
    PhoenixAsyncClient client = clients.getIfUnique();
    // Any of several does: the queue sends with the client that it was made by.
    return (client == null ? clients.stream().findFirst().orElseThrow() : client)
        .annotationQueueOf(queue);
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
  QueueAtHand phoenixQueueAtHand(ConfigurableListableBeanFactory beans) {
    return new QueueAtHand(beans);
  }

  @Bean
  QueueDrain phoenixQueueDrain(
      QueueAtHand queue,
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
    return new QueueDrain(queue, drainOptions, spans, application::isClosed);
  }
}
