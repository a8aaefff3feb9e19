package io.github.phoenixkt.langchain4j;

import io.github.phoenixkt.opentelemetry.PhoenixContextSpanProcessor;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.List;

/** An OpenTelemetry SDK whose spans stay in memory. */
final class Spans implements AutoCloseable {
  private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
  final OpenTelemetrySdk openTelemetry =
      OpenTelemetrySdk.builder()
          .setTracerProvider(
              SdkTracerProvider.builder()
                  .addSpanProcessor(new PhoenixContextSpanProcessor())
                  .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                  .build())
          .build();
  final Tracer tracer = openTelemetry.getTracer("test");

  List<SpanData> ended() {
    return exporter.getFinishedSpanItems();
  }

  SpanData only() {
    List<SpanData> all = ended();
    if (all.size() != 1) {
      throw new AssertionError("not one span: " + all);
    }
    return all.get(0);
  }

  static Object attribute(SpanData span, String name) {
    return span.getAttributes().asMap().entrySet().stream()
        .filter(entry -> entry.getKey().getKey().equals(name))
        .map(java.util.Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }

  static String text(SpanData span, String name) {
    return span.getAttributes().get(AttributeKey.stringKey(name));
  }

  @Override
  public void close() {
    openTelemetry.close();
  }
}
