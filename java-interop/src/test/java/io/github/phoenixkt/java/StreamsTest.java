package io.github.phoenixkt.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.phoenixkt.CallOptions;
import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.SortOrder;
import io.github.phoenixkt.annotations.AnnotationQuery;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.configs.FreeformAnnotationConfig;
import io.github.phoenixkt.configs.StoredAnnotationConfig;
import io.github.phoenixkt.projects.Project;
import io.github.phoenixkt.sessions.StoredSession;
import io.github.phoenixkt.testing.FakePhoenix;
import io.github.phoenixkt.testing.FakeSpan;
import io.github.phoenixkt.testing.Fault;
import io.github.phoenixkt.testing.PhoenixExtension;
import io.github.phoenixkt.testing.ReceivedRequest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Reads as streams: page by page, and no further than they are read. */
@ExtendWith(PhoenixExtension.class)
class StreamsTest {
  private static final int PAGE = 100;

  private static void createConfigs(PhoenixBlockingClient client, int count) {
    IntStream.range(0, count)
        .forEach(
            i ->
                client
                    .annotationConfigs()
                    .create(FreeformAnnotationConfig.builder("c" + i).build()));
  }

  @Test
  void aPageIsFetchedWhenTheOneBeforeHasBeenRead(FakePhoenix phoenix) {
    try (var client = Clients.blocking(phoenix.endpoint())) {
      createConfigs(client, 3 * PAGE + PAGE / 2);
      phoenix.clearRequests();
      Stream<StoredAnnotationConfig> configs = client.annotationConfigs().list();
      Iterator<StoredAnnotationConfig> items = configs.iterator();
      assertThat(phoenix.requests()).as("before the first").isEmpty();
      for (int read = 1; read <= 2 * PAGE + PAGE / 2; read++) {
        items.next();
        int pages = (read + PAGE - 1) / PAGE;
        // The page after the last item of a page is under way at once; no other is.
        int ahead = read % PAGE == 0 ? 1 : 0;
        assertThat(phoenix.requests().size()).as("after %d", read).isBetween(pages, pages + ahead);
      }
      configs.close();
      assertThatThrownBy(items::next).isInstanceOf(IllegalStateException.class);
      // All that was sent before is answered when a later call is.
      client.projects().get("default");
      assertThat(phoenix.requests()).hasSize(3 + 1);
    }
  }

  @Test
  void aStreamThatIsReadWholeHasAll(FakePhoenix phoenix) {
    try (var client = Clients.blocking(phoenix.endpoint())) {
      createConfigs(client, 2 * PAGE);
      try (var configs = client.annotationConfigs().list()) {
        assertThat(
                configs.map(StoredAnnotationConfig::getName).filter(name -> name.startsWith("c")))
            .hasSize(2 * PAGE)
            .doesNotHaveDuplicates();
      }
      assertThat(
              client.annotationConfigs().list().parallel().filter(c -> c.getName().startsWith("c")))
          .hasSize(2 * PAGE);
      assertThat(client.async().annotationConfigs().list().join().size())
          .isEqualTo((int) client.annotationConfigs().list().count());
    }
  }

  @Test
  void aStreamCutShortAsksForNoMore(FakePhoenix phoenix) {
    try (var client = Clients.blocking(phoenix.endpoint())) {
      createConfigs(client, 2 * PAGE);
      phoenix.clearRequests();
      try (var configs = client.annotationConfigs().list()) {
        assertThat(configs.limit(5)).hasSize(5);
      }
      client.projects().get("default");
      assertThat(phoenix.requests()).hasSize(1 + 1);
    }
  }

