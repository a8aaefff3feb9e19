package io.github.phoenixkt.annotations

/**
 * Every way to write annotations under one roof, as the older Phoenix clients have it:
 * `client.annotations.addSpanAnnotation(…)` is `client.spans.addSpanAnnotation(…)`.
 */
public class AnnotationsResource
internal constructor(
    spans: SpanAnnotationWriter,
    documents: DocumentAnnotationWriter,
    traces: TraceAnnotationWriter,
    sessions: SessionAnnotationWriter,
) :
    SpanAnnotationWriter by spans,
    DocumentAnnotationWriter by documents,
    TraceAnnotationWriter by traces,
    SessionAnnotationWriter by sessions
