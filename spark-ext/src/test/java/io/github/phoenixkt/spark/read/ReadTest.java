package io.github.phoenixkt.spark.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.annotations.AnnotatorKind;
import io.github.phoenixkt.annotations.SessionAnnotationData;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.annotations.StoredAnnotation;
import io.github.phoenixkt.annotations.TraceAnnotationData;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.spark.SparkTest;
import io.github.phoenixkt.testing.FakeSpan;
import io.github.phoenixkt.testing.ReceivedRequest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadTest extends SparkTest {
  private static final Instant DAY = Instant.parse("2026-03-01T00:00:00Z");

  @BeforeEach
  void addSpans() {
    for (int i = 0; i < 60; i++) {
      Instant start = DAY.plus(i / 3 * 1_000_003L, ChronoUnit.MICROS);
      FakeSpan span =
          FakeSpan.of("%016x".formatted(i))
              .trace("%032x".formatted(i / 2))
              .name(List.of("chat", " chat", "", "tool").get(i % 4))
              .kind(List.of("LLM", "llm", "TOOL", "own kind", "CHAIN").get(i % 5))
              .status(List.of("OK", "ERROR", "UNSET").get(i % 3))
              .time(start, start.plusMillis(i))
              .attribute("input.value", "question " + i)
              .attribute("llm.token_count.total", i)
              .attribute("flag", i % 2 == 0);
      if (i % 2 == 1) {
        span.parent("%016x".formatted(i - 1));
      }
      if (i < 30) {
        span.session("chat-" + i / 10);
      }
      phoenix.addSpan(span);
    }
  }

  private Dataset<Row> read(String... options) {
    var reader = spark.read().format("phoenix").option("endpoint", endpoint());
    for (int i = 0; i < options.length; i += 2) {
      reader = reader.option(options[i], options[i + 1]);
    }
    return reader.load();
  }

  private List<String> ids(Dataset<Row> rows) {
    return rows.select("span_id").collectAsList().stream()
        .map(r -> r.getString(0))
        .sorted()
        .toList();
  }

  private static List<String> spanIds(int... numbers) {
    return IntStream.of(numbers).mapToObj("%016x"::formatted).toList();
  }

  private List<ReceivedRequest> spanRequests() {
    return phoenix.requests().stream().filter(r -> r.path().endsWith("/spans")).toList();
  }

  private PhoenixBlockingClient client() {
    return PhoenixBlockingClient.create(
        PhoenixSettings.builder().endpoint(phoenix.endpoint()).build());
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "7", "8", "61"})
  void readsEachSpanOnceInEqualWindows(String partitions) {
    Dataset<Row> spans = read("numPartitions", partitions, "pageSize", "4");

    assertThat(spans.rdd().getNumPartitions()).isEqualTo(Integer.parseInt(partitions));
    assertThat(ids(spans)).isEqualTo(spanIds(IntStream.range(0, 60).toArray()));
  }

  @Test
  void asksWhatToReadOncePerAction() {
    read("numPartitions", "2").count();

    assertThat(spanRequests().stream().filter(r -> !r.query("sort").isEmpty())).hasSize(2);
  }

  @Test
  void readsAllColumns() {
    Row row = read().filter("span_id = '%016x'".formatted(31)).first();

    assertThat(row.<String>getAs("trace_id")).isEqualTo("%032x".formatted(15));
    assertThat(row.<String>getAs("parent_id")).isEqualTo("%016x".formatted(30));
    assertThat(row.<String>getAs("name")).isEqualTo("tool");
    assertThat(row.<String>getAs("span_kind")).isEqualTo("llm");
    assertThat(row.<java.sql.Timestamp>getAs("start_time").toInstant())
        .isEqualTo(DAY.plus(10_000_030, ChronoUnit.MICROS));
    assertThat(row.<Double>getAs("latency_ms")).isEqualTo(31.0);
    assertThat(row.<String>getAs("status_code")).isEqualTo("ERROR");
    assertThat(row.<String>getAs("status_message")).isNull();
    assertThat(row.getJavaMap(row.fieldIndex("attributes")))
        .isEqualTo(
            Map.of("input.value", "question 31", "llm.token_count.total", "31", "flag", "false"));
    assertThat(row.getList(row.fieldIndex("events"))).isEmpty();
    assertThat(row.<String>getAs("id")).isNotBlank();
  }

  @Test
  void readsAttributesAsJson() {
    Row row =
        read("attributesType", "json")
            .filter("span_id = '%016x'".formatted(4))
            .selectExpr(
                "get_json_object(attributes, '$.flag')",
                "from_json(attributes, 'map<string,string>')['llm.token_count.total']")
            .first();

    assertThat(row.getString(0)).isEqualTo("true");
    assertThat(row.getString(1)).isEqualTo("4");
  }

  @Test
  void readsAttributesAsVariantsThatKeepTheirTypes() {
    Row row =
        read("attributesType", "variant")
            .filter("span_id = '%016x'".formatted(4))
            .selectExpr(
                "variant_get(attributes, '$.flag', 'boolean')",
                "variant_get(attributes, '$[\"llm.token_count.total\"]', 'long')",
                "schema_of_variant(attributes)")
            .first();

    assertThat(row.getBoolean(0)).isTrue();
    assertThat(row.getLong(1)).isEqualTo(4);
    assertThat(row.getString(2)).contains("flag: BOOLEAN", "`input.value`: STRING");
  }

  /** What Phoenix filters is what Spark would have kept. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "span_kind = 'LLM'",
        "span_kind = 'llm'",
        "span_kind IN ('LLM', 'TOOL')",
        "span_kind = 'own kind'",
        "span_kind = 'LLM' AND span_kind = 'TOOL'",
        "status_code = 'ERROR'",
        "status_code = 'error'",
        "status_code IN ('OK', 'UNSET')",
        "status_code <> 'OK'",
        "name = 'chat'",
        "name = ' chat'",
        "name = ''",
        "name IN ('chat', 'tool')",
        "span_id = '0000000000000005'",
        "span_id = ' 0000000000000005'",
        "span_id IN ('0000000000000005', '0000000000000006', 'none')",
        "span_id IN ('0000000000000005', NULL)",
        "span_id IN ('0000000000000005') AND span_id IN ('0000000000000006')",
        "span_id <=> '0000000000000005'",
        "span_id = ''",
        "trace_id = '00000000000000000000000000000003' AND status_code = 'OK'",
        "trace_id IN ('00000000000000000000000000000003', '00000000000000000000000000000004')"
            + " AND span_id IN ('0000000000000006', '0000000000000011')",
        "parent_id = '0000000000000004'",
        "parent_id = 'null'",
        "parent_id IN ('0000000000000004', '0000000000000006')",
        "parent_id IS NULL",
        "parent_id IS NULL AND parent_id = '0000000000000004'",
        "parent_id IS NOT NULL",
        "start_time = '2026-03-01T00:00:05.000015Z'",
        "start_time > '2026-03-01T00:00:05.000015Z'",
        "start_time >= '2026-03-01T00:00:05.000015Z' AND start_time <"
            + " '2026-03-01T00:00:07.000021Z'",
        "start_time <= '2026-03-01T00:00:05.000015Z'",
        "start_time > '2026-03-02' AND start_time < '2026-03-01'",
        "start_time > '0001-01-01' AND start_time < '9999-12-31'",
        "start_time > '-5000-01-01'",
        "end_time > '2026-03-01T00:00:05.000015Z'",
        "to_date(start_time) = '2026-03-01'",
        "name = 'chat' OR span_kind = 'LLM'",
        "NOT (name = 'chat')",
        "latency_ms > 30 AND span_kind = 'CHAIN'",
        "attributes['flag'] = 'true'",
      })
  void filtersAsSparkDoes(String predicate) {
    List<String> expected = ids(read("pushDownFilters", "false").filter(predicate));

    assertThat(ids(read().filter(predicate))).isEqualTo(expected);
  }

  @Test
  void letsPhoenixFilter() {
    Dataset<Row> rows =
        read()
            .filter("span_kind = 'LLM' AND status_code = 'OK' AND name IN ('chat', 'tool')")
            .filter("parent_id IS NULL AND start_time >= '2026-03-01T00:00:01Z'")
            .filter("start_time < '2026-03-01T00:00:09Z'");
    rows.collect();

    assertThat(spanRequests())
        .isNotEmpty()
        .allSatisfy(
            request -> {
              assertThat(request.query("span_kind")).containsExactly("LLM");
              assertThat(request.query("status_code")).containsExactly("OK");
              assertThat(request.query("name")).containsExactly("chat", "tool");
              assertThat(request.query("parent_id")).containsExactly("null");
              assertThat(Instant.parse(request.query("start_time").get(0)))
                  .isAfterOrEqualTo(DAY.plusSeconds(1));
              assertThat(Instant.parse(request.query("end_time").get(0)))
                  .isBeforeOrEqualTo(DAY.plusSeconds(9));
            });
    assertThat(explained(rows))
        .contains(
            "phoenix spans of project default",
            "status_code = 1 value",
            "name in 2 values",
            "without parent",
            "start_time in [2026-03-01T00:00:01Z, 2026-03-01T00:00:09Z)",
            "PushedFilters: [");
  }

  private static String explained(Dataset<Row> rows) {
    return rows.queryExecution()
        .explainString(org.apache.spark.sql.execution.ExtendedMode$.MODULE$);
  }

  @Test
  void dividesManyIds() {
    String ids =
        IntStream.range(0, 60).mapToObj("'%016x'"::formatted).collect(Collectors.joining(","));
    Dataset<Row> rows = read("numPartitions", "3").filter("span_id IN (" + ids + ", 'none')");

    assertThat(rows.rdd().getNumPartitions()).isEqualTo(3);
    assertThat(ids(rows)).hasSize(60);
    assertThat(explained(rows))
        .contains("span_id in 61 values", "span_id IN ('0000")
        .doesNotContain("'none')] ");
  }

  @Test
  void asksForNoMoreRowsThanTheLimit() {
    assertThat(read("numPartitions", "1").limit(5).collectAsList()).hasSize(5);

    assertThat(spanRequests())
        .filteredOn(request -> request.query("sort").isEmpty())
        .extracting(request -> request.query("limit"))
        .containsExactly(List.of("5"));
  }

  @Test
  void readsTheTimeOfTheOptions() {
    Dataset<Row> rows =
        read(
            "startTime",
            "2026-03-01T00:00:05.0000150Z",
            "endTime",
            "2026-03-01T01:00:07.000021+01:00");

    assertThat(ids(rows)).isEqualTo(spanIds(15, 16, 17, 18, 19, 20));
    assertThat(read("table", "traces", "startTime", "2026-03-01T00:00:19Z").count()).isEqualTo(1);
  }

  @Test
  void readsNothingFromAnEmptyProject() {
    try (PhoenixBlockingClient client = client()) {
      client.projects().create("empty");
    }

    for (String table : List.of("spans", "traces", "sessions", "annotations")) {
      assertThat(read("project", "empty", "table", table).collectAsList()).isEmpty();
    }
  }

  @Test
  void countsWithoutColumns() {
    assertThat(read().count()).isEqualTo(60);
    assertThat(read().filter("status_code = 'OK'").count()).isEqualTo(20);
  }

  @Test
  void readsTraces() {
    Dataset<Row> traces = read("table", "traces", "numPartitions", "3");

    assertThat(traces.rdd().getNumPartitions()).isEqualTo(3);
    assertThat(traces.select("trace_id").distinct().count()).isEqualTo(30);
    assertThat(traces.count()).isEqualTo(30);
    Row row =
        traces
            .filter("trace_id = '%032x'".formatted(3))
            .selectExpr("spans.span_id", "token_count_total", "latency_ms")
            .first();
    assertThat(row.<String>getList(0))
        .containsExactlyInAnyOrder("%016x".formatted(6), "%016x".formatted(7));
  }

  @Test
  void readsSpansOfTracesOnlyIfTheyAreWanted() {
    read("table", "traces").select("trace_id").collect();

    assertThat(phoenix.requests())
        .filteredOn(r -> r.path().endsWith("/traces"))
        .isNotEmpty()
        .allSatisfy(r -> assertThat(r.query("include_spans")).doesNotContain("true"));
  }

  @Test
  void readsSomeFieldsOfTheSpansOfTraces() {
    Dataset<Row> traces = read("table", "traces").filter("trace_id = '%032x'".formatted(3));

    assertThat(
            traces
                .selectExpr("array_sort(spans.status_code)", "array_sort(spans.end_time)")
                .first()
                .toString())
        .isEqualTo(
            traces.collectAsList().get(0).<Row>getList(traces.schema().fieldIndex("spans")).stream()
                .collect(
                    Collectors.teeing(
                        Collectors.mapping(s -> s.<String>getAs("status_code"), sorted()),
                        Collectors.mapping(
                            s -> s.<java.sql.Timestamp>getAs("end_time").toString(), sorted()),
                        "[ArraySeq(%s),ArraySeq(%s)]"::formatted)));
    assertThat(traces.selectExpr("explode(spans) s").selectExpr("s.status_code").collectAsList())
        .extracting(row -> row.getString(0))
        .containsExactlyInAnyOrder("OK", "ERROR");
  }

  private static java.util.stream.Collector<CharSequence, ?, String> sorted() {
    return Collectors.collectingAndThen(
        Collectors.toList(),
        texts ->
            texts.stream().map(CharSequence::toString).sorted().collect(Collectors.joining(", ")));
  }

  @Test
  void readsSomeFieldsOfTheTracesOfSessions() {
    List<String> whole =
        read("table", "sessions").selectExpr("explode(traces) t").collectAsList().stream()
            .map(row -> row.getStruct(0).<java.sql.Timestamp>getAs("end_time").toString())
            .sorted()
            .toList();

    assertThat(
            read("table", "sessions")
                .selectExpr("explode(traces.end_time) end_time")
                .collectAsList())
        .extracting(row -> row.getTimestamp(0).toString())
        .hasSize(15)
        .containsExactlyInAnyOrderElementsOf(whole);
  }

  @Test
  void readsSomeFieldsOfEvents() throws Exception {
    String span =
        "{\"data\":[{\"name\":\"n\",\"context\":{\"trace_id\":\"%032x\",\"span_id\":\"%016x\"},"
                .formatted(99, 99)
            + "\"span_kind\":\"LLM\",\"status_code\":\"OK\",\"attributes\":{},"
            + "\"start_time\":\"2026-03-01T00:00:00Z\",\"end_time\":\"2026-03-01T00:00:01Z\","
            + "\"events\":[{\"name\":\"e\",\"timestamp\":\"2026-03-01T00:00:00.5Z\",\"attributes\":{}}]}]}";
    java.net.http.HttpResponse<String> answer =
        java.net.http.HttpClient.newHttpClient()
            .send(
                java.net.http.HttpRequest.newBuilder(
                        java.net.URI.create(
                            endpoint().replaceAll("/$", "") + "/v1/projects/default/spans"))
                    .header("Content-Type", "application/json")
                    .POST(java.net.http.HttpRequest.BodyPublishers.ofString(span))
                    .build(),
                java.net.http.HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
    phoenix.drainQueue();

    assertThat(
            read()
                .filter("span_id = '%016x'".formatted(99))
                .selectExpr("events.timestamp[0]")
                .first()
                .getTimestamp(0)
                .toInstant())
        .isEqualTo(Instant.parse("2026-03-01T00:00:00.5Z"));
  }

  @Test
  void leavesNamesToSparkThatDoNotFitIntoARequest() {
    annotate();
    String names =
        IntStream.range(0, 300)
            .mapToObj(i -> "'%0100d'".formatted(i))
            .collect(Collectors.joining(","));

    assertThat(read().filter("name IN ('tool'," + names + ")").count()).isEqualTo(15);
    assertThat(
            read("table", "annotations")
                .filter("annotation_name IN ('tone'," + names + ")")
                .count())
        .isEqualTo(60);
    assertThat(read().filter("span_id = '" + "ä".repeat(2_000) + "'").count()).isZero();
  }

  @Test
  void readsSessions() {
    Dataset<Row> sessions = read("table", "sessions");

    assertThat(
            sessions.orderBy("session_id").selectExpr("session_id", "size(traces)").collectAsList())
        .extracting(row -> row.getString(0) + ":" + row.getInt(1))
        .containsExactly("chat-0:5", "chat-1:5", "chat-2:5");
    assertThat(sessions.limit(1).collectAsList()).hasSize(1);
    Dataset<Row> late = read("table", "sessions", "startTime", "2026-03-01T00:00:05Z");
    assertThat(late.count()).isEqualTo(1);
    assertThat(late.limit(1).collectAsList()).hasSize(1);
  }

  private void annotate() {
    try (PhoenixBlockingClient client = client()) {
      for (int i = 0; i < 60; i++) {
        String id = "%016x".formatted(i);
        client
            .spans()
            .logSpanAnnotationsSync(
                List.of(
                    SpanAnnotationData.builder(id, "correctness")
                        .annotatorKind(AnnotatorKind.LLM)
                        .score(i / 60.0)
                        .label("label " + i)
                        .metadata(Map.of("model", "m", "n", i))
                        .build(),
                    SpanAnnotationData.builder(id, "tone")
                        .annotatorKind(AnnotatorKind.CODE)
                        .label("calm")
                        .identifier("run-1")
                        .build()));
      }
      client.spans().addSpanNote("%016x".formatted(1), "a note");
      client
          .traces()
          .addTraceAnnotationSync(
              TraceAnnotationData.builder("%032x".formatted(2), "length").score(2.0).build());
      client
          .sessions()
          .addSessionAnnotationSync(
              SessionAnnotationData.builder("chat-1", "mood").label("good").build());
    }
  }

  @Test
  void readsAnnotationsOfSpans() {
    annotate();
    Dataset<Row> rows = read("table", "annotations", "numPartitions", "3");

    assertThat(rows.rdd().getNumPartitions()).isEqualTo(3);
    assertThat(rows.count()).isEqualTo(120);
    assertThat(rows.select("id").distinct().count()).isEqualTo(120);
    Row row =
        rows.filter("span_id = '%016x' AND annotation_name = 'correctness'".formatted(7)).first();
    assertThat(row.<String>getAs("annotator_kind")).isEqualTo("LLM");
    assertThat(row.<Double>getAs("score")).isEqualTo(7 / 60.0);
    assertThat(row.<String>getAs("label")).isEqualTo("label 7");
    assertThat(row.<String>getAs("explanation")).isNull();
    assertThat(row.<String>getAs("identifier")).isNull();
    assertThat(row.getJavaMap(row.fieldIndex("metadata")))
        .isEqualTo(Map.of("model", "m", "n", "7"));
    assertThat(rows.filter("annotation_name = 'note'").count()).isZero();
    assertThat(read("table", "annotations", "startTime", "2026-03-01T00:00:19Z").count())
        .isEqualTo(6);
    assertThat(
            read("table", "annotations", "startTime", "2026-03-01T00:00:19Z")
                .filter("span_id IN ('%016x', '%016x')".formatted(1, 59))
                .count())
        .isEqualTo(2);
  }

  @Test
  void letsPhoenixFindAnnotations() {
    annotate();
    phoenix.clearRequests();
    Dataset<Row> rows =
        read("table", "annotations")
            .filter("span_id IN ('%016x', '%016x')".formatted(3, 4))
            .filter("annotation_name = 'tone'");

    assertThat(rows.count()).isEqualTo(2);
    assertThat(spanRequests()).isEmpty();
    assertThat(phoenix.requests())
        .isNotEmpty()
        .allSatisfy(r -> assertThat(r.query("include_annotation_names")).containsExactly("tone"));
    assertThat(read("table", "annotations").limit(7).collectAsList()).hasSize(7);
  }

  @Test
  void readsAnnotationsOfTracesAndSessions() {
    annotate();

    assertThat(
            read("table", "annotations", "target", "trace")
                .select("trace_id", "score")
                .collectAsList())
        .extracting(Row::toString)
        .containsExactly("[%032x,2.0]".formatted(2));
    assertThat(
            read("table", "annotations", "target", "session")
                .select("session_id", "label")
                .collectAsList())
        .extracting(Row::toString)
        .containsExactly("[chat-1,good]");
  }

  /** As a map, numbers in the metadata become texts. */
  @ParameterizedTest
  @ValueSource(strings = {"json", "variant"})
  void writesWhatIsReadAgain(String attributesType) {
    annotate();
    List<String> before = stored();

    write(read("table", "annotations", "attributesType", attributesType)).save();

    assertThat(stored()).hasSize(120).isEqualTo(before);
  }

  private List<String> stored() {
    List<String> ids = IntStream.range(0, 60).mapToObj("%016x"::formatted).toList();
    try (PhoenixBlockingClient client = client();
        Stream<StoredAnnotation> annotations = client.spans().getSpanAnnotations(ids)) {
      return annotations.map(a -> a + " " + new TreeMap<>(a.getMetadata())).sorted().toList();
    }
  }

  @Test
  void doesNotTakeTheNameOfASpanForThatOfAnAnnotation() {
    Dataset<Row> scores = read().selectExpr("*", "0.5 AS score");

    assertThatThrownBy(() -> write(scores).option("annotatorKind", "CODE").save())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("name");
    write(scores).option("annotatorKind", "CODE").option("name", "given").save();
    assertThat(read("table", "annotations").filter("annotation_name = 'given'").count())
        .isEqualTo(60);
  }

  @Test
  void readsAnOldPhoenixInOnePartition() {
    phoenix.setVersion("15.0.0");

    assertThat(read().rdd().getNumPartitions()).isEqualTo(1);
    assertThat(ids(read())).hasSize(60);
    Dataset<Row> bounded =
        read("startTime", "2026-03-01T00:00:00Z", "endTime", "2026-03-01T00:00:30Z");
    assertThat(bounded.rdd().getNumPartitions()).isEqualTo(4);
    assertThat(ids(bounded)).hasSize(60);
  }

  @Test
  void saysThatPhoenixIsTooOld() {
    phoenix.setVersion("12.2.0");
    Dataset<Row> chats = read().filter("name = 'chat'");

    assertThatThrownBy(chats::collectAsList)
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("13.15.0")
        .hasMessageContaining("12.2.0")
        .hasMessageContaining("set the option pushDownFilters to false");
    assertThat(ids(read("pushDownFilters", "false").filter("name = 'chat'"))).hasSize(15);

    phoenix.setVersion("10.0.0");
    assertThatThrownBy(read()::count)
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("reading spans")
        .hasMessageContaining("10.6.0");
  }

  @Test
  void refusesBeforeAJobStarts() {
    assertThatThrownBy(() -> read("table", "annotations", "target", "document"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("span, trace or session");
    assertThatThrownBy(read("project", "nowhere")::count)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nowhere")
        .hasMessageContaining("Check the option project, or PHOENIX_PROJECT");
    StructType unknown = new StructType().add("spanid", DataTypes.StringType);
    assertThatThrownBy(() -> withSchema(unknown).count())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no column spanid")
        .hasMessageContaining("span_id");
    StructType wrong = new StructType().add("start_time", DataTypes.StringType);
    assertThatThrownBy(() -> withSchema(wrong).count())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("start_time")
        .hasMessageContaining("timestamp, not a string");
    assertThat(withSchema(new StructType().add("name", DataTypes.StringType)).count())
        .isEqualTo(60);
  }

  private Dataset<Row> withSchema(StructType schema) {
    return spark.read().schema(schema).format("phoenix").option("endpoint", endpoint()).load();
  }
}
