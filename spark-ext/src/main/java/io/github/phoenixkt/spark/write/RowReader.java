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
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
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
  private final @Nullable Column refusedColumns;
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
  private final Map<String, Source> sources = new LinkedHashMap<>();
  private List<AnnotationProblem> problems = new ArrayList<>();

  /** Fields of the last row that were refused, and whose text would be taken. */
  private final Set<String> disguised = new LinkedHashSet<>();

  RowReader(WriteColumns columns, WriteOptions options) {
    target = options.target();
    constantName = options.name().orElse(null);
    constantKind = options.annotatorKind().orElse(null);
    constantIdentifier = columns.identifier == null ? options.identifier().orElse(null) : null;
    storedId = columns.storedId;
    refusedColumns = columns.refusedColumns;
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
    disguised.clear();
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
    RowValues values =
        new RowValues(
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
    checkRefusedBefore(row);
    return values;
  }

  /**
   * The cells of the last row that these problems are about, whole, by their names in the line of a
   * failure.
   */
  Map<String, @Nullable Object> refusedCells(List<AnnotationProblem> ofRow) {
    Map<String, @Nullable Object> cells = new LinkedHashMap<>();
    for (AnnotationProblem problem : ofRow) {
      // The place inside metadata follows after a dot or a bracket.
      String field = problem.getField().split("[.\\[]", 2)[0];
      Source source = sources.get(field);
      if (source != null && source.isRead()) {
        cells.put(FailureLines.columnOf(field), source.cell());
      }
    }
    if (!disguised.isEmpty()) {
      cells.put(
          FailureLines.REFUSED_COLUMNS,
          disguised.stream().map(FailureLines::columnOf).collect(Collectors.joining(",")));
    }
    return cells;
  }

  /** Refuses what an earlier write refused, where the text in its line does not show it. */
  private void checkRefusedBefore(InternalRow row) {
    Object names = refusedColumns == null ? null : refusedColumns.value(row);
    if (names == null) {
      return;
    }
    List<String> columns = Arrays.asList(names.toString().split(","));
    sources.forEach(
        (field, source) -> {
          if (source.isRead() && columns.contains(FailureLines.columnOf(field))) {
            Object cell = source.cell();
            addDisguised(
                field,
                cell == null ? null : textOf(cell),
                "was refused by an earlier write",
                "correct it, and drop the column " + FailureLines.REFUSED_COLUMNS);
          }
        });
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
        value, (shown, reason, hint) -> addDisguised(field, shown, reason, hint));
  }

  private void addDisguised(
      String field, @Nullable String value, String reason, @Nullable String hint) {
    disguised.add(field);
    add(field, value, reason, hint);
  }

  private void add(String field, @Nullable String value, String reason, @Nullable String hint) {
    AnnotationProblem.Kind invalid = AnnotationProblem.Kind.INVALID;
    problems.add(new AnnotationProblem(0, null, field, value, reason, hint, invalid));
  }

  /** Where the values of a field come from. */
  private interface Source {
    /** Whether there is a column for it. */
    boolean isRead();

    /** What the last row has there, as Spark has it. */
    @Nullable Object cell();
  }

  /** Reads one column for one field. */
  private final class Reading<V> extends CellReading implements Source {
    private final String field;
    private final @Nullable Column column;
    private final Function2<Refusals, Object, @Nullable V> reader;
    private @Nullable Object cell;

    Reading(
        String field, @Nullable Column column, Function2<Refusals, Object, @Nullable V> reader) {
      super(field, column == null ? "" : Cells.fromColumn(column.name(), field), AS_TEXT);
      this.field = field;
      this.column = column;
      this.reader = reader;
      sources.putIfAbsent(field, this);
    }

    @Nullable V of(InternalRow row) {
      cell = column == null ? null : column.value(row);
      return read(cell, reader);
    }

    @Override
    public boolean isRead() {
      return column != null;
    }

    @Override
    public @Nullable Object cell() {
      return cell;
    }

    @Override
    protected void refused(
        String place, @Nullable Object refused, String reason, @Nullable String hint) {
      // The text of a number that has lost digits is a text like any other.
      if (refused != null && !(refused instanceof String)) {
        disguised.add(field);
      }
      add(place, refused == null ? null : textOf(refused), reason, hint);
    }
  }

  /** Reads several columns for one field; they must agree. */
  private final class Agreeing<V> implements Source {
    private final String field;
    private final List<String> names;
    private final List<Reading<V>> readings;

    Agreeing(String field, List<Column> columns, Function2<Refusals, Object, @Nullable V> reader) {
      this.field = field;
      this.names = columns.stream().map(Column::name).toList();
      this.readings = columns.stream().map(column -> new Reading<>(field, column, reader)).toList();
      sources.put(field, this);
    }

    @Nullable V of(InternalRow row) {
      if (readings.size() == 1) {
        return readings.get(0).of(row);
      }
      List<@Nullable V> values = new ArrayList<>();
      readings.forEach(reading -> values.add(reading.of(row)));
      return AnnotationColumns.findAgreeing(
          names, values, (shown, reason, hint) -> addDisguised(field, shown, reason, hint));
    }

    @Override
    public boolean isRead() {
      return !readings.isEmpty();
    }

    /** The cells of all columns if they differ. */
    @Override
    public @Nullable Object cell() {
      List<Object> cells =
          readings.stream()
              .map(reading -> reading.cell())
              .filter(Objects::nonNull)
              .distinct()
              .toList();
      return cells.size() < 2
          ? cells.stream().findFirst().orElse(null)
          : cells.stream().map(Object::toString).collect(Collectors.joining(" and "));
    }
  }
}
