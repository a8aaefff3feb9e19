package io.github.phoenixkt.java;

import io.github.phoenixkt.PhoenixClient;
import io.github.phoenixkt.SortOrder;
import io.github.phoenixkt.annotations.AnnotationData;
import io.github.phoenixkt.annotations.AnnotationQuery;
import io.github.phoenixkt.annotations.AnnotationRows;
import io.github.phoenixkt.annotations.DeleteAll;
import io.github.phoenixkt.annotations.DeleteWindow;
import io.github.phoenixkt.annotations.SessionAnnotationData;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.annotations.SpanDocumentAnnotationData;
import io.github.phoenixkt.annotations.TraceAnnotationData;
import io.github.phoenixkt.configs.FreeformAnnotationConfig;
import io.github.phoenixkt.spans.SpanData;
import io.github.phoenixkt.spans.SpanFilter;
import io.github.phoenixkt.spans.SpanQuery;
import io.github.phoenixkt.testing.FakePhoenix;
import io.github.phoenixkt.testing.FakeSpan;
import io.github.phoenixkt.testing.Fault;
import io.github.phoenixkt.traces.TraceQuery;
import io.github.phoenixkt.upload.RowOutcomeListener;
import io.github.phoenixkt.upload.Upload;
import io.github.phoenixkt.upload.UploadOptions;
import java.lang.reflect.Method;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import kotlin.reflect.KCallable;
import kotlin.reflect.KParameter;
import kotlinx.coroutines.flow.Flow;
import kotlinx.coroutines.flow.FlowKt;

/** A valid argument for every parameter of core, and a server that knows what they name. */
final class Samples {
  private static final String SPAN = "00000000000000a1";
  private static final String TRACE = "000000000000000000000000000000a1";
  private static final String SESSION = "session-1";
  private static final String PROJECT = "project-1";
  private static final String CONFIG = "quality";
  private static final Instant START = Instant.parse("2026-01-05T10:00:00Z");
  private static final Instant END = START.plusSeconds(60);

  /** What a real server answers to a query of spans, as far as a client reads it. */
  private static final Fault ONE_ROW =
      Fault.status(200)
          .body(
              "multipart/mixed; boundary=x-y",
              """
              --x-y\r
              Content-Type: application/json\r
              \r
              {"schema":{"fields":[{"name":"0_name","type":"string"}]},"data":[{"0_name":"step"}]}\r
              --x-y--\r
              """)
          .on("POST", "/v1/spans")
          .times(Integer.MAX_VALUE);

  private static final AtomicInteger SERVERS = new AtomicInteger();

  private Samples() {}

  /**
   * A server with a base URL of its own: the client remembers what it has queued at a base URL, and
   * the system may give a port again.
   */
  static FakePhoenix server() {
    FakePhoenix phoenix =
        FakePhoenix.builder().rootPath("/server-" + SERVERS.incrementAndGet()).start();
    phoenix.addSpan(
        FakeSpan.of(SPAN)
            .trace(TRACE)
            .session(SESSION)
            .project(PROJECT)
            .kind("RETRIEVER")
            .documents(2));
    phoenix.addSpan(FakeSpan.of("00000000000000a2"));
    try (var client = Clients.blocking(phoenix.endpoint())) {
      client.annotationConfigs().create(FreeformAnnotationConfig.builder(CONFIG).build());
    }
    // The fake has no query language, but can give an answer.
    phoenix.failNext(ONE_ROW);
    phoenix.clearRequests();
    return phoenix;
  }

  /** The object of a client that has these functions; an upload is prepared. */
  static Object owner(Object client, Class<?> type) throws ReflectiveOperationException {
    if (type.isInstance(client)) {
      return client;
    }
    if (type == Upload.class) {
      return ((PhoenixClient) client)
          .getAnnotations()
          .prepareUpload(List.of(annotation(SpanAnnotationData.class)), options());
    }
    if (type == AsyncUpload.class) {
      return ((PhoenixAsyncClient) client)
          .annotations()
          .prepareUpload(List.of(annotation(SpanAnnotationData.class)));
    }
    if (type == BlockingUpload.class) {
      return ((PhoenixBlockingClient) client)
          .annotations()
          .prepareUpload(List.of(annotation(SpanAnnotationData.class)));
    }
    for (Method method : client.getClass().getMethods()) {
      if (method.getParameterCount() == 0 && type.isAssignableFrom(method.getReturnType())) {
        return method.invoke(client);
      }
    }
    throw new AssertionError(client.getClass().getSimpleName() + " has no " + type.getSimpleName());
  }

  private static UploadOptions options() {
    return UploadOptions.builder().build();
  }

