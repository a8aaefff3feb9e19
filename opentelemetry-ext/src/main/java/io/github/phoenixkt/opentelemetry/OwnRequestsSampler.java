package io.github.phoenixkt.opentelemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import java.util.List;

/**
 * Drops spans of the Phoenix client's own requests. Instrumentations make none there; an HTTP
 * engine that makes its spans by hand does.
 */
final class OwnRequestsSampler implements Sampler {
  private final Sampler others;

  OwnRequestsSampler(Sampler others) {
    this.others = others;
  }

  @Override
  public SamplingResult shouldSample(
      Context parentContext,
      String traceId,
      String name,
      SpanKind spanKind,
      Attributes attributes,
      List<LinkData> parentLinks) {
    // A span without a parent is given no context.
    return OwnRequests.in(parentContext) || OwnRequests.in(Context.current())
        ? SamplingResult.drop()
        : others.shouldSample(parentContext, traceId, name, spanKind, attributes, parentLinks);
  }

  @Override
  public String getDescription() {
    return "NotOfPhoenixClient{" + others.getDescription() + "}";
  }

  @Override
  public String toString() {
    return getDescription();
  }
}
