package io.github.phoenixkt.spring;

import io.github.phoenixkt.opentelemetry.PhoenixSnapshot;
import io.micrometer.context.ContextRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.handler.TracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelSpan;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import java.util.List;
import java.util.function.Function;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Gives the spans of observations, such as those of Spring AI, their session and kind. */
@AutoConfiguration(after = PhoenixTracingAutoConfiguration.class)
@ConditionalOnClass({
  PhoenixSnapshot.class,
  ObservationRegistry.class,
  TracingObservationHandler.class,
  OtelSpan.class,
  ContextRegistry.class
})
@ConditionalOnBooleanProperty(name = "phoenix.tracing.enabled", matchIfMissing = true)
public class PhoenixObservationAutoConfiguration {
  /** For Spring. */
  public PhoenixObservationAutoConfiguration() {}

  /** Once Spring Boot has added its handlers, because these must follow the one for spans. */
  @Bean
  SmartInitializingSingleton phoenixObservationHandlers(
      ObjectProvider<ObservationRegistry> registries, ObjectProvider<SpanContent> contents) {
    List<SpanContent> all = contents.orderedStream().toList();
    return () -> {
      registries.forEach(
          registry ->
              registry
                  .observationConfig()
                  .observationHandler(new ObservedContext())
                  .observationHandler(new SpringAiSpans(observation -> content(all, observation))));
      ContextRegistry.getInstance().registerThreadLocalAccessor(CarriedContext.INSTANCE);
    };
  }

  private static Attributes content(List<SpanContent> contents, Observation.Context observation) {
    AttributesBuilder attributes = Attributes.builder();
    contents.forEach(content -> attributes.putAll(content.apply(observation)));
    return attributes.build();
  }

  /** Prompts and answers of an observation. There is a bean only if the application allows it. */
  interface SpanContent extends Function<Observation.Context, Attributes> {}

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(
      name = "org.springframework.ai.chat.client.observation.ChatClientObservationContext")
  @ConditionalOnBooleanProperty("phoenix.tracing.content")
  static class ChatContent {
    @Bean
    SpanContent phoenixChatContent() {
      return SpringAiContent::of;
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(
      name = "org.springframework.ai.vectorstore.observation.VectorStoreObservationContext")
  @ConditionalOnBooleanProperty("phoenix.tracing.content")
  static class StoreContent {
    @Bean
    SpanContent phoenixVectorStoreContent() {
      return VectorStoreContent::of;
    }
  }
}
