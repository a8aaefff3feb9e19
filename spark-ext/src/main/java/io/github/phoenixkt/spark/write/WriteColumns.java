package io.github.phoenixkt.spark.write;

import static io.github.phoenixkt.internal.Messages.asMessage;
import static io.github.phoenixkt.internal.Messages.forMessage;

import io.github.phoenixkt.annotations.TargetKind;
import io.github.phoenixkt.rows.AnnotationColumns;
import io.github.phoenixkt.spark.options.WriteOptions;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import kotlin.Unit;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Which column is read for what, by the rules for the columns of a data frame. What is wrong with
 * them is found before a job starts.
 */
final class WriteColumns implements Serializable {
  private static final long serialVersionUID = 1;

  final List<Column> ids;
  final List<Column> positions;
  final @Nullable Column name;
  final @Nullable Column kind;
  final @Nullable Column label;
  final @Nullable Column score;
  final @Nullable Column explanation;
  final @Nullable Column metadata;
  final @Nullable Column identifier;
  final @Nullable Column orderBy;

  /** The id of the row in Phoenix, in rows that were read from there; they keep their key. */
  final @Nullable Column storedId;

  /** Which columns of a row were refused when it was written before, in lines of failures. */
  final @Nullable Column refusedColumns;

  /**
   * @throws IllegalArgumentException if rows with these columns cannot be written; the message has
   *     all reasons
   */
  WriteColumns(StructType schema, WriteOptions options) {
    Finder finder = new Finder(schema);
    TargetKind target = options.target();
    ids = finder.findIds(target);
    positions = target.getHasPosition() ? finder.findPositions() : List.of();
    name = options.name().isPresent() ? null : finder.findName();
    kind = options.annotatorKind().isPresent() ? null : finder.findKind();
    label = finder.find("label", Use.TEXT);
    score = finder.find("score", Use.SCORE);
    explanation = finder.find("explanation", Use.TEXT);
    finder.requireResult();
    metadata = finder.findMetadata();
    identifier = finder.find("identifier", Use.TEXT);
    orderBy = options.orderBy().map(finder::findOrder).orElse(null);
    storedId = finder.findStoredId();
    refusedColumns = finder.findRefusedColumns();
    finder.requireNoProblems(target);
  }

  /** With several columns for the id, one row may have it in one and the next row in another. */
  int tasks(WriteOptions options) {
    return ids.size() > 1 ? 1 : options.writers();
  }

  private static final class Finder {
    final List<String> problems = new ArrayList<>();
    private final StructType schema;
    private final List<String> names;

    Finder(StructType schema) {
      this.schema = schema;
      this.names =
          Arrays.stream(schema.fieldNames()).map(name -> name.toLowerCase(Locale.ROOT)).toList();
    }

    List<Column> findIds(TargetKind target) {
      return findAll("ids of the " + target.getWord() + "s", target.getIdColumns(), Use.ID);
    }

    List<Column> findPositions() {
      return findAll(
          "positions of the documents", AnnotationColumns.getPOSITION_COLUMNS(), Use.POSITION);
    }

    private List<Column> findAll(String what, List<String> paths, Use use) {
      List<Column> found =
          paths.stream().flatMap(path -> Column.find(schema, path).stream()).toList();
      if (found.isEmpty()) {
        problems.add(
            "There is no column with the %s: name it %s, with withColumnRenamed or with AS in SQL. The columns are %s."
                .formatted(
                    what,
                    String.join(" or ", paths),
                    schema.isEmpty() ? "none" : forMessage(List.of(schema.fieldNames()))));
      }
      return found.stream().filter(column -> isUsable(column, use)).toList();
    }

    void requireResult() {
      if (Stream.of("label", "score", "explanation").noneMatch(names::contains)) {
        problems.add(AnnotationColumns.NO_RESULT_COLUMN);
      }
    }

    @Nullable Column findName() {
      boolean hasTargetId =
          Stream.of("context.span_id", "context.trace_id", "span_id", "trace_id")
              .anyMatch(path -> !Column.find(schema, path).isEmpty());
      String column =
          AnnotationColumns.findNameColumn(
              names,
              hasTargetId,
              problem -> {
                problems.add(problem + " One name for all is the option name.");
                return Unit.INSTANCE;
              });
      return column == null ? null : find(column, Use.TEXT);
    }

    @Nullable Column findKind() {
      Column column = find("annotator_kind", Use.KIND);
      if (column == null && !names.contains("annotator_kind")) {
        problems.add(
            AnnotationColumns.getNO_KIND_COLUMN()
                + " One kind for all is the option annotatorKind.");
      }
      return column;
    }

    @Nullable Column findMetadata() {
      List<String> parts = names.stream().filter(name -> name.startsWith("metadata.")).toList();
      if (!parts.isEmpty()) {
        problems.add(
            "The columns %s are not read as metadata: put them into one column metadata, with struct(…) or map(…)."
                .formatted(forMessage(parts)));
      }
      return find("metadata", Use.METADATA);
    }

    @Nullable Column findOrder(String name) {
      List<Column> found = Column.find(schema, name);
      if (found.size() == 1) {
        return isUsable(found.get(0), Use.ORDER) ? found.get(0) : null;
      }
      problems.add(
          "The option orderBy names the column %s, which %s. The columns are %s."
              .formatted(
                  forMessage(name),
                  found.isEmpty() ? "does not exist" : "exists several times",
                  forMessage(List.of(schema.fieldNames()))));
      return null;
    }

    @Nullable Column findStoredId() {
      return names.containsAll(AnnotationColumns.getSTORED_COLUMNS())
          ? Column.find(schema, "id").get(0)
          : null;
    }

    @Nullable Column findRefusedColumns() {
      boolean isOfFailures = names.containsAll(List.of("outcome", "reason"));
      return isOfFailures ? find(FailureLines.REFUSED_COLUMNS, Use.TEXT) : null;
    }

    @Nullable Column find(String name, Use use) {
      List<Column> found =
          Column.find(schema, name).stream().filter(column -> column.sizes().isEmpty()).toList();
      if (found.size() > 1) {
        problems.add("There are %d columns %s: keep one.".formatted(found.size(), name));
      }
      return found.isEmpty() || !isUsable(found.get(0), use) ? null : found.get(0);
    }

    private boolean isUsable(Column column, Use use) {
      boolean usable = use.accepts(column.type());
      if (!usable) {
        problems.add(
            "The column %s is of type %s where %s is wanted%s."
                .formatted(
                    forMessage(column.name()),
                    forMessage(column.type().sql()),
                    use.wanted,
                    use.hint));
      }
      return usable;
    }

    void requireNoProblems(TargetKind target) {
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(
            asMessage(
                "The rows cannot be read as annotations of %ss; nothing was sent.\n  %s"
                    .formatted(target.getWord(), String.join("\n  ", problems))));
      }
    }
  }
}
