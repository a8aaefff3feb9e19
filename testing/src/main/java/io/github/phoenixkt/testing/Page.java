package io.github.phoenixkt.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Builds {@code {"data": […], "next_cursor": …}}. */
final class Page {
  private Page() {}

  /**
   * The first rows of the stream; the cursor is the id of the first row that did not fit, so the
   * next page starts with it.
   */
  static <T> Reply of(
      Stream<T> rows, long limit, Function<T, JsonNode> item, Function<T, String> id) {
    refuseHuge(limit);
    ArrayNode data = Json.NODES.arrayNode();
    Iterator<T> iterator = rows.iterator();
    while (data.size() < limit && iterator.hasNext()) {
      data.add(item.apply(iterator.next()));
    }
    return reply(data, iterator.hasNext() ? id.apply(iterator.next()) : null);
  }

  /** One row more is asked for than is shown, and the database counts with 64 bits. */
  private static void refuseHuge(long limit) {
    if (limit == Long.MAX_VALUE) {
      throw ApiError.internal();
    }
  }

  static Reply reply(ArrayNode data, @Nullable String nextCursor) {
    ObjectNode page = Json.NODES.objectNode();
    page.set("data", data);
    page.put("next_cursor", nextCursor);
    return Reply.json(200, page);
  }

  static <T> Reply whole(List<T> rows, Function<T, JsonNode> item) {
    ArrayNode data = Json.NODES.arrayNode();
    rows.forEach(row -> data.add(item.apply(row)));
    return reply(data, null);
  }

  /** The row number in a cursor, or the error when it holds none; null without a cursor. */
  static @Nullable Long cursorRow(
      Database database, @Nullable String cursor, int errorStatus, String errorText) {
    if (cursor == null) {
      return null;
    }
    GlobalId id = GlobalId.decode(cursor);
    BigInteger number = id == null ? null : id.number();
    if (number == null) {
      throw new ApiError(errorStatus, errorText);
    }
    return database.rowNumber(number);
  }
}
