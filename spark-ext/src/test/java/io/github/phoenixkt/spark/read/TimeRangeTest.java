package io.github.phoenixkt.spark.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TimeRangeTest {
  @Test
  void dividesWithoutGapsOrOverlaps() {
    for (long length :
        LongStream.of(1, 2, 7, 1_000, 86_400_000_001L, 200_000_000_000_000_000L).toArray()) {
      for (int count : new int[] {1, 2, 3, 8, 10_000}) {
        TimeRange range = new TimeRange(-5, length - 5);
        List<TimeRange> parts = range.divide(count);

        assertThat(parts).hasSize((int) Math.min(length, count));
        assertThat(parts.get(0).from()).isEqualTo(range.from());
        assertThat(parts.get(parts.size() - 1).to()).isEqualTo(range.to());
        for (int i = 1; i < parts.size(); i++) {
          assertThat(parts.get(i).from()).isEqualTo(parts.get(i - 1).to());
        }
        assertThat(parts).noneMatch(TimeRange::isEmpty);
      }
    }
  }

  @Test
  void roundsNanosecondsUp() {
    TimeRange range =
        TimeRange.between(
            Instant.parse("2026-01-01T00:00:00.000000001Z"),
            Instant.parse("1969-12-31T23:59:59.9999999Z"));

    assertThat(range.start()).isEqualTo(Instant.parse("2026-01-01T00:00:00.000001Z"));
    assertThat(range.end()).isEqualTo(Instant.EPOCH);
  }

  @Test
  void showsOpenEnds() {
    assertThat(TimeRange.ALL.start()).isNull();
    assertThat(TimeRange.ALL.end()).isNull();
    assertThat(TimeRange.ALL.isBounded()).isFalse();
    assertThat(TimeRange.between(Instant.MIN, Instant.MAX)).isEqualTo(TimeRange.ALL);
  }
}
