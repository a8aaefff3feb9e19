package io.github.phoenixkt.opentelemetry;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizer;
import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizerProvider;
import java.util.logging.Logger;

/**
 * Makes OpenTelemetry's SDK autoconfiguration add the {@link PhoenixContextSpanProcessor} and drop
 * spans of the Phoenix client's own requests. It is found on the class path; nothing has to be
 * called.
 */
public final class PhoenixAutoConfiguration implements AutoConfigurationCustomizerProvider {
  /** For the autoconfiguration. */
  public PhoenixAutoConfiguration() {}

  /** Adds the span processor, and a sampler that drops spans of the client's own requests. */
  @Override
  public void customize(AutoConfigurationCustomizer autoConfiguration) {
    try {
      // What these need must be there now, and not be missed when a span starts.
      CaptureEntry.captureIn(Context.root());
      OwnRequests.in(Context.root());
    } catch (LinkageError e) {
      Logger.getLogger(PhoenixAutoConfiguration.class.getName())
          .warning(
              "phoenix-kt-opentelemetry does nothing here, since classes that it needs are missing ("
                  + e
                  + "). As an extension of OpenTelemetry's Java agent it has no use.");
      return;
    }
    autoConfiguration
        .addTracerProviderCustomizer(
            (builder, config) -> builder.addSpanProcessorFirst(new PhoenixContextSpanProcessor()))
        .addSamplerCustomizer((sampler, config) -> new OwnRequestsSampler(sampler));
  }
}
