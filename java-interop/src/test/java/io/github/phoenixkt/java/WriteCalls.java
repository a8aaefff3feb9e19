package io.github.phoenixkt.java;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.phoenixkt.annotations.AnnotationData;
import io.github.phoenixkt.annotations.AnnotationRows;
import io.github.phoenixkt.annotations.InsertedAnnotation;
import io.github.phoenixkt.annotations.SessionAnnotationData;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.annotations.SpanDocumentAnnotationData;
import io.github.phoenixkt.annotations.TraceAnnotationData;
import java.util.Collection;
import java.util.List;

/** The calls that write annotations of one level in one form. */
interface WriteCalls<A extends AnnotationData> {
  void add(A annotation);

  InsertedAnnotation addSync(A annotation);

  void log(Collection<A> annotations);

  List<InsertedAnnotation> logSync(Collection<A> annotations);

  void logRows(AnnotationRows rows);

  List<InsertedAnnotation> logRowsSync(AnnotationRows rows);

  static WriteCalls<SpanAnnotationData> blockingSpans(BlockingSpanAnnotationWriter writer) {
    return new WriteCalls<>() {
      @Override
      public void add(SpanAnnotationData annotation) {
        writer.addSpanAnnotation(annotation);
      }

      @Override
      public InsertedAnnotation addSync(SpanAnnotationData annotation) {
        return writer.addSpanAnnotationSync(annotation);
      }

      @Override
      public void log(Collection<SpanAnnotationData> annotations) {
        writer.logSpanAnnotations(annotations);
      }

      @Override
      public List<InsertedAnnotation> logSync(Collection<SpanAnnotationData> annotations) {
        return writer.logSpanAnnotationsSync(annotations);
      }

      @Override
      public void logRows(AnnotationRows rows) {
        writer.logSpanAnnotations(rows);
      }

      @Override
      public List<InsertedAnnotation> logRowsSync(AnnotationRows rows) {
        return writer.logSpanAnnotationsSync(rows);
      }
    };
  }

  static WriteCalls<SpanAnnotationData> asyncSpans(AsyncSpanAnnotationWriter writer) {
    return new WriteCalls<>() {
      @Override
      public void add(SpanAnnotationData annotation) {
        assertThat(writer.addSpanAnnotation(annotation).join()).isNull();
      }

      @Override
      public InsertedAnnotation addSync(SpanAnnotationData annotation) {
        return writer.addSpanAnnotationSync(annotation).join();
      }

      @Override
      public void log(Collection<SpanAnnotationData> annotations) {
        assertThat(writer.logSpanAnnotations(annotations).join()).isNull();
      }

      @Override
      public List<InsertedAnnotation> logSync(Collection<SpanAnnotationData> annotations) {
        return writer.logSpanAnnotationsSync(annotations).join();
      }

      @Override
      public void logRows(AnnotationRows rows) {
        assertThat(writer.logSpanAnnotations(rows).join()).isNull();
      }

      @Override
      public List<InsertedAnnotation> logRowsSync(AnnotationRows rows) {
        return writer.logSpanAnnotationsSync(rows).join();
      }
    };
  }

  static WriteCalls<SpanDocumentAnnotationData> blockingDocuments(
      BlockingDocumentAnnotationWriter writer) {
    return new WriteCalls<>() {
      @Override
      public void add(SpanDocumentAnnotationData annotation) {
        writer.addDocumentAnnotation(annotation);
      }

      @Override
      public InsertedAnnotation addSync(SpanDocumentAnnotationData annotation) {
        return writer.addDocumentAnnotationSync(annotation);
      }

      @Override
      public void log(Collection<SpanDocumentAnnotationData> annotations) {
        writer.logDocumentAnnotations(annotations);
      }

      @Override
      public List<InsertedAnnotation> logSync(Collection<SpanDocumentAnnotationData> annotations) {
        return writer.logDocumentAnnotationsSync(annotations);
      }

      @Override
      public void logRows(AnnotationRows rows) {
        writer.logDocumentAnnotations(rows);
      }

      @Override
      public List<InsertedAnnotation> logRowsSync(AnnotationRows rows) {
        return writer.logDocumentAnnotationsSync(rows);
      }
    };
  }

  static WriteCalls<SpanDocumentAnnotationData> asyncDocuments(
      AsyncDocumentAnnotationWriter writer) {
    return new WriteCalls<>() {
      @Override
      public void add(SpanDocumentAnnotationData annotation) {
        assertThat(writer.addDocumentAnnotation(annotation).join()).isNull();
      }

      @Override
      public InsertedAnnotation addSync(SpanDocumentAnnotationData annotation) {
        return writer.addDocumentAnnotationSync(annotation).join();
      }

      @Override
      public void log(Collection<SpanDocumentAnnotationData> annotations) {
        assertThat(writer.logDocumentAnnotations(annotations).join()).isNull();
      }

      @Override
      public List<InsertedAnnotation> logSync(Collection<SpanDocumentAnnotationData> annotations) {
        return writer.logDocumentAnnotationsSync(annotations).join();
      }

      @Override
      public void logRows(AnnotationRows rows) {
        assertThat(writer.logDocumentAnnotations(rows).join()).isNull();
      }

      @Override
      public List<InsertedAnnotation> logRowsSync(AnnotationRows rows) {
        return writer.logDocumentAnnotationsSync(rows).join();
      }
    };
  }

