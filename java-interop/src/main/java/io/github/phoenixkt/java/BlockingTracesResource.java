package io.github.phoenixkt.java;

import static io.github.phoenixkt.java.Waiting.await;
import static java.util.Objects.requireNonNull;

import io.github.phoenixkt.Page;
import io.github.phoenixkt.annotations.AnnotationQuery;
import io.github.phoenixkt.annotations.DeleteRange;
import io.github.phoenixkt.annotations.StoredAnnotation;
import java.util.Collection;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The annotations of traces. */
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
    return getTraceAnnotations(new AnnotationQuery(Checks.copyOf(traceIds, "traceIds")));
  }

  /**
   * The annotations of traces that the query asks for. Pages are fetched as the stream is read;
   * close it when you do not read it to its end.
   *
   * @param query which
   * @return what to close after reading
   */
  public Stream<StoredAnnotation> getTraceAnnotations(AnnotationQuery query) {
    requireNonNull(query, "query");
    Calls calls = async.calls();
    return FlowStream.of(calls, calls.client.getTraces().getTraceAnnotations(query, null));
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
    requireNonNull(query, "query");
    Calls calls = async.calls();
    return FlowStream.of(calls, calls.client.getTraces().getTraceAnnotations(query, limit));
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
   * @param cursor of the page before, or null for the first
   * @param limit the size of the page, 1 to 10,000
   * @return the page, with the cursor of the next
   */
  public Page<StoredAnnotation> getTraceAnnotationsPage(
      AnnotationQuery query, @Nullable String cursor, int limit) {
    return await(() -> async.traces().getTraceAnnotationsPage(query, cursor, limit));
  }

  /**
   * Deletes annotations of traces, for good. Since Phoenix 15.4.
   *
   * <p>Whoever is no admin deletes only rows of their own: the others stay, and Phoenix does not
   * say so, nor how many were deleted.
   *
   * @param project its name or id; never taken from the settings
   * @param range a {@link io.github.phoenixkt.annotations.DeleteWindow} (by when an annotation was
   *     first stored) or {@link io.github.phoenixkt.annotations.DeleteAll}
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
}
