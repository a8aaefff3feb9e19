package io.github.phoenixkt.java;

import static java.util.Objects.requireNonNull;

import io.github.phoenixkt.Page;
import io.github.phoenixkt.PhoenixException;
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
 * Sessions and their annotations. Phoenix creates a session from traces whose spans have the
 * attribute {@code session.id}; metadata alone does not create one.
 *
 * <p>To decorate or mock this interface, see {@link PhoenixAsyncClient}.
 */
public interface AsyncSessionsResource extends AsyncSessionAnnotationWriter {
  /**
   * Reads the annotations of sessions, the newest first within each 100 ids. Notes are left out.
   * Ids that do not exist have no annotations. Since Phoenix 12.0.
   *
   * @param sessionIds any number of session ids; an empty collection reads nothing
   * @return completes with the annotations
   */
  default CompletableFuture<List<StoredAnnotation>> getSessionAnnotations(
      Collection<String> sessionIds) {
    return getSessionAnnotations(
        AnnotationQuery.builder().ids(Checks.copyOf(sessionIds, "sessionIds")).build());
  }

  /** Reads the annotations that match a query. See {@link #getSessionAnnotations(Collection)}. */
  default CompletableFuture<List<StoredAnnotation>> getSessionAnnotations(AnnotationQuery query) {
    return getSessionAnnotations(query, null, Integer.MAX_VALUE);
  }

  /** Reads a limited number of annotations. See {@link #getSessionAnnotations(Collection)}. */
  default CompletableFuture<List<StoredAnnotation>> getSessionAnnotations(
      AnnotationQuery query, int limit) {
    return getSessionAnnotations(query, null, limit);
  }

  /** Reads annotations from a project. See {@link #getSessionAnnotations(Collection)}. */
  default CompletableFuture<List<StoredAnnotation>> getSessionAnnotations(
      AnnotationQuery query, String project) {
    requireNonNull(project, "project");
    return getSessionAnnotations(query, project, Integer.MAX_VALUE);
  }

  /**
   * Reads annotations of sessions. See {@link #getSessionAnnotations(Collection)}.
   *
   * <p>Fails with {@link PhoenixException.NotFound} if the project does not exist.
   *
   * @param query which annotations to read
   * @param project the project's name or id, or null for the project from the settings
   * @param limit the maximum number of annotations, from 1; {@link Integer#MAX_VALUE} reads all
   * @return completes with the annotations
   */
  CompletableFuture<List<StoredAnnotation>> getSessionAnnotations(
      AnnotationQuery query, @Nullable String project, int limit);

  /** Reads the first 1,000 annotations. See {@link #getSessionAnnotations(Collection)}. */
  default CompletableFuture<Page<StoredAnnotation>> getSessionAnnotationsPage(
      AnnotationQuery query) {
    return getSessionAnnotationsPage(query, null, null, Limits.ANNOTATIONS_PAGE);
  }

  /**
   * Reads one page of annotations of sessions. A page can be empty although more pages follow.
   *
   * @param query which annotations to read
   * @param project the project's name or id, or null for the project from the settings
   * @param cursor the cursor from the previous page, or null for the first page
   * @param limit the page size, 1 to 10,000
   * @return completes with the page, which has the cursor of the next page
   */
  CompletableFuture<Page<StoredAnnotation>> getSessionAnnotationsPage(
      AnnotationQuery query, @Nullable String project, @Nullable String cursor, int limit);

  /** Deletes all annotations in the range. See the method with a filter. */
  default CompletableFuture<@Nullable Void> deleteSessionAnnotations(
      String project, DeleteRange range) {
    return deleteSessionAnnotations(project, range, DeleteFilter.NONE);
  }

  /**
   * Deletes annotations of sessions permanently. Since Phoenix 15.4.
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
  CompletableFuture<@Nullable Void> deleteSessionAnnotations(
      String project, DeleteRange range, DeleteFilter filter);

  /**
   * Reads one session with all its traces. Since Phoenix 13.5.
   *
   * <p>Fails with {@link PhoenixException.NotFound} if the session does not exist.
   *
   * @param sessionId the {@code session.id} of its spans, or Phoenix's own id
   * @return completes with the session
   */
  CompletableFuture<StoredSession> get(String sessionId);

