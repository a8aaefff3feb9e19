package io.github.phoenixkt.java;

import static io.github.phoenixkt.java.AsyncResource.callsOf;
import static java.util.Objects.requireNonNull;

import io.github.phoenixkt.annotations.AnnotationRows;
import io.github.phoenixkt.annotations.InsertedAnnotation;
import io.github.phoenixkt.annotations.InsertedNote;
import io.github.phoenixkt.annotations.SessionAnnotationData;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Writes annotations of sessions. Since Phoenix 12.0.
 *
 * <p>What is not {@code Sync} is <em>queued</em>: Phoenix answers before it knows whether the
 * session exists, keeps the annotation for about ten minutes for a session that has not arrived
 * yet, and then drops it without a word. {@code Sync} answers once the annotation is
 * <em>stored</em>, or with an error when the session is unknown.
 *
 * <p>Servers from 9.0 to 12.1 can lose queued rows: there every write is confirmed, under either
 * name. Futures fail with a {@link io.github.phoenixkt.PhoenixException}, or with what is said of
 * each method; a null argument is a {@link NullPointerException} at once.
 */
public interface AsyncSessionAnnotationWriter {
  /**
   * Queues one annotation of a session: a success does not say that it is stored.
   *
   * <p>It fails with an {@link io.github.phoenixkt.annotations.InvalidAnnotationsException} when
   * the annotation cannot be sent; nothing was then.
   *
   * @param annotation what to write on a session
   * @return done when Phoenix has taken it
   */
  default CompletableFuture<@Nullable Void> addSessionAnnotation(SessionAnnotationData annotation) {
    Calls calls = callsOf(this);
    requireNonNull(annotation, "annotation");
    return calls.run(k -> calls.client.getAnnotations().addSessionAnnotation(annotation, false, k));
  }

  /**
   * Stores one annotation of a session.
   *
   * <p>It fails with an {@link io.github.phoenixkt.annotations.InvalidAnnotationsException} when
   * the annotation cannot be sent; nothing was then.
   *
   * @param annotation what to write on a session
   * @return its id, once it is stored
   */
  default CompletableFuture<InsertedAnnotation> addSessionAnnotationSync(
      SessionAnnotationData annotation) {
    Calls calls = callsOf(this);
    requireNonNull(annotation, "annotation");
    return calls.call(k -> calls.client.getAnnotations().addSessionAnnotation(annotation, true, k));
  }

  /**
   * Queues annotations of sessions, 100 per request; more than 500 go in windows that are looked up
   * one by one. All are checked before the first is sent, and of those with one key only the last
   * is.
   *
   * <p>It fails with an {@link io.github.phoenixkt.annotations.InvalidAnnotationsException} when
   * some cannot be sent (nothing was then), with an {@link IllegalArgumentException} when there are
   * none, and with a {@link io.github.phoenixkt.PhoenixException.UploadException} when not all were
   * written: it says which were.
   *
   * @param annotations what to write
   * @return done when Phoenix has taken all
   */
  default CompletableFuture<@Nullable Void> logSessionAnnotations(
      Collection<SessionAnnotationData> annotations) {
    Calls calls = callsOf(this);
    List<SessionAnnotationData> rows = Checks.copyOf(annotations, "annotations");
    return calls.run(k -> calls.client.getAnnotations().logSessionAnnotations(rows, false, k));
  }

  /**
   * Stores annotations of sessions, 100 per request. All are checked before the first is sent, and
   * what the server refuses costs no other row.
   *
   * <p>It fails with an {@link io.github.phoenixkt.annotations.InvalidAnnotationsException} when
   * some cannot be sent (nothing was then), with an {@link IllegalArgumentException} when there are
   * none, and with a {@link io.github.phoenixkt.PhoenixException.UploadException} when not all were
   * written: it says which were.
   *
   * @param annotations what to write
   * @return the ids in the order of the annotations; those of one key share an id, and the last
   *     wins
   */
  default CompletableFuture<List<InsertedAnnotation>> logSessionAnnotationsSync(
      Collection<SessionAnnotationData> annotations) {
    Calls calls = callsOf(this);
    List<SessionAnnotationData> rows = Checks.copyOf(annotations, "annotations");
    return calls.call(k -> calls.client.getAnnotations().logSessionAnnotations(rows, true, k));
  }

