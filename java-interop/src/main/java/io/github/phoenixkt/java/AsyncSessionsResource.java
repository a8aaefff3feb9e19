package io.github.phoenixkt.java;

import static java.util.Objects.requireNonNull;

import io.github.phoenixkt.Page;
import io.github.phoenixkt.SortOrder;
import io.github.phoenixkt.annotations.AnnotationQuery;
import io.github.phoenixkt.annotations.DeleteRange;
import io.github.phoenixkt.annotations.StoredAnnotation;
import io.github.phoenixkt.sessions.SessionTurn;
import io.github.phoenixkt.sessions.StoredSession;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Sessions, and the annotations of sessions. Phoenix makes a session of the traces whose spans have
 * the attribute {@code session.id}; metadata alone makes none.
 */
public final class AsyncSessionsResource extends AsyncResource
    implements AsyncSessionAnnotationWriter {
  private static final int DEFAULT_ANNOTATIONS_PAGE = 1_000;
  private static final int DEFAULT_PAGE = 100;

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
    return getSessionAnnotations(
        AnnotationQuery.builder().ids(Checks.copyOf(sessionIds, "sessionIds")).build());
  }

  /**
   * The annotations of sessions that the query asks for. Since Phoenix 12.0. All are held in
   * memory: of many, read one page after the other.
   *
   * @param query which
   * @return all of them
   */
  public CompletableFuture<List<StoredAnnotation>> getSessionAnnotations(AnnotationQuery query) {
    return getSessionAnnotations(query, null, Integer.MAX_VALUE);
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
    return getSessionAnnotations(query, null, limit);
  }

  /**
   * The annotations of sessions of a project that the query asks for. All are held in memory: of
   * many, read one page after the other.
   *
   * @param query which
   * @param project its name or id
   * @return all of them
   */
  public CompletableFuture<List<StoredAnnotation>> getSessionAnnotations(
      AnnotationQuery query, String project) {
    requireNonNull(project, "project");
    return getSessionAnnotations(query, project, Integer.MAX_VALUE);
  }

  /**
   * The annotations of sessions of a project that the query asks for, up to a number. All are held
   * in memory: of many, read one page after the other.
   *
   * @param query which
   * @param project its name or id, or null for that of the settings
   * @param limit how many at most in all, from 1; {@link Integer#MAX_VALUE} for all there are
   * @return these
   */
  public CompletableFuture<List<StoredAnnotation>> getSessionAnnotations(
      AnnotationQuery query, @Nullable String project, int limit) {
    requireNonNull(query, "query");
    return calls.list(
        () ->
            calls.client.getSessions().getSessionAnnotations(query, project, Limits.total(limit)));
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
    return getSessionAnnotationsPage(query, null, null, DEFAULT_ANNOTATIONS_PAGE);
  }

  /**
   * One page of annotations of sessions; a page may be empty although more follow. Since Phoenix
   * 12.0.
   *
   * @param query which
   * @param project its name or id, or null for that of the settings
   * @param cursor of the page before, or null for the first
   * @param limit the size of the page, 1 to 10,000
   * @return the page, with the cursor of the next
   */
  public CompletableFuture<Page<StoredAnnotation>> getSessionAnnotationsPage(
      AnnotationQuery query, @Nullable String project, @Nullable String cursor, int limit) {
    requireNonNull(query, "query");
    return calls.call(
        k ->
            calls.client.getSessions().getSessionAnnotationsPage(query, project, cursor, limit, k));
  }

  /**
   * Deletes annotations of sessions, for good. Since Phoenix 15.4.
   *
   * <p>Whoever is no admin deletes only rows of their own: the others stay, and Phoenix does not
   * say so, nor how many were deleted.
   *
   * @param project its name or id; never taken from the settings
   * @param range {@code DeleteRange.between(…)} (by when an annotation was first stored) or {@code
   *     DeleteRange.all()}
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

  /**
   * The session of that id, with all its traces. Since Phoenix 13.5. Fails with {@link
   * io.github.phoenixkt.PhoenixException.NotFound} when there is none.
   *
   * @param sessionId the id that its spans name, or Phoenix's own
   * @return the session
   */
  public CompletableFuture<StoredSession> get(String sessionId) {
    requireNonNull(sessionId, "sessionId");
    return calls.call(k -> calls.client.getSessions().get(sessionId, k));
  }

  /**
   * All sessions of the project of the settings, in the order in which they were stored. Since
   * Phoenix 13.5. All are held in memory: of many, read one page after the other.
   *
   * <p>Each once, with all its traces. Fails with {@link
   * io.github.phoenixkt.PhoenixException.NotFound} when there is no such project.
   *
   * @return all of them
   */
  public CompletableFuture<List<StoredSession>> list() {
    return list(null, SortOrder.ASCENDING, null, Integer.MAX_VALUE, null);
  }

  /**
   * All sessions of a project, in the order in which they were stored. All are held in memory: of
   * many, read one page after the other. See {@link #list()}.
   *
   * @param project its name or id
   * @return all of them
   */
  public CompletableFuture<List<StoredSession>> list(String project) {
    requireNonNull(project, "project");
    return list(project, SortOrder.ASCENDING, null, Integer.MAX_VALUE, null);
  }

  /**
   * All sessions of a project, in the order in which they were stored. All are held in memory: of
   * many, read one page after the other. See {@link #list()}.
   *
   * @param project its name or id
   * @param order which of them come first
   * @return all of them
   */
  public CompletableFuture<List<StoredSession>> list(String project, SortOrder order) {
    requireNonNull(project, "project");
    return list(project, order, null, Integer.MAX_VALUE, null);
  }

  /**
   * Sessions, in the order in which they were stored. All are held in memory: of many, read one
   * page after the other. See {@link #list()}.
   *
   * <p>A list that fails hands out nothing of what it has read: to go on where it failed, read page
   * by page.
   *
   * @param project its name or id, or null for that of the settings
   * @param order which of them come first
   * @param filter an expression as in the web UI, since Phoenix 20.13, or null for all
   * @param limit how many at most in all, from 1; {@link Integer#MAX_VALUE} for all there are
   * @param cursor where to begin, from a page, or null for the beginning
   * @return these
   */
  public CompletableFuture<List<StoredSession>> list(
      @Nullable String project,
      SortOrder order,
      @Nullable String filter,
      int limit,
      @Nullable String cursor) {
    requireNonNull(order, "order");
    return calls.list(
        () -> calls.client.getSessions().list(project, order, filter, Limits.total(limit), cursor));
  }

  /**
   * The first page of at most 100 of all sessions of the project of the settings. Since Phoenix
   * 13.5.
   *
   * @return the page, with the cursor of the next
   */
  public CompletableFuture<Page<StoredSession>> listPage() {
    return listPage(null, SortOrder.ASCENDING, null, null, DEFAULT_PAGE);
  }

  /**
   * The first page of at most 100 of all sessions of a project. Since Phoenix 13.5.
   *
   * @param project its name or id
   * @return the page, with the cursor of the next
   */
  public CompletableFuture<Page<StoredSession>> listPage(String project) {
    requireNonNull(project, "project");
    return listPage(project, SortOrder.ASCENDING, null, null, DEFAULT_PAGE);
  }

  /**
   * One page of sessions. Since Phoenix 13.5.
   *
   * @param project its name or id, or null for that of the settings
   * @param order which of them come first
   * @param filter an expression as in the web UI, since Phoenix 20.13, or null for all
   * @param cursor of the page before, or null for the first
   * @param limit the size of the page, 1 to 1,000
   * @return the page, with the cursor of the next
   */
  public CompletableFuture<Page<StoredSession>> listPage(
      @Nullable String project,
      SortOrder order,
      @Nullable String filter,
      @Nullable String cursor,
      int limit) {
    requireNonNull(order, "order");
    return calls.call(
        k -> calls.client.getSessions().listPage(project, order, filter, cursor, limit, k));
  }

  /**
   * What was asked and answered in a session: one turn for each of its traces, the earliest first.
   * Since Phoenix 13.12. Fails with {@link io.github.phoenixkt.PhoenixException.NotFound} when
   * there is no such session.
   *
   * @param sessionId the id that its spans name, or Phoenix's own
   * @return the turns
   */
  public CompletableFuture<List<SessionTurn>> getSessionTurns(String sessionId) {
    requireNonNull(sessionId, "sessionId");
    return calls.call(k -> calls.client.getSessions().getSessionTurns(sessionId, k));
  }

  /**
   * Deletes a session with its traces, their spans and all annotations. Since Phoenix 13.13. Fails
   * with {@link io.github.phoenixkt.PhoenixException.NotFound} when there is none.
   *
   * @param sessionId the id that its spans name, or Phoenix's own
   * @return done when it is so
   */
  public CompletableFuture<@Nullable Void> delete(String sessionId) {
    requireNonNull(sessionId, "sessionId");
    return calls.run(k -> calls.client.getSessions().delete(sessionId, k));
  }

  /**
   * Deletes sessions with their traces, their spans and all annotations; those that do not exist
   * are passed over. Since Phoenix 13.13. Fails with {@link IllegalArgumentException} when there
   * are none.
   *
   * @param sessionIds all as their spans name them, or all Phoenix's own
   * @return done when it is so
   */
  public CompletableFuture<@Nullable Void> bulkDelete(Collection<String> sessionIds) {
    List<String> copy = Checks.copyOf(sessionIds, "sessionIds");
    return calls.run(k -> calls.client.getSessions().bulkDelete(copy, k));
  }
}
