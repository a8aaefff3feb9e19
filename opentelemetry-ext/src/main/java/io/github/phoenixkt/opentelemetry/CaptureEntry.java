package io.github.phoenixkt.opentelemetry;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import org.jspecify.annotations.Nullable;

/**
 * A {@link SpanCapture} as an OpenTelemetry context holds it. It can be ended, as a {@link
 * ContextEntry} can, apart from the capture: other contexts have that as well.
 */
final class CaptureEntry {
  private static final ContextKey<CaptureEntry> KEY = ContextKey.named("phoenix-span-capture");

  private final @Nullable SpanCapture capture;
  private final @Nullable CaptureEntry outer;
  private volatile boolean ended;

  private CaptureEntry(@Nullable SpanCapture capture, @Nullable CaptureEntry outer) {
    this.capture = capture;
    this.outer = outer;
  }

  /** A capture, or none, in place of that of a context. */
  static CaptureEntry over(Context context, @Nullable SpanCapture capture) {
    return new CaptureEntry(capture, validIn(context));
  }

  /** A capture, or none, in a context that has nothing to give back once it ends. */
  static CaptureEntry alone(@Nullable SpanCapture capture) {
    return new CaptureEntry(capture, null);
  }

  /** The entry of a context, whether it has ended or not. */
  static @Nullable CaptureEntry of(Context context) {
    return context.get(KEY);
  }

  /** The innermost open capture of a context. */
  static @Nullable SpanCapture captureIn(Context context) {
    CaptureEntry valid = validIn(context);
    SpanCapture open = valid == null ? null : valid.capture;
    while (open != null && open.isClosed()) {
      open = open.outer();
    }
    return open;
  }

  /** The entry that counts in a context: the innermost that has not ended, of an open capture. */
  static @Nullable CaptureEntry validIn(Context context) {
    CaptureEntry valid = of(context);
    while (valid != null && (valid.ended || (valid.capture != null && valid.capture.isClosed()))) {
      valid = valid.outer;
    }
    return valid;
  }

  /** Whether it is an entry, or one that the entry was put over. */
  boolean isIn(@Nullable CaptureEntry entry) {
    @Nullable CaptureEntry each = entry;
    while (each != null && each != this) {
      each = each.outer;
    }
    return each == this;
  }

  Context storeIn(Context context) {
    return context.with(KEY, this);
  }

  void end() {
    ended = true;
  }
}
