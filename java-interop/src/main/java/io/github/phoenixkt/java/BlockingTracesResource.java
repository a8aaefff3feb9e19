package io.github.phoenixkt.java;

import static io.github.phoenixkt.java.Waiting.await;
import static java.util.Objects.requireNonNull;

import io.github.phoenixkt.Page;
import io.github.phoenixkt.annotations.AnnotationQuery;
import io.github.phoenixkt.annotations.DeleteRange;
import io.github.phoenixkt.annotations.DeleteWindow;
import io.github.phoenixkt.annotations.StoredAnnotation;
import io.github.phoenixkt.traces.StoredTrace;
import io.github.phoenixkt.traces.TraceQuery;
import io.github.phoenixkt.traces.TransferredTraces;
import java.util.Collection;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Traces, and the annotations of traces. */
public final class BlockingTracesResource extends BlockingResource
    implements BlockingTraceAnnotationWriter {

  BlockingTracesResource(PhoenixAsyncClient async) {
    super(async);
  }

  /**
   * The annotations of traces, newest first within each hundred of ids; notes are left out. Ids
   * that do not exist have no annotations. Pages are fetched as the stream is read; close it when
   * you do not read it to its end.
   *
   * @param traceIds the traces, any number of them; none ask for nothing
   * @return what to close after reading
   */
  public Stream<StoredAnnotation> getTraceAnnotations(Collection<String> traceIds) {
    return getTraceAnnotations(
        AnnotationQuery.builder().ids(Checks.copyOf(traceIds, "traceIds")).build());
  }

  /**
   * The annotations of traces that the query asks for. Pages are fetched as the stream is read;
   * close it when you do not read it to its end.
   *
   * @param query which
   * @return what to close after reading
   */
  public Stream<StoredAnnotation> getTraceAnnotations(AnnotationQuery query) {
    return getTraceAnnotations(query, null, Integer.MAX_VALUE);
  }

  /**
   * The annotations of traces that the query asks for, up to a number. Pages are fetched as the
   * stream is read; close it when you do not read it to its end.
   *
   * @param query which
   * @param limit how many at most in all, from 1
   * @return what to close after reading
   */
  public Stream<StoredAnnotation> getTraceAnnotations(AnnotationQuery query, int limit) {
    return getTraceAnnotations(query, null, limit);
  }

  /**
   * The annotations of traces of a project that the query asks for. Pages are fetched as the stream
   * is read; close it when you do not read it to its end.
   *
   * @param query which
   * @param project its name or id
   * @return what to close after reading
   */
  public Stream<StoredAnnotation> getTraceAnnotations(AnnotationQuery query, String project) {
    requireNonNull(project, "project");
    return getTraceAnnotations(query, project, Integer.MAX_VALUE);
  }

  /**
   * The annotations of traces of a project that the query asks for, up to a number. Pages are
   * fetched as the stream is read; close it when you do not read it to its end.
   *
   * @param query which
   * @param project its name or id, or null for that of the settings
   * @param limit how many at most in all, from 1; {@link Integer#MAX_VALUE} for all there are
   * @return what to close after reading
   */
  public Stream<StoredAnnotation> getTraceAnnotations(
      AnnotationQuery query, @Nullable String project, int limit) {
    requireNonNull(query, "query");
    Calls calls = async.calls();
    return FlowStream.of(
        calls, calls.client.getTraces().getTraceAnnotations(query, project, Limits.total(limit)));
  }

  /**
   * The first page of at most 1,000 annotations of traces; a page may be empty although more
   * follow.
   *
   * @param query which
   * @return the page, with the cursor of the next
   */
  public Page<StoredAnnotation> getTraceAnnotationsPage(AnnotationQuery query) {
    return await(() -> async.traces().getTraceAnnotationsPage(query));
  }

  /**
   * One page of annotations of traces; a page may be empty although more follow.
   *
   * @param query which
   * @param project its name or id, or null for that of the settings
   * @param cursor of the page before, or null for the first
   * @param limit the size of the page, 1 to 10,000
   * @return the page, with the cursor of the next
   */
  public Page<StoredAnnotation> getTraceAnnotationsPage(
      AnnotationQuery query, @Nullable String project, @Nullable String cursor, int limit) {
    return await(() -> async.traces().getTraceAnnotationsPage(query, project, cursor, limit));
  }

  /**
   * Deletes annotations of traces, for good. Since Phoenix 15.4.
   *
   * <p>Whoever is no admin deletes only rows of their own: the others stay, and Phoenix does not
   * say so, nor how many were deleted.
   *
   * @param project its name or id; never taken from the settings
   * @param range {@code DeleteRange.between(…)} (by when an annotation was first stored) or {@code
   *     DeleteRange.all()}
   */
  public void deleteTraceAnnotations(String project, DeleteRange range) {
    await(() -> async.traces().deleteTraceAnnotations(project, range));
  }

  /**
   * Deletes annotations of traces that the filter lets through, for good. See {@link
   * #deleteTraceAnnotations(String, DeleteRange)}.
   *
   * @param project its name or id; never taken from the settings
   * @param range when they were first stored
   * @param filter which of those
   */
  public void deleteTraceAnnotations(String project, DeleteRange range, DeleteFilter filter) {
    await(() -> async.traces().deleteTraceAnnotations(project, range, filter));
  }

  /**
   * All traces of the project of the settings, the latest first. Since Phoenix 13.15. Pages are
   * fetched as the stream is read; close it when you do not read it to its end.
   *
   * <p>Each once. Sessions that do not exist have no traces. Fails with {@link
   * io.github.phoenixkt.PhoenixException.NotFound} when there is no such project. Before Phoenix
   * 20.5, more than 1,000 traces can be read in the order of their time only; in another it fails
   * with {@link io.github.phoenixkt.PhoenixException.ServerTooOld} after the first page.
   *
   * @return what to close after reading
   */
  public Stream<StoredTrace> getTraces() {
    return getTraces(TraceQuery.builder().build());
  }

  /**
   * Traces of the project of the settings, the latest first unless the query says otherwise. Pages
   * are fetched as the stream is read; close it when you do not read it to its end. See {@link
   * #getTraces()}.
   *
   * @param query which, and in which order
   * @return what to close after reading
   */
  public Stream<StoredTrace> getTraces(TraceQuery query) {
    return getTraces(query, null, Integer.MAX_VALUE, null);
  }

  /**
   * Traces of the project of the settings, up to a number, the latest first unless the query says
   * otherwise. Pages are fetched as the stream is read; close it when you do not read it to its
   * end. See {@link #getTraces()}.
   *
   * @param query which, and in which order
   * @param limit how many at most in all, from 1; {@link Integer#MAX_VALUE} for all there are
   * @return what to close after reading
   */
  public Stream<StoredTrace> getTraces(TraceQuery query, int limit) {
    return getTraces(query, null, limit, null);
  }

  /**
   * Traces of a project, the latest first unless the query says otherwise. Pages are fetched as the
   * stream is read; close it when you do not read it to its end. See {@link #getTraces()}.
   *
   * @param query which, and in which order
   * @param project its name or id
   * @return what to close after reading
   */
  public Stream<StoredTrace> getTraces(TraceQuery query, String project) {
    requireNonNull(project, "project");
    return getTraces(query, project, Integer.MAX_VALUE, null);
  }

  /**
   * Traces of a project, up to a number, the latest first unless the query says otherwise. Pages
   * are fetched as the stream is read; close it when you do not read it to its end. See {@link
   * #getTraces()}.
   *
   * @param query which, and in which order
   * @param project its name or id
   * @param limit how many at most in all, from 1; {@link Integer#MAX_VALUE} for all there are
   * @return what to close after reading
   */
  public Stream<StoredTrace> getTraces(TraceQuery query, String project, int limit) {
    requireNonNull(project, "project");
    return getTraces(query, project, limit, null);
  }

  /**
   * Traces, the latest first unless the query says otherwise. Pages are fetched as the stream is
   * read; close it when you do not read it to its end. See {@link #getTraces()}.
   *
   * <p>A stream that fails says how far it came, see {@link
   * io.github.phoenixkt.PhoenixException#getReadProgress}.
   *
   * @param query which, and in which order
   * @param project its name or id, or null for that of the settings
   * @param limit how many at most in all, from 1; {@link Integer#MAX_VALUE} for all there are
   * @param cursor where to begin, from a page or from {@link
   *     io.github.phoenixkt.PhoenixException#getReadProgress}, or null for the beginning
   * @return what to close after reading
   */
  public Stream<StoredTrace> getTraces(
      TraceQuery query, @Nullable String project, int limit, @Nullable String cursor) {
    requireNonNull(query, "query");
    Calls calls = async.calls();
    return FlowStream.of(
        calls, calls.client.getTraces().getTraces(query, project, Limits.total(limit), cursor));
  }

  /**
   * The first page of at most 100 of all traces of the project of the settings. Since Phoenix
   * 13.15.
   *
   * @return the page, with the cursor of the next
   */
  public Page<StoredTrace> getTracesPage() {
    return getTracesPage(TraceQuery.builder().build());
  }

  /**
   * The first page of at most 100 traces of the project of the settings. Since Phoenix 13.15.
   *
   * @param query which, and in which order
   * @return the page, with the cursor of the next
   */
  public Page<StoredTrace> getTracesPage(TraceQuery query) {
    return await(() -> async.traces().getTracesPage(query));
  }

  /**
   * One page of traces. Since Phoenix 13.15.
   *
   * @param query which, and in which order
   * @param project its name or id, or null for that of the settings
   * @param cursor of the page before, or null for the first
   * @param limit the size of the page, 1 to 1,000
   * @return the page, with the cursor of the next
   */
  public Page<StoredTrace> getTracesPage(
      TraceQuery query, @Nullable String project, @Nullable String cursor, int limit) {
    return await(() -> async.traces().getTracesPage(query, project, cursor, limit));
  }

  /**
   * Deletes a trace with its spans and all annotations; its session stays. Since Phoenix 11.18.
   * Fails with {@link io.github.phoenixkt.PhoenixException.NotFound} when there is none.
   *
   * @param traceId the id that the tracer knows, or Phoenix's own
   */
  public void delete(String traceId) {
    await(() -> async.traces().delete(traceId));
  }

  /**
   * Deletes the traces of a project that start within a window, with their spans and all
   * annotations, and the sessions that lose their last trace. Phoenix does not say how many. Since
   * Phoenix 20.6.
   *
   * @param project its name or id; never taken from the settings
   * @param window when they started
   */
  public void deleteInWindow(String project, DeleteWindow window) {
    await(() -> async.traces().deleteInWindow(project, window));
  }

  /**
   * Moves traces, with their spans and annotations, to another project. All or none: a trace that
   * does not exist stops it. Traces that are there already may be moved again. Since Phoenix 20.1.
   *
   * <p>Fails with {@link io.github.phoenixkt.PhoenixException.NotFound} when there is no such
   * project, or one of the traces is missing; with {@link
   * io.github.phoenixkt.PhoenixException.Rejected} when the traces are of several projects; with
   * {@link IllegalArgumentException} when there are none.
   *
   * @param traceIds the ids that the tracer knows, or Phoenix's own; all of one project
   * @param destinationProject its name or id; it must exist
   * @return how many traces are in the project now
   */
  public TransferredTraces transfer(Collection<String> traceIds, String destinationProject) {
    return await(() -> async.traces().transfer(traceIds, destinationProject));
  }
}