  /**
   * Reads all sessions of the project from the settings, in the order in which they were stored.
   * Since Phoenix 13.5.
   *
   * <p>Each session is read once, with all its traces.
   *
   * <p>Fails with {@link PhoenixException.NotFound} if the project does not exist.
   *
   * @return completes with the sessions
   */
  default CompletableFuture<List<StoredSession>> list() {
    return list(null, SortOrder.ASCENDING, null, Integer.MAX_VALUE, null);
  }

  /** Reads all sessions of a project. See {@link #list()}. */
  default CompletableFuture<List<StoredSession>> list(String project) {
    return list(project, SortOrder.ASCENDING);
  }

  /** Reads all sessions of a project in ascending or descending order. See {@link #list()}. */
  default CompletableFuture<List<StoredSession>> list(String project, SortOrder order) {
    requireNonNull(project, "project");
    return list(project, order, null, Integer.MAX_VALUE, null);
  }

  /**
   * Reads sessions. See {@link #list()}.
   *
   * @param project the project's name or id, or null for the project from the settings
   * @param order whether the first stored or the last stored session comes first
   * @param filter an expression as in the web UI (since Phoenix 20.13), or null for all sessions
   * @param limit the maximum number of sessions, from 1; {@link Integer#MAX_VALUE} reads all
   * @param cursor where to continue, from a page or from {@link PhoenixException#getReadProgress};
   *     null starts at the beginning
   * @return completes with the sessions
   */
  CompletableFuture<List<StoredSession>> list(
      @Nullable String project,
      SortOrder order,
      @Nullable String filter,
      int limit,
      @Nullable String cursor);

  /** Reads the first 100 sessions of the project from the settings. See {@link #list()}. */
  default CompletableFuture<Page<StoredSession>> listPage() {
    return listPage(null, SortOrder.ASCENDING, null, null, Limits.PAGE);
  }

  /** Reads the first 100 sessions of a project. See {@link #list()}. */
  default CompletableFuture<Page<StoredSession>> listPage(String project) {
    requireNonNull(project, "project");
    return listPage(project, SortOrder.ASCENDING, null, null, Limits.PAGE);
  }

  /**
   * Reads one page of sessions. See {@link #list()}.
   *
   * @param project the project's name or id, or null for the project from the settings
   * @param order whether the first stored or the last stored session comes first
   * @param filter an expression as in the web UI (since Phoenix 20.13), or null for all sessions
   * @param cursor the cursor from the previous page, or null for the first page
   * @param limit the page size, 1 to 1,000
   * @return completes with the page, which has the cursor of the next page
   */
  CompletableFuture<Page<StoredSession>> listPage(
      @Nullable String project,
      SortOrder order,
      @Nullable String filter,
      @Nullable String cursor,
      int limit);

  /**
   * Reads the questions and answers of a session: one turn for each of its traces, the earliest
   * first. Since Phoenix 13.12.
   *
   * <p>Fails with {@link PhoenixException.NotFound} if the session does not exist.
   *
   * @param sessionId the {@code session.id} of its spans, or Phoenix's own id
   * @return completes with the turns
   */
  CompletableFuture<List<SessionTurn>> getSessionTurns(String sessionId);

  /**
   * Deletes a session with its traces, their spans and all annotations. Since Phoenix 13.13.
   *
   * <p>A request without a clear response is repeated, for example after a broken connection or a
   * proxy's 503. If the repeat finds no such session, the call succeeds, although the session may
   * never have existed.
   *
   * <p>Fails with {@link PhoenixException.NotFound} if the session does not exist.
   *
   * @param sessionId the {@code session.id} of its spans, or Phoenix's own id
   * @return completes once the session is deleted
   */
  CompletableFuture<@Nullable Void> delete(String sessionId);

  /**
   * Deletes sessions with their traces, their spans and all annotations. Ids that do not exist are
   * ignored. Since Phoenix 13.13.
   *
   * <p>Fails with {@link IllegalArgumentException} if there are no session ids.
   *
   * @param sessionIds the {@code session.id} of each session, or only ids of Phoenix's own
   * @return completes once the sessions are deleted
   */
  CompletableFuture<@Nullable Void> bulkDelete(Collection<String> sessionIds);
}
