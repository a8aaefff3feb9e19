package io.github.phoenixkt.spark.write;

import io.github.phoenixkt.rows.Cells;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kotlinx.serialization.json.Json;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.MapData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.apache.spark.sql.types.VariantType;
import org.apache.spark.unsafe.types.VariantVal;
import org.jspecify.annotations.Nullable;

/**
 * Makes Java objects of the values in Spark's rows, at once: Spark uses one row object for all rows
 * of a partition.
 */
final class CatalystValues {
  private CatalystValues() {}

  /** The value of a column. The text of a variant is JSON. */
  static @Nullable Object ofColumn(SpecializedGetters row, int ordinal, DataType type) {
    if (type instanceof VariantType && !row.isNullAt(ordinal)) {
      return json(row.getVariant(ordinal));
    }
    return of(row, ordinal, type);
  }

  private static @Nullable Object of(SpecializedGetters row, int ordinal, DataType type) {
    if (row.isNullAt(ordinal)) {
      return null;
    }
    if (type instanceof StringType) {
      return row.getUTF8String(ordinal).toString();
    }
    if (type instanceof BooleanType) {
      return row.getBoolean(ordinal);
    }
    if (type instanceof StructType struct) {
      return ofStruct(row.getStruct(ordinal, struct.size()), struct);
    }
    if (type instanceof MapType map) {
      return ofMap(row.getMap(ordinal), map);
    }
    if (type instanceof ArrayType array) {
      return ofArray(row.getArray(ordinal), array.elementType());
    }
    if (type instanceof VariantType) {
      return Json.Default.parseToJsonElement(json(row.getVariant(ordinal)));
    }
    Object time = ofTime(row, ordinal, type);
    return time == null ? ofNumber(row, ordinal, type) : time;
  }

  private static String json(VariantVal variant) {
    return variant.toJson(ZoneOffset.UTC);
  }

  private static @Nullable Object ofTime(SpecializedGetters row, int ordinal, DataType type) {
    if (type instanceof DateType) {
      return LocalDate.ofEpochDay(row.getInt(ordinal));
    }
    if (type instanceof TimestampType) {
      return Instant.EPOCH.plus(row.getLong(ordinal), ChronoUnit.MICROS);
    }
    if (type instanceof TimestampNTZType) {
      Instant inUtc = Instant.EPOCH.plus(row.getLong(ordinal), ChronoUnit.MICROS);
      return LocalDateTime.ofInstant(inUtc, ZoneOffset.UTC);
    }
    return null;
  }

  private static Object ofNumber(SpecializedGetters row, int ordinal, DataType type) {
    if (type instanceof DoubleType) {
      return row.getDouble(ordinal);
    }
    if (type instanceof FloatType) {
      return row.getFloat(ordinal);
    }
    if (type instanceof LongType) {
      return row.getLong(ordinal);
    }
    if (type instanceof IntegerType) {
      return row.getInt(ordinal);
    }
    if (type instanceof ShortType) {
      return row.getShort(ordinal);
    }
    if (type instanceof ByteType) {
      return row.getByte(ordinal);
    }
    if (type instanceof DecimalType decimal) {
      return row.getDecimal(ordinal, decimal.precision(), decimal.scale()).toJavaBigDecimal();
    }
    throw new IllegalArgumentException("Columns of type " + type.sql() + " cannot be written.");
  }

  /** Without the fields that are null or NaN: a struct has all its fields in every row. */
  private static @Nullable Map<String, Object> ofStruct(InternalRow row, StructType type) {
    StructField[] fields = type.fields();
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < fields.length; i++) {
      Object value = of(row, i, fields[i].dataType());
      if (!Cells.isAbsent(value)) {
        map.put(fields[i].name(), value);
      }
    }
    return map.isEmpty() ? null : map;
  }

  private static Map<String, @Nullable Object> ofMap(MapData data, MapType type) {
    ArrayData keys = data.keyArray();
    ArrayData values = data.valueArray();
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    for (int i = 0; i < data.numElements(); i++) {
      map.put(keys.getUTF8String(i).toString(), of(values, i, type.valueType()));
    }
    return map;
  }

  private static List<@Nullable Object> ofArray(ArrayData data, DataType type) {
    List<@Nullable Object> list = new ArrayList<>(data.numElements());
    for (int i = 0; i < data.numElements(); i++) {
      list.add(of(data, i, type));
    }
    return list;
  }
}
