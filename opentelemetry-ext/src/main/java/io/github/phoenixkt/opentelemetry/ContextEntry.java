package io.github.phoenixkt.opentelemetry;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.BaggageBuilder;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import java.util.List;
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
  private final boolean inBaggage;
  private volatile boolean ended;

  private ContextEntry(Attributes attributes, @Nullable ContextEntry outer, boolean inBaggage) {
    this.attributes = attributes;
    this.outer = outer;
    this.inBaggage = inBaggage;
  }

  /** What a context holds, whether it has ended or not. */
  static @Nullable ContextEntry of(Context context) {
    return context.get(KEY);
  }

  /**
   * Attributes over those that the context has. What is in an entry that goes into the baggage too
   * does so in those over it: the baggage must not be that of another session.
   */
  static ContextEntry over(Context context, Attributes attributes, boolean inBaggage) {
    // Not those that have ended: on a thread that they are left on there would be ever more.
    ContextEntry outer = valid(of(context));
    Attributes merged = attributesOf(outer).toBuilder().putAll(attributes).build();
    return new ContextEntry(merged, outer, inBaggage || (outer != null && outer.inBaggage));
  }

  /** What spans that start in the context are to carry. */
  static Attributes attributesOf(Context context) {
    return attributesOf(of(context));
  }

  private static Attributes attributesOf(@Nullable ContextEntry entry) {
    ContextEntry valid = valid(entry);
    return valid == null ? Attributes.empty() : valid.attributes;
  }

  private static @Nullable ContextEntry valid(@Nullable ContextEntry entry) {
    ContextEntry valid = entry;
    while (valid != null && valid.ended) {
      valid = valid.outer;
    }
    return valid;
  }

  Context storeIn(Context context) {
    ContextEntry before = of(context);
    boolean stale = before != null && before.ended && before.inBaggage;
    return (inBaggage || stale ? withBaggage(context, stale) : context).with(KEY, this);
  }

  /**
   * @param stale whether what is there is of a scope that has ended
   */
  private Context withBaggage(Context context, boolean stale) {
    BaggageBuilder baggage = Baggage.fromContext(context).toBuilder();
    for (AttributeKey<String> key :
        List.of(OpenInferenceAttributes.SESSION_ID, OpenInferenceAttributes.USER_ID)) {
      String value = attributes.get(key);
      if (inBaggage && value != null) {
        baggage.put(key.getKey(), value);
      } else if (stale) {
        baggage.remove(key.getKey());
      }
    }
    return context.with(baggage.build());
  }

  void end() {
    ended = true;
  }
}
