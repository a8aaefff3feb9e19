package io.github.phoenixkt.spark.read;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.connector.expressions.Expression;
import org.apache.spark.sql.connector.expressions.Literal;
import org.apache.spark.sql.connector.expressions.NamedReference;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;

/** Turns Spark's predicates into a selection, as far as Phoenix can search. */
final class PushDown {
  /** What the texts beside the ids may take up in the URL of a request. */
  private static final int MOST_BYTES = 2_000;

  /** What the name of a parameter takes up, at most. */
  private static final int PARAMETER_BYTES = 26;

  private final ReadTable<?> table;
  private final List<Predicate> pushed = new ArrayList<>();
  private Selection selection;

  PushDown(ReadTable<?> table, Selection selection) {
    this.table = table;
    this.selection = selection;
  }

  Selection selection() {
    return selection;
  }

  List<Predicate> pushed() {
    return pushed;
  }

  /** Returns the predicates that Spark must evaluate. */
  Predicate[] push(Predicate[] predicates) {
    return Arrays.stream(predicates).filter(p -> !push(p)).toArray(Predicate[]::new);
  }

  void limit(int rows) {
    selection = selection.atMost(rows);
  }

  /** Whether the selection now does all that the predicate does. */
  private boolean push(Predicate predicate) {
    Expression[] children = predicate.children();
    if (children.length == 0
        || !(children[0] instanceof NamedReference reference)
        || reference.fieldNames().length != 1) {
      return false;
    }
    String column = reference.fieldNames()[0];
    TextFilter filter = table.filters().get(column);
    Selection narrowed = narrowed(predicate.name(), column, filter, children);
    if (narrowed == null) {
      return false;
    }
    selection = narrowed;
    pushed.add(predicate);
    return filter == null || filter.isExact();
  }

  private @Nullable Selection narrowed(
      String operator, String column, @Nullable TextFilter filter, Expression[] children) {
    switch (operator) {
      case "=", "<=>", "IN":
        return column.equals(table.timeColumn())
            ? during(operator, children)
            : amongTexts(column, filter, children);
      case ">", ">=", "<", "<=":
        return column.equals(table.timeColumn()) ? during(operator, children) : null;
      case "IS_NULL":
        return filter == TextFilter.SINGLE ? selection.withRootsOnly() : null;
      case "IS_NOT_NULL":
        return table.isNeverNull(column) ? selection : null;
      default:
        return null;
    }
  }

  private @Nullable Selection amongTexts(
      String column, @Nullable TextFilter filter, Expression[] children) {
    if (filter == null) {
      return null;
    }
    List<String> texts = new ArrayList<>();
    for (Expression child : Arrays.copyOfRange(children, 1, children.length)) {
      if (!(child instanceof Literal<?> literal)
          || literal.value() == null
          || !DataTypes.StringType.equals(literal.dataType())
          || !filter.canSearch(literal.value().toString())) {
        return null;
      }
      texts.add(literal.value().toString());
    }
    Selection narrowed = selection.with(column, texts);
    List<String> wanted = narrowed.wanted(column);
    boolean tooMany = filter == TextFilter.SINGLE && wanted != null && wanted.size() > 1;
    return tooMany || !fits(narrowed) ? null : narrowed;
  }

  /** Whether the texts fit into a request. Ids are divided among several, but not a single one. */
  private boolean fits(Selection narrowed) {
    int bytes = 0;
    for (String column : table.filters().keySet()) {
      List<String> texts = narrowed.wanted(column);
      if (texts != null) {
        IntStream sizes = texts.stream().mapToInt(PushDown::size);
        bytes += ReadTable.IDS.contains(column) ? sizes.max().orElse(0) : sizes.sum();
      }
    }
    return bytes <= MOST_BYTES;
  }

  private static int size(String text) {
    return PARAMETER_BYTES + URLEncoder.encode(text, StandardCharsets.UTF_8).length();
  }

  private @Nullable Selection during(String operator, Expression[] children) {
    if (children.length != 2
        || !(children[1] instanceof Literal<?> literal)
        || !DataTypes.TimestampType.equals(literal.dataType())
        || !(literal.value() instanceof Long time)
        || time == Long.MAX_VALUE) {
      return null;
    }
    TimeRange range =
        switch (operator) {
          case ">" -> new TimeRange(time + 1, Long.MAX_VALUE);
          case ">=" -> new TimeRange(time, Long.MAX_VALUE);
          case "<" -> new TimeRange(Long.MIN_VALUE, time);
          case "<=" -> new TimeRange(Long.MIN_VALUE, time + 1);
          default -> new TimeRange(time, time + 1);
        };
    return selection.within(range);
  }
}