  /** What is optional for Kotlin, but without which the call would be refused. */
  static boolean neededAnyway(KCallable<?> function, KParameter parameter) {
    return (Twins.isNamed(function) && "label".equals(parameter.getName()))
        || (Twins.isNamedRead(function)
            && List.of("spanIds", "traceIds", "sessionIds").contains(parameter.getName()));
  }

  static AnnotationData annotation(Class<?> type) {
    if (type == SpanDocumentAnnotationData.class) {
      return SpanDocumentAnnotationData.builder(SPAN, 0, CONFIG).label("good").build();
    }
    if (type == TraceAnnotationData.class) {
      return TraceAnnotationData.builder(TRACE, CONFIG).label("good").build();
    }
    if (type == SessionAnnotationData.class) {
      return SessionAnnotationData.builder(SESSION, CONFIG).label("good").build();
    }
    return SpanAnnotationData.builder(SPAN, CONFIG).label("good").build();
  }

  static Object inKotlin(KCallable<?> function, KParameter parameter) {
    Class<?> type = Core.erased(parameter.getType());
    if (type == String.class) {
      return text(function, parameter.getName());
    }
    return value(function.getName(), parameter.getName(), type);
  }

  private static String text(KCallable<?> function, String parameter) {
    return switch (parameter) {
      case "spanId" -> SPAN;
      case "traceId" -> TRACE;
      case "sessionId" -> SESSION;
      case "project" -> PROJECT;
      case "destinationProject" -> "default";
      case "config", "annotationName" -> CONFIG;
      case "label" -> "good";
      case "cursor" -> cursor(function.getName());
      default -> parameter + " of " + function.getName();
    };
  }

  /** One that core takes for its own; what the server's is in it, only the server knows. */
  private static String cursor(String function) {
    if (function.startsWith("querySpans")) {
      long micros = ChronoUnit.MICROS.between(Instant.EPOCH, END.minusSeconds(1));
      return "t." + Long.toString(micros, Character.MAX_RADIX);
    }
    return "0:abc";
  }

  /** By the names of a function and a parameter, which are the same in Kotlin and in Java. */
  static Object value(String function, String parameter, Class<?> type) {
    if (type == AnnotationRows.class) {
      return AnnotationRows.of(List.of(rowOf(function)));
    }
    if (AnnotationData.class.isAssignableFrom(type)) {
      return annotation(type);
    }
    if (type == Flow.class) {
      return FlowKt.flowOf(annotation(SpanAnnotationData.class));
    }
    if (Iterable.class.isAssignableFrom(type)) {
      return switch (parameter) {
        case "spans" -> List.of(span());
        case "spanIds" -> List.of(SPAN);
        case "traceIds" -> List.of(TRACE);
        case "sessionIds" -> List.of(SESSION);
        case "configs" -> List.of(CONFIG);
        default -> List.of(rowOf(function));
      };
    }
    if (type == Instant.class) {
      return parameter.equals("startTime") ? START : END;
    }
    if (type == int.class || type == Integer.class) {
      return parameter.equals("limit") ? 7 : 0;
    }
    if (type == RowOutcomeListener.class) {
      return (RowOutcomeListener) (row, outcome) -> {};
    }
    return Map.<Class<?>, Object>of(
            SortOrder.class,
            SortOrder.DESCENDING,
            AnnotationQuery.class,
            AnnotationQuery.builder().ids(idsFor(function)).build(),
            io.github.phoenixkt.annotations.DeleteRange.class,
            DeleteAll.INSTANCE,
            DeleteWindow.class,
            new DeleteWindow(START, END),
            SpanFilter.class,
            SpanFilter.builder().build(),
            SpanQuery.class,
            new SpanQuery(),
            TraceQuery.class,
            TraceQuery.builder().build(),
            UploadOptions.class,
            options(),
            io.github.phoenixkt.configs.AnnotationConfig.class,
            FreeformAnnotationConfig.builder("fresh").description("of " + function).build())
        .get(type);
  }

  private static Collection<String> idsFor(String function) {
    return function.contains("Trace")
        ? List.of(TRACE)
        : List.of(function.contains("Session") ? SESSION : SPAN);
  }

  private static AnnotationData rowOf(String function) {
    if (function.contains("Document")) {
      return annotation(SpanDocumentAnnotationData.class);
    }
    if (function.contains("Trace")) {
      return annotation(TraceAnnotationData.class);
    }
    return annotation(
        function.contains("Session") ? SessionAnnotationData.class : SpanAnnotationData.class);
  }

  static SpanData span() {
    return SpanData.builder(
            "step", "00000000000000b1", "000000000000000000000000000000b1", START, START)
        .build();
  }

  /** Kotlin's argument as Java gives it. */
  static Object inJava(Object argument) {
    return argument instanceof Flow<?> ? Stream.of(annotation(SpanAnnotationData.class)) : argument;
  }
}
