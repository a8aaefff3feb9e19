package io.github.phoenixkt.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Pages sorted by something other than the row number. The cursor is opaque, names the last row
 * seen (which is left out) and is good for this sorting alone.
 */
final class Sorting<T> {
  private final String name;
  private final boolean ascending;
  private final ToDoubleFunction<T> key;
  private final ToLongFunction<T> id;

  Sorting(String name, boolean ascending, ToDoubleFunction<T> key, ToLongFunction<T> id) {
    this.name = name + (ascending ? ":asc" : ":desc");
    this.ascending = ascending;
    this.key = key;
    this.id = id;
  }

  /** Microseconds since 1970, which a double holds exactly. */
  static double key(Instant time) {
    return time.getEpochSecond() * 1e6 + time.getNano() / 1000;
  }

  Stream<T> sorted(Stream<T> rows) {
    Comparator<T> order = Comparator.comparingDouble(key).thenComparingLong(id);
    return rows.sorted(ascending ? order : order.reversed());
  }

  Reply page(Stream<T> rows, @Nullable String cursor, long limit, Function<T, JsonNode> item) {
    List<T> rest = new ArrayList<>(sorted(rows).toList());
    if (cursor != null) {
      double[] last = decode(cursor);
      rest.removeIf(row -> !isAfter(row, last[0], (long) last[1]));
    }
    ArrayNode data = Json.NODES.arrayNode();
    rest.stream().limit(limit).forEach(row -> data.add(item.apply(row)));
    return Page.reply(data, rest.size() > limit ? encode(rest.get((int) limit - 1)) : null);
  }

  private boolean isAfter(T row, double lastKey, long lastId) {
    int order = Double.compare(key.applyAsDouble(row), lastKey);
    int byKeyThenId = order == 0 ? Long.compare(id.applyAsLong(row), lastId) : order;
    return ascending ? byKeyThenId > 0 : byKeyThenId < 0;
  }

  private String encode(T row) {
    String plain = name + "|" + key.applyAsDouble(row) + "|" + id.applyAsLong(row);
    return Base64.getUrlEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8));
  }

  private double[] decode(String cursor) {
    try {
      String plain = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
      String[] parts = plain.split("\\|");
      if (parts.length == 3 && parts[0].equals(name)) {
        return new double[] {Double.parseDouble(parts[1]), Double.parseDouble(parts[2])};
      }
    } catch (IllegalArgumentException notOurs) {
      // reported below
    }
    throw ApiError.unprocessable("Invalid cursor");
  }
}
