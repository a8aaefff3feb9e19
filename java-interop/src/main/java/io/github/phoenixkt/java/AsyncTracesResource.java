package io.github.phoenixkt.java;

import static java.util.Objects.requireNonNull;

import io.github.phoenixkt.Page;
import io.github.phoenixkt.annotations.AnnotationQuery;
import io.github.phoenixkt.annotations.DeleteRange;
import io.github.phoenixkt.annotations.StoredAnnotation;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The annotations of traces. */
public final class AsyncTracesResource extends AsyncResource implements AsyncTraceAnnotationWriter {
  private static final int DEFAULT_ANNOTATIONS_PAGE = 1_000;

  AsyncTracesResource(Calls calls) {
    super(calls);
  }

  /**
   * The annotations of traces, newest first within each hundred of ids; notes are left out. Ids
   * that do not exist have no annotations. All are held in memory: of many, read one page after the
   * other.
   *
   * @param traceIds the traces, any number of them; none ask for nothing
   * @return all of them
   */
  public CompletableFuture<List<StoredAnnotation>> getTraceAnnotations(
      Collection<String> traceIds) {
    return getTraceAnnotations(new AnnotationQuery(Checks.copyOf(traceIds, "traceIds")));
  }

  /**
   * The annotations of traces that the query asks for. All are held in memory: of many, read one
   * page after the other.
   *
   * @param query which
   * @return all of them
   */
  public CompletableFuture<List<StoredAnnotation>> getTraceAnnotations(AnnotationQuery query) {
    requireNonNull(query, "query");
    return calls.list(() -> calls.client.getTraces().getTraceAnnotations(query, null));
  }

  /**
   * The annotations of traces that the query asks for, up to a number. All are held in memory: of
   * many, read one page after the other.
   *
   * @param query which
   * @param limit how many at most in all, from 1
   * @return these
   */
  public CompletableFuture<List<StoredAnnotation>> getTraceAnnotations(
      AnnotationQuery query, int limit) {
    requireNonNull(query, "query");
    return calls.list(() -> calls.client.getTraces().getTraceAnnotations(query, limit));
  }

  /**
   * The first page of at most 1,000 annotations of traces; a page may be empty although more
   * follow.
   *
   * @param query which
   * @return the page, with the cursor of the next
   */
  public CompletableFuture<Page<StoredAnnotation>> getTraceAnnotationsPage(AnnotationQuery query) {
    return getTraceAnnotationsPage(query, null, DEFAULT_ANNOTATIONS_PAGE);
  }

  /**
   * One page of annotations of traces; a page may be empty although more follow.
   *
   * @param query which
   * @param cursor of the page before, or null for the first
   * @param limit the size of the page, 1 to 10,000
   * @return the page, with the cursor of the next
   */
  public CompletableFuture<Page<StoredAnnotation>> getTraceAnnotationsPage(
      AnnotationQuery query, @Nullable String cursor, int limit) {
    requireNonNull(query, "query");
    return calls.call(
        k -> calls.client.getTraces().getTraceAnnotationsPage(query, cursor, limit, k));
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
   * @return done when they are gone
   */
  public CompletableFuture<@Nullable Void> deleteTraceAnnotations(
      String project, DeleteRange range) {
    requireNonNull(project, "project");
    requireNonNull(range, "range");
    return calls.run(
        k -> calls.client.getTraces().deleteTraceAnnotations(project, range, null, null, null, k));
  }

  /**
   * Deletes annotations of traces that the filter lets through, for good. See {@link
   * #deleteTraceAnnotations(String, DeleteRange)}.
   *
   * @param project its name or id; never taken from the settings
   * @param range when they were first stored
   * @param filter which of those
   * @return done when they are gone
   */
  public CompletableFuture<@Nullable Void> deleteTraceAnnotations(
      String project, DeleteRange range, DeleteFilter filter) {
    requireNonNull(project, "project");
    requireNonNull(range, "range");
    requireNonNull(filter, "filter");
    return calls.run(
        k ->
            calls
                .client
                .getTraces()
                .deleteTraceAnnotations(
                    project, range, filter.name(), filter.identifier(), filter.annotatorKind(), k));
  }
}
