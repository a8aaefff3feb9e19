package io.github.phoenixkt.java;

import static java.util.Objects.requireNonNull;

import io.github.phoenixkt.Page;
import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.annotations.AnnotationQuery;
import io.github.phoenixkt.annotations.DeleteRange;
import io.github.phoenixkt.annotations.DeleteWindow;
import io.github.phoenixkt.annotations.StoredAnnotation;
import io.github.phoenixkt.traces.StoredTrace;
import io.github.phoenixkt.traces.TraceQuery;
import io.github.phoenixkt.traces.TransferredTraces;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Traces and their annotations.
 *
 * <p>To decorate or mock this interface, see {@link PhoenixAsyncClient}.
 */
public interface AsyncTracesResource extends AsyncTraceAnnotationWriter {
  /**
   * Reads the annotations of traces, the newest first within each 100 ids. Notes are left out. Ids
   * that do not exist have no annotations.
   *
   * @param traceIds any number of trace ids; an empty collection reads nothing
   * @return completes with the annotations
   */
  default CompletableFuture<List<StoredAnnotation>> getTraceAnnotations(
      Collection<String> traceIds) {
    return getTraceAnnotations(
        AnnotationQuery.builder().ids(Checks.copyOf(traceIds, "traceIds")).build());
  }

  /** Reads the annotations that match a query. See {@link #getTraceAnnotations(Collection)}. */
  default CompletableFuture<List<StoredAnnotation>> getTraceAnnotations(AnnotationQuery query) {
    return getTraceAnnotations(query, null, Integer.MAX_VALUE);
  }

  /** Reads a limited number of annotations. See {@link #getTraceAnnotations(Collection)}. */
  default CompletableFuture<List<StoredAnnotation>> getTraceAnnotations(
      AnnotationQuery query, int limit) {
    return getTraceAnnotations(query, null, limit);
  }

  /** Reads annotations from a project. See {@link #getTraceAnnotations(Collection)}. */
  default CompletableFuture<List<StoredAnnotation>> getTraceAnnotations(
      AnnotationQuery query, String project) {
    requireNonNull(project, "project");
    return getTraceAnnotations(query, project, Integer.MAX_VALUE);
  }

  /**
   * Reads annotations of traces. See {@link #getTraceAnnotations(Collection)}.
   *
   * <p>Fails with {@link PhoenixException.NotFound} if the project does not exist.
   *
   * @param query which annotations to read
   * @param project the project's name or id, or null for the project from the settings
   * @param limit the maximum number of annotations, from 1; {@link Integer#MAX_VALUE} reads all
   * @return completes with the annotations
   */
  CompletableFuture<List<StoredAnnotation>> getTraceAnnotations(
      AnnotationQuery query, @Nullable String project, int limit);

  /** Reads the first 1,000 annotations. See {@link #getTraceAnnotations(Collection)}. */
  default CompletableFuture<Page<StoredAnnotation>> getTraceAnnotationsPage(AnnotationQuery query) {
    return getTraceAnnotationsPage(query, null, null, Limits.ANNOTATIONS_PAGE);
  }

  /**
   * Reads one page of annotations of traces. A page can be empty although more pages follow.
   *
   * @param query which annotations to read
   * @param project the project's name or id, or null for the project from the settings
   * @param cursor the cursor from the previous page, or null for the first page
   * @param limit the page size, 1 to 10,000
   * @return completes with the page, which has the cursor of the next page
   */
  CompletableFuture<Page<StoredAnnotation>> getTraceAnnotationsPage(
      AnnotationQuery query, @Nullable String project, @Nullable String cursor, int limit);

  /** Deletes all annotations in the range. See the method with a filter. */
  default CompletableFuture<@Nullable Void> deleteTraceAnnotations(
      String project, DeleteRange range) {
    return deleteTraceAnnotations(project, range, DeleteFilter.NONE);
  }

  /**
   * Deletes annotations of traces permanently. Since Phoenix 15.4.
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
  CompletableFuture<@Nullable Void> deleteTraceAnnotations(
      String project, DeleteRange range, DeleteFilter filter);

  /**
   * Reads all traces of the project from the settings, the latest first. Since Phoenix 13.15.
   *
   * <p>Each trace is read once. Before Phoenix 20.5, more than 1,000 traces can be read only in the
   * order of their time.
   *
   * <p>Fails with {@link PhoenixException.NotFound} if the project does not exist.
   *
   * @return completes with the traces
   */
  default CompletableFuture<List<StoredTrace>> getTraces() {
    return getTraces(TraceQuery.builder().build());
  }

