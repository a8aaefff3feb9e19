package io.github.phoenixkt.spark.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.annotations.StoredAnnotation;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.spans.SpanData;
import io.github.phoenixkt.spark.PhoenixWriteException;
import io.github.phoenixkt.spark.SparkTest;
import io.github.phoenixkt.support.RealPhoenix;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** What is told is what a real Phoenix has. */
class RealPhoenixTest extends SparkTest {
  private static final int SPANS = 300;
  private static final int STRAY = 7;

  @Test
  @EnabledIfEnvironmentVariable(named = RealPhoenix.ENDPOINT, matches = ".+")
  void everyRowIsStoredOrToldOnSqlite() {
    everyRowIsStoredOrTold(RealPhoenix.SQLITE);
  }

  @Test
  @EnabledIfEnvironmentVariable(named = RealPhoenix.POSTGRES_ENDPOINT, matches = ".+")
  void everyRowIsStoredOrToldOnPostgresql() {
    everyRowIsStoredOrTold(RealPhoenix.POSTGRESQL);
  }

  private void everyRowIsStoredOrTold(RealPhoenix server) {
    String project = "spark-" + UUID.randomUUID();
    List<String> ids =
        IntStream.range(0, SPANS + STRAY)
            .mapToObj(i -> UUID.randomUUID().toString().replace("-", "").substring(0, 16))
            .toList();
    PhoenixSettings settings =
        PhoenixSettings.builder().endpoint(server.endpoint()).project(project).build();
    try (PhoenixBlockingClient client = PhoenixBlockingClient.create(settings)) {
      Instant start = Instant.now().minusSeconds(60);
      client
          .spans()
          .logSpans(
              ids.subList(0, SPANS).stream()
                  .map(
                      id ->
                          SpanData.builder("call", id, id + id, start, start.plusSeconds(1))
                              .build())
                  .toList());

      Object[][] rows =
          IntStream.range(0, ids.size())
              .mapToObj(i -> row(ids.get(i), i / 8.0))
              .toArray(Object[][]::new);
      Dataset<Row> scores = frame("span_id string, score double", rows);
      Map<String, String> options =
          Map.of(
              "endpoint",
              server.endpoint(),
              "project",
              project,
              "name",
              "correctness",
              "annotatorKind",
              "CODE");
      // Phoenix queues spans, too.
      write(scores.limit(SPANS)).options(options).option("awaitTarget", "1m").save();
      PhoenixWriteException e =
          catchThrowableOfType(
              PhoenixWriteException.class, () -> write(scores).options(options).save());
      assertThat(e.getStored()).isEqualTo(SPANS);
      assertThat(e.getMissing()).isEqualTo(STRAY);
      try (Stream<StoredAnnotation> stored = client.spans().getSpanAnnotations(ids)) {
        Map<String, Double> byId =
            stored.collect(
                Collectors.toMap(StoredAnnotation::getTargetId, StoredAnnotation::getScore));
        assertThat(byId).hasSize(SPANS);
        byId.forEach((id, score) -> assertThat(score).isEqualTo(ids.indexOf(id) / 8.0));
      }
    }
  }
}
