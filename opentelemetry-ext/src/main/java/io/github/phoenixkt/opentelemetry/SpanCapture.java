package io.github.phoenixkt.opentelemetry;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.trace.ReadableSpan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Captures the spans that start in a block of code, whichever library starts them, so that they can
 * be given feedback without handling ids.
 *
 * <pre>{@code
 * SpanCapture capture = SpanCapture.start();
 * try (capture) {
 *   answer = model.answer(question); // traced by an instrumentation
 * }
 * CapturedSpan model = capture.ofKind(OpenInferenceSpanKind.LLM).get(0);
 * }</pre>
 *
 * <p>A capture stays readable after the block. Next to another scope, start the capture last, so
 * that it is closed first: {@code try (Scope session = …; SpanCapture capture =
 * SpanCapture.start())}. Captures nest: a span is captured by all that are open around it. Spans on
 * other threads are captured if the OpenTelemetry context is taken there ({@link
 * Context#taskWrapping}), until the block ends.
 *
 * <p>It needs a {@link PhoenixContextSpanProcessor} in the OpenTelemetry SDK; without one, it stays
 * empty. Spans that are not sampled never reach Phoenix and are not captured. The client's own
 * requests are not captured either.
 *
 * <p>Thread-safe. Bounded: spans beyond the limit are only counted ({@link #overflow()}), and a
 * warning is logged; {@link #last()} is still the last span.
 */
public final class SpanCapture implements AutoCloseable {
  /** How many spans a capture holds by default. */
  public static final int DEFAULT_LIMIT = 1_000;

  private static final Logger logger = LoggerFactory.getLogger(SpanCapture.class);

  private final int limit;
  private final @Nullable SpanCapture outer;
  private final Map<String, CapturedSpan> spans = new LinkedHashMap<>();
  private @Nullable CapturedSpan last;
  private long overflow;
  private volatile boolean closed;
  private @Nullable Scope scope;

  private SpanCapture(int limit, @Nullable SpanCapture outer) {
    this.limit = limit;
    this.outer = outer;
  }

  /**
   * Starts to capture the spans that start on this thread, until it is closed.
   *
   * @return a capture, to be closed on this thread
   */
  public static SpanCapture start() {
    return start(DEFAULT_LIMIT);
  }

  /**
   * Starts to capture the spans that start on this thread, until it is closed.
   *
   * @param limit how many spans to hold at most; at least 1
   * @return a capture, to be closed on this thread
   * @throws IllegalArgumentException if the limit is below 1
   */
  public static SpanCapture start(int limit) {
    SpanCapture capture = in(Context.current(), limit);
    capture.scope = capture.makeCurrent();
    return capture;
  }

  /**
   * Returns a capture for work that goes on after the code that described it has returned, such as
   * an answer that is streamed. It captures nothing until {@link #makeCurrent} puts it into the
   * context of a block, from which the work takes it along.
   *
   * <pre>{@code
   * SpanCapture capture = SpanCapture.detached();
   * try (Scope scope = capture.makeCurrent()) {
   *   ContextSnapshot context = ContextSnapshotFactory.builder().build().captureAll();
   *   return model.stream(question)
   *       .doFinally(end -> capture.close())
   *       .contextWrite(context::updateContext);
   * }
   * }</pre>
   *
   * @return to be closed on any thread, when the work has ended
   */
  public static SpanCapture detached() {
    return in(Context.current(), DEFAULT_LIMIT);
  }

  /**
   * Opens a scope of this capture: the spans that start on this thread are captured until the scope
   * or the capture is closed. Closing the scope does not close the capture.
   *
   * @return to be closed on this thread
   */
  public Scope makeCurrent() {
    CaptureEntry entry = CaptureEntry.over(Context.current(), this);
    return PhoenixScope.open(
        entry.storeIn(Context.current()),
        () -> CaptureEntry.of(Context.current()) == entry,
        entry::end);
  }

  /** A capture that is in no context yet. */
  static SpanCapture in(Context context, int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be at least 1 but is " + limit + ".");
    }
    // Captures that were closed are not kept: a thread that they are left on would collect them.
    return new SpanCapture(limit, CaptureEntry.captureIn(context));
  }

  Context storeIn(Context context) {
    return CaptureEntry.over(context, this).storeIn(context);
  }

  @Nullable SpanCapture outer() {
    return outer;
  }

  boolean isClosed() {
    return closed;
  }

  void add(ReadableSpan span) {
    if (!span.getSpanContext().isSampled()) {
      return;
    }
    CapturedSpan captured = new CapturedSpan(span);
    for (SpanCapture capture = this; capture != null; capture = capture.outer) {
      capture.keep(captured);
    }
  }

  private void keep(CapturedSpan span) {
    boolean first;
    synchronized (this) {
      // A processor that is registered twice tells each span twice.
      if (closed || spans.containsKey(span.spanId()) || isLast(span)) {
        return;
      }
      last = span;
      if (spans.size() < limit) {
        spans.put(span.spanId(), span);
        return;
      }
      first = ++overflow == 1;
    }
    if (first) {
      logger.warn(
          "More than {} spans started in one capture: it counts the others, but does not hold them. Capture a smaller"
              + " block, or use SpanCapture.start(limit).",
          limit);
    }
  }

  private boolean isLast(CapturedSpan span) {
    return last != null && last.spanId().equals(span.spanId());
  }

  /**
   * Returns the captured spans, in the order in which they started.
   *
   * @return a copy; empty if no span was captured
   */
  public synchronized List<CapturedSpan> spans() {
    return List.copyOf(spans.values());
  }

  /**
   * Returns the span that started first.
   *
   * @return a span, or null if none was captured
   */
  public synchronized @Nullable CapturedSpan first() {
    return spans.isEmpty() ? null : spans.values().iterator().next();
  }

  /**
   * Returns the span that started last. It is often nested deep inside, and not the one that ended
   * last.
   *
   * @return a span, or null if none was captured
   */
  public synchronized @Nullable CapturedSpan last() {
    return last;
  }

  /**
   * Returns the spans whose parent was not captured: the topmost spans of the block.
   *
   * @return a copy
   */
  public List<CapturedSpan> roots() {
    List<CapturedSpan> all = spans();
    Set<String> ids = all.stream().map(CapturedSpan::spanId).collect(Collectors.toSet());
    return all.stream()
        .filter(span -> span.parentId() == null || !ids.contains(span.parentId()))
        .toList();
  }

  /**
   * Returns the spans of a kind, as {@link CapturedSpan#kind} tells it.
   *
   * @param kind a kind of OpenInference
   * @return a copy
   */
  public List<CapturedSpan> ofKind(OpenInferenceSpanKind kind) {
    requireNonNull(kind, "kind");
    return where(span -> span.kind() == kind);
  }

  /**
   * Returns the spans that have an attribute with this value.
   *
   * @param key name and type
   * @param value the value to look for
   * @param <T> the type of the value
   * @return a copy
   */
  public <T> List<CapturedSpan> with(AttributeKey<T> key, T value) {
    requireNonNull(key, "key");
    requireNonNull(value, "value");
    return where(span -> value.equals(span.attribute(key)));
  }

  /**
   * Returns the spans that meet a condition, as they are now.
   *
   * @param condition tested with each span
   * @return a copy
   */
  public List<CapturedSpan> where(Predicate<? super CapturedSpan> condition) {
    requireNonNull(condition, "condition");
    return spans().stream().filter(condition).toList();
  }

  /**
   * Returns how many spans were not kept because they were beyond the limit.
   *
   * @return 0 if all spans were kept
   */
  public synchronized long overflow() {
    return overflow;
  }

  /** Ends the capture. Captured spans stay readable. Closing it again does nothing. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    if (scope != null) {
      scope.close();
      // It knows the context before it, which may have a capture that was closed elsewhere, and so
      // on.
      scope = null;
    }
  }

  @Override
  public synchronized String toString() {
    return "SpanCapture(" + (spans.size() + overflow) + " spans" + (closed ? ")" : ", open)");
  }
}
