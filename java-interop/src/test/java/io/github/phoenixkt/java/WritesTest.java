package io.github.phoenixkt.java;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.phoenixkt.annotations.AnnotationData;
import io.github.phoenixkt.annotations.AnnotationQuery;
import io.github.phoenixkt.annotations.AnnotationRows;
import io.github.phoenixkt.annotations.AnnotatorKind;
import io.github.phoenixkt.annotations.DeleteRange;
import io.github.phoenixkt.annotations.InsertedAnnotation;
import io.github.phoenixkt.annotations.InsertedNote;
import io.github.phoenixkt.annotations.SessionAnnotationData;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.annotations.SpanDocumentAnnotationData;
import io.github.phoenixkt.annotations.StoredAnnotation;
import io.github.phoenixkt.annotations.TraceAnnotationData;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/** Every way to write an annotation, in both forms, read back where Phoenix can read it. */
class WritesTest {
  private static final Map<String, Object> METADATA = Map.of("model", "m", "tokens", List.of(1, 2));

  private static <A extends AnnotationData> void check(
      Server server,
      WriteCalls<A> calls,
      BiFunction<String, Double, A> make,
      BiFunction<AnnotationQuery, String, List<StoredAnnotation>> read) {
    String prefix = Clients.unique("w") + "-";
    A first = make.apply(prefix + "addSync", 0.5);
    String id = calls.addSync(first).getId();
    assertThat(id).isNotBlank();
    // A row of the same key is the same row.
    assertThat(calls.logSync(List.of(first, make.apply(prefix + "logSync", 2.0))))
        .hasSize(2)
        .first()
        .extracting(InsertedAnnotation::getId)
        .isEqualTo(id);
    assertThat(calls.logRowsSync(AnnotationRows.of(List.of(make.apply(prefix + "rowsSync", 3.0)))))
        .hasSize(1);
    calls.add(make.apply(prefix + "add", 4.0));
    calls.log(List.of(make.apply(prefix + "log", 5.0)));
    calls.logRows(AnnotationRows.of(List.of(make.apply(prefix + "rows", 6.0))));
    if (first instanceof SpanDocumentAnnotationData) {
      return;
    }
    var query = AnnotationQuery.builder().ids(List.of(first.getTargetId())).build();
    server.await(
        "the queued annotations",
        () ->
            read.apply(query, prefix).stream()
                .map(StoredAnnotation::getScore)
                .toList()
                .containsAll(List.of(0.5, 2.0, 3.0, 4.0, 5.0, 6.0)));
    StoredAnnotation stored =
        read.apply(query, prefix).stream()
            .filter(row -> row.getName().equals(first.getName()))
            .findFirst()
            .orElseThrow();
    assertThat(stored.getId()).isEqualTo(id);
    assertThat(stored.getLabel()).isEqualTo("label");
    assertThat(stored.getExplanation()).isEqualTo("why");
    assertThat(stored.getAnnotatorKind()).isEqualTo(AnnotatorKind.LLM);
    assertThat(stored.getIdentifier()).isEqualTo("run-1");
    assertThat(stored.getMetadata())
        .containsOnlyKeys("model", "tokens")
        .containsEntry("model", "m");
    assertThat(stored.getMetadata().get("tokens")).hasToString("[1, 2]");
  }

  private static <B extends AnnotationData.IdentifiedBuilder<B>> B filled(B builder, double score) {
    Map<String, ?> metadata = METADATA;
    return builder
        .annotatorKind(AnnotatorKind.LLM)
        .label("label")
        .score(score)
        .explanation("why")
        .metadata(metadata)
        .metadata(METADATA)
        .identifier("run-1");
  }

  private static List<StoredAnnotation> named(Stream<StoredAnnotation> stored, String prefix) {
    try (stored) {
      return stored.filter(row -> row.getName().startsWith(prefix)).toList();
    }
  }

