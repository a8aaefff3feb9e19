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
 * A {@link PhoenixContext} as an OpenTelemetry context holds it: merged with all that it was put
 * over.
 *
 * <p>It can be ended. OpenTelemetry leaves a scope that is closed on another thread, or before one
 * inside it, on its thread for good; without this, the next request on that thread would have its
 * session.
 */
final class ContextEntry {
  private static final ContextKey<ContextEntry> KEY = ContextKey.named("phoenix-context");
  private static final ContextEntry EMPTY =
      new ContextEntry(Attributes.empty(), IdCopies.NONE, null);

  private final Attributes attributes;
  private final IdCopies copies;
  private final @Nullable ContextEntry outer;
  private volatile boolean ended;

  private ContextEntry(Attributes attributes, IdCopies copies, @Nullable ContextEntry outer) {
    this.attributes = attributes;
    this.copies = copies;
    this.outer = outer;
  }

  /** The entry of a context, whether it has ended or not. */
  static @Nullable ContextEntry of(Context context) {
    return context.get(KEY);
  }

  /** The entry that counts in a context: the innermost that has not ended. */
  static ContextEntry validIn(Context context) {
    ContextEntry valid = of(context);
    while (valid != null && valid.ended) {
      valid = valid.outer;
    }
    return valid == null ? EMPTY : valid;
  }

  /**
   * Attributes over those of the context. The copies of an entry also hold for those over it: the
   * baggage, for instance, must not be that of another session.
   */
  static ContextEntry over(Context context, Attributes attributes, IdCopies copies) {
    // Entries that have ended are not kept: a thread that they are left on would collect them.
    ContextEntry outer = validIn(context);
    return new ContextEntry(
        outer.attributes.toBuilder().putAll(attributes).build(), outer.copies.and(copies), outer);
  }

  /**
   * The same content in an entry of its own, which outlives the scope that this one is of.
   *
   * @param outer what counts once the new one has ended
   */
  ContextEntry fresh(@Nullable ContextEntry outer) {
    return new ContextEntry(attributes, copies, outer);
  }

  ContextEntry with(IdCopies more) {
    return new ContextEntry(attributes, copies.and(more), outer);
  }

  /** Whether it is an entry, one that the entry was put over, or none at all. */
  boolean isIn(ContextEntry entry) {
    @Nullable ContextEntry each = entry;
    while (each != null && each != this) {
      each = each.outer;
    }
    return this == EMPTY || each == this;
  }

  Attributes attributes() {
    return attributes;
  }

  IdCopies copies() {
    return copies;
  }

  /** Stores it over the entry of the context. */
  Context storeOver(Context context) {
    ContextEntry before = of(context);
    return storeIn(context, before != null && before.ended ? before : null);
  }

  /** Stores it in place of the entry of the context, whose ids leave the baggage. */
  Context storeInPlace(Context context) {
    return storeIn(context, of(context));
  }

  private Context storeIn(Context context, @Nullable ContextEntry gone) {
    boolean stale = gone != null && gone.copies.inBaggage();
    return (copies.inBaggage() || stale ? withBaggage(context, stale) : context).with(KEY, this);
  }

  /**
   * @param stale whether the baggage is that of a scope that has ended or is replaced
   */
  private Context withBaggage(Context context, boolean stale) {
    BaggageBuilder baggage = Baggage.fromContext(context).toBuilder();
    for (AttributeKey<String> key :
        List.of(OpenInferenceAttributes.SESSION_ID, OpenInferenceAttributes.USER_ID)) {
      String value = attributes.get(key);
      if (copies.inBaggage() && value != null) {
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
