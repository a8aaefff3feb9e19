package io.github.phoenixkt.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.PhoenixRuntime;
import io.github.phoenixkt.RetrySettings;
import io.github.phoenixkt.annotations.InvalidAnnotationsException;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.spans.SpanFilter;
import io.github.phoenixkt.support.ChildJvm;
import io.github.phoenixkt.testing.FakePhoenix;
import io.github.phoenixkt.testing.FakeSpan;
import io.github.phoenixkt.testing.FakeTargetKind;
import io.github.phoenixkt.testing.Fault;
import io.github.phoenixkt.testing.PhoenixExtension;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PhoenixExtension.class)
class ErrorsTest {
  private static SpanAnnotationData.Builder annotation() {
    return SpanAnnotationData.builder("no-such-span", "quality");
  }

  @Test
  void theBlockingFormThrowsTheErrorItself(FakePhoenix phoenix) {
    try (var client = Clients.blocking(phoenix.endpoint())) {
      assertThatThrownBy(() -> client.projects().get("none"))
          .isExactlyInstanceOf(PhoenixException.NotFound.class);
      assertThatThrownBy(
              () -> client.spans().addSpanAnnotationSync(annotation().label("l").build()))
          .isInstanceOfSatisfying(
              PhoenixException.NotFound.class,
              e -> assertThat(e.getMissingIds()).containsExactly("no-such-span"));
      assertThatThrownBy(() -> client.spans().addSpanAnnotation(annotation().build()))
          .isExactlyInstanceOf(InvalidAnnotationsException.class);
      assertThatThrownBy(() -> client.spans().logSpanAnnotations(List.of()))
          .isExactlyInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(
              () -> client.spans().logSpanAnnotationsSync(List.of(annotation().label("l").build())))
          .isInstanceOfSatisfying(
              PhoenixException.UploadException.class,
              e -> assertThat(e.getReport().remaining()).hasSize(1));
      phoenix.failNext(Fault.status(401).header("x-phoenix-server-version", "20.26.1"));
      assertThatThrownBy(() -> client.projects().get("none"))
          .isExactlyInstanceOf(PhoenixException.Unauthorized.class);
    }
  }

  /** Whatever the answer was, and in every form. */
  @Test
  void anErrorOfANoteNamesTheIdentifierThatStoresItOnce(FakePhoenix phoenix) {
    phoenix.addSpan(FakeSpan.of("00000000000000a1"));
    var faults =
        List.of(
            Fault.html(),
            Fault.truncatedJson(),
            Fault.cutBody(),
            Fault.reset(),
            Fault.reset().afterStoring(),
            Fault.status(401),
            Fault.status(503),
            Fault.status(507));
    var settings =
        Clients.settings(phoenix.endpoint())
            .retry(RetrySettings.builder().initialDelay(Duration.ofMillis(1)).build())
            .runtime(PhoenixRuntime.builder().newId(() -> "id-1").build())
            .build();
    try (var client = PhoenixBlockingClient.create(settings)) {
      for (var fault : faults) {
        phoenix.failNext(fault.on("POST", "/span_notes").times(4));
        var ofBlocking =
            catchThrowableOfType(
                PhoenixException.class,
                () -> client.spans().addSpanNote("00000000000000a1", "seen"));
        phoenix.clearFaults();
        phoenix.failNext(fault.on("POST", "/span_notes").times(4));
        var ofAsync =
            client
                .async()
                .spans()
                .addSpanNote("00000000000000a1", "seen")
                .handle((note, failure) -> failure)
                .join();
        phoenix.clearFaults();
        for (var error : List.of(ofBlocking, ofAsync)) {
          assertThat(error)
              .as("%s", fault)
              .hasMessageContaining("px-span-note:id-1")
              .isInstanceOfSatisfying(
                  PhoenixException.class,
                  e -> assertThat(e.getNoteIdentifier()).isEqualTo("px-span-note:id-1"));
        }
        var note =
            client.spans().addSpanNote("00000000000000a1", "seen", ofBlocking.getNoteIdentifier());
        assertThat(note.getIdentifier()).isEqualTo("px-span-note:id-1");
      }
      assertThat(phoenix.annotations(FakeTargetKind.SPAN)).hasSize(1);
    }
  }

