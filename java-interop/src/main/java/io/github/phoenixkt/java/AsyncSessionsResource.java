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

/** The annotations of sessions. */
public final class AsyncSessionsResource extends AsyncResource
    implements AsyncSessionAnnotationWriter {
  private static final int DEFAULT_ANNOTATIONS_PAGE = 1_000;

  AsyncSessionsResource(Calls calls) {
    super(calls);
  }

  /**
   * The annotations of sessions, newest first within each hundred of ids; notes are left out. Ids
   * that do not exist have no annotations. Since Phoenix 12.0. All are held in memory: of many,
   * read one page after the other.
   *
   * @param sessionIds the sessions, any number of them; none ask for nothing
   * @return all of them
   */
  public CompletableFuture<List<StoredAnnotation>> getSessionAnnotations(
      Collection<String> sessionIds) {
    return getSessionAnnotations(new AnnotationQuery(Checks.copyOf(sessionIds, "sessionIds")));
  }

  /**
   * The annotations of sessions that the query asks for. Since Phoenix 12.0. All are held in
   * memory: of many, read one page after the other.
   *
   * @param query which
   * @return all of them
   */
  public CompletableFuture<List<StoredAnnotation>> getSessionAnnotations(AnnotationQuery query) {
    requireNonNull(query, "query");
    return calls.list(() -> calls.client.getSessions().getSessionAnnotations(query, null));
  }

  /**
   * The annotations of sessions that the query asks for, up to a number. Since Phoenix 12.0. All
   * are held in memory: of many, read one page after the other.
   *
   * @param query which
   * @param limit how many at most in all, from 1
   * @return these
   */
  public CompletableFuture<List<StoredAnnotation>> getSessionAnnotations(
      AnnotationQuery query, int limit) {
    requireNonNull(query, "query");
    return calls.list(() -> calls.client.getSessions().getSessionAnnotations(query, limit));
  }

  /**
   * The first page of at most 1,000 annotations of sessions; a page may be empty although more
   * follow. Since Phoenix 12.0.
   *
   * @param query which
   * @return the page, with the cursor of the next
   */
  public CompletableFuture<Page<StoredAnnotation>> getSessionAnnotationsPage(
      AnnotationQuery query) {
    return getSessionAnnotationsPage(query, null, DEFAULT_ANNOTATIONS_PAGE);
  }

  /**
   * One page of annotations of sessions; a page may be empty although more follow. Since Phoenix
   * 12.0.
   *
   * @param query which
   * @param cursor of the page before, or null for the first
   * @param limit the size of the page, 1 to 10,000
   * @return the page, with the cursor of the next
   */
  public CompletableFuture<Page<StoredAnnotation>> getSessionAnnotationsPage(
      AnnotationQuery query, @Nullable String cursor, int limit) {
    requireNonNull(query, "query");
    return calls.call(
        k -> calls.client.getSessions().getSessionAnnotationsPage(query, cursor, limit, k));
  }

  /**
   * Deletes annotations of sessions, for good. Since Phoenix 15.4.
   *
   * <p>Whoever is no admin deletes only rows of their own: the others stay, and Phoenix does not
   * say so, nor how many were deleted.
   *
   * @param project its name or id; never taken from the settings
   * @param range a {@link io.github.phoenixkt.annotations.DeleteWindow} (by when an annotation was
   *     first stored) or {@link io.github.phoenixkt.annotations.DeleteAll}
   * @return done when they are gone
   */
  public CompletableFuture<@Nullable Void> deleteSessionAnnotations(
      String project, DeleteRange range) {
    requireNonNull(project, "project");
    requireNonNull(range, "range");
    return calls.run(
        k ->
            calls
                .client
                .getSessions()
                .deleteSessionAnnotations(project, range, null, null, null, k));
  }

  /**
   * Deletes annotations of sessions that the filter lets through, for good. See {@link
   * #deleteSessionAnnotations(String, DeleteRange)}.
   *
   * @param project its name or id; never taken from the settings
   * @param range when they were first stored
   * @param filter which of those
   * @return done when they are gone
   */
  public CompletableFuture<@Nullable Void> deleteSessionAnnotations(
      String project, DeleteRange range, DeleteFilter filter) {
    requireNonNull(project, "project");
    requireNonNull(range, "range");
    requireNonNull(filter, "filter");
    return calls.run(
        k ->
            calls
                .client
                .getSessions()
                .deleteSessionAnnotations(
                    project, range, filter.name(), filter.identifier(), filter.annotatorKind(), k));
  }
}
