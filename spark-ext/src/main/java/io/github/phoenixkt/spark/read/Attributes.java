package io.github.phoenixkt.spark.read;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.phoenixkt.spark.options.ReadOptions.AttributesType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.spark.sql.catalyst.util.ArrayBasedMapData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.types.variant.Variant;
import org.apache.spark.types.variant.VariantBuilder;
import org.apache.spark.unsafe.types.VariantVal;
import org.jspecify.annotations.Nullable;

/** Converts what Phoenix has as a JSON object: attributes and metadata. */
final class Attributes {
  // Spark's, so that there is one JSON library less in the jar.
  private static final ObjectMapper JSON = new ObjectMapper();

  private final AttributesType type;

  Attributes(AttributesType type) {
    this.type = type;
  }

  <T> Column<T> column(String name, Function<T, Map<String, ? extends @Nullable Object>> object) {
    return new Column<>(name, dataType(), false, row -> value(object.apply(row)));
  }

  private DataType dataType() {
    return switch (type) {
      case MAP -> DataTypes.createMapType(DataTypes.StringType, DataTypes.StringType, false);
      case JSON -> DataTypes.StringType;
      case VARIANT -> DataTypes.VariantType;
    };
  }

  private Object value(Map<String, ? extends @Nullable Object> object) {
    return switch (type) {
      case MAP -> map(object);
      case JSON -> Column.text(json(object));
      case VARIANT -> variant(json(object));
    };
  }

  /** A text stays as it is, everything else becomes JSON, and null is left out. */
  private static ArrayBasedMapData map(Map<String, ? extends @Nullable Object> object) {
    List<Object> keys = new ArrayList<>();
    List<Object> values = new ArrayList<>();
    object.forEach(
        (key, value) -> {
          if (value != null) {
            keys.add(Column.text(key));
            values.add(Column.text(value instanceof String text ? text : json(value)));
          }
        });
    return new ArrayBasedMapData(Column.array(keys.toArray()), Column.array(values.toArray()));
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static VariantVal variant(String json) {
    try {
      Variant variant = VariantBuilder.parseJson(json, false);
      return new VariantVal(variant.getValue(), variant.getMetadata());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