  @Test
  void pagesAreAsLargeAsTheOptionsSay(FakePhoenix phoenix) {
    try (var client = Clients.blocking(phoenix.endpoint())) {
      createConfigs(client, 4); // Phoenix has one of its own.
      var small = client.withOptions(CallOptions.builder().pageSize(2).build());
      assertThat(small.options().getPageSize()).isEqualTo(2);
      assertThat(small.async().options().getPageSize()).isEqualTo(2);
      assertThat(client.options().getPageSize()).isNull();
      phoenix.clearRequests();
      assertThat(small.annotationConfigs().list()).hasSize(5);
      assertThat(small.async().annotationConfigs().list().join()).hasSize(5);
      assertThat(limits(phoenix)).containsExactly("2", "2", "2", "2", "2", "2");
    }
  }

  @Test
  void aPageThatIsTooMuchIsAskedForInHalves(FakePhoenix phoenix) {
    try (var client = Clients.blocking(phoenix.endpoint())) {
      createConfigs(client, 39);
      phoenix.failNext(Fault.status(504).when(StreamsTest::asksForMany).times(100));
      phoenix.clearRequests();
      assertThat(client.annotationConfigs().list().map(StoredAnnotationConfig::getName))
          .hasSize(40)
          .doesNotHaveDuplicates();
      assertThat(limits(phoenix)).containsExactly("100", "50", "25", "25");
    }
  }

  private static boolean asksForMany(ReceivedRequest request) {
    return request.query("limit").stream().anyMatch(limit -> Integer.parseInt(limit) > 30);
  }

  private static List<String> limits(FakePhoenix phoenix) {
    return phoenix.requests().stream().flatMap(sent -> sent.query("limit").stream()).toList();
  }

  @Test
  void anEmptyListOfNamesIsNone(FakePhoenix phoenix) {
    phoenix.addSpan(FakeSpan.of("a1"));
    try (var client = Clients.blocking(phoenix.endpoint())) {
      client
          .spans()
          .addSpanAnnotationSync(SpanAnnotationData.builder("a1", "n").score(1.0).build());
      var any = AnnotationQuery.builder().ids(List.of("a1")).includeAnnotationNames(List.of());
      assertThat(client.spans().getSpanAnnotations(any.build())).hasSize(1);
      assertThat(client.async().spans().getSpanAnnotations(any.build()).join()).hasSize(1);
    }
  }

  @Test
  void aLimitIsATotal(FakePhoenix phoenix) {
    phoenix.addSpan(FakeSpan.of("a1"));
    try (var client = Clients.blocking(phoenix.endpoint())) {
      var annotations = new ArrayList<SpanAnnotationData>();
      for (int i = 0; i < 5; i++) {
        annotations.add(SpanAnnotationData.builder("a1", "n" + i).label("l").build());
      }
      client.spans().logSpanAnnotationsSync(annotations);
      var query = AnnotationQuery.builder().ids(List.of("a1")).build();
      assertThat(client.spans().getSpanAnnotations(query, 2)).hasSize(2);
      assertThat(client.async().spans().getSpanAnnotations(query, 2).join()).hasSize(2);
      phoenix.clearRequests();
      assertThat(client.spans().getSpanAnnotations(List.of())).isEmpty();
      assertThat(phoenix.requests()).isEmpty();
    }
  }

  @Test
  void aCursorThatComesTwiceIsAnError(FakePhoenix phoenix) {
    phoenix.failNext(
        Fault.status(200)
            .body("application/json", "{\"data\":[],\"next_cursor\":\"same\"}")
            .times(10));
    try (var client = Clients.blocking(phoenix.endpoint())) {
      assertThatThrownBy(() -> client.projects().list().toList())
          .isExactlyInstanceOf(PhoenixException.UnexpectedResponse.class)
          .hasMessageContaining("same cursor twice");
      assertThatThrownBy(() -> client.async().projects().list().join())
          .cause()
          .isExactlyInstanceOf(PhoenixException.UnexpectedResponse.class);
    }
  }

