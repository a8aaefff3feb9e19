package io.github.phoenixkt.java;

import static io.github.phoenixkt.java.ReadsTest.allPages;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.phoenixkt.Page;
import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.spans.SpanData;
import io.github.phoenixkt.spans.SpanQuery;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The query language of Phoenix, in both forms. */
class SpanQueriesTest {
  private static final int ALL = Integer.MAX_VALUE;

  /** Five more spans, one a minute; all ids, the earliest first. */
  private static List<String> sixSpans(Server server) {
    List<String> ids = new ArrayList<>(List.of(server.span));
    List<SpanData> spans = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      ids.add(Server.hex(16));
      var start = Server.START.plusSeconds(60L * i);
      spans.add(Server.span(ids.get(i), Server.hex(32), server.session, start));
    }
    server.blocking.spans().logSpans(spans);
    server.await("the spans", () -> server.blocking.spans().getSpans().count() == 6);
    return ids;
  }

  private static List<@Nullable Object> ids(List<Map<String, @Nullable Object>> rows) {
    return rows.stream().<@Nullable Object>map(row -> row.get("context.span_id")).toList();
  }

  @ServerTest(onFake = false)
  void everyForm(Server server) {
    var blocking = server.blocking.spans();
    var async = server.async.spans();
    String project = server.project;
    List<String> ids = sixSpans(server);
    var any = new SpanQuery();
    assertThat(
            List.of(
                blocking.querySpans().toList(),
                async.querySpans().join(),
                blocking.querySpans(any).toList(),
                async.querySpans(any).join(),
                blocking.querySpans(any, project).toList(),
                async.querySpans(any, project).join(),
                blocking.querySpans(any, null, null, project, ALL, null).toList(),
                async.querySpans(any, null, null, null, ALL, null).join(),
                blocking.querySpansPage().getItems(),
                async.querySpansPage().join().getItems(),
                blocking.querySpansPage(any).getItems(),
                async.querySpansPage(any).join().getItems(),
                allPages(c -> blocking.querySpansPage(any, null, null, project, c, 3)),
                allPages(c -> async.querySpansPage(any, null, null, null, c, 3).join())))
        .allSatisfy(
            rows -> assertThat(ids(rows)).containsExactlyInAnyOrderElementsOf(List.copyOf(ids)));
    assertThat(
            List.of(
                blocking.querySpans(any, 2).toList(),
                async.querySpans(any, 2).join(),
                blocking.querySpans(any, project, 2).toList(),
                async.querySpans(any, project, 2).join(),
                blocking.querySpans(any, null, null, null, 2, null).toList(),
                async.querySpans(any, null, null, project, 2, null).join()))
        .allSatisfy(rows -> assertThat(ids(rows)).containsExactly(ids.get(5), ids.get(4)));
  }

  @ServerTest(onFake = false)
  void windowsAndCursors(Server server) {
    var blocking = server.blocking.spans();
    var async = server.async.spans();
    List<String> ids = sixSpans(server);
    var any = new SpanQuery();
    Instant from = Server.START.plusSeconds(60);
    Instant to = Server.START.plusSeconds(180);
    assertThat(
            List.of(
                blocking.querySpans(any, from, to, null, ALL, null).toList(),
                async.querySpans(any, from, to, null, ALL, null).join(),
                blocking.querySpansPage(any, from, to, null, null, 100).getItems(),
                async.querySpansPage(any, from, to, null, null, 100).join().getItems()))
        .allSatisfy(
            rows -> assertThat(ids(rows)).containsExactlyInAnyOrder(ids.get(1), ids.get(2)));
    Page<Map<String, @Nullable Object>> page =
        blocking.querySpansPage(any, from, null, null, null, 3);
    String next = page.getNextCursor();
    assertThat(next).isNotNull();
    List<@Nullable Object> rest = new ArrayList<>(ids.subList(1, 6));
    rest.removeAll(ids(page.getItems()));
    assertThat(rest).isNotEmpty().hasSizeLessThan(5);
    assertThat(
            List.of(
                blocking.querySpans(any, from, null, null, ALL, next).toList(),
                async.querySpans(any, from, null, null, ALL, next).join(),
                allPages(
                    c ->
                        async
                            .querySpansPage(any, from, null, null, c == null ? next : c, 3)
                            .join())))
        .allSatisfy(rows -> assertThat(ids(rows)).containsExactlyInAnyOrderElementsOf(rest));
  }

  @ServerTest(onFake = false)
  void whatAQueryGives(Server server) {
    var blocking = server.blocking.spans();
    var async = server.async.spans();
    blocking.addSpanAnnotationSync(
        SpanAnnotationData.builder(server.span, "tone").label("calm").build());
    var columns =
        new SpanQuery()
            .where("annotations['tone'].label == 'calm'")
            .select("name", "start_time", "nonsense");
    assertThat(List.of(blocking.querySpans(columns).toList(), async.querySpans(columns).join()))
        .allSatisfy(
            rows ->
                assertThat(rows)
                    .singleElement()
                    .satisfies(
                        row -> {
                          assertThat(row)
                              .containsOnlyKeys("context.span_id", "name", "start_time", "nonsense")
                              .containsEntry("context.span_id", server.span)
                              .containsEntry("name", "retrieve")
                              .containsEntry("start_time", Server.START)
                              .containsEntry("nonsense", null);
                        }));
    var documents =
        new SpanQuery().explode("retrieval.documents", Map.of("text", "document.content"));
    assertThat(
            List.of(
                blocking.querySpans(documents, server.project).toList(),
                async.querySpansPage(documents).join().getItems()))
        .allSatisfy(
            rows ->
                assertThat(rows)
                    .extracting(row -> row.get("document_position") + " " + row.get("text"))
                    .containsExactlyInAnyOrder("0 a", "1 b"));
  }

  @ServerTest(onFake = false)
  void whatIsRefused(Server server) {
    var blocking = server.blocking.spans();
    var async = server.async.spans();
    var nonsense = new SpanQuery().where("span_kind == ");
    assertThatThrownBy(() -> blocking.querySpans(nonsense).toList())
        .isInstanceOf(PhoenixException.Rejected.class)
        .hasMessageContaining("Invalid query");
    assertThatThrownBy(() -> async.querySpans(nonsense).join())
        .hasCauseInstanceOf(PhoenixException.Rejected.class);
    assertThatThrownBy(() -> blocking.querySpans(new SpanQuery(), "none-such").toList())
        .isInstanceOf(PhoenixException.NotFound.class)
        .hasMessageContaining("none-such");
    assertThatThrownBy(() -> async.querySpansPage(nonsense).join())
        .hasCauseInstanceOf(PhoenixException.Rejected.class);
  }
}
