package io.github.phoenixkt.testing;

import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** What the server knows of one kind of target. Versions are the first that have something. */
final class TargetTraits {
  /** In routes and in identifiers of notes. */
  final String word;

  String idField = "";
  String globalIdType = "";
  String since = "";
  boolean hasPosition;
  @Nullable String identifierRefusedSince;

  /** Until then, confirmed writes gave row numbers instead of GlobalIDs. */
  String globalIdsSince = "0.0.0";

  @Nullable String readSince;
  @Nullable String deletedSince;
  @Nullable String notesSince;

  /** Since when the name "note" inside a batch is refused; before, such items vanished. */
  @Nullable String noteRefusedSince;

  /** Whose notes the refusal names. */
  String notesOf = "";

  private String missing = "";
  private BiFunction<Store, String, @Nullable ProjectRow> projectOf = (store, id) -> null;

  private TargetTraits(String word) {
    this.word = word;
  }

  static TargetTraits of(String word) {
    return new TargetTraits(word);
  }

  TargetTraits target(
      String field, String nameInErrors, BiFunction<Store, String, @Nullable ProjectRow> project) {
    idField = field;
    missing = nameInErrors;
    projectOf = project;
    return this;
  }

  TargetTraits annotations(String type, String version) {
    globalIdType = type;
    since = version;
    return this;
  }

  TargetTraits positions() {
    hasPosition = true;
    return this;
  }

  TargetTraits identifierRefusedSince(String version) {
    identifierRefusedSince = version;
    return this;
  }

  TargetTraits plainIdsBefore(String version) {
    globalIdsSince = version;
    return this;
  }

  TargetTraits readSince(String version) {
    readSince = version;
    return this;
  }

  TargetTraits deletedSince(String version) {
    deletedSince = version;
    return this;
  }

  TargetTraits notes(String version, String refusedInBatchesSince, String refusedAsNotesOf) {
    notesSince = version;
    noteRefusedSince = refusedInBatchesSince;
    notesOf = refusedAsNotesOf;
    return this;
  }

  String path() {
    return "/" + word + "_annotations";
  }

  String idsParameter() {
    return idField + "s";
  }

  /** What has the ids, as a heading of errors: documents hang on spans. */
  String owners() {
    String owner = idField.substring(0, idField.length() - "_id".length());
    return Character.toUpperCase(owner.charAt(0)) + owner.substring(1) + "s";
  }

  String notFound(String id) {
    return missing + " " + id + " not found";
  }

  @Nullable ProjectRow projectOf(Store store, String id) {
    return projectOf.apply(store, id);
  }
}