  @Test
  void anErrorOnALaterPageComesAfterWhatWasThereBefore(FakePhoenix phoenix) {
    try (var client = Clients.blocking(phoenix.endpoint())) {
      createConfigs(client, PAGE + 1);
      phoenix.failNext(
          Fault.status(403)
              .header("x-phoenix-server-version", "20.26.1")
              .when(request -> !request.query("cursor").isEmpty())
              .times(1));
      var read = new ArrayList<StoredAnnotationConfig>();
      try (var configs = client.annotationConfigs().list()) {
        assertThatThrownBy(() -> configs.forEach(read::add))
            .isExactlyInstanceOf(PhoenixException.Forbidden.class);
      }
      assertThat(read).hasSize(PAGE);
    }
  }

  @Test
  void aStreamGoesOnWhereItFailed(FakePhoenix phoenix) {
    int count = 2 * PAGE + PAGE / 2;
    IntStream.range(0, count)
        .forEach(i -> phoenix.addSpan(FakeSpan.of("a" + i).trace("b" + i).session("s" + i)));
    try (var client = Clients.blocking(phoenix.endpoint())) {
      phoenix.failNext(
          Fault.status(403)
              .header("x-phoenix-server-version", "20.26.1")
              .when(request -> !request.query("cursor").isEmpty())
              .times(1));
      var read = new ArrayList<StoredSession>();
      var failure =
          catchThrowableOfType(
              PhoenixException.class, () -> client.sessions().list().forEach(read::add));
      assertThat(failure.getReadProgress().getDelivered()).isEqualTo(PAGE).isEqualTo(read.size());
      String cursor = failure.getReadProgress().getNextCursor();
      client
          .sessions()
          .list(null, SortOrder.ASCENDING, null, Integer.MAX_VALUE, cursor)
          .forEach(read::add);
      assertThat(read)
          .extracting(StoredSession::getSessionId)
          .containsExactlyElementsOf(IntStream.range(0, count).mapToObj(i -> "s" + i).toList());
    }
  }

  @Test
  void aListThatFailsHasNoPartToGoOnFrom(FakePhoenix phoenix) {
    IntStream.range(0, 1_001)
        .forEach(i -> phoenix.addSpan(FakeSpan.of("a" + i).trace("b" + i).session("s")));
    try (var client = Clients.blocking(phoenix.endpoint())) {
      var async = client.async();
      List<Callable<?>> readers =
          List.of(
              () -> async.spans().getSpans().join(),
              () -> async.traces().getTraces().join(),
              () -> async.sessions().getSessionTurns("s").join(),
              () -> client.sessions().getSessionTurns("s"));
      for (Callable<?> reader : readers) {
        var asked = new AtomicInteger();
        phoenix.failNext(
            Fault.status(403)
                .header("x-phoenix-server-version", "20.26.1")
                .when(
                    request ->
                        request.path().contains("/projects/") && asked.incrementAndGet() == 2)
                .times(1));
        var failure = catchThrowable(reader::call);
        var cause = failure instanceof CompletionException ? failure.getCause() : failure;
        assertThat(cause)
            .isInstanceOfSatisfying(
                PhoenixException.Forbidden.class,
                e -> {
                  assertThat(e.getReadProgress()).isNull();
                  assertThat(e).hasMessageNotContainingAny("delivered", "cursor");
                });
      }
    }
  }

  @Test
  void closingAStreamHangsUp() throws Exception {
    try (var server = new SilentServer();
        var client = Clients.blocking(server.endpoint())) {
      Stream<Project> projects = client.projects().list();
      Iterator<Project> items = projects.iterator();
      var failure = new CompletableFuture<Throwable>();
      Thread reader =
          new Thread(
              () -> {
                try {
                  items.hasNext();
                } catch (RuntimeException e) {
                  failure.complete(e);
                }
              });
      reader.start();
      server.awaitRequest();
      projects.close();
      server.awaitHangUp();
      assertThat(failure.get(60, TimeUnit.SECONDS))
          .isExactlyInstanceOf(IllegalStateException.class)
          .hasMessage("The stream is closed.");
    }
  }
}