  /**
   * Queues annotations of sessions, seen by row number, 100 per request; more than 500 go in
   * windows that are looked up one by one. All are checked before the first is sent, and of those
   * with one key only the last is.
   *
   * <p>It fails with an {@link io.github.phoenixkt.annotations.InvalidAnnotationsException} when
   * some cannot be sent (nothing was then), with an {@link IllegalArgumentException} when there are
   * none, and with a {@link io.github.phoenixkt.PhoenixException.UploadException} when not all were
   * written: it says which were.
   *
   * @param annotations what to write, all on sessions; need not be objects
   * @return done when Phoenix has taken all
   */
  default CompletableFuture<@Nullable Void> logSessionAnnotations(AnnotationRows annotations) {
    Calls calls = callsOf(this);
    requireNonNull(annotations, "annotations");
    return calls.run(
        k -> calls.client.getAnnotations().logSessionAnnotations(annotations, false, k));
  }

  /**
   * Stores annotations of sessions, seen by row number, 100 per request. All are checked before the
   * first is sent, and what the server refuses costs no other row.
   *
   * <p>It fails with an {@link io.github.phoenixkt.annotations.InvalidAnnotationsException} when
   * some cannot be sent (nothing was then), with an {@link IllegalArgumentException} when there are
   * none, and with a {@link io.github.phoenixkt.PhoenixException.UploadException} when not all were
   * written: it says which were.
   *
   * @param annotations what to write, all on sessions; need not be objects
   * @return the ids in the order of the annotations; those of one key share an id, and the last
   *     wins
   */
  default CompletableFuture<List<InsertedAnnotation>> logSessionAnnotationsSync(
      AnnotationRows annotations) {
    Calls calls = callsOf(this);
    requireNonNull(annotations, "annotations");
    return calls.call(
        k -> calls.client.getAnnotations().logSessionAnnotations(annotations, true, k));
  }

  /**
   * Stores a note on a session. Notes add up. Since Phoenix 14.17.
   *
   * <p>The note gets an identifier where the server knows them (Phoenix 15.7). A call that fails or
   * is cancelled tells it, in {@link io.github.phoenixkt.PhoenixException#getNoteIdentifier} or in
   * the message: sent again with it, the note is stored once. A future that was completed in
   * another way, as {@code orTimeout} does, cannot tell it: give an identifier of your own there.
   *
   * @param sessionId the session, which must exist
   * @param note the text
   * @return the note's id and identifier, once it is stored
   */
  default CompletableFuture<InsertedNote> addSessionNote(String sessionId, String note) {
    Calls calls = callsOf(this);
    requireNonNull(sessionId, "sessionId");
    requireNonNull(note, "note");
    return calls.addNote(
        k -> calls.client.getAnnotations().addSessionNote(sessionId, note, null, k));
  }

  /**
   * Stores a note on a session, in place of the one that has the same identifier. Since Phoenix
   * 15.7.
   *
   * @param sessionId the session, which must exist
   * @param note the text
   * @param identifier tells notes on one session apart
   * @return the note's id and identifier, once it is stored
   */
  default CompletableFuture<InsertedNote> addSessionNote(
      String sessionId, String note, String identifier) {
    Calls calls = callsOf(this);
    requireNonNull(sessionId, "sessionId");
    requireNonNull(note, "note");
    requireNonNull(identifier, "identifier");
    return calls.addNote(
        k -> calls.client.getAnnotations().addSessionNote(sessionId, note, identifier, k));
  }
}
