package io.github.phoenixkt.java;

import static io.github.phoenixkt.java.BlockingResource.asyncOf;
import static io.github.phoenixkt.java.Waiting.await;

import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.annotations.AnnotationRows;
import io.github.phoenixkt.annotations.InsertedAnnotation;
import io.github.phoenixkt.annotations.InsertedNote;
import io.github.phoenixkt.annotations.SessionAnnotationData;
import java.util.Collection;
import java.util.List;

/**
 * Writes annotations of sessions. Since Phoenix 12.0.
 *
 * <p>What is not {@code Sync} is <em>queued</em>: Phoenix answers before it knows whether the
 * session exists, keeps the annotation for about ten minutes for a session that has not arrived
 * yet, and then drops it without a word. {@code Sync} answers once the annotation is
 * <em>stored</em>, or with an error when the session is unknown.
 *
 * <p>Servers from 9.0 to 12.1 can lose queued rows: there every write is confirmed, under either
 * name. Methods throw a {@link PhoenixException}, or what is said of each; a null argument is a
 * {@link NullPointerException}.
 */
public interface BlockingSessionAnnotationWriter {
  /**
   * Queues one annotation of a session: a success does not say that it is stored.
   *
   * @param annotation what to write on a session
   * @throws io.github.phoenixkt.annotations.InvalidAnnotationsException when the annotation cannot
   *     be sent; nothing was
   */
  default void addSessionAnnotation(SessionAnnotationData annotation) {
    await(() -> asyncOf(this).addSessionAnnotation(annotation));
  }

  /**
   * Stores one annotation of a session.
   *
   * @param annotation what to write on a session
   * @return its id
   * @throws io.github.phoenixkt.annotations.InvalidAnnotationsException when the annotation cannot
   *     be sent; nothing was
   * @throws PhoenixException.NotFound when Phoenix does not know the session
   */
  default InsertedAnnotation addSessionAnnotationSync(SessionAnnotationData annotation) {
    return await(() -> asyncOf(this).addSessionAnnotationSync(annotation));
  }

  /**
   * Queues annotations of sessions, 100 per request; more than 500 go in windows that are looked up
   * one by one. All are checked before the first is sent, and of those with one key only the last
   * is.
   *
   * @param annotations what to write
   * @throws IllegalArgumentException when there are none
   * @throws io.github.phoenixkt.annotations.InvalidAnnotationsException when some cannot be sent;
   *     nothing was
   * @throws PhoenixException.UploadException when not all were written; it says which were
   */
  default void logSessionAnnotations(Collection<SessionAnnotationData> annotations) {
    await(() -> asyncOf(this).logSessionAnnotations(annotations));
  }

  /**
   * Stores annotations of sessions, 100 per request. All are checked before the first is sent, and
   * what the server refuses costs no other row.
   *
   * @param annotations what to write
   * @return the ids in the order of the annotations; those of one key share an id, and the last
   *     wins
   * @throws IllegalArgumentException when there are none
   * @throws io.github.phoenixkt.annotations.InvalidAnnotationsException when some cannot be sent;
   *     nothing was
   * @throws PhoenixException.UploadException when not all were written; it says which were
   */
  default List<InsertedAnnotation> logSessionAnnotationsSync(
      Collection<SessionAnnotationData> annotations) {
    return await(() -> asyncOf(this).logSessionAnnotationsSync(annotations));
  }

  /**
   * Queues annotations of sessions, seen by row number, 100 per request; more than 500 go in
   * windows that are looked up one by one. All are checked before the first is sent, and of those
   * with one key only the last is.
   *
   * @param annotations what to write, all on sessions; need not be objects
   * @throws IllegalArgumentException when there are none
   * @throws io.github.phoenixkt.annotations.InvalidAnnotationsException when some cannot be sent;
   *     nothing was
   * @throws PhoenixException.UploadException when not all were written; it says which were
   */
  default void logSessionAnnotations(AnnotationRows annotations) {
    await(() -> asyncOf(this).logSessionAnnotations(annotations));
  }

  /**
   * Stores annotations of sessions, seen by row number, 100 per request. All are checked before the
   * first is sent, and what the server refuses costs no other row.
   *
   * @param annotations what to write, all on sessions; need not be objects
   * @return the ids in the order of the annotations; those of one key share an id, and the last
   *     wins
   * @throws IllegalArgumentException when there are none
   * @throws io.github.phoenixkt.annotations.InvalidAnnotationsException when some cannot be sent;
   *     nothing was
   * @throws PhoenixException.UploadException when not all were written; it says which were
   */
  default List<InsertedAnnotation> logSessionAnnotationsSync(AnnotationRows annotations) {
    return await(() -> asyncOf(this).logSessionAnnotationsSync(annotations));
  }

  /**
   * Stores a note on a session. Notes add up. Since Phoenix 14.17.
   *
   * <p>The note gets an identifier where the server knows them (Phoenix 15.7). A call that fails or
   * is interrupted tells it, in {@link PhoenixException#getNoteIdentifier} or, when the client was
   * closed, in the message: sent again with it, the note is stored once.
   *
   * @param sessionId the session, which must exist
   * @param note the text
   * @return the note's id and identifier
   * @throws PhoenixException.NotFound when Phoenix does not know the session
   */
  default InsertedNote addSessionNote(String sessionId, String note) {
    return await(() -> asyncOf(this).addSessionNote(sessionId, note));
  }

  /**
   * Stores a note on a session, in place of the one that has the same identifier. Since Phoenix
   * 15.7.
   *
   * @param sessionId the session, which must exist
   * @param note the text
   * @param identifier tells notes on one session apart
   * @return the note's id and identifier
   * @throws PhoenixException.NotFound when Phoenix does not know the session
   */
  default InsertedNote addSessionNote(String sessionId, String note, String identifier) {
    return await(() -> asyncOf(this).addSessionNote(sessionId, note, identifier));
  }
}
