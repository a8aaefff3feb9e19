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
      new ContextEntry(Attributes.empty(), IdCopies.NONE, null, /* replaces= */ false);

  private final Attributes attributes;
  private final IdCopies copies;
  private final @Nullable ContextEntry outer;
  private final boolean replaces;
  private volatile boolean ended;

  /**
   * @param replaces whether it stands in place of the entry of its context, and not over it
   */
  private ContextEntry(
      Attributes attributes, IdCopies copies, @Nullable ContextEntry outer, boolean replaces) {
    this.attributes = attributes;
    this.copies = copies;
    this.outer = outer;
    this.replaces = replaces;
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
        outer.attributes.toBuilder().putAll(attributes).build(),
        outer.copies.and(copies),
        outer,
        /* replaces= */ false);
  }

  /**
   * The same content in an entry of its own, which outlives the scope that this one is of, and
   * replaces the entry of the context that it is stored in.
   *
   * @param outer what counts once the new one has ended
   */
  ContextEntry fresh(@Nullable ContextEntry outer) {
    return new ContextEntry(attributes, copies, outer, /* replaces= */ true);
  }

  ContextEntry with(IdCopies more) {
    return new ContextEntry(attributes, copies.and(more), outer, replaces);
  }

  Attributes attributes() {
    return attributes;
  }

  IdCopies copies() {
    return copies;
  }

  Context storeIn(Context context) {
    ContextEntry before = of(context);
    boolean stale = before != null && before.copies.inBaggage() && (before.ended || replaces);
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
