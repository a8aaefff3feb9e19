// What docs/getting-started.md shows, between the marks; a test compares the two and runs this.
// begin java
package io.github.phoenixkt.samples.guides;

import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.annotations.StoredAnnotation;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import java.util.List;
import java.util.stream.Stream;

final class GettingStarted {
  private GettingStarted() {}

  static void annotate(String spanId) {
    // In a service, create one client and share it.
    try (var phoenix = PhoenixBlockingClient.fromEnvironment()) {
      var annotation =
          SpanAnnotationData.builder(spanId, "correctness").label("correct").score(0.85).build();
      phoenix.spans().addSpanAnnotationSync(annotation);
      try (Stream<StoredAnnotation> stored = phoenix.spans().getSpanAnnotations(List.of(spanId))) {
        stored.forEach(System.out::println);
      }
    }
  }
}
// end java
