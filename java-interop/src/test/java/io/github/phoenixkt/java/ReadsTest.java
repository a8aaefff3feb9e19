package io.github.phoenixkt.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.phoenixkt.Page;
import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.annotations.AnnotationQuery;
import io.github.phoenixkt.annotations.SessionAnnotationData;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.annotations.StoredAnnotation;
import io.github.phoenixkt.annotations.TraceAnnotationData;
import io.github.phoenixkt.configs.CategoricalAnnotationConfig;
import io.github.phoenixkt.configs.ContinuousAnnotationConfig;
import io.github.phoenixkt.configs.StoredAnnotationConfig;
import io.github.phoenixkt.projects.Project;
import io.github.phoenixkt.spans.SpanFilter;
import io.github.phoenixkt.spans.StoredSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads, configs, projects and spans, in both forms. */
class ReadsTest {
  /** As users do it: the cursor of a page leads to the next. */
  static <T> List<T> allPages(Function<@Nullable String, Page<T>> read) {
    List<T> items = new ArrayList<>();
    String cursor = null;
    do {
      Page<T> page = read.apply(cursor);
      items.addAll(page.getItems());
      cursor = page.getNextCursor();
    } while (cursor != null);
    return items;
  }

  @ServerTest
  void annotationsPageByPage(Server server) {
    var blocking = server.blocking;
    var async = server.async;
    for (int i = 0; i < 3; i++) {
      blocking
          .annotations()
          .upload(
              List.of(
                  SpanAnnotationData.builder(server.span, "p" + i).label("l").build(),
                  TraceAnnotationData.builder(server.trace, "p" + i).label("l").build(),
                  SessionAnnotationData.builder(server.session, "p" + i).label("l").build()));
    }
    var spans = AnnotationQuery.builder().ids(List.of(server.span)).build();
    var traces = AnnotationQuery.builder().ids(List.of(server.trace)).build();
    var sessions = AnnotationQuery.builder().ids(List.of(server.session)).build();
    List<List<StoredAnnotation>> all =
        List.of(
            allPages(c -> blocking.spans().getSpanAnnotationsPage(spans, null, c, 2)),
            allPages(c -> async.spans().getSpanAnnotationsPage(spans, null, c, 2).join()),
            allPages(c -> blocking.traces().getTraceAnnotationsPage(traces, null, c, 2)),
            allPages(c -> async.traces().getTraceAnnotationsPage(traces, null, c, 2).join()),
            allPages(c -> blocking.sessions().getSessionAnnotationsPage(sessions, null, c, 2)),
            allPages(c -> async.sessions().getSessionAnnotationsPage(sessions, null, c, 2).join()),
            blocking.spans().getSpanAnnotationsPage(spans).getItems(),
            async.spans().getSpanAnnotationsPage(spans).join().getItems(),
            blocking.traces().getTraceAnnotationsPage(traces).getItems(),
            async.traces().getTraceAnnotationsPage(traces).join().getItems(),
            blocking.sessions().getSessionAnnotationsPage(sessions).getItems(),
            async.sessions().getSessionAnnotationsPage(sessions).join().getItems(),
            blocking.spans().getSpanAnnotations(List.of(server.span)).toList(),
            async.spans().getSpanAnnotations(List.of(server.span)).join(),
            blocking.traces().getTraceAnnotations(List.of(server.trace)).toList(),
            async.traces().getTraceAnnotations(List.of(server.trace)).join(),
            blocking.sessions().getSessionAnnotations(List.of(server.session)).toList(),
            async.sessions().getSessionAnnotations(List.of(server.session)).join());
    assertThat(all)
        .allSatisfy(
            read ->
                assertThat(read)
                    .extracting(StoredAnnotation::getName)
                    .containsExactlyInAnyOrder("p0", "p1", "p2"));
    assertThat(blocking.traces().getTraceAnnotations(traces, 1)).hasSize(1);
    assertThat(async.traces().getTraceAnnotations(traces, 1).join()).hasSize(1);
    assertThat(blocking.sessions().getSessionAnnotations(sessions, 1)).hasSize(1);
    assertThat(async.sessions().getSessionAnnotations(sessions, 1).join()).hasSize(1);
  }

