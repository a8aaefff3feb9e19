package io.github.phoenixkt.spark.read;

import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.spark.options.ReadOptions;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * A table: its columns, how Phoenix can search in it, and how its rows are read.
 *
 * @param <T> what a row is made of
 */
abstract class ReadTable<T> {
  /** Columns of ids of which there can be any number in a request. */
  static final Set<String> IDS = Set.of("span_id", "trace_id", "session_id");

  static ReadTable<?> of(ReadOptions options) {
    Attributes attributes = new Attributes(options.attributesType());
    return switch (options.table()) {
      case SPANS -> new SpanTable(attributes);
      case TRACES -> new TraceTable();
      case SESSIONS -> new SessionTable();
      case ANNOTATIONS -> new AnnotationTable(options.target(), attributes);
    };
  }

  abstract List<Column<T>> columns();

  /** The columns by whose texts Phoenix can search. */
  Map<String, TextFilter> filters() {
    return Map.of();
  }

  /** The column that a selection's range is about, if it is one of this table. */
  @Nullable String timeColumn() {
    return null;
  }

  /**
   * Opens the rows of a selection.
   *
   * @param columns the columns that are wanted
   */
  abstract Stream<T> rows(PhoenixBlockingClient client, Selection selection, Set<String> columns);

  /**
   * The range from the first to the last row of a selection, which is not bounded if Phoenix cannot
   * tell; nothing if there is no row.
   */
  abstract Optional<TimeRange> extent(PhoenixBlockingClient client, Selection selection);

  /** Cuts a selection into parts, so that each row is in one of them. */
  final List<Selection> divide(PhoenixBlockingClient client, Selection selection, int most) {
    if (selection.isEmpty()) {
      return List.of();
    }
    Optional<String> ids =
        filters().keySet().stream()
            .filter(column -> IDS.contains(column) && selection.wanted(column) != null)
            .max(Comparator.comparingInt(column -> selection.wanted(column).size()));
    if (ids.isPresent()) {
      hasRows(client, selection.divide(ids.get(), Integer.MAX_VALUE).get(0));
      return selection.divide(ids.get(), most);
    }
    return extent(client, selection).stream()
        .flatMap(extent -> (extent.isBounded() ? extent.divide(most) : List.of(extent)).stream())
        .map(selection::within)
        .toList();
  }

  /** Asks for one row, so that a read which Phoenix refuses fails before its job starts. */
  final boolean hasRows(PhoenixBlockingClient client, Selection selection) {
    try (Stream<T> rows = rows(client, selection.atMost(1), Set.of())) {
      return rows.findFirst().isPresent();
    }
  }

  final boolean isNeverNull(String column) {
    return columns().stream().anyMatch(c -> c.name().equals(column) && !c.nullable());
  }

  /** Some of the columns, in an order of the caller's. */
  final List<Column<T>> columns(String[] names) {
    Map<String, Column<T>> all =
        columns().stream().collect(Collectors.toMap(Column::name, Function.identity()));
    return Arrays.stream(names).map(all::get).toList();
  }

  final StructType schema() {
    return Column.schema(columns());
  }
}
