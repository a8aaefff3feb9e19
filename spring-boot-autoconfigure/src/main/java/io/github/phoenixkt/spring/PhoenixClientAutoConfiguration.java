package io.github.phoenixkt.spring;

import io.github.phoenixkt.PhoenixListener;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.queue.AnnotationQueueListener;
import io.github.phoenixkt.queue.AnnotationQueueOptions;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;

/**
 * The client and the annotation queue, each in its three forms. They are created at their first
 * use, so that the application starts without delay.
 */
@AutoConfiguration(after = SslAutoConfiguration.class)
@ConditionalOnClass(PhoenixBlockingClient.class)
@EnableConfigurationProperties(PhoenixProperties.class)
@Import({
  ClientConfigurations.OfSettings.class,
  ClientConfigurations.OfKotlinClient.class,
  ClientConfigurations.OfAsyncClient.class,
  ClientConfigurations.OfBlockingClient.class,
  ClientConfigurations.FormsOfQueue.class
})
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

  /** Members are looked at before what this class imports, and that before its methods. */
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
