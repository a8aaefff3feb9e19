package io.github.phoenixkt.spark.write;

import java.util.Arrays;
import java.util.function.Predicate;
import org.apache.spark.sql.catalyst.expressions.RowOrdering;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.AtomicType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.apache.spark.sql.types.VariantType;

/** What a column is read for, and the types it may have then. */
enum Use {
  ID("a string", "; cast it with CAST(… AS STRING)", Use::isText),
  TEXT("text", "", type -> isText(type) || isPlain(type) || isTime(type)),
  KIND("a string", "", Use::isText),
  SCORE("a number", "", type -> isText(type) || isPlain(type)),
  POSITION("an integer", "", type -> isText(type) || type instanceof NumericType),
  ORDER("a type that Spark can sort", "", RowOrdering::isOrderable),
  METADATA(
      "a map, a struct, a variant or the text of a JSON object",
      "",
      type ->
          isText(type)
              || type instanceof VariantType
              || (type instanceof MapType || type instanceof StructType) && holdsJson(type));

  final String wanted;
  final String hint;
  private final Predicate<DataType> accepts;

  Use(String wanted, String hint, Predicate<DataType> accepts) {
    this.wanted = wanted;
    this.hint = hint;
    this.accepts = accepts;
  }

  boolean accepts(DataType type) {
    return type instanceof NullType || accepts.test(type);
  }

  private static boolean isText(DataType type) {
    return type instanceof StringType;
  }

  private static boolean isPlain(DataType type) {
    return type instanceof NumericType || type instanceof BooleanType;
  }

  private static boolean isTime(DataType type) {
    return type instanceof DateType
        || type instanceof TimestampType
        || type instanceof TimestampNTZType;
  }

  /** Whether values of the type can become JSON. */
  private static boolean holdsJson(DataType type) {
    if (type instanceof MapType map) {
      // The type of map() is MAP<VOID, VOID>.
      boolean hasTexts = isText(map.keyType()) || map.keyType() instanceof NullType;
      return hasTexts && holdsJson(map.valueType());
    }
    if (type instanceof ArrayType array) {
      return holdsJson(array.elementType());
    }
    if (type instanceof StructType struct) {
      return Arrays.stream(struct.fields()).allMatch(field -> holdsJson(field.dataType()));
    }
    return type instanceof NullType
        || type instanceof VariantType
        || type instanceof AtomicType
            && !(type instanceof BinaryType)
            && (isText(type) || isPlain(type) || isTime(type));
  }
}
