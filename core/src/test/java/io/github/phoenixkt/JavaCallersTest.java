package io.github.phoenixkt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.phoenixkt.annotations.AnnotationRows;
import io.github.phoenixkt.annotations.AnnotatorKind;
import io.github.phoenixkt.annotations.SessionAnnotationData;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.annotations.SpanDocumentAnnotationData;
import io.github.phoenixkt.annotations.TraceAnnotationData;
import io.github.phoenixkt.configs.AnnotationConfig;
import io.github.phoenixkt.configs.CategoricalAnnotationConfig;
import io.github.phoenixkt.spans.SpanFilter;
import io.github.phoenixkt.spans.SpanQuery;
import io.github.phoenixkt.spans.SpanSort;
import io.github.phoenixkt.traces.TraceQuery;
import io.github.phoenixkt.traces.TraceSort;
import io.github.phoenixkt.upload.Delivery;
import io.github.phoenixkt.upload.UploadOptions;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What Java sees: that this compiles is half of the test. */
class JavaCallersTest {
  @Test
  void annotationsOfEveryLevelHaveABuilder() {
    var span =
        SpanAnnotationData.builder("s", "correctness")
            .annotatorKind(AnnotatorKind.LLM)
            .label("correct")
            .score(0.85)
            .explanation("why")
            .metadata(Map.of("tags", List.of("a")))
            .identifier("i")
            .build();
    var document = SpanDocumentAnnotationData.builder("s", 1, "relevance").score(1.0).build();
    var trace = TraceAnnotationData.builder("t", "a").label("x").identifier("i").build();
    var session = SessionAnnotationData.builder("u", "a").label("x").identifier("i").build();
    assertEquals("i", span.getIdentifier());
    assertEquals(1, document.getDocumentPosition());
    assertEquals(4, AnnotationRows.of(List.of(span, document, trace, session)).getSize());
  }

  @Test
  void anAnnotationIsHeldAgainstAConfig() {
    AnnotationConfig config =
        CategoricalAnnotationConfig.builder("quality").value("good", 1.0).build();
    var good = SpanAnnotationData.builder("s", "quality").label("good").build();
    var bad = SpanAnnotationData.builder("s", "quality").label("great").build();
    assertTrue(config.check(good).getFits());
    assertFalse(config.check(bad).getFits());
  }

  @Test
  void aClientIsMadeOfSettingsAndOptions() {
    var clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
    var runtime = PhoenixRuntime.builder().clock(clock).newId(() -> "id-1").build();
    assertSame(clock, runtime.getClock());
    assertEquals("id-1", runtime.getNewId().invoke());
    var settings =
        PhoenixSettings.builder()
            .environment(PhoenixEnvironment.empty())
            .endpoint("http://phoenix.test:6006")
            .apiKey("key")
            .header("x-a", "1")
            .retry(RetrySettings.builder().maxAttempts(2).build())
            .timeouts(TimeoutSettings.builder().request(Duration.ofSeconds(5)).build())
            .runtime(runtime)
            .build();
    var options =
        CallOptions.builder()
            .timeout(Duration.ofMinutes(5))
            .headers(Map.of("x-b", "2"))
            .header("x-c", "3")
            .build();
    assertEquals(Map.of("x-b", "2", "x-c", "3"), options.getHeaders());
    assertEquals(options.getHeaders(), options.toBuilder().build().getHeaders());
    assertThrows(
        IllegalArgumentException.class, () -> CallOptions.builder().timeout(Duration.ZERO).build());
    var same = settings.getEndpoint();
    assertEquals(
        same,
        PhoenixSettings.builder()
            .environment(PhoenixEnvironment.empty())
            .endpoint(URI.create(same))
            .build()
            .getEndpoint());
    try (var client = PhoenixClient.create(settings)) {
      assertEquals(client.toString(), client.withOptions(options).toString());
    }
  }

  @Test
  void uploadOptionsHaveABuilder() {
    var options = UploadOptions.builder().delivery(Delivery.CONFIRMED).chunkSize(10).build();
    assertEquals(Delivery.CONFIRMED, options.getDelivery());
    assertEquals(10, options.toBuilder().build().getChunkSize());
  }

  @Test
  void whatIsReadIsAskedForByBuilders() {
    var from = Instant.parse("2026-01-05T10:00:00Z");
    SpanFilter filter =
        SpanFilter.builder()
            .startTime(from)
            .endTime(from.plusSeconds(1))
            .traceIds(List.of("t"))
            .spanIds(List.of("s"))
            .parentId("p")
            .rootSpansOnly(false)
            .names(List.of("n"))
            .spanKinds(List.of("LLM"))
            .statusCodes(List.of("OK"))
            .attributes(Map.of("k", 1))
            .attribute("j", true)
            .sort(SpanSort.START_TIME)
            .order(SortOrder.ASCENDING)
            .build();
    assertEquals(List.of("t"), filter.getTraceIds());
    assertEquals(Map.of("k", 1, "j", true), filter.getAttributes());
    assertEquals(SortOrder.ASCENDING, filter.getOrder());
    TraceQuery traces =
        TraceQuery.builder()
            .startTime(from)
            .endTime(null)
            .sessionIds(List.of("a"))
            .sort(TraceSort.LATENCY)
            .order(SortOrder.ASCENDING)
            .includeSpans(true)
            .filter("latency_ms > 1")
            .build();
    assertEquals(List.of("a"), traces.getSessionIds());
    assertTrue(traces.getIncludeSpans());
    SpanQuery query =
        new SpanQuery()
            .where("parent_id is None")
            .select("name", "input.value")
            .explode("retrieval.documents", Map.of("text", "document.content"))
            .concat("llm.input_messages")
            .rename(Map.of("name", "n"))
            .withIndex("trace_id");
    assertTrue(query.toString().contains("parent_id is None"));
    assertThrows(IllegalArgumentException.class, () -> filterUntil(from));
  }

  private static SpanFilter filterUntil(Instant end) {
    return SpanFilter.builder().startTime(end).endTime(end).build();
  }
}
