package io.github.phoenixkt.opentelemetry;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ImplicitContextKeyed;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.trace.ReadableSpan;
import org.jspecify.annotations.Nullable;

/**
 * What an OpenTelemetry context holds of this library, taken out of it: the {@link PhoenixContext}
 * and the {@link SpanCapture}. Put it into another context, or apply it to a span that has started.
 * Immutable and thread-safe.
 *
 * <p>It is for frameworks that manage OpenTelemetry's context themselves, and for spans that start
 * in a context of theirs. Elsewhere {@link PhoenixContext#wrap(Runnable)} and {@link
 * Context#wrap(Runnable)} take the whole context along.
 *
 * <pre>{@code
 * PhoenixSnapshot snapshot = PhoenixSnapshot.current(); // where the session is known
 * snapshot.applyTo(span); // a span that a framework started elsewhere
 * try (Scope scope = snapshot.makeCurrent()) { // on another thread
 *   answer(question);
 * }
 * }</pre>
 *
 * <p>A snapshot outlives the scope that it was taken in: the session stays what it was. A capture
 * still ends where it is closed.
 */
public final class PhoenixSnapshot implements ImplicitContextKeyed {
  private final ContextEntry entry;
  private final @Nullable SpanCapture capture;

  /** The entries of the context that it was taken from. */
  private final ContextEntry source;

  private final @Nullable CaptureEntry captureSource;

  private PhoenixSnapshot(
      ContextEntry entry,
      @Nullable SpanCapture capture,
      ContextEntry source,
      @Nullable CaptureEntry captureSource) {
    this.entry = entry;
    this.capture = capture;
    this.source = source;
    this.captureSource = captureSource;
  }

  /**
   * Takes a snapshot of the current OpenTelemetry context.
   *
   * @return a snapshot; empty outside of any scope
   */
  public static PhoenixSnapshot current() {
    return from(Context.current());
  }

  /**
   * Takes a snapshot of an OpenTelemetry context.
   *
   * @param context any context
   * @return a snapshot
   */
  public static PhoenixSnapshot from(Context context) {
    requireNonNull(context, "context");
    ContextEntry source = ContextEntry.validIn(context);
    return new PhoenixSnapshot(
        source.fresh(null), CaptureEntry.captureIn(context), source, CaptureEntry.validIn(context));
  }

  /**
   * Tells whether there is nothing in it: no attribute, and no open capture.
   *
   * @return true if applying it to a span would change nothing
   */
  public boolean isEmpty() {
    return entry.attributes().isEmpty() && (capture == null || capture.isClosed());
  }

  /**
   * Returns the same snapshot, whose session is also set as {@code gen_ai.conversation.id}.
   *
   * @return another snapshot
   * @see PhoenixContext#withConversationId
   */
  public PhoenixSnapshot withConversationId() {
    return new PhoenixSnapshot(entry.with(IdCopies.CONVERSATION), capture, source, captureSource);
  }

  /**
   * Tells whether nothing was opened since an earlier snapshot: all scopes of sessions and captures
   * that this one was taken in were open then. A scope that was opened since is another one, even
   * if its content is the same.
   *
   * @param earlier a snapshot that was taken on the same thread
   * @return false if a scope was opened between the two, and is still open in this one
   */
  public boolean hasOnlyScopesOf(PhoenixSnapshot earlier) {
    requireNonNull(earlier, "earlier");
    return source.isIn(earlier.source)
        && (captureSource == null || captureSource.isIn(earlier.captureSource));
  }

  /**
   * Returns the session, user, metadata and so on.
   *
   * @return a context
   */
  public PhoenixContext context() {
    return PhoenixContext.of(entry);
  }

  /**
   * Returns an OpenTelemetry context that has what is in this snapshot, in place of what it has of
   * this library. All else in it stays, such as its span.
   *
   * @param context any context
   * @return another context
   */
  @Override
  public Context storeInContext(Context context) {
    requireNonNull(context, "context");
    return CaptureEntry.alone(capture).storeIn(entry.fresh(null).storeInPlace(context));
  }

  /**
   * Opens a scope on this thread, with what is in this snapshot in place of what the current
   * OpenTelemetry context has of this library.
   *
   * @return a scope, to be closed on this thread
   */
  @Override
  public Scope makeCurrent() {
    Context current = Context.current();
    ContextEntry ofScope = entry.fresh(ContextEntry.validIn(current));
    CaptureEntry captureOfScope = CaptureEntry.over(current, capture);
    return PhoenixScope.open(
        captureOfScope.storeIn(ofScope.storeInPlace(current)),
        () -> ContextEntry.of(Context.current()) == ofScope,
        () -> {
          ofScope.end();
          captureOfScope.end();
        });
  }

  /**
   * Applies this snapshot to a span that has started: sets its attributes, in place of those that
   * the span has, and adds it to the capture. An attribute that is only on the span stays.
   *
   * <p>Spans that are not of this program's own OpenTelemetry SDK, such as those of the Java agent,
   * get the attributes only.
   *
   * @param span a span that has not ended
   */
  public void applyTo(Span span) {
    context().applyTo(span);
    if (capture != null && span instanceof ReadableSpan readable) {
      capture.add(readable);
    }
  }

  /** Two snapshots are equal when they do the same to a span, and to the baggage. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PhoenixSnapshot that
        && entry.attributes().equals(that.entry.attributes())
        && entry.copies().equals(that.entry.copies())
        && openCapture() == that.openCapture();
  }

  @Override
  public int hashCode() {
    return entry.attributes().hashCode();
  }

  private @Nullable SpanCapture openCapture() {
    SpanCapture open = capture;
    while (open != null && open.isClosed()) {
      open = open.outer();
    }
    return open;
  }

  /** Shows no values: they may be about people. */
  @Override
  public String toString() {
    return "PhoenixSnapshot(" + context() + ", " + capture + ")";
  }
}