  @ServerTest
  void spans(Server server) {
    var blocking = server.blocking;
    var async = server.async;
    String second = Server.hex(16);
    String third = Server.hex(16);
    assertThat(blocking.spans().logSpans(List.of(server.span(second))).getTotalQueued()).isOne();
    assertThat(
            async
                .spans()
                .logSpans(List.of(server.span(third)), server.project)
                .join()
                .getTotalQueued())
        .isOne();
    server.await("the spans", () -> blocking.spans().getSpans().count() == 3);
    var filter =
        SpanFilter.builder().spanIds(List.of(second)).spanKinds(List.of("RETRIEVER")).build();
    List<List<StoredSpan>> one =
        List.of(
            blocking.spans().getSpans(filter).toList(),
            async.spans().getSpans(filter).join(),
            blocking.spans().getSpans(filter, server.project).toList(),
            async.spans().getSpans(filter, server.project).join(),
            blocking.spans().getSpansPage(filter).getItems(),
            async.spans().getSpansPage(filter).join().getItems());
    assertThat(one)
        .allSatisfy(
            spans ->
                assertThat(spans)
                    .singleElement()
                    .satisfies(
                        span -> {
                          assertThat(span.getSpanId()).isEqualTo(second);
                          assertThat(span.getTraceId()).isEqualTo(server.trace);
                          assertThat(span.getSpanKind()).isEqualTo("RETRIEVER");
                        }));
    var any = SpanFilter.builder().build();
    List<List<StoredSpan>> three =
        List.of(
            async.spans().getSpans().join(),
            allPages(c -> blocking.spans().getSpansPage(any, null, c, 2)),
            allPages(c -> async.spans().getSpansPage(any, server.project, c, 2).join()),
            blocking.spans().getSpansPage().getItems(),
            async.spans().getSpansPage().join().getItems());
    assertThat(three)
        .allSatisfy(
            spans ->
                assertThat(spans)
                    .extracting(StoredSpan::getSpanId)
                    .containsExactlyInAnyOrder(server.span, second, third));
    assertThat(blocking.spans().getSpans(any, 2)).hasSize(2);
    assertThat(async.spans().getSpans(any, 2).join()).hasSize(2);
    assertThat(blocking.spans().getSpans(any, server.project, 2)).hasSize(2);
    assertThat(async.spans().getSpans(any, server.project, 2).join()).hasSize(2);
    assertThatThrownBy(
            () -> blocking.spans().logSpans(List.of(server.span(second)), server.project))
        .isInstanceOf(PhoenixException.SpansRejected.class);
  }

