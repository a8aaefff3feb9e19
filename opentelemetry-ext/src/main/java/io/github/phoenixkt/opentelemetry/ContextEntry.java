package io.github.phoenixkt.opentelemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import org.jspecify.annotations.Nullable;

/**
 * A {@link PhoenixContext} as an OpenTelemetry context holds it: with all that it was put over.
 *
 * <p>It can be ended. OpenTelemetry leaves a scope that is closed on another thread, or before one
 * inside it, on its thread for good; without this, its session would be that of whatever the thread
 * does next.
 */
final class ContextEntry {
  private static final ContextKey<ContextEntry> KEY = ContextKey.named("phoenix-context");

  private final Attributes attributes;
  private final @Nullable ContextEntry outer;
  private volatile boolean ended;

  private ContextEntry(Attributes attributes, @Nullable ContextEntry outer) {
    this.attributes = attributes;
    this.outer = outer;
  }

  /** What a context holds, whether it has ended or not. */
  static @Nullable ContextEntry of(Context context) {
    return context.get(KEY);
  }

  /** Attributes over those that the context has. */
  static ContextEntry over(Context context, Attributes attributes) {
    ContextEntry outer = of(context);
    Attributes merged = attributesOf(outer).toBuilder().putAll(attributes).build();
    return new ContextEntry(merged, outer);
  }

  /** What spans that start in the context are to carry. */
  static Attributes attributesOf(Context context) {
    return attributesOf(of(context));
  }

  private static Attributes attributesOf(@Nullable ContextEntry entry) {
    ContextEntry valid = entry;
    while (valid != null && valid.ended) {
      valid = valid.outer;
    }
    return valid == null ? Attributes.empty() : valid.attributes;
  }

  Context storeIn(Context context) {
    return context.with(KEY, this);
  }

  void end() {
    ended = true;
  }
}
