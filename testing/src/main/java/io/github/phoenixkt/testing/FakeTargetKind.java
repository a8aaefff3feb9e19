package io.github.phoenixkt.testing;

import org.jspecify.annotations.Nullable;

/** What an annotation is attached to. */
public enum FakeTargetKind {
  /** An annotation of one span. */
  SPAN("span", "span_id", "SpanAnnotation", "4.10.0"),
  /**
   * An annotation of one retrieved or reranked document of a span. It cannot be read back over
   * REST.
   */
  DOCUMENT("document", "span_id", "DocumentAnnotation", "11.30.0"),
  /** An annotation of one trace. */
  TRACE("trace", "trace_id", "TraceAnnotation", "4.10.0"),
  /** An annotation of one session. */
  SESSION("session", "session_id", "ProjectSessionAnnotation", "12.0.0");

  final String word;
  final String idField;
  final String globalIdType;
  final String since;

  FakeTargetKind(String word, String idField, String globalIdType, String since) {
    this.word = word;
    this.idField = idField;
    this.globalIdType = globalIdType;
    this.since = since;
  }

  /** The type name of the target: documents hang on spans. */
  FakeTargetKind target() {
    return this == DOCUMENT ? SPAN : this;
  }

  /** Since when the name "note" inside a batch is refused; null where it never is. */
  @Nullable String noteRefusedSince() {
    return switch (this) {
      case SPAN, TRACE -> "14.13.0";
      case SESSION -> "14.17.0";
      case DOCUMENT -> null;
    };
  }

  String notesSince() {
    return switch (this) {
      case SPAN -> "12.21.0";
      case TRACE -> "14.13.0";
      case SESSION -> "14.17.0";
      case DOCUMENT -> throw new IllegalStateException("documents have no notes");
    };
  }
}
