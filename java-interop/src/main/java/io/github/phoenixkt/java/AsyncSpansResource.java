package io.github.phoenixkt.java;

import static java.util.Objects.requireNonNull;

import io.github.phoenixkt.CallOptions;
import io.github.phoenixkt.Page;
import io.github.phoenixkt.PhoenixException;
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

/**
 * Spans, and the annotations of spans and of their retrieved documents.
 *
 * <p>To decorate or mock this interface, see {@link PhoenixAsyncClient}.
 */
public interface AsyncSpansResource
    extends AsyncSpanAnnotationWriter, AsyncDocumentAnnotationWriter {
  /**
   * Reads the annotations of spans, the newest first within each 100 ids. Notes are left out. Ids
   * that do not exist have no annotations.
   *
   * @param spanIds any number of span ids; an empty collection reads nothing
   * @return completes with the annotations
   */
  default CompletableFuture<List<StoredAnnotation>> getSpanAnnotations(Collection<String> spanIds) {
    return getSpanAnnotations(
        AnnotationQuery.builder().ids(Checks.copyOf(spanIds, "spanIds")).build());
  }

  /** Reads the annotations that match a query. See {@link #getSpanAnnotations(Collection)}. */
  default CompletableFuture<List<StoredAnnotation>> getSpanAnnotations(AnnotationQuery query) {
    return getSpanAnnotations(query, null, Integer.MAX_VALUE);
  }

  /** Reads a limited number of annotations. See {@link #getSpanAnnotations(Collection)}. */
  default CompletableFuture<List<StoredAnnotation>> getSpanAnnotations(
      AnnotationQuery query, int limit) {
    return getSpanAnnotations(query, null, limit);
  }

  /** Reads annotations from a project. See {@link #getSpanAnnotations(Collection)}. */
  default CompletableFuture<List<StoredAnnotation>> getSpanAnnotations(
      AnnotationQuery query, String project) {
    requireNonNull(project, "project");
    return getSpanAnnotations(query, project, Integer.MAX_VALUE);
  }

  /**
   * Reads annotations of spans. See {@link #getSpanAnnotations(Collection)}.
   *
   * <p>Fails with {@link PhoenixException.NotFound} if the project does not exist.
   *
   * @param query which annotations to read
   * @param project the project's name or id, or null for the project from the settings
   * @param limit the maximum number of annotations, from 1; {@link Integer#MAX_VALUE} reads all
   * @return completes with the annotations
   */
  CompletableFuture<List<StoredAnnotation>> getSpanAnnotations(
      AnnotationQuery query, @Nullable String project, int limit);

  /** Reads the first 1,000 annotations. See {@link #getSpanAnnotations(Collection)}. */
  default CompletableFuture<Page<StoredAnnotation>> getSpanAnnotationsPage(AnnotationQuery query) {
    return getSpanAnnotationsPage(query, null, null, Limits.ANNOTATIONS_PAGE);
  }

  /**
   * Reads one page of annotations of spans. A page can be empty although more pages follow.
   *
   * @param query which annotations to read
   * @param project the project's name or id, or null for the project from the settings
   * @param cursor the cursor from the previous page, or null for the first page
   * @param limit the page size, 1 to 10,000
   * @return completes with the page, which has the cursor of the next page
   */
  CompletableFuture<Page<StoredAnnotation>> getSpanAnnotationsPage(
      AnnotationQuery query, @Nullable String project, @Nullable String cursor, int limit);

  /** Deletes all annotations in the range. See the method with a filter. */
  default CompletableFuture<@Nullable Void> deleteSpanAnnotations(
      String project, DeleteRange range) {
    return deleteSpanAnnotations(project, range, DeleteFilter.NONE);
  }

  /**
   * Deletes annotations of spans permanently. Since Phoenix 15.4.
   *
   * <p>Non-admin users can delete only their own annotations. Phoenix reports neither what it kept
   * nor how many annotations it deleted.
   *
   * @param project the project's name or id; the project from the settings is never used
   * @param range {@code DeleteRange.between(…)}, which goes by when an annotation was first stored,
   *     or {@code DeleteRange.all()}
   * @param filter which annotations in the range to delete
   * @return completes once they are deleted
   */
  CompletableFuture<@Nullable Void> deleteSpanAnnotations(
      String project, DeleteRange range, DeleteFilter filter);

  /**
   * Creates spans, for imports and tests. Normally a tracer creates them. Since Phoenix 10.12.
   *
   * <p>Phoenix stores the spans in the background: a moment passes before they can be read, or
   * annotated with {@code Sync}. The client does not send the spans again once the request may have
   * arrived.
   *
   * <p>Fails with {@link PhoenixException.SpansRejected} if some spans are invalid or already
   * stored, and then none is stored; with {@link IllegalArgumentException} if there are no spans.
   *
   * @param spans at least one span
   * @return completes with the number of spans that Phoenix accepted
   */
  CompletableFuture<LoggedSpans> logSpans(Collection<SpanData> spans);

  /**
   * Creates spans in a project.
   *
   * @param project the project's name or id; Phoenix creates a project for a new name
   * @see #logSpans(Collection)
   */
  CompletableFuture<LoggedSpans> logSpans(Collection<SpanData> spans, String project);

  /**
   * Reads all spans of the project from the settings, the last stored first. Since Phoenix 10.6.
   *
   * <p>Each span is read once. Spans that are stored in the meantime do not appear. The client
   * reads pages of 1,000 spans, or of {@link CallOptions#getPageSize}; it reads a page that is too
   * large for the server in halves.
   *
   * <p>Fails with {@link PhoenixException.NotFound} if the project does not exist.
   *
   * @return completes with the spans
   */
  default CompletableFuture<List<StoredSpan>> getSpans() {
    return getSpans(SpanFilter.builder().build());
  }

  /** Reads the spans that match a filter. See {@link #getSpans()}. */
  default CompletableFuture<List<StoredSpan>> getSpans(SpanFilter filter) {
    return getSpans(filter, null, Integer.MAX_VALUE, null);
  }

  /** Reads a limited number of spans. See {@link #getSpans()}. */
  default CompletableFuture<List<StoredSpan>> getSpans(SpanFilter filter, int limit) {
    return getSpans(filter, null, limit, null);
  }

  /** Reads spans of a project. See {@link #getSpans()}. */
  default CompletableFuture<List<StoredSpan>> getSpans(SpanFilter filter, String project) {
    requireNonNull(project, "project");
    return getSpans(filter, project, Integer.MAX_VALUE, null);
  }

  /** Reads a limited number of spans of a project. See {@link #getSpans()}. */
  default CompletableFuture<List<StoredSpan>> getSpans(
      SpanFilter filter, String project, int limit) {
    requireNonNull(project, "project");
    return getSpans(filter, project, limit, null);
  }

  /**
   * Reads spans. See {@link #getSpans()}.
   *
   * <p>Fails with {@link PhoenixException.NotFound} if the project does not exist; with {@link
   * PhoenixException.ServerTooOld} if the server does not know a part of the filter.
   *
   * @param filter which spans to read, and in which order. Span and trace ids that do not exist
   *     match nothing.
   * @param project the project's name or id, or null for the project from the settings
   * @param limit the maximum number of spans, from 1; {@link Integer#MAX_VALUE} reads all
   * @param cursor where to continue, from a page or from {@link PhoenixException#getReadProgress};
   *     null starts at the beginning
   * @return completes with the spans
   */
  CompletableFuture<List<StoredSpan>> getSpans(
      SpanFilter filter, @Nullable String project, int limit, @Nullable String cursor);

  /** Reads the first 100 spans of the project from the settings. See {@link #getSpans()}. */
  default CompletableFuture<Page<StoredSpan>> getSpansPage() {
    return getSpansPage(SpanFilter.builder().build());
  }

  /** Reads the first 100 spans that match a filter. See {@link #getSpans()}. */
  default CompletableFuture<Page<StoredSpan>> getSpansPage(SpanFilter filter) {
    return getSpansPage(filter, null, null, Limits.PAGE);
  }

  /**
   * Reads one page of spans. A page can be empty although more pages follow.
   *
   * @param filter which spans to read, and in which order
   * @param project the project's name or id, or null for the project from the settings
   * @param cursor the cursor from the previous page, or null for the first page
   * @param limit the page size, 1 to 1,000
   * @return completes with the page, which has the cursor of the next page
   */
  CompletableFuture<Page<StoredSpan>> getSpansPage(
      SpanFilter filter, @Nullable String project, @Nullable String cursor, int limit);

  /**
   * Reads all spans of the project from the settings, as rows. Since Phoenix 9.0.
   *
   * <p>A row is a map from column names to values. A value is null where the span has none. Times
   * are {@link Instant}s. Integers in a column with gaps are decimals ({@code 7.0}).
   *
   * <p>Each row is read once. If there are more rows than fit into one page, they are read by the
   * start time of their spans, the latest first. Within a page, the server chooses the order. A
   * limit of up to 1,000 takes one request, and the server chooses the rows.
   *
   * <p>Fails with {@link PhoenixException.NotFound} if the project does not exist; with {@link
   * PhoenixException.Rejected} if the server does not understand the query; with {@link
   * PhoenixException.Forbidden} if the API key belongs to a viewer.
   *
   * @return completes with the rows
   */
  default CompletableFuture<List<Map<String, @Nullable Object>>> querySpans() {
    return querySpans(new SpanQuery());
  }

  /** Reads the rows that a query selects. See {@link #querySpans()}. */
  default CompletableFuture<List<Map<String, @Nullable Object>>> querySpans(SpanQuery query) {
    return querySpans(query, null, null, null, Integer.MAX_VALUE, null);
  }

  /** Reads a limited number of rows. See {@link #querySpans()}. */
  default CompletableFuture<List<Map<String, @Nullable Object>>> querySpans(
      SpanQuery query, int limit) {
    return querySpans(query, null, null, null, limit, null);
  }

  /** Reads rows of a project. See {@link #querySpans()}. */
  default CompletableFuture<List<Map<String, @Nullable Object>>> querySpans(
      SpanQuery query, String project) {
    requireNonNull(project, "project");
    return querySpans(query, null, null, project, Integer.MAX_VALUE, null);
  }

  /** Reads a limited number of rows of a project. See {@link #querySpans()}. */
  default CompletableFuture<List<Map<String, @Nullable Object>>> querySpans(
      SpanQuery query, String project, int limit) {
    requireNonNull(project, "project");
    return querySpans(query, null, null, project, limit, null);
  }

  /**
   * Reads rows. See {@link #querySpans()}.
   *
   * @param query which spans to read, and which of their values
   * @param startTime reads spans that start at this time or later, or null for no bound
   * @param endTime reads spans that start before this time, or null for no bound
   * @param project the project's name or id, or null for the project from the settings
   * @param limit the maximum number of rows, from 1; {@link Integer#MAX_VALUE} reads all
   * @param cursor where to continue, from a page or from {@link PhoenixException#getReadProgress};
   *     null starts at the beginning
   * @return completes with the rows
   */
  CompletableFuture<List<Map<String, @Nullable Object>>> querySpans(
      SpanQuery query,
      @Nullable Instant startTime,
      @Nullable Instant endTime,
      @Nullable String project,
      int limit,
      @Nullable String cursor);

  /** Reads the first page of all rows, at most about 1,000. See {@link #querySpans()}. */
  default CompletableFuture<Page<Map<String, @Nullable Object>>> querySpansPage() {
    return querySpansPage(new SpanQuery());
  }

  /** Reads the first page of a query's rows, at most about 1,000. See {@link #querySpans()}. */
  default CompletableFuture<Page<Map<String, @Nullable Object>>> querySpansPage(SpanQuery query) {
    return querySpansPage(query, null, null, null, null, Limits.ROWS_PAGE);
  }

  /**
   * Reads one page of rows. A page can be empty although more pages follow.
   *
   * @param query which spans to read, and which of their values
   * @param startTime reads spans that start at this time or later, or null for no bound
   * @param endTime reads spans that start before this time, or null for no bound
   * @param project the project's name or id, or null for the project from the settings
   * @param cursor the cursor from the previous page, or null for the first page
   * @param limit the page size, 2 to 1,000. A page has fewer rows, unless more rows belong to spans
   *     that start in the same microsecond.
   * @return completes with the page, which has the cursor of the next page
   */
  CompletableFuture<Page<Map<String, @Nullable Object>>> querySpansPage(
      SpanQuery query,
      @Nullable Instant startTime,
      @Nullable Instant endTime,
      @Nullable String project,
      @Nullable String cursor,
      int limit);

  /**
   * Deletes a span and its annotations. Its child spans are kept. Deleting the last span of a trace
   * deletes the trace. Since Phoenix 11.19.
   *
   * <p>A request without a clear response is repeated, for example after a broken connection or a
   * proxy's 503. If the repeat finds no such span, the call succeeds, although the span may never
   * have existed.
   *
   * <p>Fails with {@link PhoenixException.NotFound} if the span does not exist.
   *
   * @param spanId the id that the tracer gave the span, or Phoenix's own id
   * @return completes once the span is deleted
   */
  CompletableFuture<@Nullable Void> delete(String spanId);
}
