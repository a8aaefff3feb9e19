package io.github.phoenixkt.java;

import static java.util.Objects.requireNonNull;

import io.github.phoenixkt.Page;
import io.github.phoenixkt.annotations.AnnotationQuery;
import io.github.phoenixkt.annotations.DeleteRange;
import io.github.phoenixkt.annotations.StoredAnnotation;
import io.github.phoenixkt.spans.LoggedSpans;
import io.github.phoenixkt.spans.SpanData;
import io.github.phoenixkt.spans.SpanFilter;
import io.github.phoenixkt.spans.SpanQuery;
import io.github.phoenixkt.spans.StoredSpan;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Spans, and the annotations of spans and of their retrieved documents. */
public final class AsyncSpansResource extends AsyncResource
    implements AsyncSpanAnnotationWriter, AsyncDocumentAnnotationWriter {
  private static final int DEFAULT_ANNOTATIONS_PAGE = 1_000;
  private static final int DEFAULT_PAGE = 100;
  private static final int DEFAULT_ROWS_PAGE = 1_000;

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
    return getSpanAnnotations(
        AnnotationQuery.builder().ids(Checks.copyOf(spanIds, "spanIds")).build());
  }

  /**
   * The annotations of spans that the query asks for. All are held in memory: of many, read one
   * page after the other.
   *
   * @param query which
   * @return all of them
   */
  public CompletableFuture<List<StoredAnnotation>> getSpanAnnotations(AnnotationQuery query) {
    return getSpanAnnotations(query, null, Integer.MAX_VALUE);
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
    return getSpanAnnotations(query, null, limit);
  }

  /**
   * The annotations of spans of a project that the query asks for. All are held in memory: of many,
   * read one page after the other.
   *
   * @param query which
   * @param project its name or id
   * @return all of them
   */
  public CompletableFuture<List<StoredAnnotation>> getSpanAnnotations(
      AnnotationQuery query, String project) {
    requireNonNull(project, "project");
    return getSpanAnnotations(query, project, Integer.MAX_VALUE);
  }

  /**
   * The annotations of spans of a project that the query asks for, up to a number. All are held in
   * memory: of many, read one page after the other.
   *
   * @param query which
   * @param project its name or id, or null for that of the settings
   * @param limit how many at most in all, from 1; {@link Integer#MAX_VALUE} for all there are
   * @return these
   */
  public CompletableFuture<List<StoredAnnotation>> getSpanAnnotations(
      AnnotationQuery query, @Nullable String project, int limit) {
    requireNonNull(query, "query");
    return calls.list(
        () -> calls.client.getSpans().getSpanAnnotations(query, project, Limits.total(limit)));
  }

  /**
   * The first page of at most 1,000 annotations of spans; a page may be empty although more follow.
   *
   * @param query which
   * @return the page, with the cursor of the next
   */
  public CompletableFuture<Page<StoredAnnotation>> getSpanAnnotationsPage(AnnotationQuery query) {
    return getSpanAnnotationsPage(query, null, null, DEFAULT_ANNOTATIONS_PAGE);
  }

  /**
   * One page of annotations of spans; a page may be empty although more follow.
   *
   * @param query which
   * @param project its name or id, or null for that of the settings
   * @param cursor of the page before, or null for the first
   * @param limit the size of the page, 1 to 10,000
   * @return the page, with the cursor of the next
   */
  public CompletableFuture<Page<StoredAnnotation>> getSpanAnnotationsPage(
      AnnotationQuery query, @Nullable String project, @Nullable String cursor, int limit) {
    requireNonNull(query, "query");
    return calls.call(
        k -> calls.client.getSpans().getSpanAnnotationsPage(query, project, cursor, limit, k));
  }

  /**
   * Deletes annotations of spans, for good. Since Phoenix 15.4.
   *
   * <p>Whoever is no admin deletes only rows of their own: the others stay, and Phoenix does not
   * say so, nor how many were deleted.
   *
   * @param project its name or id; never taken from the settings
   * @param range {@code DeleteRange.between(…)} (by when an annotation was first stored) or {@code
   *     DeleteRange.all()}
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
   * All spans of the project of the settings, those that were stored last first. Since Phoenix
   * 10.6. All are held in memory: of many, read one page after the other.
   *
   * <p>Each once; those that are stored meanwhile do not appear. They are read in pages of 1,000,
   * or as {@code CallOptions.builder().pageSize(…)} says; a page that is too much for the server is
   * read in halves. Spans and traces that do not exist have no spans. Fails with {@link
   * io.github.phoenixkt.PhoenixException.NotFound} when there is no such project, and with {@link
   * io.github.phoenixkt.PhoenixException.ServerTooOld} when the filter is newer than the server.
   *
   * @return all of them
   */
  public CompletableFuture<List<StoredSpan>> getSpans() {
    return getSpans(SpanFilter.builder().build());
  }

  /**
   * Spans of the project of the settings, those that were stored last first unless the filter says
   * otherwise. All are held in memory: of many, read one page after the other. See {@link
   * #getSpans()}.
   *
   * @param filter which, and in which order
   * @return all of them
   */
  public CompletableFuture<List<StoredSpan>> getSpans(SpanFilter filter) {
    return getSpans(filter, null, Integer.MAX_VALUE, null);
  }

  /**
   * Spans of the project of the settings, up to a number, those that were stored last first unless
   * the filter says otherwise. All are held in memory: of many, read one page after the other. See
   * {@link #getSpans()}.
   *
   * @param filter which, and in which order
   * @param limit how many at most in all, from 1; {@link Integer#MAX_VALUE} for all there are
   * @return these
   */
  public CompletableFuture<List<StoredSpan>> getSpans(SpanFilter filter, int limit) {
    return getSpans(filter, null, limit, null);
  }

  /**
   * Spans of a project, those that were stored last first unless the filter says otherwise. All are
   * held in memory: of many, read one page after the other. See {@link #getSpans()}.
   *
   * @param filter which, and in which order
   * @param project its name or id
   * @return all of them
   */
  public CompletableFuture<List<StoredSpan>> getSpans(SpanFilter filter, String project) {
    requireNonNull(project, "project");
    return getSpans(filter, project, Integer.MAX_VALUE, null);
  }

  /**
   * Spans of a project, up to a number, those that were stored last first unless the filter says
   * otherwise. All are held in memory: of many, read one page after the other. See {@link
   * #getSpans()}.
   *
   * @param filter which, and in which order
   * @param project its name or id
   * @param limit how many at most in all, from 1; {@link Integer#MAX_VALUE} for all there are
   * @return these
   */
  public CompletableFuture<List<StoredSpan>> getSpans(
      SpanFilter filter, String project, int limit) {
    requireNonNull(project, "project");
    return getSpans(filter, project, limit, null);
  }

  /**
   * Spans, those that were stored last first unless the filter says otherwise. All are held in
   * memory: of many, read one page after the other. See {@link #getSpans()}.
   *
   * <p>A list that fails hands out nothing of what it has read: to go on where it failed, read page
   * by page.
   *
   * @param filter which, and in which order
   * @param project its name or id, or null for that of the settings
   * @param limit how many at most in all, from 1; {@link Integer#MAX_VALUE} for all there are
   * @param cursor where to begin, from a page, or null for the beginning
   * @return these
   */
  public CompletableFuture<List<StoredSpan>> getSpans(
      SpanFilter filter, @Nullable String project, int limit, @Nullable String cursor) {
    requireNonNull(filter, "filter");
    return calls.list(
        () -> calls.client.getSpans().getSpans(filter, project, Limits.total(limit), cursor));
  }

  /**
   * The first page of at most 100 of all spans of the project of the settings. Since Phoenix 10.6.
   *
   * @return the page, with the cursor of the next
   */
  public CompletableFuture<Page<StoredSpan>> getSpansPage() {
    return getSpansPage(SpanFilter.builder().build());
  }

  /**
   * The first page of at most 100 spans of the project of the settings; a page may be empty
   * although more follow. Since Phoenix 10.6.
   *
   * @param filter which, and in which order
   * @return the page, with the cursor of the next
   */
  public CompletableFuture<Page<StoredSpan>> getSpansPage(SpanFilter filter) {
    return getSpansPage(filter, null, null, DEFAULT_PAGE);
  }

  /**
   * One page of spans; a page may be empty although more follow. Since Phoenix 10.6.
   *
   * @param filter which, and in which order
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

  /**
   * All spans of the project of the settings, with all that they have. Since Phoenix 9.0. All are
   * held in memory: of many, read one page after the other.
   *
   * <p>One map for each row, with the names of its columns; a column is null where a row has no
   * value for it. Times are {@link Instant}; whole numbers in a column with gaps come as decimals
   * ({@code 7.0}).
   *
   * <p>All rows, each once. Where there are more than fit one page, they are read by the time that
   * their spans started, later spans first; within a page the order is the server's. Up to 1,000
   * rows by number take one request, and it is the server that chooses them.
   *
   * <p>Fails with {@link io.github.phoenixkt.PhoenixException.NotFound} when there is no such
   * project, with {@link io.github.phoenixkt.PhoenixException.Rejected} when the server does not
   * understand the query, and with {@link io.github.phoenixkt.PhoenixException.Forbidden} for the
   * key of a viewer.
   *
   * @return all of them
   */
  public CompletableFuture<List<Map<String, @Nullable Object>>> querySpans() {
    return querySpans(new SpanQuery());
  }

  /**
   * What a query finds among the spans of the project of the settings. All are held in memory: of
   * many, read one page after the other. See {@link #querySpans()}.
   *
   * @param query which spans, and what of them
   * @return all of them
   */
  public CompletableFuture<List<Map<String, @Nullable Object>>> querySpans(SpanQuery query) {
    return querySpans(query, null, null, null, Integer.MAX_VALUE, null);
  }

  /**
   * What a query finds among the spans of the project of the settings, up to a number of rows. All
   * are held in memory: of many, read one page after the other. See {@link #querySpans()}.
   *
   * @param query which spans, and what of them
   * @param limit how many at most in all, from 1; {@link Integer#MAX_VALUE} for all there are
   * @return these
   */
  public CompletableFuture<List<Map<String, @Nullable Object>>> querySpans(
      SpanQuery query, int limit) {
    return querySpans(query, null, null, null, limit, null);
  }

  /**
   * What a query finds among the spans of a project. All are held in memory: of many, read one page
   * after the other. See {@link #querySpans()}.
   *
   * @param query which spans, and what of them
   * @param project its name or id
   * @return all of them
   */
  public CompletableFuture<List<Map<String, @Nullable Object>>> querySpans(
      SpanQuery query, String project) {
    requireNonNull(project, "project");
    return querySpans(query, null, null, project, Integer.MAX_VALUE, null);
  }

  /**
   * What a query finds among the spans of a project, up to a number of rows. All are held in
   * memory: of many, read one page after the other. See {@link #querySpans()}.
   *
   * @param query which spans, and what of them
   * @param project its name or id
   * @param limit how many at most in all, from 1; {@link Integer#MAX_VALUE} for all there are
   * @return these
   */
  public CompletableFuture<List<Map<String, @Nullable Object>>> querySpans(
      SpanQuery query, String project, int limit) {
    requireNonNull(project, "project");
    return querySpans(query, null, null, project, limit, null);
  }

  /**
   * What a query finds among spans. All are held in memory: of many, read one page after the other.
   * See {@link #querySpans()}.
   *
   * <p>A list that fails hands out nothing of what it has read: to go on where it failed, read page
   * by page.
   *
   * @param query which spans, and what of them
   * @param startTime of spans that start then or later, or null for all
   * @param endTime of spans that start before then, or null for all
   * @param project its name or id, or null for that of the settings
   * @param limit how many at most in all, from 1; {@link Integer#MAX_VALUE} for all there are
   * @param cursor where to begin, from a page, or null for the beginning
   * @return these
   */
  public CompletableFuture<List<Map<String, @Nullable Object>>> querySpans(
      SpanQuery query,
      @Nullable Instant startTime,
      @Nullable Instant endTime,
      @Nullable String project,
      int limit,
      @Nullable String cursor) {
    requireNonNull(query, "query");
    return calls.list(
        () ->
            calls
                .client
                .getSpans()
                .querySpans(query, startTime, endTime, project, Limits.total(limit), cursor));
  }

  /**
   * The rows of the first page of {@link #querySpans()}: at most 1,000, unless more belong to spans
   * that start at the same microsecond. Since Phoenix 9.0.
   *
   * @return the page, with the cursor of the next
   */
  public CompletableFuture<Page<Map<String, @Nullable Object>>> querySpansPage() {
    return querySpansPage(new SpanQuery());
  }

  /**
   * The rows of the first page of {@link #querySpans(SpanQuery)}: at most 1,000, unless more belong
   * to spans that start at the same microsecond; it may be empty although more follow. Since
   * Phoenix 9.0.
   *
   * @param query which spans, and what of them
   * @return the page, with the cursor of the next
   */
  public CompletableFuture<Page<Map<String, @Nullable Object>>> querySpansPage(SpanQuery query) {
    return querySpansPage(query, null, null, null, null, DEFAULT_ROWS_PAGE);
  }

  /**
   * The rows of one page of {@link #querySpans(SpanQuery)}; it may be empty although more follow.
   * Since Phoenix 9.0.
   *
   * @param query which spans, and what of them
   * @param startTime of spans that start then or later, or null for all
   * @param endTime of spans that start before then, or null for all
   * @param project its name or id, or null for that of the settings
   * @param cursor of the page before, or null for the first
   * @param limit 2 to 1,000; the page has fewer rows, unless more belong to spans that start at the
   *     same microsecond
   * @return the page, with the cursor of the next
   */
  public CompletableFuture<Page<Map<String, @Nullable Object>>> querySpansPage(
      SpanQuery query,
      @Nullable Instant startTime,
      @Nullable Instant endTime,
      @Nullable String project,
      @Nullable String cursor,
      int limit) {
    requireNonNull(query, "query");
    return calls.call(
        k ->
            calls
                .client
                .getSpans()
                .querySpansPage(query, startTime, endTime, project, cursor, limit, k));
  }

  /**
   * Deletes a span with its annotations. Its children stay, and its trace goes with its last span.
   * Since Phoenix 11.19. Fails with {@link io.github.phoenixkt.PhoenixException.NotFound} when
   * there is none.
   *
   * @param spanId the id that the tracer knows, or Phoenix's own
   * @return done when it is so
   */
  public CompletableFuture<@Nullable Void> delete(String spanId) {
    requireNonNull(spanId, "spanId");
    return calls.run(k -> calls.client.getSpans().delete(spanId, k));
  }
}
