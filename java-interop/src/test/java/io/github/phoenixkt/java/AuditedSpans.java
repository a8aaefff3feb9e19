package io.github.phoenixkt.java;

import io.github.phoenixkt.Page;
import io.github.phoenixkt.annotations.AnnotationQuery;
import io.github.phoenixkt.annotations.AnnotationRows;
import io.github.phoenixkt.annotations.DeleteRange;
import io.github.phoenixkt.annotations.InsertedAnnotation;
import io.github.phoenixkt.annotations.InsertedNote;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.annotations.SpanDocumentAnnotationData;
import io.github.phoenixkt.annotations.StoredAnnotation;
import io.github.phoenixkt.spans.LoggedSpans;
import io.github.phoenixkt.spans.SpanData;
import io.github.phoenixkt.spans.SpanFilter;
import io.github.phoenixkt.spans.SpanQuery;
import io.github.phoenixkt.spans.StoredSpan;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a user writes to decorate a resource: only what the interface cannot do by itself. */
final class AuditedSpans implements BlockingSpansResource {
  private final BlockingSpansResource spans;
  private final List<String> audit;

  AuditedSpans(BlockingSpansResource spans, List<String> audit) {
    this.spans = spans;
    this.audit = audit;
  }

  @Override
  public InsertedAnnotation addSpanAnnotationSync(SpanAnnotationData annotation) {
    audit.add("addSpanAnnotationSync " + annotation.getSpanId());
    return spans.addSpanAnnotationSync(annotation);
  }

  @Override
  public void logSpanAnnotations(AnnotationRows annotations) {
    audit.add("logSpanAnnotations " + annotations.getSize());
    spans.logSpanAnnotations(annotations);
  }

  @Override
  public Stream<StoredSpan> getSpans(
      SpanFilter filter, @Nullable String project, int limit, @Nullable String cursor) {
    audit.add("getSpans " + project);
    return spans.getSpans(filter, project, limit, cursor);
  }

  @Override
  public void addSpanAnnotation(SpanAnnotationData annotation) {
    spans.addSpanAnnotation(annotation);
  }

  @Override
  public List<InsertedAnnotation> logSpanAnnotationsSync(AnnotationRows annotations) {
    return spans.logSpanAnnotationsSync(annotations);
  }

  @Override
  public InsertedNote addSpanNote(String spanId, String note) {
    return spans.addSpanNote(spanId, note);
  }

  @Override
  public InsertedNote addSpanNote(String spanId, String note, String identifier) {
    return spans.addSpanNote(spanId, note, identifier);
  }

  @Override
  public void addDocumentAnnotation(SpanDocumentAnnotationData annotation) {
    spans.addDocumentAnnotation(annotation);
  }

  @Override
  public InsertedAnnotation addDocumentAnnotationSync(SpanDocumentAnnotationData annotation) {
    return spans.addDocumentAnnotationSync(annotation);
  }

  @Override
  public void logDocumentAnnotations(AnnotationRows annotations) {
    spans.logDocumentAnnotations(annotations);
  }

  @Override
  public List<InsertedAnnotation> logDocumentAnnotationsSync(AnnotationRows annotations) {
    return spans.logDocumentAnnotationsSync(annotations);
  }

  @Override
  public Stream<StoredAnnotation> getSpanAnnotations(
      AnnotationQuery query, @Nullable String project, int limit) {
    return spans.getSpanAnnotations(query, project, limit);
  }

  @Override
  public Page<StoredAnnotation> getSpanAnnotationsPage(
      AnnotationQuery query, @Nullable String project, @Nullable String cursor, int limit) {
    return spans.getSpanAnnotationsPage(query, project, cursor, limit);
  }

  @Override
  public void deleteSpanAnnotations(String project, DeleteRange range, DeleteFilter filter) {
    spans.deleteSpanAnnotations(project, range, filter);
  }

  @Override
  public LoggedSpans logSpans(Collection<SpanData> data) {
    return spans.logSpans(data);
  }

  @Override
  public LoggedSpans logSpans(Collection<SpanData> data, String project) {
    return spans.logSpans(data, project);
  }

  @Override
  public Page<StoredSpan> getSpansPage(
      SpanFilter filter, @Nullable String project, @Nullable String cursor, int limit) {
    return spans.getSpansPage(filter, project, cursor, limit);
  }

  @Override
  public Stream<Map<String, @Nullable Object>> querySpans(
      SpanQuery query,
      @Nullable Instant startTime,
      @Nullable Instant endTime,
      @Nullable String project,
      int limit,
      @Nullable String cursor) {
    return spans.querySpans(query, startTime, endTime, project, limit, cursor);
  }

  @Override
  public Page<Map<String, @Nullable Object>> querySpansPage(
      SpanQuery query,
      @Nullable Instant startTime,
      @Nullable Instant endTime,
      @Nullable String project,
      @Nullable String cursor,
      int limit) {
    return spans.querySpansPage(query, startTime, endTime, project, cursor, limit);
  }

  @Override
  public void delete(String spanId) {
    spans.delete(spanId);
  }
}
