package io.github.phoenixkt.spark.write;

import static io.github.phoenixkt.internal.Messages.textOf;

import io.github.phoenixkt.annotations.AnnotationProblem;
import io.github.phoenixkt.annotations.AnnotatorKind;
import io.github.phoenixkt.annotations.TargetKind;
import io.github.phoenixkt.rows.AnnotationColumns;
import io.github.phoenixkt.rows.CellReading;
import io.github.phoenixkt.rows.Cells;
import io.github.phoenixkt.rows.JsonTexts;
import io.github.phoenixkt.rows.Refusals;
import io.github.phoenixkt.rows.RowValues;
import io.github.phoenixkt.spark.options.WriteOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kotlin.jvm.functions.Function2;
import org.apache.spark.sql.catalyst.InternalRow;
import org.jspecify.annotations.Nullable;

/** Reads Spark's rows as annotations, by the rules for the cells of a data frame. */
final class RowReader {
  private static final String AS_TEXT =
      "make it a STRING where it is read: a later cast does not bring back what was lost";

  private final TargetKind target;
  private final @Nullable String constantName;
  private final @Nullable AnnotatorKind constantKind;
  private final @Nullable String constantIdentifier;
  private final @Nullable Column storedId;
  private final boolean isOneOfSeveral;
  private final Agreeing<String> id;
  private final @Nullable Agreeing<Integer> position;
  private final Reading<String> name;
  private final Reading<AnnotatorKind> kind;
  private final Reading<String> label;
  private final Reading<Double> score;
  private final Reading<String> explanation;
  private final Reading<Map<String, @Nullable Object>> metadata;
  private final Reading<String> identifier;
  private List<AnnotationProblem> problems = new ArrayList<>();

  RowReader(WriteColumns columns, WriteOptions options) {
    target = options.target();
    constantName = options.name().orElse(null);
    constantKind = options.annotatorKind().orElse(null);
    constantIdentifier = columns.identifier == null ? options.identifier().orElse(null) : null;
    storedId = columns.storedId;
    isOneOfSeveral = columns.tasks(options) > 1;
    id = new Agreeing<>(target.getIdColumns().get(0), columns.ids, Cells::readId);
    List<String> positions = AnnotationColumns.getPOSITION_COLUMNS();
    position =
        target.getHasPosition()
            ? new Agreeing<>(positions.get(0), columns.positions, Cells::readPosition)
            : null;
    name = new Reading<>("name", columns.name, Cells::readText);
    kind = new Reading<>("annotator_kind", columns.kind, Cells::readKind);
    label = new Reading<>("label", columns.label, Cells::readText);
    score = new Reading<>("score", columns.score, Cells::readScore);
    explanation = new Reading<>("explanation", columns.explanation, Cells::readText);
    metadata = new Reading<>("metadata", columns.metadata, JsonTexts::readMetadata);
    identifier = new Reading<>("identifier", columns.identifier, Cells::readText);
  }

  /** Reads a row. Nothing of it is kept, so that Spark may use the object for the next row. */
  RowValues read(InternalRow row) {
    problems = new ArrayList<>();
    String targetId = id.of(row);
    Integer documentPosition = position == null ? null : position.of(row);
    String ownName = name.of(row);
    String ownIdentifier = identifier.of(row);
    if (storedId != null && storedId.value(row) != null) {
      checkUntrimmed(id.field, targetId);
      checkUntrimmed("name", ownName);
      checkUntrimmed("identifier", ownIdentifier);
    } else if (isOneOfSeveral) {
      checkClustered(targetId);
    }
    return new RowValues(
        target,
        targetId,
        documentPosition,
        constantName == null ? ownName : constantName,
        constantKind == null ? kind.of(row) : constantKind,
        label.of(row),
        score.of(row),
        explanation.of(row),
        metadata.of(row),
        constantIdentifier == null ? ownIdentifier : constantIdentifier,
        problems);
  }

  /** Spark has put the rows of a target into one task by the whole text of its id. */
  private void checkClustered(@Nullable String targetId) {
    AnnotationColumns.checkUntrimmed(
        targetId,
        (quoted, reason, hint) ->
            add(
                id.field,
                targetId,
                "has white space around it, so that another task may write other rows of the same "
                    + target.getWord(),
                "remove it in the query, or set the option writers to 1"));
  }

  private void checkUntrimmed(String field, @Nullable String value) {
    AnnotationColumns.checkUntrimmed(
        value, (shown, reason, hint) -> add(field, shown, reason, hint));
  }

  private void add(String field, @Nullable String value, String reason, @Nullable String hint) {
    AnnotationProblem.Kind invalid = AnnotationProblem.Kind.INVALID;
    problems.add(new AnnotationProblem(0, null, field, value, reason, hint, invalid));
  }

  /** Reads one column for one field. */
  private final class Reading<V> extends CellReading {
    private final @Nullable Column column;
    private final Function2<Refusals, Object, @Nullable V> reader;

    Reading(
        String field, @Nullable Column column, Function2<Refusals, Object, @Nullable V> reader) {
      super(field, column == null ? "" : Cells.fromColumn(column.name(), field), AS_TEXT);
      this.column = column;
      this.reader = reader;
    }

    @Nullable V of(InternalRow row) {
      return column == null ? null : read(column.value(row), reader);
    }

    @Override
    protected void refused(
        String field, @Nullable Object cell, String reason, @Nullable String hint) {
      add(field, cell == null ? null : textOf(cell), reason, hint);
    }
  }

  /** Reads several columns for one field; they must agree. */
  private final class Agreeing<V> {
    private final String field;
    private final List<String> names;
    private final List<Reading<V>> readings;

    Agreeing(String field, List<Column> columns, Function2<Refusals, Object, @Nullable V> reader) {
      this.field = field;
      this.names = columns.stream().map(Column::name).toList();
      this.readings = columns.stream().map(column -> new Reading<>(field, column, reader)).toList();
    }

    @Nullable V of(InternalRow row) {
      if (readings.size() == 1) {
        return readings.get(0).of(row);
      }
      List<@Nullable V> values = new ArrayList<>();
      readings.forEach(reading -> values.add(reading.of(row)));
      return AnnotationColumns.findAgreeing(
          names, values, (shown, reason, hint) -> add(field, shown, reason, hint));
    }
  }
}
