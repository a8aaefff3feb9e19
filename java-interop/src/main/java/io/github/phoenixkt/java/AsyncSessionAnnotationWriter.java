package io.github.phoenixkt.java;

import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.annotations.AnnotationRows;
import io.github.phoenixkt.annotations.InsertedAnnotation;
import io.github.phoenixkt.annotations.InsertedNote;
import io.github.phoenixkt.annotations.InvalidAnnotationsException;
import io.github.phoenixkt.annotations.SessionAnnotationData;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Writes annotations of sessions. Since Phoenix 12.0.
 *
 * <p>Methods without {@code Sync} <em>queue</em> annotations: Phoenix accepts them before it knows
 * whether the session exists. It keeps an annotation for about ten minutes in case the session
 * still arrives, and then drops it silently. Methods with {@code Sync} finish once the annotation
 * is <em>stored</em>, and fail if the session does not exist.
 *
 * <p>Phoenix 9.0 to 12.1 can lose queued annotations. With these versions, every write is
 * confirmed, whichever method you call.
 */
public interface AsyncSessionAnnotationWriter {
  /**
   * Queues one annotation of a session. Success does not mean that it is stored.
   *
   * <p>Fails with {@link InvalidAnnotationsException} if the annotation is invalid, before anything
   * is sent.
   *
   * @param annotation the annotation to write
   * @return completes once Phoenix has accepted the annotation
   */
  CompletableFuture<@Nullable Void> addSessionAnnotation(SessionAnnotationData annotation);

  /**
   * Stores one annotation of a session.
   *
   * <p>Fails with {@link InvalidAnnotationsException} if the annotation is invalid, before anything
   * is sent; with {@link PhoenixException.NotFound} if the session does not exist.
   *
   * @param annotation the annotation to write
   * @return completes with the id of the stored annotation
   */
  CompletableFuture<InsertedAnnotation> addSessionAnnotationSync(SessionAnnotationData annotation);

  /**
   * Queues annotations of sessions, 100 per request. All are checked before the first is sent. If
   * several have the same session, name and identifier, only the last is sent. Large collections
   * are sent in windows; the client reads each window back before it sends the next.
   *
   * <p>Fails with {@link InvalidAnnotationsException} if some annotations are invalid, before
   * anything is sent; with {@link IllegalArgumentException} if there are no annotations; with
   * {@link PhoenixException.UploadException} if some annotations were not written; its report names
   * them.
   *
   * @param annotations the annotations to write
   * @return completes once Phoenix has accepted all of them
   */
  default CompletableFuture<@Nullable Void> logSessionAnnotations(
      Collection<SessionAnnotationData> annotations) {
    return logSessionAnnotations(AnnotationRows.of(Checks.copyOf(annotations, "annotations")));
  }

  /** Queues rows that need not be objects. See {@link #logSessionAnnotations(Collection)}. */
  CompletableFuture<@Nullable Void> logSessionAnnotations(AnnotationRows annotations);

  /**
   * Stores annotations of sessions, 100 per request. All are checked before the first is sent. An
   * annotation that the server refuses does not keep the others from being stored.
   *
   * <p>Fails with {@link InvalidAnnotationsException} if some annotations are invalid, before
   * anything is sent; with {@link IllegalArgumentException} if there are no annotations; with
   * {@link PhoenixException.UploadException} if some annotations were not written; its report names
   * them.
   *
   * @param annotations the annotations to write
   * @return completes with the ids in the order of the annotations. Annotations with the same
   *     session, name and identifier share an id, and the last of them is stored.
   */
  default CompletableFuture<List<InsertedAnnotation>> logSessionAnnotationsSync(
      Collection<SessionAnnotationData> annotations) {
    return logSessionAnnotationsSync(AnnotationRows.of(Checks.copyOf(annotations, "annotations")));
  }

  /** Stores rows that need not be objects. See {@link #logSessionAnnotationsSync(Collection)}. */
  CompletableFuture<List<InsertedAnnotation>> logSessionAnnotationsSync(AnnotationRows annotations);

  /**
   * Stores a note on a session. A session can have any number of notes. Since Phoenix 14.17.
   *
   * <p>With Phoenix 15.7 and later, the client gives the note an identifier. If the call ends
   * without a result, {@link PhoenixException#getNoteIdentifier} or the message has the identifier.
   * Send the note again with it, and it is stored once.
   *
   * <p><b>Futures.</b> A future that is completed in another way, for instance by {@code
   * orTimeout}, has no identifier. Pass an identifier of your own where that may happen.
   *
   * <p>Fails with {@link PhoenixException.NotFound} if the session does not exist.
   *
   * @param sessionId the session's id
   * @param note the text
   * @return completes with the id and the identifier of the note
   */
  CompletableFuture<InsertedNote> addSessionNote(String sessionId, String note);

  /**
   * Stores a note on a session, and replaces the note with the same identifier. Since Phoenix 15.7.
   *
   * @param identifier distinguishes the notes on one session
   * @see #addSessionNote(String, String)
   */
  CompletableFuture<InsertedNote> addSessionNote(String sessionId, String note, String identifier);
}
