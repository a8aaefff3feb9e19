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
 * The spans that start in a block of code, whoever starts them: to give them feedback without
 * handling ids.
 *
 * <pre>{@code
 * SpanCapture capture = SpanCapture.start();
 * try (capture) {
 *   answer = model.answer(question); // traced by some instrumentation
 * }
 * CapturedSpan model = capture.ofKind(OpenInferenceSpanKind.LLM).get(0);
 * }</pre>
 *
 * <p>It stays readable after the block. Beside another scope, start it last, so that it is closed
 * first: {@code try (Scope session = …; SpanCapture capture = SpanCapture.start())}. Captures nest:
 * a span is captured by all that are open around it. Work on other threads is captured where the
 * OpenTelemetry context is taken along ({@link Context#taskWrapping}), and as long as the block
 * lasts.
 *
 * <p>It needs a {@link PhoenixContextSpanProcessor} in the OpenTelemetry SDK; without one, or
 * without an SDK, it stays empty. Spans that are not sampled never come to Phoenix and are not
 * captured, and neither are the requests of the Phoenix client itself.
 *
 * <p>Thread-safe. Bounded: after so many spans further ones are only counted ({@link #overflow()}),
 * and a warning is logged; {@link #last()} is still the last one.
 */
public final class SpanCapture implements AutoCloseable {
  /** How many spans a capture holds unless told otherwise. */
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
   * Captures the spans that start on this thread from now on, until it is closed.
   *
   * @return to be closed on this thread
   */
  public static SpanCapture start() {
    return start(DEFAULT_LIMIT);
  }

  /**
   * Captures the spans that start on this thread from now on, until it is closed.
   *
   * @param limit how many spans to hold at most, from 1 on
   * @return to be closed on this thread
   * @throws IllegalArgumentException when the limit is below 1
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
   * The spans, in the order in which they started.
   *
   * @return a copy; empty when none was captured
   */
  public synchronized List<CapturedSpan> spans() {
    return List.copyOf(spans.values());
  }

  /**
   * The span that started first.
   *
   * @return a span, or null when none was captured
   */
  public synchronized @Nullable CapturedSpan first() {
    return spans.isEmpty() ? null : spans.values().iterator().next();
  }

  /**
   * The span that started last, which is often one deep inside: not the one that ended last.
   *
   * @return a span, or null when none was captured
   */
  public synchronized @Nullable CapturedSpan last() {
    return last;
  }

  /**
   * The spans whose parent was not captured: what the block did, without what that is made of.
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
   * The spans of a kind.
   *
   * @param kind of OpenInference
   * @return a copy
   */
  public List<CapturedSpan> ofKind(OpenInferenceSpanKind kind) {
    requireNonNull(kind, "kind");
    return where(span -> span.kind() == kind);
  }

  /**
   * The spans that have an attribute of that value.
   *
   * @param key name and type
   * @param value what it must be
   * @param <T> type
   * @return a copy
   */
  public <T> List<CapturedSpan> with(AttributeKey<T> key, T value) {
    requireNonNull(key, "key");
    requireNonNull(value, "value");
    return where(span -> value.equals(span.attribute(key)));
  }

  /**
   * The spans that satisfy a condition, as they are now.
   *
   * @param condition asked of each span
   * @return a copy
   */
  public List<CapturedSpan> where(Predicate<? super CapturedSpan> condition) {
    requireNonNull(condition, "condition");
    return spans().stream().filter(condition).toList();
  }

  /**
   * How many spans were not kept, because there were more than the limit.
   *
   * @return 0 when all were
   */
  public synchronized long overflow() {
    return overflow;
  }

  /** Ends the capture; what was captured stays readable. Closing it again does nothing. */
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
