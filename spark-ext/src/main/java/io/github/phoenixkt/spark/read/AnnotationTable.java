package io.github.phoenixkt.spark.read;

import io.github.phoenixkt.annotations.AnnotationQuery;
import io.github.phoenixkt.annotations.StoredAnnotation;
import io.github.phoenixkt.annotations.TargetKind;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.sessions.StoredSession;
import io.github.phoenixkt.spans.StoredSpan;
import io.github.phoenixkt.traces.StoredTrace;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.sql.types.DataTypes;

/**
 * The annotations of a project's spans, traces or sessions, without notes. Phoenix gives
 * annotations by the ids of their targets, so that the targets of a selection are read first.
 */
final class AnnotationTable extends ReadTable<StoredAnnotation> {
  private static final String NOTE = "note";

  /** How many targets are read ahead of their annotations. */
  private static final int BATCH = 500;

  private final Attributes attributes;
  private final String idColumn;
  private final Targets<?> targets;

  AnnotationTable(TargetKind target, Attributes attributes) {
    this.attributes = attributes;
    this.idColumn = target.getIdColumns().get(0);
    this.targets =
        switch (target) {
          case SPAN ->
              new Targets<>(
                  new SpanTable(attributes),
                  StoredSpan::getSpanId,
                  (client, query, limit) -> client.spans().getSpanAnnotations(query, limit));
          case TRACE ->
              new Targets<>(
                  new TraceTable(),
                  StoredTrace::getTraceId,
                  (client, query, limit) -> client.traces().getTraceAnnotations(query, limit));
          case SESSION ->
              new Targets<>(
                  new SessionTable(),
                  StoredSession::getSessionId,
                  (client, query, limit) -> client.sessions().getSessionAnnotations(query, limit));
          case DOCUMENT ->
              throw new IllegalArgumentException(
                  "Phoenix cannot be asked for the annotations of documents: set the option target"
                      + " to span, trace or session.");
        };
  }

  /** Reads the annotations of some targets. */
  private interface Reader {
    Stream<StoredAnnotation> read(PhoenixBlockingClient client, AnnotationQuery query, int limit);
  }

  /** What is annotated. */
  private record Targets<T>(ReadTable<T> table, Function<T, String> id, Reader annotations) {
    Stream<String> ids(PhoenixBlockingClient client, Selection selection) {
      return table.rows(client, selection, Set.of()).map(id);
    }
  }

  @Override
  List<Column<StoredAnnotation>> columns() {
    return List.of(
        Column.text(idColumn, StoredAnnotation::getTargetId),
        Column.text("annotation_name", StoredAnnotation::getName),
        Column.text("annotator_kind", StoredAnnotation::getAnnotatorKindText),
        Column.nullableText("label", StoredAnnotation::getLabel),
        new Column<>("score", DataTypes.DoubleType, true, StoredAnnotation::getScore),
        Column.nullableText("explanation", StoredAnnotation::getExplanation),
        attributes.column("metadata", StoredAnnotation::getMetadata),
        Column.nullableText(
            "identifier",
            annotation -> annotation.getIdentifier().isEmpty() ? null : annotation.getIdentifier()),
        Column.text("id", StoredAnnotation::getId),
        Column.time("created_at", StoredAnnotation::getCreatedAt),
        Column.time("updated_at", StoredAnnotation::getUpdatedAt),
        Column.text("source", StoredAnnotation::getSource),
        Column.nullableText("user_id", StoredAnnotation::getUserId));
  }

  @Override
  Map<String, TextFilter> filters() {
    return Map.of(idColumn, TextFilter.TRIMMED, "annotation_name", TextFilter.TRIMMED);
  }

  @Override
  Stream<StoredAnnotation> rows(
      PhoenixBlockingClient client, Selection selection, Set<String> columns) {
    List<String> wanted = selection.wanted(idColumn);
    if (wanted != null && selection.range().equals(TimeRange.ALL)) {
      return annotations(client, selection, wanted);
    }
    Selection ofTargets = Selection.of(selection.range());
    Stream<String> ids =
        wanted == null
            ? targets.ids(client, ofTargets)
            : targets
                .ids(client, ofTargets.with(idColumn, wanted))
                .filter(Set.copyOf(wanted)::contains);
    return batches(ids)
        .flatMap(batch -> annotations(client, selection, batch))
        .limit(selection.limit());
  }

  private Stream<StoredAnnotation> annotations(
      PhoenixBlockingClient client, Selection selection, List<String> ids) {
    AnnotationQuery query =
        AnnotationQuery.builder()
            .ids(ids)
            .includeAnnotationNames(selection.wanted("annotation_name"))
            .excludeAnnotationNames(Set.of(NOTE))
            .build();
    return targets.annotations.read(client, query, selection.limit());
  }

  private static Stream<List<String>> batches(Stream<String> ids) {
    Iterator<String> each = ids.iterator();
    return Stream.generate(() -> batch(each))
        .takeWhile(batch -> !batch.isEmpty())
        .onClose(ids::close);
  }

  private static List<String> batch(Iterator<String> ids) {
    List<String> batch = new ArrayList<>();
    while (batch.size() < BATCH && ids.hasNext()) {
      batch.add(ids.next());
    }
    return batch;
  }

  @Override
  Optional<TimeRange> extent(PhoenixBlockingClient client, Selection selection) {
    return targets.table.extent(client, Selection.of(selection.range()));
  }
}
