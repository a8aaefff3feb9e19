package io.github.phoenixkt.java;

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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Spans, and the annotations of spans and of their retrieved documents. */
public final class AsyncSpansResource extends AsyncResource
    implements AsyncSpanAnnotationWriter, AsyncDocumentAnnotationWriter {
  private static final int DEFAULT_ANNOTATIONS_PAGE = 1_000;
  private static final int DEFAULT_PAGE = 100;

  AsyncSpansResource(Calls calls) {
    super(calls);
  }

  /**
   * The annotations of spans, newest first within each hundred of ids; notes are left out. Ids that
   * do not exist have no annotations. All are held in memory: of many, read one page after the
   * other.
   *
   * @param spanIds the spans, any number of them; none ask for nothing
   * @return all of them
   */
  public CompletableFuture<List<StoredAnnotation>> getSpanAnnotations(Collection<String> spanIds) {
    return getSpanAnnotations(new AnnotationQuery(Checks.copyOf(spanIds, "spanIds")));
  }

  /**
   * The annotations of spans that the query asks for. All are held in memory: of many, read one
   * page after the other.
   *
   * @param query which
   * @return all of them
   */
  public CompletableFuture<List<StoredAnnotation>> getSpanAnnotations(AnnotationQuery query) {
    requireNonNull(query, "query");
    return calls.list(() -> calls.client.getSpans().getSpanAnnotations(query, null));
  }

  /**
   * The annotations of spans that the query asks for, up to a number. All are held in memory: of
   * many, read one page after the other.
   *
   * @param query which
   * @param limit how many at most in all, from 1
   * @return these
   */
  public CompletableFuture<List<StoredAnnotation>> getSpanAnnotations(
      AnnotationQuery query, int limit) {
    requireNonNull(query, "query");
    return calls.list(() -> calls.client.getSpans().getSpanAnnotations(query, limit));
  }

  /**
   * The first page of at most 1,000 annotations of spans; a page may be empty although more follow.
   *
   * @param query which
   * @return the page, with the cursor of the next
   */
  public CompletableFuture<Page<StoredAnnotation>> getSpanAnnotationsPage(AnnotationQuery query) {
    return getSpanAnnotationsPage(query, null, DEFAULT_ANNOTATIONS_PAGE);
  }

  /**
   * One page of annotations of spans; a page may be empty although more follow.
   *
   * @param query which
   * @param cursor of the page before, or null for the first
   * @param limit the size of the page, 1 to 10,000
   * @return the page, with the cursor of the next
   */
  public CompletableFuture<Page<StoredAnnotation>> getSpanAnnotationsPage(
      AnnotationQuery query, @Nullable String cursor, int limit) {
    requireNonNull(query, "query");
    return calls.call(k -> calls.client.getSpans().getSpanAnnotationsPage(query, cursor, limit, k));
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
   * @return done when they are gone
   */
  public CompletableFuture<@Nullable Void> deleteSpanAnnotations(
      String project, DeleteRange range) {
    requireNonNull(project, "project");
    requireNonNull(range, "range");
    return calls.run(
        k -> calls.client.getSpans().deleteSpanAnnotations(project, range, null, null, null, k));
  }

  /**
   * Deletes annotations of spans that the filter lets through, for good. See {@link
   * #deleteSpanAnnotations(String, DeleteRange)}.
   *
   * @param project its name or id; never taken from the settings
   * @param range when they were first stored
   * @param filter which of those
   * @return done when they are gone
   */
  public CompletableFuture<@Nullable Void> deleteSpanAnnotations(
      String project, DeleteRange range, DeleteFilter filter) {
    requireNonNull(project, "project");
    requireNonNull(range, "range");
    requireNonNull(filter, "filter");
    return calls.run(
        k ->
            calls
                .client
                .getSpans()
                .deleteSpanAnnotations(
                    project, range, filter.name(), filter.identifier(), filter.annotatorKind(), k));
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
  public CompletableFuture<LoggedSpans> logSpans(Collection<SpanData> spans) {
    List<SpanData> copy = Checks.copyOf(spans, "spans");
    return calls.call(k -> calls.client.getSpans().logSpans(copy, null, k));
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
  public CompletableFuture<LoggedSpans> logSpans(Collection<SpanData> spans, String project) {
    List<SpanData> copy = Checks.copyOf(spans, "spans");
    requireNonNull(project, "project");
    return calls.call(k -> calls.client.getSpans().logSpans(copy, project, k));
  }

  /**
   * The spans of the project of the settings, newest first. All are held in memory: of many, read
   * one page after the other.
   *
   * @return all of them
   */
  public CompletableFuture<List<StoredSpan>> getSpans() {
    return getSpans(new SpanFilter());
  }

  /**
   * Spans of the project of the settings, newest first. All are held in memory: of many, read one
   * page after the other.
   *
   * @param filter which
   * @return all of them
   */
  public CompletableFuture<List<StoredSpan>> getSpans(SpanFilter filter) {
    requireNonNull(filter, "filter");
    return calls.list(() -> calls.client.getSpans().getSpans(filter, null, null));
  }

  /**
   * Spans of the project of the settings, newest first, up to a number. All are held in memory: of
   * many, read one page after the other.
   *
   * @param filter which
   * @param limit how many at most in all, from 1
   * @return all of them
   */
  public CompletableFuture<List<StoredSpan>> getSpans(SpanFilter filter, int limit) {
    requireNonNull(filter, "filter");
    return calls.list(() -> calls.client.getSpans().getSpans(filter, null, limit));
  }

  /**
   * Spans of a project, newest first. All are held in memory: of many, read one page after the
   * other.
   *
   * @param filter which
   * @param project its name or id
   * @return all of them
   */
  public CompletableFuture<List<StoredSpan>> getSpans(SpanFilter filter, String project) {
    requireNonNull(filter, "filter");
    requireNonNull(project, "project");
    return calls.list(() -> calls.client.getSpans().getSpans(filter, project, null));
  }

  /**
   * Spans of a project, newest first, up to a number. All are held in memory: of many, read one
   * page after the other.
   *
   * @param filter which
   * @param project its name or id
   * @param limit how many at most in all, from 1
   * @return all of them
   */
  public CompletableFuture<List<StoredSpan>> getSpans(
      SpanFilter filter, String project, int limit) {
    requireNonNull(filter, "filter");
    requireNonNull(project, "project");
    return calls.list(() -> calls.client.getSpans().getSpans(filter, project, limit));
  }

  /**
   * The first page of at most 100 of all spans of the project of the settings.
   *
   * @return the page, with the cursor of the next
   */
  public CompletableFuture<Page<StoredSpan>> getSpansPage() {
    return getSpansPage(new SpanFilter());
  }

  /**
   * The first page of at most 100 spans of the project of the settings.
   *
   * @param filter which
   * @return the page, with the cursor of the next
   */
  public CompletableFuture<Page<StoredSpan>> getSpansPage(SpanFilter filter) {
    return getSpansPage(filter, null, null, DEFAULT_PAGE);
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
  public CompletableFuture<Page<StoredSpan>> getSpansPage(
      SpanFilter filter, @Nullable String project, @Nullable String cursor, int limit) {
    requireNonNull(filter, "filter");
    return calls.call(k -> calls.client.getSpans().getSpansPage(filter, project, cursor, limit, k));
  }
}
