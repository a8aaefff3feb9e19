package io.github.phoenixkt.java;

import static io.github.phoenixkt.java.Waiting.await;
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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Sessions, and the annotations of sessions. Phoenix makes a session of the traces whose spans have
 * the attribute {@code session.id}; metadata alone makes none.
 */
public final class BlockingSessionsResource extends BlockingResource
    implements BlockingSessionAnnotationWriter {

  BlockingSessionsResource(PhoenixAsyncClient async) {
    super(async);
  }

  /**
   * The annotations of sessions, newest first within each hundred of ids; notes are left out. Ids
   * that do not exist have no annotations. Since Phoenix 12.0. Pages are fetched as the stream is
   * read; close it when you do not read it to its end.
   *
   * @param sessionIds the sessions, any number of them; none ask for nothing
   * @return what to close after reading
   */
  public Stream<StoredAnnotation> getSessionAnnotations(Collection<String> sessionIds) {
    return getSessionAnnotations(
        AnnotationQuery.builder().ids(Checks.copyOf(sessionIds, "sessionIds")).build());
  }

  /**
   * The annotations of sessions that the query asks for. Since Phoenix 12.0. Pages are fetched as
   * the stream is read; close it when you do not read it to its end.
   *
   * @param query which
   * @return what to close after reading
   */
  public Stream<StoredAnnotation> getSessionAnnotations(AnnotationQuery query) {
    return getSessionAnnotations(query, null, Integer.MAX_VALUE);
  }

  /**
   * The annotations of sessions that the query asks for, up to a number. Since Phoenix 12.0. Pages
   * are fetched as the stream is read; close it when you do not read it to its end.
   *
   * @param query which
   * @param limit how many at most in all, from 1
   * @return what to close after reading
   */
  public Stream<StoredAnnotation> getSessionAnnotations(AnnotationQuery query, int limit) {
    return getSessionAnnotations(query, null, limit);
  }

  /**
   * The annotations of sessions of a project that the query asks for. Pages are fetched as the
   * stream is read; close it when you do not read it to its end.
   *
   * @param query which
   * @param project its name or id
   * @return what to close after reading
   */
  public Stream<StoredAnnotation> getSessionAnnotations(AnnotationQuery query, String project) {
    requireNonNull(project, "project");
    return getSessionAnnotations(query, project, Integer.MAX_VALUE);
  }

  /**
   * The annotations of sessions of a project that the query asks for, up to a number. Pages are
   * fetched as the stream is read; close it when you do not read it to its end.
   *
   * @param query which
   * @param project its name or id, or null for that of the settings
   * @param limit how many at most in all, from 1; {@link Integer#MAX_VALUE} for all there are
   * @return what to close after reading
   */
  public Stream<StoredAnnotation> getSessionAnnotations(
      AnnotationQuery query, @Nullable String project, int limit) {
    requireNonNull(query, "query");
    Calls calls = async.calls();
    return FlowStream.of(
        calls,
        calls.client.getSessions().getSessionAnnotations(query, project, Limits.total(limit)));
  }

  /**
   * The first page of at most 1,000 annotations of sessions; a page may be empty although more
   * follow. Since Phoenix 12.0.
   *
   * @param query which
   * @return the page, with the cursor of the next
   */
  public Page<StoredAnnotation> getSessionAnnotationsPage(AnnotationQuery query) {
    return await(() -> async.sessions().getSessionAnnotationsPage(query));
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
  public Page<StoredAnnotation> getSessionAnnotationsPage(
      AnnotationQuery query, @Nullable String project, @Nullable String cursor, int limit) {
    return await(() -> async.sessions().getSessionAnnotationsPage(query, project, cursor, limit));
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
   */
  public void deleteSessionAnnotations(String project, DeleteRange range) {
    await(() -> async.sessions().deleteSessionAnnotations(project, range));
  }

  /**
   * Deletes annotations of sessions that the filter lets through, for good. See {@link
   * #deleteSessionAnnotations(String, DeleteRange)}.
   *
   * @param project its name or id; never taken from the settings
   * @param range when they were first stored
   * @param filter which of those
   */
  public void deleteSessionAnnotations(String project, DeleteRange range, DeleteFilter filter) {
    await(() -> async.sessions().deleteSessionAnnotations(project, range, filter));
  }

  /**
   * The session of that id, with all its traces. Since Phoenix 13.5. Fails with {@link
   * io.github.phoenixkt.PhoenixException.NotFound} when there is none.
   *
   * @param sessionId the id that its spans name, or Phoenix's own
   * @return the session
   */
  public StoredSession get(String sessionId) {
    return await(() -> async.sessions().get(sessionId));
  }

  /**
   * All sessions of the project of the settings, in the order in which they were stored. Since
   * Phoenix 13.5. Pages are fetched as the stream is read; close it when you do not read it to its
   * end.
   *
   * <p>Each once, with all its traces. Fails with {@link
   * io.github.phoenixkt.PhoenixException.NotFound} when there is no such project.
   *
   * @return what to close after reading
   */
  public Stream<StoredSession> list() {
    return list(null, SortOrder.ASCENDING, null, Integer.MAX_VALUE, null);
  }

  /**
   * All sessions of a project, in the order in which they were stored. Pages are fetched as the
   * stream is read; close it when you do not read it to its end. See {@link #list()}.
   *
   * @param project its name or id
   * @return what to close after reading
   */
  public Stream<StoredSession> list(String project) {
    requireNonNull(project, "project");
    return list(project, SortOrder.ASCENDING, null, Integer.MAX_VALUE, null);
  }

  /**
   * All sessions of a project, in the order in which they were stored. Pages are fetched as the
   * stream is read; close it when you do not read it to its end. See {@link #list()}.
   *
   * @param project its name or id
   * @param order which of them come first
   * @return what to close after reading
   */
  public Stream<StoredSession> list(String project, SortOrder order) {
    requireNonNull(project, "project");
    return list(project, order, null, Integer.MAX_VALUE, null);
  }

  /**
   * Sessions, in the order in which they were stored. Pages are fetched as the stream is read;
   * close it when you do not read it to its end. See {@link #list()}.
   *
   * <p>A stream that fails says how far it came, see {@link
   * io.github.phoenixkt.PhoenixException#getReadProgress}.
   *
   * @param project its name or id, or null for that of the settings
   * @param order which of them come first
   * @param filter an expression as in the web UI, since Phoenix 20.13, or null for all
   * @param limit how many at most in all, from 1; {@link Integer#MAX_VALUE} for all there are
   * @param cursor where to begin, from a page or from {@link
   *     io.github.phoenixkt.PhoenixException#getReadProgress}, or null for the beginning
   * @return what to close after reading
   */
  public Stream<StoredSession> list(
      @Nullable String project,
      SortOrder order,
      @Nullable String filter,
      int limit,
      @Nullable String cursor) {
    requireNonNull(order, "order");
    Calls calls = async.calls();
    return FlowStream.of(
        calls,
        calls.client.getSessions().list(project, order, filter, Limits.total(limit), cursor));
  }

  /**
   * The first page of at most 100 of all sessions of the project of the settings. Since Phoenix
   * 13.5.
   *
   * @return the page, with the cursor of the next
   */
  public Page<StoredSession> listPage() {
    return await(() -> async.sessions().listPage());
  }

  /**
   * The first page of at most 100 of all sessions of a project. Since Phoenix 13.5.
   *
   * @param project its name or id
   * @return the page, with the cursor of the next
   */
  public Page<StoredSession> listPage(String project) {
    return await(() -> async.sessions().listPage(project));
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
  public Page<StoredSession> listPage(
      @Nullable String project,
      SortOrder order,
      @Nullable String filter,
      @Nullable String cursor,
      int limit) {
    return await(() -> async.sessions().listPage(project, order, filter, cursor, limit));
  }

  /**
   * What was asked and answered in a session: one turn for each of its traces, the earliest first.
   * Since Phoenix 13.12. Fails with {@link io.github.phoenixkt.PhoenixException.NotFound} when
   * there is no such session.
   *
   * @param sessionId the id that its spans name, or Phoenix's own
   * @return the turns
   */
  public List<SessionTurn> getSessionTurns(String sessionId) {
    return await(() -> async.sessions().getSessionTurns(sessionId));
  }

  /**
   * Deletes a session with its traces, their spans and all annotations. Since Phoenix 13.13. Fails
   * with {@link io.github.phoenixkt.PhoenixException.NotFound} when there is none.
   *
   * @param sessionId the id that its spans name, or Phoenix's own
   */
  public void delete(String sessionId) {
    await(() -> async.sessions().delete(sessionId));
  }

  /**
   * Deletes sessions with their traces, their spans and all annotations; those that do not exist
   * are passed over. Since Phoenix 13.13. Fails with {@link IllegalArgumentException} when there
   * are none.
   *
   * @param sessionIds all as their spans name them, or all Phoenix's own
   */
  public void bulkDelete(Collection<String> sessionIds) {
    await(() -> async.sessions().bulkDelete(sessionIds));
  }
}
