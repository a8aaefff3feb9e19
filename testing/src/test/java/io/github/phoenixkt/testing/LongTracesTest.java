package io.github.phoenixkt.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nanoseconds of centuries are more than a long can hold. */
class LongTracesTest {
  private static final String TRACES = "/v1/projects/default/traces?";
  private static final Instant END = Instant.parse("2026-01-05T10:00:00Z");

  private final FakePhoenix phoenix = FakePhoenix.start();

  @AfterEach
  void close() {
    phoenix.close();
  }

  @Test
  void aTraceThatBeganInYear1IsSortedAndFilteredByItsLatency() throws Exception {
    phoenix.addSpan(
        FakeSpan.of("a1").trace("long").time(Instant.parse("0001-01-01T00:00:00Z"), END));
    phoenix.addSpan(FakeSpan.of("a2").trace("short").time(END, END.plusMillis(5)));
    assertThat(traces("sort=latency_ms&order=desc")).containsSubsequence("long", "short");
    assertThat(traces("min_latency_ms=6")).contains("long").doesNotContain("short");
    assertThat(traces("max_latency_ms=5")).contains("short").doesNotContain("long");
  }

  private String traces(String query) throws Exception {
    HttpResponse<String> answer = Http.get(phoenix, TRACES + query);
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }
}
