package io.github.phoenixkt.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.phoenixkt.PhoenixEnvironment;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.java.AsyncAnnotationQueue;
import io.github.phoenixkt.java.BlockingAnnotationQueue;
import io.github.phoenixkt.java.PhoenixAsyncClient;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.queue.AnnotationQueue;
import io.github.phoenixkt.testing.FakePhoenix;
import io.github.phoenixkt.testing.FakeSpan;
import io.github.phoenixkt.testing.FakeTargetKind;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What only Java can do wrong, or sees. */
@SuppressWarnings("try") // A scope is not used but closed.
class SpanFeedbackTest {
  private final Sdk sdk = new Sdk();
  private final FakePhoenix server = FakePhoenix.start();
  private PhoenixAsyncClient async;
  private PhoenixBlockingClient blocking;

  @BeforeEach
  void connect() {
    async =
        PhoenixAsyncClient.create(
            PhoenixSettings.builder()
                .environment(PhoenixEnvironment.empty())
                .endpoint(server.endpoint().toString())
                .build());
    blocking = async.blocking();
  }

  @AfterEach
  void close() {
    async.close();
    server.close();
    sdk.close();
  }

  @Test
  void feedbackReadsWellInJava() {
    Span span = sdk.span("answer");
    server.addSpan(FakeSpan.of(span.getSpanContext().getSpanId()));
    try (Scope scope = span.makeCurrent()) {
      SpanFeedback.of(async)
          .annotateCurrentSync("tone", it -> it.label("kind").score(1).identifier("futures"))
          .join();
      BlockingSpanFeedback.of(blocking)
          .annotateCurrentSync("tone", it -> it.label("kind").score(1).identifier("blocking"));
    }
    assertThat(server.annotations(FakeTargetKind.SPAN))
        .extracting(row -> row.identifier() + " " + row.label() + " " + row.score())
        .containsExactly("futures kind 1.0", "blocking kind 1.0");
  }

  @Test
  void errorsOfFuturesComeWithTheFuture() {
    CompletableFuture<?> future = SpanFeedback.of(async).annotateCurrent("tone", it -> {});
    assertThat(future.isCompletedExceptionally()).isTrue();
    assertThat(future.handle((value, failure) -> failure).join())
        .isExactlyInstanceOf(IllegalStateException.class);
  }

  @Test
  void eachNullArgumentIsNamedAtOnce() {
    Map<Class<?>, Object> arguments =
        Map.of(
            SpanCapture.class,
            SpanCapture.start(),
            Predicate.class,
            (Predicate<CapturedSpan>) span -> true,
            String.class,
            "tone",
            Consumer.class,
            (Consumer<SpanAnnotationData.Builder>) it -> {},
            Duration.class,
            Duration.ZERO);
    ((SpanCapture) arguments.get(SpanCapture.class)).close();
    Map<Class<?>, String> names =
        Map.of(
            SpanCapture.class, "capture",
            Predicate.class, "condition",
            String.class, "annotationName",
            Consumer.class, "annotation",
            Duration.class, "awaitTarget");
    List<String> tried = new ArrayList<>();
    for (Object feedback : List.of(SpanFeedback.of(async), BlockingSpanFeedback.of(blocking))) {
      for (Method method : feedback.getClass().getDeclaredMethods()) {
        if (!method.getName().matches("annotate.*|withAwaitTarget") || method.isSynthetic()) {
          continue;
        }
        Class<?>[] types = method.getParameterTypes();
        for (int missing = 0; missing < types.length; missing++) {
          Object[] given = Arrays.stream(types).map(arguments::get).toArray();
          given[missing] = null;
          assertThatNullPointerException()
              .as(method.toString())
              .isThrownBy(() -> call(method, feedback, given))
              .withMessage(names.get(types[missing]));
          tried.add(method.getName());
        }
      }
    }
    assertThat(tried).hasSize(2 * (2 * (2 + 3 + 3 + 4) + 1));
    assertThatNullPointerException()
        .isThrownBy(() -> SpanFeedback.of((PhoenixAsyncClient) null))
        .withMessage("client");
    assertThatNullPointerException()
        .isThrownBy(() -> BlockingSpanFeedback.of((PhoenixBlockingClient) null))
        .withMessage("client");
    assertThatNullPointerException()
        .isThrownBy(() -> SpanFeedback.of((AsyncAnnotationQueue) null))
        .withMessage("queue");
    assertThatNullPointerException()
        .isThrownBy(() -> SpanFeedback.of((AnnotationQueue) null))
        .withMessage("queue");
    assertThatNullPointerException()
        .isThrownBy(() -> BlockingSpanFeedback.of((BlockingAnnotationQueue) null))
        .withMessage("queue");
  }

  private static void call(Method method, Object target, Object[] arguments) throws Throwable {
    try {
      method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  @Test
  void patienceHasLimits() {
    for (Duration wrong : List.of(Duration.ofMillis(-1), Duration.ofMinutes(11))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> SpanFeedback.of(async).withAwaitTarget(wrong))
          .withMessageContaining("awaitTarget must be from 0 to 10 minutes");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> BlockingSpanFeedback.of(blocking).withAwaitTarget(wrong))
          .withMessageContaining("awaitTarget must be from 0 to 10 minutes");
    }
  }
}