  @ServerTest
  void ofSpans(Server server) {
    BiFunction<String, Double, SpanAnnotationData> make =
        (name, score) -> filled(SpanAnnotationData.builder(server.span, name), score).build();
    for (BlockingSpanAnnotationWriter writer :
        List.of(server.blocking.spans(), server.blocking.annotations())) {
      check(
          server,
          WriteCalls.blockingSpans(writer),
          make,
          (q, p) -> named(server.blocking.spans().getSpanAnnotations(q), p));
    }
    for (AsyncSpanAnnotationWriter writer :
        List.of(server.async.spans(), server.async.annotations())) {
      check(
          server,
          WriteCalls.asyncSpans(writer),
          make,
          (q, p) -> named(server.async.spans().getSpanAnnotations(q).join().stream(), p));
    }
  }

  @ServerTest
  void ofTraces(Server server) {
    BiFunction<String, Double, TraceAnnotationData> make =
        (name, score) -> filled(TraceAnnotationData.builder(server.trace, name), score).build();
    for (BlockingTraceAnnotationWriter writer :
        List.of(server.blocking.traces(), server.blocking.annotations())) {
      check(
          server,
          WriteCalls.blockingTraces(writer),
          make,
          (q, p) -> named(server.blocking.traces().getTraceAnnotations(q), p));
    }
    for (AsyncTraceAnnotationWriter writer :
        List.of(server.async.traces(), server.async.annotations())) {
      check(
          server,
          WriteCalls.asyncTraces(writer),
          make,
          (q, p) -> named(server.async.traces().getTraceAnnotations(q).join().stream(), p));
    }
  }

  @ServerTest
  void ofSessions(Server server) {
    BiFunction<String, Double, SessionAnnotationData> make =
        (name, score) -> filled(SessionAnnotationData.builder(server.session, name), score).build();
    for (BlockingSessionAnnotationWriter writer :
        List.of(server.blocking.sessions(), server.blocking.annotations())) {
      check(
          server,
          WriteCalls.blockingSessions(writer),
          make,
          (q, p) -> named(server.blocking.sessions().getSessionAnnotations(q), p));
    }
    for (AsyncSessionAnnotationWriter writer :
        List.of(server.async.sessions(), server.async.annotations())) {
      check(
          server,
          WriteCalls.asyncSessions(writer),
          make,
          (q, p) -> named(server.async.sessions().getSessionAnnotations(q).join().stream(), p));
    }
  }

  /** Phoenix cannot read these back: their ids must do. */
  @ServerTest
  void ofDocuments(Server server) {
    BiFunction<String, Double, SpanDocumentAnnotationData> make =
        (name, score) ->
            SpanDocumentAnnotationData.builder(server.span, 1, name)
                .score(score)
                .metadata(METADATA)
                .build();
    for (BlockingDocumentAnnotationWriter writer :
        List.of(server.blocking.spans(), server.blocking.annotations())) {
      check(server, WriteCalls.blockingDocuments(writer), make, (q, p) -> List.of());
    }
    for (AsyncDocumentAnnotationWriter writer :
        List.of(server.async.spans(), server.async.annotations())) {
      check(server, WriteCalls.asyncDocuments(writer), make, (q, p) -> List.of());
    }
  }

  private static <T> T nothing(CompletableFuture<T> future) {
    T value = future.join();
    assertThat(value).isNull();
    return value;
  }

  @ServerTest
  void notes(Server server) {
    var blocking = server.blocking;
    var async = server.async;
    String note = Clients.unique("note");
    check(server, blocking.spans().addSpanNote(server.span, note), note, "span");
    check(server, async.spans().addSpanNote(server.span, note + 2).join(), note + 2, "span");
    check(server, blocking.traces().addTraceNote(server.trace, note), note, "trace");
    check(server, async.traces().addTraceNote(server.trace, note + 2).join(), note + 2, "trace");
    check(server, blocking.sessions().addSessionNote(server.session, note), note, "session");
    check(
        server,
        async.sessions().addSessionNote(server.session, note + 2).join(),
        note + 2,
        "session");
    InsertedNote first = blocking.spans().addSpanNote(server.span, "one", "me");
    InsertedNote second = async.annotations().addSpanNote(server.span, "two", "me").join();
    assertThat(first.getIdentifier()).isEqualTo("me");
    assertThat(second.getId()).isEqualTo(first.getId());
    assertThat(blocking.traces().addTraceNote(server.trace, "one", "me").getId())
        .isEqualTo(async.traces().addTraceNote(server.trace, "two", "me").join().getId());
    assertThat(blocking.sessions().addSessionNote(server.session, "one", "me").getId())
        .isEqualTo(async.sessions().addSessionNote(server.session, "two", "me").join().getId());
    check(server, second, "two", "span");
  }

