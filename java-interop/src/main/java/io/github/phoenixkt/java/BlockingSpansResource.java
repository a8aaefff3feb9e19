package io.github.phoenixkt.java;

import static io.github.phoenixkt.java.Waiting.await;
import static java.util.Objects.requireNonNull;

import io.github.phoenixkt.Page;
import io.github.phoenixkt.annotations.AnnotationQuery;
import io.github.phoenixkt.annotations.DeleteRange;
import io.github.phoenixkt.annotations.StoredAnnotation;
import io.github.phoenixkt.spans.LoggedSpans;
import io.github.phoenixkt.spans.SpanData;
import io.github.phoenixkt.spans.SpanFilter;
import io.github.phoenixkt.spans.StoredSpan;
import java.util.Collection;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Spans, and the annotations of spans and of their retrieved documents. */
public final class BlockingSpansResource extends BlockingResource
    implements BlockingSpanAnnotationWriter, BlockingDocumentAnnotationWriter {

  BlockingSpansResource(PhoenixAsyncClient async) {
    super(async);
  }

  /**
   * The annotations of spans, newest first within each hundred of ids; notes are left out. Ids that
   * do not exist have no annotations. Pages are fetched as the stream is read; close it when you do
   * not read it to its end.
   *
   * @param spanIds the spans, any number of them; none ask for nothing
   * @return what to close after reading
   */
  public Stream<StoredAnnotation> getSpanAnnotations(Collection<String> spanIds) {
    return getSpanAnnotations(new AnnotationQuery(Checks.copyOf(spanIds, "spanIds")));
  }

  /**
   * The annotations of spans that the query asks for. Pages are fetched as the stream is read;
   * close it when you do not read it to its end.
   *
   * @param query which
   * @return what to close after reading
   */
  public Stream<StoredAnnotation> getSpanAnnotations(AnnotationQuery query) {
    requireNonNull(query, "query");
    Calls calls = async.calls();
    return FlowStream.of(calls, calls.client.getSpans().getSpanAnnotations(query, null));
  }

  /**
   * The annotations of spans that the query asks for, up to a number. Pages are fetched as the
   * stream is read; close it when you do not read it to its end.
   *
   * @param query which
   * @param limit how many at most in all, from 1
   * @return what to close after reading
   */
  public Stream<StoredAnnotation> getSpanAnnotations(AnnotationQuery query, int limit) {
    requireNonNull(query, "query");
    Calls calls = async.calls();
    return FlowStream.of(calls, calls.client.getSpans().getSpanAnnotations(query, limit));
  }

  /**
   * The first page of at most 1,000 annotations of spans; a page may be empty although more follow.
   *
   * @param query which
   * @return the page, with the cursor of the next
   */
  public Page<StoredAnnotation> getSpanAnnotationsPage(AnnotationQuery query) {
    return await(() -> async.spans().getSpanAnnotationsPage(query));
  }

  /**
   * One page of annotations of spans; a page may be empty although more follow.
   *
   * @param query which
   * @param cursor of the page before, or null for the first
   * @param limit the size of the page, 1 to 10,000
   * @return the page, with the cursor of the next
   */
  public Page<StoredAnnotation> getSpanAnnotationsPage(
      AnnotationQuery query, @Nullable String cursor, int limit) {
    return await(() -> async.spans().getSpanAnnotationsPage(query, cursor, limit));
  }

  /**
   * Deletes annotations of spans, for good. Since Phoenix 15.4.
   *
   * <p>Whoever is no admin deletes only rows of their own: the others stay, and Phoenix does not
   * say so, nor how many were deleted.
   *
   * @param project its name or id; never taken from the settings
   * @param range a {@link io.github.phoenixkt.annotations.DeleteWindow} (by when an annotation was
   *     first stored) or {@link io.github.phoenixkt.annotations.DeleteAll}
   */
  public void deleteSpanAnnotations(String project, DeleteRange range) {
    await(() -> async.spans().deleteSpanAnnotations(project, range));
  }

  /**
   * Deletes annotations of spans that the filter lets through, for good. See {@link
   * #deleteSpanAnnotations(String, DeleteRange)}.
   *
   * @param project its name or id; never taken from the settings
   * @param range when they were first stored
   * @param filter which of those
   */
  public void deleteSpanAnnotations(String project, DeleteRange range, DeleteFilter filter) {
    await(() -> async.spans().deleteSpanAnnotations(project, range, filter));
  }

  /**
   * Creates spans, for imports and tests; normally a tracer does. Phoenix stores them in the
   * background: they can be read, and annotated with {@code Sync}, a moment later. Not repeated
   * once the request may have arrived. Since Phoenix 10.12.
   *
   * <p>Fails with {@link io.github.phoenixkt.PhoenixException.SpansRejected} when some are stored
   * already or invalid, and none is stored then; with {@link IllegalArgumentException} when there
   * are none.
   *
   * @param spans at least one
   * @return how many Phoenix took
   */
  public LoggedSpans logSpans(Collection<SpanData> spans) {
    return await(() -> async.spans().logSpans(spans));
  }

  /**
   * Creates spans, for imports and tests; normally a tracer does. Phoenix stores them in the
   * background: they can be read, and annotated with {@code Sync}, a moment later. Not repeated
   * once the request may have arrived. Since Phoenix 10.12.
   *
   * <p>Fails with {@link io.github.phoenixkt.PhoenixException.SpansRejected} when some are stored
   * already or invalid, and none is stored then; with {@link IllegalArgumentException} when there
   * are none.
   *
   * @param spans at least one
   * @param project its name or id, made by Phoenix where there is none of that name
   * @return how many Phoenix took
   */
  public LoggedSpans logSpans(Collection<SpanData> spans, String project) {
    return await(() -> async.spans().logSpans(spans, project));
  }

  /**
   * The spans of the project of the settings, newest first. Pages are fetched as the stream is
   * read; close it when you do not read it to its end.
   *
   * @return what to close after reading
   */
  public Stream<StoredSpan> getSpans() {
    return getSpans(new SpanFilter());
  }

  /**
   * Spans of the project of the settings, newest first. Pages are fetched as the stream is read;
   * close it when you do not read it to its end.
   *
   * @param filter which
   * @return what to close after reading
   */
  public Stream<StoredSpan> getSpans(SpanFilter filter) {
    requireNonNull(filter, "filter");
    Calls calls = async.calls();
    return FlowStream.of(calls, calls.client.getSpans().getSpans(filter, null, null));
  }

  /**
   * Spans of the project of the settings, newest first, up to a number. Pages are fetched as the
   * stream is read; close it when you do not read it to its end.
   *
   * @param filter which
   * @param limit how many at most in all, from 1
   * @return what to close after reading
   */
  public Stream<StoredSpan> getSpans(SpanFilter filter, int limit) {
    requireNonNull(filter, "filter");
    Calls calls = async.calls();
    return FlowStream.of(calls, calls.client.getSpans().getSpans(filter, null, limit));
  }

  /**
   * Spans of a project, newest first. Pages are fetched as the stream is read; close it when you do
   * not read it to its end.
   *
   * @param filter which
   * @param project its name or id
   * @return what to close after reading
   */
  public Stream<StoredSpan> getSpans(SpanFilter filter, String project) {
    requireNonNull(filter, "filter");
    requireNonNull(project, "project");
    Calls calls = async.calls();
    return FlowStream.of(calls, calls.client.getSpans().getSpans(filter, project, null));
  }

  /**
   * Spans of a project, newest first, up to a number. Pages are fetched as the stream is read;
   * close it when you do not read it to its end.
   *
   * @param filter which
   * @param project its name or id
   * @param limit how many at most in all, from 1
   * @return what to close after reading
   */
  public Stream<StoredSpan> getSpans(SpanFilter filter, String project, int limit) {
    requireNonNull(filter, "filter");
    requireNonNull(project, "project");
    Calls calls = async.calls();
    return FlowStream.of(calls, calls.client.getSpans().getSpans(filter, project, limit));
  }

  /**
   * The first page of at most 100 of all spans of the project of the settings.
   *
   * @return the page, with the cursor of the next
   */
  public Page<StoredSpan> getSpansPage() {
    return getSpansPage(new SpanFilter());
  }

  /**
   * The first page of at most 100 spans of the project of the settings.
   *
   * @param filter which
   * @return the page, with the cursor of the next
   */
  public Page<StoredSpan> getSpansPage(SpanFilter filter) {
    return await(() -> async.spans().getSpansPage(filter));
  }

  /**
   * One page of spans.
   *
   * @param filter which
   * @param project its name or id, or null for that of the settings
   * @param cursor of the page before, or null for the first
   * @param limit the size of the page, 1 to 1,000
   * @return the page, with the cursor of the next
   */
  public Page<StoredSpan> getSpansPage(
      SpanFilter filter, @Nullable String project, @Nullable String cursor, int limit) {
    return await(() -> async.spans().getSpansPage(filter, project, cursor, limit));
  }
}