  static WriteCalls<TraceAnnotationData> blockingTraces(BlockingTraceAnnotationWriter writer) {
    return new WriteCalls<>() {
      @Override
      public void add(TraceAnnotationData annotation) {
        writer.addTraceAnnotation(annotation);
      }

      @Override
      public InsertedAnnotation addSync(TraceAnnotationData annotation) {
        return writer.addTraceAnnotationSync(annotation);
      }

      @Override
      public void log(Collection<TraceAnnotationData> annotations) {
        writer.logTraceAnnotations(annotations);
      }

      @Override
      public List<InsertedAnnotation> logSync(Collection<TraceAnnotationData> annotations) {
        return writer.logTraceAnnotationsSync(annotations);
      }

      @Override
      public void logRows(AnnotationRows rows) {
        writer.logTraceAnnotations(rows);
      }

      @Override
      public List<InsertedAnnotation> logRowsSync(AnnotationRows rows) {
        return writer.logTraceAnnotationsSync(rows);
      }
    };
  }

  static WriteCalls<TraceAnnotationData> asyncTraces(AsyncTraceAnnotationWriter writer) {
    return new WriteCalls<>() {
      @Override
      public void add(TraceAnnotationData annotation) {
        assertThat(writer.addTraceAnnotation(annotation).join()).isNull();
      }

      @Override
      public InsertedAnnotation addSync(TraceAnnotationData annotation) {
        return writer.addTraceAnnotationSync(annotation).join();
      }

      @Override
      public void log(Collection<TraceAnnotationData> annotations) {
        assertThat(writer.logTraceAnnotations(annotations).join()).isNull();
      }

      @Override
      public List<InsertedAnnotation> logSync(Collection<TraceAnnotationData> annotations) {
        return writer.logTraceAnnotationsSync(annotations).join();
      }

      @Override
      public void logRows(AnnotationRows rows) {
        assertThat(writer.logTraceAnnotations(rows).join()).isNull();
      }

      @Override
      public List<InsertedAnnotation> logRowsSync(AnnotationRows rows) {
        return writer.logTraceAnnotationsSync(rows).join();
      }
    };
  }

  static WriteCalls<SessionAnnotationData> blockingSessions(
      BlockingSessionAnnotationWriter writer) {
    return new WriteCalls<>() {
      @Override
      public void add(SessionAnnotationData annotation) {
        writer.addSessionAnnotation(annotation);
      }

      @Override
      public InsertedAnnotation addSync(SessionAnnotationData annotation) {
        return writer.addSessionAnnotationSync(annotation);
      }

      @Override
      public void log(Collection<SessionAnnotationData> annotations) {
        writer.logSessionAnnotations(annotations);
      }

      @Override
      public List<InsertedAnnotation> logSync(Collection<SessionAnnotationData> annotations) {
        return writer.logSessionAnnotationsSync(annotations);
      }

      @Override
      public void logRows(AnnotationRows rows) {
        writer.logSessionAnnotations(rows);
      }

      @Override
      public List<InsertedAnnotation> logRowsSync(AnnotationRows rows) {
        return writer.logSessionAnnotationsSync(rows);
      }
    };
  }

  static WriteCalls<SessionAnnotationData> asyncSessions(AsyncSessionAnnotationWriter writer) {
    return new WriteCalls<>() {
      @Override
      public void add(SessionAnnotationData annotation) {
        assertThat(writer.addSessionAnnotation(annotation).join()).isNull();
      }

      @Override
      public InsertedAnnotation addSync(SessionAnnotationData annotation) {
        return writer.addSessionAnnotationSync(annotation).join();
      }

      @Override
      public void log(Collection<SessionAnnotationData> annotations) {
        assertThat(writer.logSessionAnnotations(annotations).join()).isNull();
      }

      @Override
      public List<InsertedAnnotation> logSync(Collection<SessionAnnotationData> annotations) {
        return writer.logSessionAnnotationsSync(annotations).join();
      }

      @Override
      public void logRows(AnnotationRows rows) {
        assertThat(writer.logSessionAnnotations(rows).join()).isNull();
      }

      @Override
      public List<InsertedAnnotation> logRowsSync(AnnotationRows rows) {
        return writer.logSessionAnnotationsSync(rows).join();
      }
    };
  }
}
