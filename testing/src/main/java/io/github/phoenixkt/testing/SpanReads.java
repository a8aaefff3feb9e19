package io.github.phoenixkt.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code GET /v1/projects/{}/spans}. */
final class SpanReads {
  private static final List<String> STATUS_CODES = List.of("OK", "ERROR", "UNSET");

  private final ServerState state;
  private final Store store;
  private final Lookup lookup;

  SpanReads(ServerState state) {
    this.state = state;
    this.store = state.store;
    this.lookup = new Lookup(state);
  }

  void addTo(Dispatcher dispatcher) {
    dispatcher.add(new Route("GET", "/v1/projects/{}/spans", "10.6.0", this::list));
  }

  private Reply list(Call call) {
    Query query = call.query();
    long limit = query.limit(100, 1000);
    Instant start = query.time("start_time");
    Instant end = query.time("end_time");
    boolean sorts = state.has("20.16.0");
    boolean byTime = sorts && "start_time".equals(query.oneOf("sort", "id", "start_time"));
    boolean ascending = sorts && "asc".equals(query.oneOf("order", "asc", "desc"));
    call.check();
    ProjectRow project = lookup.project(call.pathArgument(0));
    Predicate<SpanRow> wanted =
        filters(query)
            .and(span -> span.trace.project == project)
            .and(span -> start == null || !span.start().isBefore(start))
            .and(span -> end == null || span.start().isBefore(end));
    Stream<SpanRow> spans = store.spans.values().stream().filter(wanted);
    if (byTime) {
      Sorting<SpanRow> sorting =
          new Sorting<>("span", ascending, span -> Sorting.key(span.start()), span -> span.id);
      return sorting.page(spans, query.cursor(), limit, this::json);
    }
    Long cursor = Page.cursorRow(state.database, query.cursor(), 422, "Invalid cursor");
    Comparator<SpanRow> order = Comparator.comparingLong(span -> span.id);
    return Page.of(
        spans
            .filter(span -> cursor == null || (ascending ? span.id >= cursor : span.id <= cursor))
            .sorted(ascending ? order : order.reversed()),
        limit,
        this::json,
        SpanRow::globalId);
  }

  private JsonNode json(SpanRow span) {
    ObjectNode json = span.toJson();
    return json.set("attributes", state.database.readBack(json.get("attributes")));
  }

  /** Filters an older server does not know are ignored, as it would. */
  private Predicate<SpanRow> filters(Query query) {
    List<String> traceIds = known(query, "trace_id", "13.9.0");
    List<String> spanIds = known(query, "span_id", "19.6.0");
    List<String> names = known(query, "name", "13.15.0");
    List<String> kinds = words(known(query, "span_kind", "13.15.0"), "span_kind", SpanValues.KINDS);
    List<String> codes = words(known(query, "status_code", "13.15.0"), "status_code", STATUS_CODES);
    String parent = state.has("13.12.0") ? query.last("parent_id") : null;
    Predicate<SpanRow> filter =
        span ->
            isIn(traceIds, span.values.traceId())
                && isIn(spanIds, span.values.spanId())
                && isIn(names, span.values.name())
                && isIn(kinds, span.values.knownKind())
                && isIn(codes, span.values.statusCode())
                && hasParent(span, parent);
    for (String text : known(query, "attribute", "14.9.0")) {
      filter = filter.and(AttributeFilter.parse(text, state.database));
    }
    return filter;
  }

  private List<String> known(Query query, String name, String since) {
    return state.has(since) ? query.all(name) : List.of();
  }

  private static List<String> words(List<String> values, String parameter, List<String> allowed) {
    List<String> words = values.stream().map(value -> value.toUpperCase(Locale.ROOT)).toList();
    List<String> wrong = words.stream().filter(word -> !allowed.contains(word)).toList();
    if (!wrong.isEmpty()) {
      throw ApiError.unprocessable(
          "Invalid " + parameter + " values: ['" + String.join("', '", wrong) + "']");
    }
    return words;
  }

  private static boolean isIn(List<String> wanted, String value) {
    return wanted.isEmpty() || wanted.contains(value);
  }

  private static boolean hasParent(SpanRow span, @Nullable String parent) {
    if (parent == null) {
      return true;
    }
    String actual = span.values.parentId();
    return parent.equals("null") ? actual == null : parent.equals(actual);
  }
}
