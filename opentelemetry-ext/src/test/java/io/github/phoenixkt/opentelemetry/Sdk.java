package io.github.phoenixkt.opentelemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.List;

/** An OpenTelemetry SDK as a user sets it up, whose spans stay in memory. */
final class Sdk implements AutoCloseable {
  final InMemorySpanExporter exporter = InMemorySpanExporter.create();
  private final SdkTracerProvider provider;
  final Tracer tracer;

  Sdk() {
    this(Sampler.alwaysOn());
  }

  Sdk(Sampler sampler) {
    this(sampler, new PhoenixContextSpanProcessor());
  }

  Sdk(PhoenixContextSpanProcessor processor) {
    this(Sampler.alwaysOn(), processor);
  }

  private Sdk(Sampler sampler, PhoenixContextSpanProcessor processor) {
    provider =
        SdkTracerProvider.builder()
            .setSampler(sampler)
            .addSpanProcessor(processor)
            .addSpanProcessor(SimpleSpanProcessor.create(exporter))
            .build();
    tracer = provider.get("test");
  }

  /** A span that starts and ends here. */
  Span span(String name) {
    Span span = tracer.spanBuilder(name).startSpan();
    span.end();
    return span;
  }

  List<SpanData> ended() {
    return exporter.getFinishedSpanItems();
  }

  /** In a form that equals others of the same content. */
  Attributes attributes(String name) {
    return ended(name).getAttributes().toBuilder().build();
  }

  SpanData ended(String name) {
    return ended().stream().filter(span -> span.getName().equals(name)).findFirst().orElseThrow();
  }

  @Override
  public void close() {
    provider.close();
  }
}
