package io.github.phoenixkt.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.phoenixkt.annotations.AnnotationData;
import io.github.phoenixkt.annotations.AnnotationQuery;
import io.github.phoenixkt.annotations.AnnotationRows;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.annotations.StoredAnnotation;
import io.github.phoenixkt.annotations.TraceAnnotationData;
import io.github.phoenixkt.upload.Delivery;
import io.github.phoenixkt.upload.RowOutcome;
import io.github.phoenixkt.upload.UploadOptions;
import io.github.phoenixkt.upload.UploadReport;
import io.github.phoenixkt.upload.UploadSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Uploads in every form, with reports, progress and outcomes. */
class UploadsTest {
  /** A row of the caller's own. */
  private record Verdict(String span, int number) {}

  private static final UploadOptions CONFIRMED =
      UploadOptions.builder().delivery(Delivery.CONFIRMED).build();

  private static List<Verdict> verdicts(Server server, int from) {
    return IntStream.range(from, from + 150).mapToObj(i -> new Verdict(server.span, i)).toList();
  }

  private static AnnotationData annotation(Verdict verdict) {
    return SpanAnnotationData.builder(verdict.span(), "upload")
        .score((double) verdict.number())
        .identifier("i" + verdict.number())
        .build();
  }

  private static List<Double> stored(Server server) {
    var query =
        AnnotationQuery.builder()
            .ids(List.of(server.span))
            .includeAnnotationNames(List.of("upload"))
            .build();
    return server.async.spans().getSpanAnnotations(query).join().stream()
        .map(StoredAnnotation::getScore)
        .sorted()
        .toList();
  }

  private static void assertStored(Server server, int count) {
    assertThat(stored(server))
        .containsExactlyElementsOf(IntStream.range(0, count).mapToObj(i -> (double) i).toList());
  }

  @ServerTest
  void collectionsAndRows(Server server) {
    var blocking = server.blocking.annotations();
    var async = server.async.annotations();
    List<Function<List<AnnotationData>, UploadReport>> forms =
        List.of(
            rows -> blocking.upload(rows),
            rows -> blocking.upload(rows, CONFIRMED),
            rows -> blocking.upload(AnnotationRows.of(rows)),
            rows -> blocking.upload(AnnotationRows.of(rows), CONFIRMED),
            rows -> async.upload(rows).join(),
            rows -> async.upload(rows, CONFIRMED).join(),
            rows -> async.upload(AnnotationRows.of(rows)).join(),
            rows -> async.upload(AnnotationRows.of(rows), CONFIRMED).join());
    for (int form = 0; form < forms.size(); form++) {
      List<AnnotationData> rows =
          new ArrayList<>(
              verdicts(server, form * 150).stream().map(UploadsTest::annotation).toList());
      rows.add(TraceAnnotationData.builder(Server.hex(32), "upload").label("l").build());
      UploadReport report = forms.get(form).apply(rows);
      assertThat(report.getOutcomes()).hasSize(151);
      assertThat(report.getOutcomes().get(150)).isInstanceOf(RowOutcome.MissingTarget.class);
      assertThat(report.remaining()).containsExactly(rows.get(150));
      assertThat(report.getOutcomes().subList(0, 150)).allMatch(RowOutcome::getSucceeded);
    }
    assertStored(server, forms.size() * 150);
  }

  @ServerTest
  void itemsOfTheCallers(Server server) {
    var blocking = server.blocking.annotations();
    var async = server.async.annotations();
    List<Function<List<Verdict>, UploadReport>> forms =
        List.of(
            items -> blocking.upload(items, UploadsTest::annotation),
            items -> blocking.upload(items, UploadsTest::annotation, CONFIRMED),
            items -> async.upload(items, UploadsTest::annotation).join(),
            items -> async.upload(items, UploadsTest::annotation, CONFIRMED).join());
    for (int form = 0; form < forms.size(); form++) {
      assertThat(forms.get(form).apply(verdicts(server, form * 150)).getComplete()).isTrue();
    }
    assertStored(server, forms.size() * 150);
  }

