package io.github.phoenixkt.spring;

import io.github.phoenixkt.PhoenixSettings;
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

/** Says at the start what will keep spans from Phoenix, since feedback on them is lost later. */
final class TracingAdvice implements SmartInitializingSingleton {
  private static final Logger logger = LoggerFactory.getLogger(TracingAdvice.class);

  /** The description is all that a sampler says of itself, and OpenTelemetry fixes its form. */
  private static final Pattern RATIO = Pattern.compile("TraceIdRatioBased\\{([0-9.,]+)}");

  private final PhoenixSettings settings;
  private final ConfigurableListableBeanFactory beans;

  TracingAdvice(PhoenixSettings settings, ConfigurableListableBeanFactory beans) {
    this.settings = settings;
    this.beans = beans;
  }

  @Override
  public void afterSingletonsInstantiated() {
    String advice = settings.getEndpointGiven() ? advice() : null;
    if (advice != null) {
      logger.warn(advice);
    }
  }

  /** The first thing to mend, or null. */
  @Nullable String advice() {
    if (!has(SdkTracerProvider.class)) {
      return isThere("brave.Tracing")
          ? "Spans are made by Brave, and Phoenix gets none of them: sessions, captures and feedback on spans need"
              + " OpenTelemetry. Use io.micrometer:micrometer-tracing-bridge-otel in place of"
              + " micrometer-tracing-bridge-brave, or set phoenix.tracing.enabled=false."
          : "No spans are made, so that there is nothing to give feedback on: Spring Boot's tracing with OpenTelemetry is"
              + " not in the dependencies, or is switched off. phoenix.tracing.enabled=false says that this is wanted.";
    }
    if (!has(SpanExporter.class)
        && !ClassUtils.isPresent(
            "io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter",
            beans.getBeanClassLoader())) {
      return "Spans are made, and none is sent: add io.opentelemetry:opentelemetry-exporter-otlp to the dependencies,"
          + " or set phoenix.tracing.enabled=false.";
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
          : "Only %s of 100 traces are sampled, and Phoenix does not get the others: feedback on their spans is lost."
                  .formatted(plain(kept * 100))
              + " management.tracing.sampling.probability=1.0 keeps them all; Spring Boot's default is 0.1.";
    }
    return sampler.contains("root:AlwaysOffSampler") || sampler.equals("AlwaysOffSampler")
        ? "No trace is sampled, and Phoenix gets no span: feedback on spans is lost."
            + " management.tracing.sampling.probability=1.0 keeps them all."
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
