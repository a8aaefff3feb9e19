package io.github.phoenixkt.spark.read;

import static io.github.phoenixkt.internal.Latencies.nanos;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/**
 * A column of a table.
 *
 * @param <T> what a row is made of
 * @param name its name
 * @param type its type
 * @param nullable whether it can be null
 * @param value returns the value of a row, as Spark keeps values of this type
 */
record Column<T>(
    String name, DataType type, boolean nullable, Function<T, @Nullable Object> value) {

  static <T> Column<T> text(String name, Function<T, String> value) {
    return new Column<>(name, DataTypes.StringType, false, row -> text(value.apply(row)));
  }

  static <T> Column<T> nullableText(String name, Function<T, @Nullable String> value) {
    return new Column<>(name, DataTypes.StringType, true, row -> text(value.apply(row)));
  }

  static <T> Column<T> time(String name, Function<T, Instant> value) {
    return new Column<>(
        name, DataTypes.TimestampType, false, row -> TimeRange.micros(value.apply(row)));
  }

  static <T> Column<T> count(String name, Function<T, @Nullable Long> value) {
    return new Column<>(name, DataTypes.LongType, true, value::apply);
  }

  /** Milliseconds, as data frames have them. */
  static <T> Column<T> latency(Function<T, Duration> value) {
    return new Column<>(
        "latency_ms", DataTypes.DoubleType, false, row -> nanos(value.apply(row)) / 1e6);
  }

  /** A list of structures. */
  static <T, E> Column<T> list(
      String name, List<Column<E>> fields, Function<T, ? extends Collection<E>> value) {
    return new Column<>(
        name,
        DataTypes.createArrayType(schema(fields), false),
        false,
        row -> array(value.apply(row).stream().map(element -> row(fields, element)).toArray()));
  }

  static <T> StructType schema(List<Column<T>> columns) {
    return DataTypes.createStructType(
        columns.stream()
            .map(c -> DataTypes.createStructField(c.name(), c.type(), c.nullable()))
            .toArray(StructField[]::new));
  }

  static <T> InternalRow row(List<Column<T>> columns, T row) {
    return new GenericInternalRow(columns.stream().map(c -> c.value().apply(row)).toArray());
  }

  static @Nullable UTF8String text(@Nullable String text) {
    return UTF8String.fromString(text);
  }

  static GenericArrayData array(Object[] elements) {
    return new GenericArrayData(elements);
  }
}