  /** Reads the traces that match a query. See {@link #getTraces()}. */
  default CompletableFuture<List<StoredTrace>> getTraces(TraceQuery query) {
    return getTraces(query, null, Integer.MAX_VALUE, null);
  }

  /** Reads a limited number of traces. See {@link #getTraces()}. */
  default CompletableFuture<List<StoredTrace>> getTraces(TraceQuery query, int limit) {
    return getTraces(query, null, limit, null);
  }

  /** Reads traces of a project. See {@link #getTraces()}. */
  default CompletableFuture<List<StoredTrace>> getTraces(TraceQuery query, String project) {
    requireNonNull(project, "project");
    return getTraces(query, project, Integer.MAX_VALUE, null);
  }

  /** Reads a limited number of traces of a project. See {@link #getTraces()}. */
  default CompletableFuture<List<StoredTrace>> getTraces(
      TraceQuery query, String project, int limit) {
    requireNonNull(project, "project");
    return getTraces(query, project, limit, null);
  }

  /**
   * Reads traces. See {@link #getTraces()}.
   *
   * <p>Fails with {@link PhoenixException.NotFound} if the project does not exist; with {@link
   * PhoenixException.ServerTooOld} after the first page, if a server before Phoenix 20.5 has more
   * traces and the query asks for an order other than that of their time.
   *
   * @param query which traces to read, and in which order. Session ids that do not exist match
   *     nothing.
   * @param project the project's name or id, or null for the project from the settings
   * @param limit the maximum number of traces, from 1; {@link Integer#MAX_VALUE} reads all
   * @param cursor where to continue, from a page or from {@link PhoenixException#getReadProgress};
   *     null starts at the beginning
   * @return completes with the traces
   */
  CompletableFuture<List<StoredTrace>> getTraces(
      TraceQuery query, @Nullable String project, int limit, @Nullable String cursor);

  /** Reads the first 100 traces of the project from the settings. See {@link #getTraces()}. */
  default CompletableFuture<Page<StoredTrace>> getTracesPage() {
    return getTracesPage(TraceQuery.builder().build());
  }

  /** Reads the first 100 traces that match a query. See {@link #getTraces()}. */
  default CompletableFuture<Page<StoredTrace>> getTracesPage(TraceQuery query) {
    return getTracesPage(query, null, null, Limits.PAGE);
  }

  /**
   * Reads one page of traces. See {@link #getTraces()}.
   *
   * @param query which traces to read, and in which order
   * @param project the project's name or id, or null for the project from the settings
   * @param cursor the cursor from the previous page, or null for the first page
   * @param limit the page size, 1 to 1,000
   * @return completes with the page, which has the cursor of the next page
   */
  CompletableFuture<Page<StoredTrace>> getTracesPage(
      TraceQuery query, @Nullable String project, @Nullable String cursor, int limit);

  /**
   * Deletes a trace with its spans and all annotations. Its session is kept. Since Phoenix 11.18.
   *
   * <p>A request without a clear response is repeated, for example after a broken connection or a
   * proxy's 503. If the repeat finds no such trace, the call succeeds, although the trace may never
   * have existed.
   *
   * <p>Fails with {@link PhoenixException.NotFound} if the trace does not exist.
   *
   * @param traceId the id that the tracer gave the trace, or Phoenix's own id
   * @return completes once the trace is deleted
   */
  CompletableFuture<@Nullable Void> delete(String traceId);

  /**
   * Deletes the traces of a project that start in a time window, with their spans and all
   * annotations. Sessions that lose their last trace are deleted too. Phoenix does not report how
   * many traces it deleted. Since Phoenix 20.6.
   *
   * @param project the project's name or id; the project from the settings is never used
   * @param window when the traces started
   * @return completes once the traces are deleted
   */
  CompletableFuture<@Nullable Void> deleteInWindow(String project, DeleteWindow window);

  /**
   * Moves traces, with their spans and annotations, to another project. If one of the traces does
   * not exist, none is moved. Moving a trace to the project it is in does nothing. Since Phoenix
   * 20.1.
   *
   * <p>Fails with {@link PhoenixException.NotFound} if the project or one of the traces does not
   * exist; with {@link PhoenixException.Rejected} if the traces belong to several projects; with
   * {@link IllegalArgumentException} if there are no trace ids.
   *
   * @param traceIds the ids that the tracer gave the traces, or Phoenix's own ids; all from one
   *     project
   * @param destinationProject the name or id of an existing project
   * @return completes with the number of these traces that are now in the project
   */
  CompletableFuture<TransferredTraces> transfer(
      Collection<String> traceIds, String destinationProject);
}
