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

/** The annotations of sessions. */
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
    return getSessionAnnotations(new AnnotationQuery(Checks.copyOf(sessionIds, "sessionIds")));
  }

  /**
   * The annotations of sessions that the query asks for. Since Phoenix 12.0. Pages are fetched as
   * the stream is read; close it when you do not read it to its end.
   *
   * @param query which
   * @return what to close after reading
   */
  public Stream<StoredAnnotation> getSessionAnnotations(AnnotationQuery query) {
    requireNonNull(query, "query");
    Calls calls = async.calls();
    return FlowStream.of(calls, calls.client.getSessions().getSessionAnnotations(query, null));
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
    requireNonNull(query, "query");
    Calls calls = async.calls();
    return FlowStream.of(calls, calls.client.getSessions().getSessionAnnotations(query, limit));
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
   * @param cursor of the page before, or null for the first
   * @param limit the size of the page, 1 to 10,000
   * @return the page, with the cursor of the next
   */
  public Page<StoredAnnotation> getSessionAnnotationsPage(
      AnnotationQuery query, @Nullable String cursor, int limit) {
    return await(() -> async.sessions().getSessionAnnotationsPage(query, cursor, limit));
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
}
