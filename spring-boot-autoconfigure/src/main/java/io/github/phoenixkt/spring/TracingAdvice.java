package io.github.phoenixkt.spring;

import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;

/** Warns at the start if something keeps spans from Phoenix, because feedback on them is lost. */
final class TracingAdvice implements SmartInitializingSingleton {
  private static final Logger logger = LoggerFactory.getLogger(TracingAdvice.class);

  /** Only the description of a sampler has its ratio. OpenTelemetry specifies the format. */
  private static final Pattern RATIO = Pattern.compile("TraceIdRatioBased\\{([0-9.,]+)}");

  private final Destination destination;
  private final ConfigurableListableBeanFactory beans;

  TracingAdvice(Destination destination, ConfigurableListableBeanFactory beans) {
    this.destination = destination;
    this.beans = beans;
  }

  @Override
  public void afterSingletonsInstantiated() {
    String advice = destination.isGiven() ? advice() : adviceWithoutEndpoint();
    if (advice != null) {
      logger.warn(advice);
    }
  }

  /** Without an endpoint, Phoenix is used only if the application has a client of its own. */
  private @Nullable String adviceWithoutEndpoint() {
    boolean onlyOursExports =
        has(PhoenixSpanExporter.class)
            && beans.getBeanNamesForType(SpanExporter.class, true, false).length == 1;
    return onlyOursExports && ClientConfigurations.isClientOfApplication(beans)
        ? "No spans are sent to Phoenix, because no endpoint is set, and the application's own client does not say where"
            + " spans go. Set phoenix.endpoint, or define the settings of its client as a PhoenixSettings bean. If you"
            + " need no spans in Phoenix, set phoenix.tracing.export.enabled=false."
        : null;
  }

  /** The first problem, or null. */
  @Nullable String advice() {
    if (!has(SdkTracerProvider.class)) {
      return isThere("brave.Tracing")
          ? "Brave creates the spans, and none of them reach Phoenix: sessions, captures and feedback on spans need"
              + " OpenTelemetry. Use io.micrometer:micrometer-tracing-bridge-otel in place of"
              + " micrometer-tracing-bridge-brave. If you need no spans in Phoenix, set phoenix.tracing.enabled=false."
          : "There are no spans to give feedback on, because Spring Boot's tracing with OpenTelemetry is turned off or is"
              + " not in the dependencies. If you need no spans in Phoenix, set phoenix.tracing.enabled=false.";
    }
    if (!has(SpanExporter.class)
        && !ClassUtils.isPresent(
            "io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter",
            beans.getBeanClassLoader())) {
      return "No spans are sent to Phoenix, because there is no exporter. Add io.opentelemetry:opentelemetry-exporter-otlp to"
          + " the dependencies. If you need no spans in Phoenix, set phoenix.tracing.enabled=false.";
    }
    Sampler sampler = beans.getBeanProvider(Sampler.class).getIfUnique();
    return sampler == null ? null : adviceOn(sampler.getDescription());
  }

  private static @Nullable String adviceOn(String sampler) {
    Matcher ratio = RATIO.matcher(sampler);
    if (ratio.find()) {
      double kept = Double.parseDouble(ratio.group(1).replace(',', '.'));
      return kept >= 1
          ? null
          : "Spring Boot samples only %s of 100 traces. Phoenix does not get the others, and feedback on them is lost."
                  .formatted(plain(kept * 100))
              + " To keep all traces, set management.tracing.sampling.probability=1.0 (the default is 0.1).";
    }
    return sampler.contains("root:AlwaysOffSampler") || sampler.equals("AlwaysOffSampler")
        ? "No trace is sampled. Phoenix gets no spans, and feedback on them is lost."
            + " To keep all traces, set management.tracing.sampling.probability=1.0."
        : null;
  }

  private static String plain(double number) {
    return number == Math.rint(number)
        ? Long.toString(Math.round(number))
        : Double.toString(number);
  }

  private boolean has(Class<?> type) {
    return beans.getBeanNamesForType(type, true, false).length > 0;
  }

  private boolean isThere(String typeName) {
    ClassLoader loader = beans.getBeanClassLoader();
    return ClassUtils.isPresent(typeName, loader)
        && has(ClassUtils.resolveClassName(typeName, loader));
  }
}
