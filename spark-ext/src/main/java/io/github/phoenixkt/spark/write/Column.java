package io.github.phoenixkt.spark.write;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.expressions.Expressions;
import org.apache.spark.sql.connector.expressions.NamedReference;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * A column of the rows, or a field of a struct in one.
 *
 * @param names the names that lead to it
 * @param ordinals where to find each
 * @param sizes how many fields the structs on the way have
 * @param type its type
 */
record Column(List<String> names, List<Integer> ordinals, List<Integer> sizes, DataType type)
    implements Serializable {
  /** Every column that goes by a dotted name: {@code a.b}, or {@code b} in the struct {@code a}. */
  static List<Column> find(StructType schema, String path) {
    List<Column> found = new ArrayList<>();
    StructField[] fields = schema.fields();
    for (int i = 0; i < fields.length; i++) {
      String name = fields[i].name();
      DataType type = fields[i].dataType();
      if (name.equalsIgnoreCase(path)) {
        found.add(new Column(List.of(name), List.of(i), List.of(), type));
      }
      int length = name.length();
      if (type instanceof StructType struct
          && path.length() > length
          && path.charAt(length) == '.'
          && path.regionMatches(true, 0, name, 0, length)) {
        for (Column inner : find(struct, path.substring(length + 1))) {
          found.add(inner.inside(name, i, struct.size()));
        }
      }
    }
    return found;
  }

  private Column inside(String name, int ordinal, int size) {
    return new Column(before(name, names), before(ordinal, ordinals), before(size, sizes), type);
  }

  private static <T> List<T> before(T first, List<T> rest) {
    List<T> all = new ArrayList<>();
    all.add(first);
    all.addAll(rest);
    return List.copyOf(all);
  }

  String name() {
    return String.join(".", names);
  }

  /** How Spark refers to it, also if there is a dot in a name. */
  NamedReference reference() {
    return Expressions.column(
        names.stream()
            .map(name -> "`" + name.replace("`", "``") + "`")
            .collect(Collectors.joining(".")));
  }

  @Nullable Object value(InternalRow row) {
    InternalRow holder = row;
    for (int i = 0; i < sizes.size(); i++) {
      if (holder.isNullAt(ordinals.get(i))) {
        return null;
      }
      holder = holder.getStruct(ordinals.get(i), sizes.get(i));
    }
    return CatalystValues.ofColumn(holder, ordinals.get(sizes.size()), type);
  }
}