  private static void check(Server server, InsertedNote note, String text, String targetKind) {
    var query = AnnotationQuery.builder().includeAnnotationNames(List.of("note"));
    var stored =
        switch (targetKind) {
          case "span" ->
              server.async.spans().getSpanAnnotations(query.ids(List.of(server.span)).build());
          case "trace" ->
              server.async.traces().getTraceAnnotations(query.ids(List.of(server.trace)).build());
          default ->
              server
                  .async
                  .sessions()
                  .getSessionAnnotations(query.ids(List.of(server.session)).build());
        };
    assertThat(stored.join())
        .filteredOn(row -> row.getId().equals(note.getId()))
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.isNote()).isTrue();
              assertThat(row.getExplanation()).isEqualTo(text);
            });
  }

  @ServerTest
  void deletes(Server server) {
    var span = SpanAnnotationData.builder(server.span, "d").identifier("i").label("l").build();
    var otherName = SpanAnnotationData.builder(server.span, "e").identifier("i").label("l").build();
    var otherIdentifier =
        SpanAnnotationData.builder(server.span, "d").identifier("j").label("l").build();
    var otherKind =
        SpanAnnotationData.builder(server.span, "d")
            .identifier("k")
            .label("l")
            .annotatorKind(AnnotatorKind.LLM)
            .build();
    var trace = TraceAnnotationData.builder(server.trace, "d").label("l").build();
    var session = SessionAnnotationData.builder(server.session, "d").label("l").build();
    server
        .blocking
        .annotations()
        .logSpanAnnotationsSync(List.of(span, otherName, otherIdentifier, otherKind));
    server.blocking.annotations().addTraceAnnotationSync(trace);
    server.blocking.annotations().addSessionAnnotationSync(session);
    var filter = DeleteFilter.byName("d").identifier("i").annotatorKind(AnnotatorKind.HUMAN);
    server.blocking.spans().deleteSpanAnnotations(server.project, DeleteRange.all(), filter);
    assertThat(server.async.spans().getSpanAnnotations(List.of(server.span)).join())
        .extracting(row -> row.getName() + row.getIdentifier())
        .containsExactlyInAnyOrder("ei", "dj", "dk");
    nothing(
        server
            .async
            .spans()
            .deleteSpanAnnotations(
                server.project,
                DeleteRange.all(),
                DeleteFilter.byName("d").annotatorKind(AnnotatorKind.LLM)));
    assertThat(server.blocking.spans().getSpanAnnotations(List.of(server.span)))
        .extracting(row -> row.getName() + row.getIdentifier())
        .containsExactlyInAnyOrder("ei", "dj");
    nothing(server.async.spans().deleteSpanAnnotations(server.project, DeleteRange.all()));
    assertThat(server.blocking.spans().getSpanAnnotations(List.of(server.span))).isEmpty();
    nothing(
        server
            .async
            .traces()
            .deleteTraceAnnotations(
                server.project, DeleteRange.all(), DeleteFilter.byName("other")));
    assertThat(server.blocking.traces().getTraceAnnotations(List.of(server.trace))).hasSize(1);
    server.blocking.traces().deleteTraceAnnotations(server.project, DeleteRange.all());
    assertThat(server.async.traces().getTraceAnnotations(List.of(server.trace)).join()).isEmpty();
    nothing(
        server
            .async
            .sessions()
            .deleteSessionAnnotations(server.project, DeleteRange.all(), DeleteFilter.byName("d")));
    assertThat(server.blocking.sessions().getSessionAnnotations(List.of(server.session))).isEmpty();
    server.blocking.sessions().deleteSessionAnnotations(server.project, DeleteRange.all());
  }
}
