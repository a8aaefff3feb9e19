package io.github.phoenixkt.spark.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.annotations.AnnotatorKind;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.spans.SpanData;
import io.github.phoenixkt.spark.SparkTest;
import io.github.phoenixkt.support.RealPhoenix;
import io.github.phoenixkt.upload.UploadOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a real Phoenix finds is what Spark would have kept. */
class RealReadTest extends SparkTest {
  private static final Instant DAY = Instant.parse("2026-03-01T00:00:00Z");

  private static final List<String> PREDICATES =
      List.of(
          "span_kind = 'LLM'",
          "span_kind = 'llm'",
          "span_kind IN ('LLM', 'TOOL', 'UNKNOWN')",
          "status_code = 'ERROR'",
          "status_code IN ('OK', 'UNSET')",
          "name = 'chat'",
          "name = ' chat'",
          "name IN ('chat', 'tool')",
          "parent_id IS NULL",
          "start_time = '2026-03-01T00:00:05.000015Z'",
          "start_time > '2026-03-01T00:00:05.000015Z'",
          "start_time >= '2026-03-01T00:00:05.000015Z' AND start_time <"
              + " '2026-03-01T00:00:07.000021Z'",
          "start_time <= '2026-03-01T00:00:05.000015Z' AND status_code = 'OK'",
          "start_time > '0001-01-01' AND start_time < '9999-12-31'");

  private final String project = "spark-" + UUID.randomUUID();

  @ParameterizedTest
  @EnumSource(
      value = RealPhoenix.class,
      names = {"SQLITE", "POSTGRESQL"})
  void readsWhatIsThere(RealPhoenix server) {
    assumeTrue(server.missing() == null, server::missing);
    List<String> spanIds = createSpans(server);

    Dataset<Row> spans = read(server, "spans", true);
    assertThat(spans.rdd().getNumPartitions()).isEqualTo(8);
    assertThat(ids(spans)).isEqualTo(spanIds);
    for (String predicate : PREDICATES) {
      assertThat(ids(spans.filter(predicate)))
          .as(predicate)
          .isEqualTo(ids(read(server, "spans", false).filter(predicate)));
    }
    String some = "span_id IN ('%s', '%s', 'none')".formatted(spanIds.get(3), spanIds.get(60));
    assertThat(ids(spans.filter(some))).containsExactly(spanIds.get(3), spanIds.get(60));
    assertThat(ids(read(server, "annotations", true))).isEqualTo(spanIds);
    assertThat(ids(read(server, "annotations", true).filter(some))).hasSize(2);
    assertThat(read(server, "traces", true).count()).isEqualTo(120);
    assertThat(read(server, "sessions", true).count()).isZero();
  }

  private Dataset<Row> read(RealPhoenix server, String table, boolean pushDown) {
    return spark
        .read()
        .format("phoenix")
        .option("endpoint", server.endpoint())
        .option("project", project)
        .option("table", table)
        .option("numPartitions", 8)
        .option("pushDownFilters", pushDown)
        .load();
  }

  private static List<String> ids(Dataset<Row> rows) {
    return rows.select("span_id").collectAsList().stream()
        .map(row -> row.getString(0))
        .sorted()
        .toList();
  }

  private List<String> createSpans(RealPhoenix server) {
    PhoenixSettings settings =
        PhoenixSettings.builder().endpoint(server.endpoint()).project(project).build();
    String run = UUID.randomUUID().toString().substring(0, 8);
    List<SpanData> spans = new ArrayList<>();
    List<SpanAnnotationData> scores = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      String spanId = "%s%08x".formatted(run, i);
      Instant start = DAY.plusNanos(i / 3 * 1_000_003_000L);
      spans.add(
          SpanData.builder(
                  List.of("chat", " chat", "agent", "tool").get(i % 4),
                  spanId,
                  "%s%024x".formatted(run, i),
                  start,
                  start.plusMillis(i))
              .spanKind(List.of("LLM", "llm", "TOOL", "own kind", "CHAIN").get(i % 5))
              .statusCode(List.of("OK", "ERROR", "UNSET").get(i % 3))
              .build());
      scores.add(
          SpanAnnotationData.builder(spanId, "score")
              .annotatorKind(AnnotatorKind.CODE)
              .score((double) i)
              .build());
    }
    try (PhoenixBlockingClient client = PhoenixBlockingClient.create(settings)) {
      client.spans().logSpans(spans);
      // Phoenix stores spans some time after it has taken them.
      UploadOptions options = UploadOptions.builder().awaitTarget(Duration.ofMinutes(2)).build();
      assertThat(client.annotations().upload(scores, options).getComplete()).isTrue();
    }
    return scores.stream().map(SpanAnnotationData::getSpanId).toList();
  }
}