  @ServerTest
  void configs(Server server) {
    var blocking = server.blocking.annotationConfigs();
    var async = server.async.annotationConfigs();
    String name = Clients.unique("config");
    var made =
        blocking.create(
            CategoricalAnnotationConfig.builder(name).value("good", 1.0).value("bad", 0.0).build());
    String otherName = Clients.unique("config");
    var other =
        async
            .create(
                ContinuousAnnotationConfig.builder(otherName)
                    .lowerBound(0.0)
                    .upperBound(1.0)
                    .build())
            .join();
    try {
      assertThat(blocking.get(name).getId()).isEqualTo(made.getId());
      assertThat(async.get(made.getId()).join().getName()).isEqualTo(name);
      var annotation = SpanAnnotationData.builder(server.span, name).label("good").build();
      assertThat(blocking.check(annotation).getAnnotation().getScore()).isEqualTo(1.0);
      assertThat(async.check(annotation).join().getFits()).isTrue();
      assertThat(blocking.assign(server.project, name).getId()).isEqualTo(made.getId());
      assertThat(names(blocking.list(server.project).toList())).containsExactly(name);
      assertThat(async.assign(server.project, otherName).join().getId()).isEqualTo(other.getId());
      assertThat(names(async.list(server.project).join()))
          .containsExactlyInAnyOrder(name, otherName);
      blocking.unassign(server.project, name);
      assertThat(async.unassign(server.project, otherName).join()).isNull();
      assertThat(blocking.list(server.project)).isEmpty();
      assertThat(names(blocking.replace(server.project, List.of(name)))).containsExactly(name);
      assertThat(names(async.replace(server.project, List.of(otherName)).join()))
          .containsExactly(otherName);
      assertThat(names(allPages(c -> blocking.listPage(server.project, c, 1))))
          .containsExactly(otherName);
      assertThat(names(allPages(c -> async.listPage(null, c, 1_000).join())))
          .contains(name, otherName);
      assertThat(names(blocking.listPage().getItems())).contains(name, otherName);
      assertThat(names(async.listPage().join().getItems())).contains(name, otherName);
      assertThat(names(blocking.list().toList())).contains(name, otherName);
      assertThat(names(async.list().join())).contains(name, otherName);
      String renamed = Clients.unique("config");
      assertThat(
              blocking.update(name, ContinuousAnnotationConfig.builder(renamed).build()).getName())
          .isEqualTo(renamed);
      assertThat(
              async
                  .update(renamed, ContinuousAnnotationConfig.builder(name).build())
                  .join()
                  .getName())
          .isEqualTo(name);
    } finally {
      blocking.delete(name);
      assertThat(async.delete(other.getId()).join()).isNull();
    }
    assertThatThrownBy(() -> blocking.get(name)).isInstanceOf(PhoenixException.NotFound.class);
    assertThatThrownBy(() -> async.get(otherName).join())
        .hasCauseInstanceOf(PhoenixException.NotFound.class);
  }

  private static List<String> names(List<StoredAnnotationConfig> configs) {
    return configs.stream().map(StoredAnnotationConfig::getName).toList();
  }

  @ServerTest
  void projects(Server server) {
    var blocking = server.blocking.projects();
    var async = server.async.projects();
    String first = Clients.unique("project");
    String second = Clients.unique("project");
    String id = blocking.create(first, "text").getId();
    assertThat(async.create(second, "text").join().getDescription()).isEqualTo("text");
    assertThat(blocking.ensure(first).getId()).isEqualTo(id);
    assertThat(async.ensure(first, "other").join().getDescription()).isEqualTo("text");
    assertThat(blocking.ensure(first, "other").getId()).isEqualTo(id);
    assertThat(async.ensure(first).join().getId()).isEqualTo(id);
    assertThatThrownBy(() -> blocking.create(first)).isInstanceOf(PhoenixException.Conflict.class);
    assertThatThrownBy(() -> async.create(first).join())
        .hasCauseInstanceOf(PhoenixException.Conflict.class);
    assertThat(blocking.update(first, "new").getDescription()).isEqualTo("new");
    assertThat(async.update(first, "newer").join().getDescription()).isEqualTo("newer");
    assertThat(blocking.get(first).getDescription()).isEqualTo("newer");
    assertThat(async.get(id).join().getName()).isEqualTo(first);
    assertThat(blocking.list(second).map(Project::getName)).containsExactly(second);
    assertThat(async.list(second).join()).extracting(Project::getName).containsExactly(second);
    assertThat(blocking.list().map(Project::getName)).contains(first, second);
    assertThat(async.list().join()).extracting(Project::getName).contains(first, second);
    assertThat(allPages(c -> blocking.listPage(second, c, 1))).hasSize(1);
    assertThat(allPages(c -> async.listPage(null, c, 1_000).join()))
        .extracting(Project::getName)
        .contains(first, second);
    assertThat(blocking.listPage().getItems()).extracting(Project::getName).contains(first, second);
    assertThat(async.listPage().join().getItems())
        .extracting(Project::getName)
        .contains(first, second);
    blocking.delete(first);
    assertThat(async.delete(second).join()).isNull();
    assertThat(blocking.list(second)).isEmpty();
    assertThatThrownBy(() -> blocking.get(first)).isInstanceOf(PhoenixException.NotFound.class);
  }

  @ServerTest
  void theVersionOfTheServer(Server server) {
    assertThat(server.blocking.serverVersion()).isEqualTo(server.async.serverVersion().join());
    assertThat(server.blocking.serverVersion().getMajor()).isGreaterThan(8);
  }
}
