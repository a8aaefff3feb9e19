package io.github.phoenixkt.testing;

/** Routes that exist on a real server and are not worth imitating. They say so. */
final class NotSimulated {
  private NotSimulated() {}

  static void addTo(Dispatcher dispatcher) {
    add(dispatcher, "POST", "/v1/spans", "the span query language");
    dispatcher.add(
        new Route("GET", "/v1/spans", "4.10.0", NotSimulated::getQuery, Route.Flag.BODY));
    add(dispatcher, "POST", "/v1/traces", "OTLP");
    add(dispatcher, "GET", "/v1/projects/{}/spans/otlpv1", "the OTLP form of spans");
    add(dispatcher, "PATCH", "/v1/projects/{}/retention", "trace retention");
  }

  /** A filter that is ignored would give too many rows, so it is refused. */
  static void refuseFilter(Query query, boolean serverKnowsFilters) {
    String filter = query.last("filter");
    if (!serverKnowsFilters || filter == null || filter.isEmpty()) {
      return;
    }
    if (Numbers.strip(filter).isEmpty()) {
      throw new ApiError(400, "invalid syntax (<unknown>, line 0)");
    }
    throw new ApiError(501, "FakePhoenix does not simulate filter expressions.");
  }

  /** The older form of the query wants a body, which no browser sends. */
  private static Reply getQuery(Call call) {
    call.fields();
    call.check();
    return refusal("the span query language");
  }

  private static Reply refusal(String what) {
    return Reply.text(
        501, "FakePhoenix does not simulate " + what + ": test this against a real Phoenix.");
  }

  private static void add(Dispatcher dispatcher, String method, String path, String what) {
    dispatcher.add(new Route(method, path, "4.10.0", call -> refusal(what)));
  }
}
