package io.github.phoenixkt.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.phoenixkt.annotations.AnnotationData;
import io.github.phoenixkt.annotations.InvalidAnnotationsException;
import io.github.phoenixkt.annotations.SessionAnnotationData;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.annotations.SpanDocumentAnnotationData;
import io.github.phoenixkt.annotations.TraceAnnotationData;
import io.github.phoenixkt.testing.FakePhoenix;
import io.github.phoenixkt.testing.PhoenixExtension;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Java programs have at hand and Phoenix cannot hold: it is named, and nothing is sent. */
@ExtendWith(PhoenixExtension.class)
class BadValuesTest {
  private static List<AnnotationData> ofEveryLevel(double score) {
    return List.of(
        SpanAnnotationData.builder("a1", "n").label("l").score(score).build(),
        SpanDocumentAnnotationData.builder("a1", 0, "n").label("l").score(score).build(),
        TraceAnnotationData.builder("t1", "n").label("l").score(score).build(),
        SessionAnnotationData.builder("s1", "n").label("l").score(score).build());
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void aScoreThatIsNoNumberIsNamed(double score, FakePhoenix phoenix) {
    try (var client = Clients.blocking(phoenix.endpoint())) {
      for (AnnotationData annotation : ofEveryLevel(score)) {
        assertThatThrownBy(() -> client.annotations().upload(List.of(annotation)))
            .isInstanceOf(InvalidAnnotationsException.class)
            .hasMessageContaining("score is not a finite number");
      }
      assertThatThrownBy(
              () ->
                  client
                      .spans()
                      .logSpanAnnotations(List.of((SpanAnnotationData) ofEveryLevel(score).get(0))))
          .isInstanceOf(InvalidAnnotationsException.class)
          .hasMessageContaining("score is not a finite number");
      var summary = client.annotations().uploadStream(Stream.of(ofEveryLevel(score).get(0)));
      assertThat(summary.getStoppedBy()).isInstanceOf(InvalidAnnotationsException.class);
      assertThat(phoenix.requests()).isEmpty();
    }
  }

  @Test
  void whatIsIterableAndNoListIsRefused(FakePhoenix phoenix) throws Exception {
    var tree = new ObjectMapper().readTree("{\"model\":\"gpt\",\"usage\":{\"in\":12}}");
    Iterable<Integer> iterable = () -> List.of(1).iterator();
    try (var client = Clients.blocking(phoenix.endpoint())) {
      for (Object value : List.of(tree, tree.get("model"), new SQLException("x"), iterable)) {
        var annotation =
            SpanAnnotationData.builder("a1", "n").label("l").metadata(Map.of("x", value)).build();
        assertThatThrownBy(() -> client.spans().addSpanAnnotation(annotation))
            .isInstanceOf(InvalidAnnotationsException.class)
            .hasMessageContaining("metadata.x is a " + value.getClass().getName());
      }
      assertThat(phoenix.requests()).isEmpty();
    }
  }

  @Test
  void longTextsAreShownShort() {
    var text = "x\r\n\u001b[2J" + "y".repeat(1_000_000);
    for (Object shown :
        List.of(
            DeleteFilter.byName(text).identifier(text),
            SpanAnnotationData.builder(text, text).label(text).identifier(text).build())) {
      assertThat(shown.toString()).hasSizeLessThan(1_000).doesNotContain("\n", "\r", "\u001b");
    }
  }

  @Test
  void whatAMapperSaysIsShownShort(FakePhoenix phoenix) {
    try (var client = Clients.blocking(phoenix.endpoint())) {
      assertThatThrownBy(
              () ->
                  client
                      .annotations()
                      .upload(
                          List.of(1),
                          i -> {
                            throw new IllegalStateException("a\nb" + "y".repeat(1_000_000));
                          }))
          .isExactlyInstanceOf(IllegalArgumentException.class)
          .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(2_000).doesNotContain("\n"));
    }
  }
}
