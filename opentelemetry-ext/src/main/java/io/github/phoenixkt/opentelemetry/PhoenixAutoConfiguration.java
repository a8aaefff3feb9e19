package io.github.phoenixkt.opentelemetry;

import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizer;
import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizerProvider;

/**
 * Has OpenTelemetry's SDK autoconfiguration, and what builds on it, add the {@link
 * PhoenixContextSpanProcessor}, and drop spans of the Phoenix client's own requests. It is found by
 * itself; nothing is to be called.
 */
public final class PhoenixAutoConfiguration implements AutoConfigurationCustomizerProvider {
  /** For the autoconfiguration. */
  public PhoenixAutoConfiguration() {}

  @Override
  public void customize(AutoConfigurationCustomizer autoConfiguration) {
    autoConfiguration
        .addTracerProviderCustomizer(
            (builder, config) -> builder.addSpanProcessorFirst(new PhoenixContextSpanProcessor()))
        .addSamplerCustomizer((sampler, config) -> new OwnRequestsSampler(sampler));
  }
}
