package io.github.phoenixkt.testing;

/** What an annotation is attached to. */
public enum FakeTargetKind {
  /** An annotation of one span. */
  SPAN(
      TargetTraits.of("span")
          .target("span_id", "Span with ID", Store::projectOfSpan)
          .annotations("SpanAnnotation", "4.10.0")
          .readSince("9.0.0")
          .deletedSince("15.4.0")
          .notes("12.21.0", "14.13.0", "trace and span")),
  /**
   * An annotation of one retrieved or reranked document of a span. It cannot be read back over
   * REST.
   */
  DOCUMENT(
      TargetTraits.of("document")
          .target("span_id", "Span with ID", Store::projectOfSpan)
          .annotations("DocumentAnnotation", "11.30.0")
          .positions()
          .identifierRefusedSince("11.31.0")),
  /** An annotation of one trace. */
  TRACE(
      TargetTraits.of("trace")
          .target("trace_id", "Trace with ID", Store::projectOfTrace)
          .annotations("TraceAnnotation", "4.10.0")
          .readSince("12.0.0")
          .deletedSince("15.4.0")
          .notes("14.13.0", "14.13.0", "trace and span")),
  /** An annotation of one session. */
  SESSION(
      TargetTraits.of("session")
          .target("session_id", "Session with session_id", Store::projectOfSession)
          .annotations("ProjectSessionAnnotation", "12.0.0")
          .plainIdsBefore("15.1.0")
          .readSince("12.0.0")
          .deletedSince("15.4.0")
          .notes("14.17.0", "14.17.0", "session"));

  final TargetTraits traits;

  FakeTargetKind(TargetTraits traits) {
    this.traits = traits;
  }
}
