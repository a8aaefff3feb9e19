package io.github.phoenixkt.spring;

import io.github.phoenixkt.PhoenixClient;
import io.github.phoenixkt.PhoenixListener;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.java.BlockingAnnotationQueue;
import io.github.phoenixkt.java.PhoenixAsyncClient;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.queue.AnnotationQueueListener;
import io.github.phoenixkt.queue.AnnotationQueueOptions;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;

/**
 * The client in its three forms and the annotation queue. They are made when they are first asked
 * for, since a start must not wait for them.
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
  @ConditionalOnMissingBean
  PhoenixSettings phoenixSettings(
      PhoenixProperties properties,
      PhoenixConnectionDetails connection,
      ObjectProvider<PhoenixListener> listeners,
      ObjectProvider<SslBundles> sslBundles,
      ObjectProvider<PhoenixSettingsCustomizer> customizers) {
    PhoenixSettings.Builder settings = SettingsMapping.settings(properties, connection);
    settings.listener(Listeners.of(listeners.orderedStream().toList()));
    String bundle = properties.getSsl().getBundle();
    if (bundle != null) {
      settings.sslContext(sslBundles.getObject().getBundle(bundle).createSslContext());
    }
    customizers.orderedStream().forEach(customizer -> customizer.customize(settings));
    return settings.build();
  }

  @Bean
  @Lazy
  @ConditionalOnMissingBean
  PhoenixClient phoenixClient(PhoenixSettings settings) {
    return PhoenixClient.create(settings);
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
  @ConditionalOnMissingBean
  @ConditionalOnSingleCandidate(PhoenixBlockingClient.class)
  BlockingAnnotationQueue phoenixAnnotationQueue(
      PhoenixBlockingClient client, AnnotationQueueOptions options) {
    return client.annotationQueue(options);
  }

  @Bean
  @ConditionalOnMissingBean
  AnnotationQueueOptions phoenixQueueOptions(
      PhoenixProperties properties, ObjectProvider<AnnotationQueueListener> listener) {
    return SettingsMapping.queue(properties.getQueue()).listener(listener.getIfUnique()).build();
  }

  @Bean
  QueueAtHand phoenixQueueAtHand(ConfigurableListableBeanFactory beans) {
    return new QueueAtHand(beans);
  }

  @Bean
  QueueDrain phoenixQueueDrain(
      QueueAtHand queue, AnnotationQueueOptions options, ObjectProvider<SpanFlush> spans) {
    return new QueueDrain(queue, options.getCloseTimeout(), spans);
  }
}