  @ServerTest
  void preparedUploads(Server server) {
    var blocking = server.blocking.annotations();
    var async = server.async.annotations();
    List<AnnotationData> rows = verdicts(server, 0).stream().map(UploadsTest::annotation).toList();
    var told = new AtomicInteger();
    var options = CONFIRMED.toBuilder().progress(progress -> told.set(progress.getDone())).build();
    for (var upload :
        List.of(
            blocking.prepareUpload(rows),
            blocking.prepareUpload(rows, options),
            blocking.prepareUpload(AnnotationRows.of(rows)),
            blocking.prepareUpload(AnnotationRows.of(rows), CONFIRMED))) {
      assertThat(upload.progress().getDone()).isZero();
      assertThat(upload.report().remaining()).hasSize(150);
      assertThat(upload.run().getComplete()).isTrue();
      assertThat(upload.progress().getDone()).isEqualTo(150);
      assertThat(upload.report().remaining()).isEmpty();
      assertThatThrownBy(upload::run).isExactlyInstanceOf(IllegalStateException.class);
    }
    assertThat(told).hasValue(150);
    for (var upload :
        List.of(
            async.prepareUpload(rows),
            async.prepareUpload(rows, CONFIRMED),
            async.prepareUpload(AnnotationRows.of(rows)),
            async.prepareUpload(AnnotationRows.of(rows), options))) {
      assertThat(upload.run().join().getComplete()).isTrue();
      assertThat(upload.progress().getDone()).isEqualTo(150);
      assertThat(upload.report().getComplete()).isTrue();
      assertThatThrownBy(upload.run()::join).hasCauseInstanceOf(IllegalStateException.class);
    }
    assertStored(server, 150);
  }

  @ServerTest
  void streams(Server server) {
    var blocking = server.blocking.annotations();
    var async = server.async.annotations();
    Map<AnnotationData, RowOutcome> outcomes = new ConcurrentHashMap<>();
    List<Function<List<Verdict>, UploadSummary>> forms =
        List.of(
            items -> blocking.uploadStream(items.stream().map(UploadsTest::annotation)),
            items -> blocking.uploadStream(items.stream().map(UploadsTest::annotation), CONFIRMED),
            items ->
                blocking.uploadStream(
                    items.stream().map(UploadsTest::annotation), CONFIRMED, outcomes::put),
            items -> blocking.uploadStream(items.stream(), UploadsTest::annotation),
            items -> blocking.uploadStream(items.stream(), UploadsTest::annotation, CONFIRMED),
            items ->
                blocking.uploadStream(
                    items.stream(), UploadsTest::annotation, CONFIRMED, outcomes::put),
            items -> async.uploadStream(items.stream().map(UploadsTest::annotation)).join(),
            items ->
                async.uploadStream(items.stream().map(UploadsTest::annotation), CONFIRMED).join(),
            items ->
                async
                    .uploadStream(
                        items.stream().map(UploadsTest::annotation), CONFIRMED, outcomes::put)
                    .join(),
            items -> async.uploadStream(items.stream(), UploadsTest::annotation).join(),
            items -> async.uploadStream(items.stream(), UploadsTest::annotation, CONFIRMED).join(),
            items ->
                async
                    .uploadStream(items.stream(), UploadsTest::annotation, CONFIRMED, outcomes::put)
                    .join());
    for (int form = 0; form < forms.size(); form++) {
      UploadSummary summary = forms.get(form).apply(verdicts(server, form * 150));
      assertThat(summary.getRows()).isEqualTo(150);
      assertThat(summary.getFailures()).isEmpty();
      assertThat(summary.getStoppedBy()).isNull();
    }
    assertThat(outcomes).hasSize(4 * 150);
    assertStored(server, forms.size() * 150);
  }

  /** A transaction, a tenant, a logging context: what hangs on the thread is there. */
  @ServerTest
  void theBlockingFormReadsAStreamOnTheCallersThread(Server server) {
    var threads = ConcurrentHashMap.<Thread>newKeySet();
    var rows =
        verdicts(server, 0).stream()
            .peek(verdict -> threads.add(Thread.currentThread()))
            .onClose(() -> threads.add(Thread.currentThread()));
    server
        .blocking
        .annotations()
        .uploadStream(
            rows,
            verdict -> {
              threads.add(Thread.currentThread());
              return annotation(verdict);
            },
            CONFIRMED.toBuilder().chunkSize(10).build());
    assertThat(threads).containsExactly(Thread.currentThread());
    assertStored(server, 150);
  }
}
