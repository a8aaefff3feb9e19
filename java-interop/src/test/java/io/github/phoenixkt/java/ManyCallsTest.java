package io.github.phoenixkt.java;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.testing.FakePhoenix;
import io.github.phoenixkt.testing.FakeSpan;
import io.github.phoenixkt.testing.FakeTargetKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ManyCallsTest {
  private static final int CALLS = 500;

  /** Virtual threads where the JDK has them. */
  static Stream<Arguments> executors() throws ReflectiveOperationException {
    Stream.Builder<Arguments> executors = Stream.builder();
    executors.add(Arguments.of("cached pool", Executors.newCachedThreadPool()));
    if (Runtime.version().feature() >= 21) {
      var perTask =
          Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(/* obj= */ null);
      executors.add(Arguments.of("virtual threads", perTask));
    }
    return executors.build();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("executors")
  void blockingCallsRunSideBySide(String name, ExecutorService executor) throws Exception {
    try (FakePhoenix phoenix = FakePhoenix.start();
        var client = Clients.blocking(phoenix.endpoint())) {
      phoenix.addSpan(FakeSpan.of("a1"));
      List<Future<String>> ids = new ArrayList<>();
      for (int i = 0; i < CALLS; i++) {
        var annotation =
            SpanAnnotationData.builder("a1", "many").score((double) i).identifier("i" + i).build();
        ids.add(executor.submit(() -> client.spans().addSpanAnnotationSync(annotation).getId()));
      }
      var distinct = new HashSet<String>();
      for (Future<String> id : ids) {
        distinct.add(id.get(120, TimeUnit.SECONDS));
      }
      assertThat(distinct).hasSize(CALLS);
      assertThat(phoenix.annotations(FakeTargetKind.SPAN)).hasSize(CALLS);
    } finally {
      executor.shutdownNow();
    }
  }
}
