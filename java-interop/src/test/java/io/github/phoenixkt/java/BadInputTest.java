package io.github.phoenixkt.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.phoenixkt.CallOptions;
import io.github.phoenixkt.PhoenixClient;
import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.SortOrder;
import io.github.phoenixkt.annotations.AnnotationData;
import io.github.phoenixkt.annotations.AnnotatorKind;
import io.github.phoenixkt.annotations.DeleteRange;
import io.github.phoenixkt.annotations.InvalidAnnotationsException;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.queue.AnnotationQueueOptions;
import io.github.phoenixkt.queue.NoteData;
import io.github.phoenixkt.spans.SpanFilter;
import io.github.phoenixkt.spans.SpanQuery;
import io.github.phoenixkt.testing.FakePhoenix;
import io.github.phoenixkt.testing.FakeSpan;
import io.github.phoenixkt.upload.Delivery;
import io.github.phoenixkt.upload.UploadOptions;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BadInputTest {
  /** One for all: most tests send nothing. */
  private static final FakePhoenix PHOENIX = FakePhoenix.start();

  private static final PhoenixAsyncClient CLIENT = Clients.async(PHOENIX.endpoint());

  private static final AsyncAnnotationQueue QUEUE =
      CLIENT.annotationQueue(AnnotationQueueOptions.builder().build());

  private static final BlockingAnnotationQueue BLOCKING_QUEUE =
      CLIENT.blocking().annotationQueue(AnnotationQueueOptions.builder().build());

  @BeforeAll
  static void addSpan() {
    PHOENIX.addSpan(FakeSpan.of("a1"));
  }

  @BeforeEach
  void forgetRequests() {
    PHOENIX.clearRequests();
  }

  @AfterAll
  static void close() {
    CLIENT.close();
    PHOENIX.close();
  }

  private static final List<Class<?>> TYPES =
      List.of(
          PhoenixAsyncClient.class,
          PhoenixBlockingClient.class,
          AsyncAnnotationsResource.class,
          BlockingAnnotationsResource.class,
          AsyncSpansResource.class,
          BlockingSpansResource.class,
          AsyncTracesResource.class,
          BlockingTracesResource.class,
          AsyncSessionsResource.class,
          BlockingSessionsResource.class,
          AsyncAnnotationConfigsResource.class,
          BlockingAnnotationConfigsResource.class,
          AsyncProjectsResource.class,
          BlockingProjectsResource.class,
          AsyncAnnotationQueue.class,
          BlockingAnnotationQueue.class,
          DeleteFilter.class);

  /** One parameter that may not be null. */
  record Required(Class<?> owner, Method method, Parameter parameter) {
    @Override
    public String toString() {
      return owner.getSimpleName()
          + "."
          + method.getName()
          + Arrays.toString(
              Arrays.stream(method.getParameterTypes()).map(Class::getSimpleName).toArray())
          + " "
          + parameter.getName();
    }
  }

  static Stream<Required> required() {
    return TYPES.stream()
        .flatMap(
            type ->
                Arrays.stream(type.getMethods()).map(method -> new Required(type, method, null)))
        .filter(r -> r.method().getDeclaringClass() != Object.class && !r.method().isBridge())
        .flatMap(
            r ->
                Arrays.stream(r.method().getParameters())
                    .filter(parameter -> !parameter.getType().isPrimitive())
                    .filter(
                        parameter ->
                            !parameter.getAnnotatedType().isAnnotationPresent(Nullable.class))
                    .map(parameter -> new Required(r.owner(), r.method(), parameter)));
  }

  @Test
  void manyParametersAreTried() {
    assertThat(required().count()).isGreaterThan(330);
  }

  @ParameterizedTest
  @MethodSource("required")
  void nullIsNamedAtOnceAndNothingIsSent(Required required) throws Exception {
    Object target = target(CLIENT, required);
    List<@Nullable Object> arguments = new ArrayList<>();
    for (Parameter parameter : required.method().getParameters()) {
      arguments.add(
          parameter.equals(required.parameter()) ? null : argument(required.method(), parameter));
    }
    assertThatThrownBy(() -> invoke(required.method(), target, arguments))
        .isExactlyInstanceOf(NullPointerException.class)
        .hasMessage(required.parameter().getName());
    assertThat(PHOENIX.requests()).isEmpty();
  }

  private static @Nullable Object target(PhoenixAsyncClient client, Required required)
      throws ReflectiveOperationException {
    if (Modifier.isStatic(required.method().getModifiers())) {
      return null;
    }
    if (required.owner() == DeleteFilter.class) {
      return DeleteFilter.byName("n");
    }
    if (required.owner() == AsyncAnnotationQueue.class) {
      return QUEUE;
    }
    if (required.owner() == BlockingAnnotationQueue.class) {
      return BLOCKING_QUEUE;
    }
    boolean blocking = required.owner().getSimpleName().contains("Blocking");
    return Samples.owner(blocking ? client.blocking() : client, required.owner());
  }

  private static void invoke(
      Method method, @Nullable Object target, List<@Nullable Object> arguments) throws Throwable {
    try {
      method.invoke(target, arguments.toArray());
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static Object argument(Method method, Parameter parameter) {
    Class<?> type = parameter.getType();
    if (type == String.class) {
      return "text";
    }
    if (type == int.class) {
      return 1;
    }
    if (type == Stream.class) {
      return Stream.of();
    }
    if (type == Function.class) {
      return Function.identity();
    }
    if (type == DeleteFilter.class) {
      return DeleteFilter.byName("n");
    }
    return Samples.value(method.getName(), parameter.getName(), type);
  }

  @Test
  void nullsInCollectionsAreNamed() {
    try (var client = Clients.blocking(PHOENIX.endpoint())) {
      var annotation = SpanAnnotationData.builder("s", "n").label("l").build();
      var annotations = Arrays.asList(annotation, null);
      assertThatThrownBy(() -> client.spans().logSpanAnnotations(annotations))
          .isExactlyInstanceOf(NullPointerException.class)
          .hasMessage("annotations[1]");
      assertThatThrownBy(() -> client.annotations().upload(annotations))
          .isExactlyInstanceOf(NullPointerException.class)
          .hasMessage("rows[1]");
      assertThatThrownBy(() -> client.spans().getSpanAnnotations(Arrays.asList("a", null)))
          .isExactlyInstanceOf(NullPointerException.class)
          .hasMessage("spanIds[1]");
      assertThatThrownBy(() -> client.traces().transfer(Arrays.asList("a", null), "p"))
          .isExactlyInstanceOf(NullPointerException.class)
          .hasMessage("traceIds[1]");
      assertThatThrownBy(() -> client.sessions().bulkDelete(Arrays.asList("a", null)))
          .isExactlyInstanceOf(NullPointerException.class)
          .hasMessage("sessionIds[1]");
      assertThat(PHOENIX.requests()).isEmpty();
    }
  }

  @Test
  void blankTextsAreCoresErrors() {
    try (var client = Clients.blocking(PHOENIX.endpoint())) {
      var blank = SpanAnnotationData.builder(" ", "n").label("l").build();
      assertThatThrownBy(() -> client.spans().addSpanAnnotation(blank))
          .isInstanceOf(InvalidAnnotationsException.class)
          .hasMessageContaining("span_id is blank");
      assertThatThrownBy(() -> client.spans().addSpanNote(" ", "note"))
          .isInstanceOf(InvalidAnnotationsException.class);
      assertThatThrownBy(
              () ->
                  client
                      .spans()
                      .deleteSpanAnnotations("p", DeleteRange.all(), DeleteFilter.byName(" ")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("name is blank");
      assertThatThrownBy(() -> client.projects().create(" "))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> client.spans().getSpans(SpanFilter.builder().build(), 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("limit");
      assertThatThrownBy(() -> client.spans().delete(" "))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("spanId");
      assertThatThrownBy(() -> client.traces().transfer(List.of("a"), " "))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("destinationProject");
      assertThat(PHOENIX.requests()).isEmpty();
    }
  }

  @Test
  void oneAnnotationHasNoNumber() {
    var empty = SpanAnnotationData.builder("67f6740bbe1ddc3f", "n").build();
    var note = NoteData.ofSpan("67f6740bbe1ddc3f", " ");
    List<ThrowingCallable> calls =
        List.of(
            () -> CLIENT.blocking().spans().addSpanAnnotation(empty),
            () -> CLIENT.blocking().spans().addSpanAnnotationSync(empty),
            () -> CLIENT.spans().addSpanAnnotation(empty).join(),
            () -> CLIENT.spans().addSpanAnnotationSync(empty).join(),
            () -> CLIENT.blocking().spans().addSpanNote("67f6740bbe1ddc3f", " "),
            () -> QUEUE.offer(empty),
            () -> QUEUE.offer(note),
            () -> QUEUE.send(empty).join(),
            () -> BLOCKING_QUEUE.offer(empty),
            () -> BLOCKING_QUEUE.send(note));
    for (ThrowingCallable call : calls) {
      Throwable thrown = catchThrowable(call);
      Throwable error = thrown instanceof CompletionException ? thrown.getCause() : thrown;
      assertThat(error)
          .isInstanceOf(InvalidAnnotationsException.class)
          .hasMessageContaining("cannot be sent.\n  67f6740bbe1ddc3f: ")
          .hasMessageNotContaining("row");
    }
    assertThat(PHOENIX.requests()).isEmpty();
  }

  @Test
  void argumentsThatContradictEachOtherAreCoresErrors() {
    try (var client = Clients.blocking(PHOENIX.endpoint())) {
      var noon = Instant.parse("2026-01-05T12:00:00Z");
      var query = new SpanQuery();
      assertThatThrownBy(
              () -> client.spans().querySpans(query, noon, noon.minusSeconds(1), null, 1, null))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("ends (2026-01-05T11:59:59Z) before it starts");
      assertThatThrownBy(() -> client.spans().querySpansPage(query, null, null, null, null, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("limit must be from 2");
      assertThatThrownBy(() -> client.spans().querySpansPage(query, null, null, null, "x", 9))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("cursor \"x\"");
      assertThatThrownBy(
              () -> client.sessions().listPage(null, SortOrder.ASCENDING, null, null, 1_001))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("limit");
      assertThatThrownBy(() -> client.traces().transfer(List.of(), "p"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("list is empty");
      assertThatThrownBy(() -> client.sessions().bulkDelete(List.of()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("list is empty");
      assertThat(PHOENIX.requests()).isEmpty();
    }
  }

  @Test
  void blankNamesAndIdsAreNamed() {
    try (var client = Clients.blocking(PHOENIX.endpoint())) {
      Map<String, List<Runnable>> calls =
          Map.of(
              "project",
              List.of(
                  () -> client.projects().get(" "),
                  () -> client.projects().delete(" "),
                  () -> client.spans().getSpans(SpanFilter.builder().build(), " ").count(),
                  () -> client.annotationConfigs().list(" ").count(),
                  () -> client.spans().deleteSpanAnnotations(" ", DeleteRange.all())),
              "config",
              List.of(
                  () -> client.annotationConfigs().get(" "),
                  () -> client.annotationConfigs().delete(" "),
                  () -> client.annotationConfigs().unassign("p", " ")),
              "spanId",
              List.of(() -> client.spans().delete(" ")),
              "One of the trace ids",
              List.of(() -> SpanFilter.builder().traceIds(Arrays.asList((String) null)).build()));
      calls.forEach(
          (name, blank) ->
              blank.forEach(
                  call ->
                      assertThatThrownBy(call::run)
                          .isExactlyInstanceOf(IllegalArgumentException.class)
                          .hasMessageStartingWith(name + " is blank")));
      assertThat(PHOENIX.requests()).isEmpty();
    }
  }

  @Test
  void theFilterOfADeleteHasAText() {
    assertThat(DeleteFilter.byIdentifier("i").name("n").annotatorKind(AnnotatorKind.LLM))
        .hasToString("DeleteFilter(name=n, identifier=i, annotatorKind=LLM)");
    assertThat(DeleteFilter.byAnnotatorKind(AnnotatorKind.CODE).identifier("j"))
        .hasToString("DeleteFilter(name=null, identifier=j, annotatorKind=CODE)");
  }

  // The mapper

  private static final Function<Integer, AnnotationData> ROWS =
      i -> SpanAnnotationData.builder("a1", "n").score((double) i).identifier("i" + i).build();

  private static List<Integer> items(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  private static AnnotationData failingAt(int bad, int i) {
    if (i == bad) {
      throw new IllegalStateException("no row for this one");
    }
    return ROWS.apply(i);
  }

  @Test
  void aMapperThatFailsSendsNothingOfACollection() {
    try (var client = Clients.blocking(PHOENIX.endpoint())) {
      assertThatThrownBy(() -> client.annotations().upload(items(200), i -> failingAt(150, i)))
          .isExactlyInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("mapper", "item 150", "no row for this one");
      assertThatThrownBy(() -> client.annotations().upload(items(200), i -> null))
          .isExactlyInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("mapper", "item 0", "null");
      CompletableFuture<?> future =
          client.async().annotations().upload(items(200), i -> failingAt(150, i));
      assertThatThrownBy(future::join)
          .isInstanceOf(CompletionException.class)
          .hasMessageContainingAll("mapper", "item 150");
      assertThat(PHOENIX.requests()).isEmpty();
    }
  }

  private static UploadOptions smallWindows() {
    return UploadOptions.builder()
        .delivery(Delivery.CONFIRMED)
        .chunkSize(10)
        .queueWindow(10)
        .build();
  }

  @Test
  void aMapperThatFailsEndsAStreamWithASummary() {
    try (var client = Clients.blocking(PHOENIX.endpoint())) {
      var closed = new AtomicBoolean();
      var rows = items(40).stream().onClose(() -> closed.set(true));
      var summary = client.annotations().uploadStream(rows, i -> failingAt(25, i), smallWindows());
      assertThat(summary.getRows()).isEqualTo(25);
      assertThat(summary.getCounts()).containsEntry("Stored", 25L);
      assertThat(summary.getStoppedBy())
          .isExactlyInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("mapper", "item 25");
      assertThat(closed).isTrue();
    }
  }

  @Test
  void aNullInAStreamIsNamed() {
    try (var client = Clients.blocking(PHOENIX.endpoint())) {
      var summary =
          client.annotations().uploadStream(Stream.of(ROWS.apply(0), null), smallWindows());
      assertThat(summary.getRows()).isEqualTo(1);
      assertThat(summary.getStoppedBy())
          .isExactlyInstanceOf(NullPointerException.class)
          .hasMessage("rows[1]");
    }
  }

  @Test
  void aStreamThatFailsEndsWithASummary() throws Exception {
    try (var client = Clients.async(PHOENIX.endpoint())) {
      var closed = new CompletableFuture<Void>();
      Stream<AnnotationData> rows =
          items(40).stream().map(i -> failingAt(25, i)).onClose(() -> closed.complete(null));
      var summary = client.annotations().uploadStream(rows, smallWindows()).join();
      assertThat(summary.getRows()).isEqualTo(25);
      assertThat(summary.getStoppedBy()).hasMessage("no row for this one");
      closed.get(60, TimeUnit.SECONDS);
    }
  }

  @Test
  void aListenerThatThrowsCostsNoRow() {
    try (var client = Clients.blocking(PHOENIX.endpoint())) {
      var summary =
          client
              .annotations()
              .uploadStream(
                  items(25).stream(),
                  ROWS,
                  smallWindows(),
                  (row, outcome) -> {
                    throw new IllegalStateException("outcome");
                  });
      assertThat(summary.getCounts()).containsEntry("Stored", 25L);
      var options =
          smallWindows().toBuilder()
              .progress(
                  progress -> {
                    throw new IllegalStateException("progress");
                  })
              .build();
      assertThat(client.annotations().upload(items(25), ROWS, options).getComplete()).isTrue();
    }
  }

  // Executors

  private static final Executor FULL =
      new Executor() {
        @Override
        public void execute(Runnable task) {
          throw new RejectedExecutionException("full");
        }

        @Override
        public String toString() {
          return "feedback-pool";
        }
      };

  @Test
  void anExecutorThatRejectsFailsTheFutureWithWhatTheCallDid() {
    try (var client = Clients.async(PHOENIX.endpoint()).withExecutor(FULL)) {
      var stored =
          client
              .spans()
              .addSpanAnnotationSync(SpanAnnotationData.builder("a1", "n").label("l").build());
      Throwable failure = catchThrowable(() -> stored.get(60, TimeUnit.SECONDS)).getCause();
      assertThat(failure)
          .isExactlyInstanceOf(RejectedExecutionException.class)
          .hasMessageContainingAll("feedback-pool", "succeeded", "InsertedAnnotation")
          .hasRootCauseMessage("full");
      Throwable second =
          catchThrowable(() -> client.projects().get("none").get(60, TimeUnit.SECONDS)).getCause();
      assertThat(second).isExactlyInstanceOf(RejectedExecutionException.class);
      assertThat(second.getSuppressed())
          .singleElement()
          .isInstanceOf(PhoenixException.NotFound.class);
      // Whose executor is full can still wait.
      assertThat(client.blocking().projects().get("default").getName()).isEqualTo("default");
    }
  }

  // Closed clients

  @Test
  void aClosedClientSaysSo() {
    var client = Clients.blocking(PHOENIX.endpoint());
    client.close();
    assertThatThrownBy(() -> client.projects().get("p"))
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThatThrownBy(() -> client.projects().list().toList())
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessage("The Phoenix client is closed.");
    assertThatThrownBy(() -> client.async().projects().get("p").join())
        .cause()
        .isExactlyInstanceOf(IllegalStateException.class);
    var report = client.annotations().upload(items(1), ROWS);
    assertThat(report.getComplete()).isFalse();
    assertThat(report.getStoppedBy()).isExactlyInstanceOf(IllegalStateException.class);
    assertThat(PHOENIX.requests()).isEmpty();
  }

  @Test
  void sharedClientsAreClosedByWhoMadeThem() {
    try (var core = PhoenixClient.create(Clients.settings(PHOENIX.endpoint()).build())) {
      PhoenixBlockingClient.of(core).close();
      var shared = PhoenixAsyncClient.of(core);
      shared.withOptions(CallOptions.builder().build()).withExecutor(Runnable::run).close();
      shared.blocking().close();
      assertThat(shared.projects().get("default").join().getName()).isEqualTo("default");
    }
    var client = Clients.async(PHOENIX.endpoint());
    client.blocking().withOptions(CallOptions.builder().header("x-a", "1").build()).close();
    assertThatThrownBy(() -> client.projects().get("default").join())
        .hasCauseExactlyInstanceOf(IllegalStateException.class);
  }

  @Test
  void noClassIsForgotten() {
    assertThat(Published.classes())
        .filteredOn(type -> Modifier.isPublic(type.getModifiers()))
        // The resources have their methods.
        .filteredOn(type -> !type.getSimpleName().endsWith("Writer"))
        .filteredOn(type -> !List.of(AsyncUpload.class, BlockingUpload.class).contains(type))
        .containsExactlyInAnyOrderElementsOf((Collection<Class<?>>) TYPES);
  }
}