  @Test
  void aFutureHasTheErrorAsItsCause(FakePhoenix phoenix) {
    try (var client = Clients.async(phoenix.endpoint())) {
      var unknown = client.projects().get("none");
      assertThatThrownBy(unknown::join)
          .isExactlyInstanceOf(CompletionException.class)
          .cause()
          .isExactlyInstanceOf(PhoenixException.NotFound.class);
      assertThatThrownBy(unknown::get)
          .isExactlyInstanceOf(ExecutionException.class)
          .cause()
          .isExactlyInstanceOf(PhoenixException.NotFound.class);
      assertThat(unknown.handle((project, failure) -> failure).join())
          .isExactlyInstanceOf(PhoenixException.NotFound.class);
      assertThatThrownBy(() -> client.spans().addSpanAnnotation(annotation().build()).join())
          .cause()
          .isExactlyInstanceOf(InvalidAnnotationsException.class);
      assertThatThrownBy(
              () -> client.spans().getSpansPage(SpanFilter.builder().build(), null, null, 0).join())
          .cause()
          .isExactlyInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void theStackTraceLeadsToTheLineOfTheCaller(FakePhoenix phoenix) {
    try (var client = Clients.blocking(phoenix.endpoint())) {
      int[] line = new int[1];
      Throwable failure =
          catchThrowable(
              () -> {
                line[0] = lineOfCaller();
                client.projects().get("none");
              });
      assertThat(failure.getStackTrace())
          .anyMatch(
              frame ->
                  frame.getClassName().equals(ErrorsTest.class.getName())
                      && frame.getLineNumber() == line[0] + 1);
      Throwable ofStream =
          catchThrowable(
              () -> {
                try (var configs = client.annotationConfigs().list("none")) {
                  line[0] = lineOfCaller();
                  configs.toList();
                }
              });
      assertThat(ofStream.getStackTrace())
          .anyMatch(
              frame ->
                  frame.getClassName().equals(ErrorsTest.class.getName())
                      && frame.getLineNumber() == line[0] + 1);
    }
  }

  private static int lineOfCaller() {
    return new Throwable().getStackTrace()[1].getLineNumber();
  }

  /** Where neither assertions nor Kotlin's own recovery of stack traces help. */
  @Test
  void theStackTraceLeadsToTheCallerWithoutAssertions(FakePhoenix phoenix) throws Exception {
    var program =
        ChildJvm.run(
            FailingCall.class.getName(),
            List.of("-da", "-Dkotlinx.coroutines.stacktrace.recovery=off"),
            phoenix.endpoint().toString());
    assertThat(program.exitCode()).as(program.output()).isZero();
    assertThat(program.output())
        .contains("PhoenixException$NotFound")
        .containsPattern("at .*FailingCall\\.theLineThatCalls\\(FailingCall\\.java:\\d+\\)")
        .containsPattern("at .*FailingCall\\.main\\(FailingCall\\.java:\\d+\\)");
  }

  @Test
  void anErrorThatIsThrownTwiceHasTheTraceOfOneCaller() {
    var shared = new IllegalStateException("shared");
    int[] lengths = new int[2];
    for (int i = 0; i < lengths.length; i++) {
      assertThatThrownBy(() -> Waiting.await(() -> CompletableFuture.failedFuture(shared)))
          .isSameAs(shared);
      lengths[i] = shared.getStackTrace().length;
    }
    assertThat(lengths[1]).isEqualTo(lengths[0]);
    assertThat(Arrays.stream(shared.getStackTrace()))
        .filteredOn(frame -> frame.getMethodName().equals("called from"))
        .hasSize(1);
  }

  @Test
  void errorsOfTheMachineAreNotWrapped() {
    var error = new OutOfMemoryError("test");
    assertThatThrownBy(() -> Waiting.await(() -> CompletableFuture.failedFuture(error)))
        .isSameAs(error);
    assertThatThrownBy(
            () -> Waiting.await(() -> CompletableFuture.failedFuture(new Exception("c"))))
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasRootCauseMessage("c");
  }
}
