package consumer;

import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.annotations.StoredAnnotation;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.spans.StoredSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.springframework.context.ApplicationContext;

/** Many requests at once, and what Phoenix has of them. */
final class SessionsCheck {
  /** Of each way to answer. */
  private static final int REQUESTS =
      Integer.parseInt(System.getenv().getOrDefault("PHOENIX_KT_REQUESTS", "200"));

  private static final int SESSIONS = 20;

  /**
   * How long to wait for the next row, and not for all: a busy Phoenix stores a hundred spans in
   * several seconds, since it looks for the spans of waiting annotations each time.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  /** A request as it was sent and answered. */
  private static final class Sent {
    final String session;
    final String request;
    final String trace;
    final String current;
    final Set<String> model;

    Sent(int number, String answer) {
      session = "session-" + number % SESSIONS;
      request = Integer.toString(number);
      String[] ids = answer.split(" ", -1);
      check(ids.length == 3 && !ids[2].isEmpty(), "request " + number + " was answered: " + answer);
      trace = ids[0];
      current = ids[1];
      model = Set.of(ids[2].split(","));
    }
  }

  private final ApplicationContext application;
  private final PhoenixBlockingClient phoenix;
  private final HttpClient http = HttpClient.newHttpClient();

  SessionsCheck(ApplicationContext application) {
    this.application = application;
    this.phoenix = application.getBean(PhoenixBlockingClient.class);
  }

  String starts() throws Exception {
    String health = get("/actuator/health").join();
    check(health.contains("\"UP\""), health);
    return "starts";
  }

  String run(String type) throws Exception {
    List<String> ways =
        type.equals("servlet") ? List.of("controller", "async", "streamed") : List.of("streamed");
    List<Sent> sent = new ArrayList<>();
    for (String way : ways) {
      List<CompletableFuture<String>> answers = new ArrayList<>();
      for (int number = 0; number < REQUESTS; number++) {
        String session = "session-" + number % SESSIONS;
        answers.add(get("/" + way + "?session=" + session + "&request=" + number));
      }
      for (int number = 0; number < REQUESTS; number++) {
        sent.add(new Sent(number, answers.get(number).join()));
      }
      application.getBean(SdkTracerProvider.class).forceFlush().join(60, TimeUnit.SECONDS);
    }
    int spans = checkSpans(sent);
    int feedback = checkFeedback(sent);
    return type + " " + sent.size() + " requests, " + spans + " spans, " + feedback + " annotations";
  }

  private CompletableFuture<String> get(String path) {
    String port = application.getEnvironment().getProperty("local.server.port");
    HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build();
    return http.sendAsync(request, HttpResponse.BodyHandlers.ofString())
        .thenApply(
            answer -> {
              check(answer.statusCode() == 200, path + ": " + answer.statusCode() + " " + answer.body());
              return answer.body();
            });
  }

  /** Every span but that of the server, which starts before the session is known. */
  private int checkSpans(List<Sent> sent) throws InterruptedException {
    Set<String> wanted = sent.stream().map(it -> it.trace).collect(Collectors.toSet());
    Map<String, List<StoredSpan>> traces = Map.of();
    long read = -1;
    boolean complete = false;
    for (Instant since = Instant.now(); !complete && Instant.now().isBefore(since.plus(PATIENCE)); ) {
      Instant begin = Instant.now();
      traces = storedSpans();
      Map<String, List<StoredSpan>> stored = traces;
      complete = sent.stream().allMatch(it -> hasAll(stored.getOrDefault(it.trace, List.of()), it));
      long now = stored.values().stream().mapToLong(List::size).sum();
      if (now > read) {
        since = Instant.now();
        read = now;
      }
      // Reading keeps Phoenix from storing: at most half of its time is ours.
      TimeUnit.MILLISECONDS.sleep(complete ? 0 : 500 + Duration.between(begin, Instant.now()).toMillis());
    }
    check(wanted.size() == sent.size(), wanted.size() + " traces of " + sent.size() + " requests");
    int checked = 0;
    Map<String, Integer> faults = new TreeMap<>();
    Map<String, Integer> kinds = new TreeMap<>();
    for (Sent it : sent) {
      List<StoredSpan> spans = traces.getOrDefault(it.trace, List.of());
      Set<String> ids = spans.stream().map(StoredSpan::getSpanId).collect(Collectors.toSet());
      int model = (int) it.model.stream().filter(id -> !ids.contains(id)).count();
      if (model > 0) {
        faults.merge("a span of the model is missing", model, Integer::sum);
      }
      if (!ids.contains(it.current)) {
        faults.merge("the span of a request is missing", 1, Integer::sum);
      }
      for (StoredSpan span : spans) {
        kinds.merge(span.getName().replaceAll("\\d+", "#") + " " + span.getSpanKind(), 1, Integer::sum);
        boolean isServer = span.getParentId() == null;
        Object session = span.getAttributes().get("session.id");
        checked++;
        if (!(it.session.equals(session) || (isServer && session == null))) {
          faults.merge(span.getName() + " has session " + (session == null ? "none" : "of another"), 1, Integer::sum);
        }
        if (!isServer && !it.request.equals(String.valueOf(span.getAttributes().get("metadata.request")))) {
          faults.merge(span.getName() + " has other metadata: " + span.getAttributes().keySet(), 1, Integer::sum);
        }
      }
      for (StoredSpan span : spans) {
        if (it.model.contains(span.getSpanId()) && !span.getSpanKind().equals("LLM")) {
          faults.merge(span.getName() + " is " + span.getSpanKind(), 1, Integer::sum);
        }
      }
    }
    System.out.println(kinds);
    check(faults.isEmpty(), faults);
    return checked;
  }

  private Map<String, List<StoredSpan>> storedSpans() {
    try (var all = phoenix.spans().getSpans()) {
      return all.collect(Collectors.groupingBy(StoredSpan::getTraceId));
    } catch (PhoenixException.NotFound e) {
      return Map.of(); // Phoenix makes the project with its first span.
    }
  }

  private static boolean hasAll(List<StoredSpan> spans, Sent sent) {
    Set<String> ids = spans.stream().map(StoredSpan::getSpanId).collect(Collectors.toSet());
    return ids.containsAll(sent.model) && ids.contains(sent.current);
  }

  private int checkFeedback(List<Sent> sent) throws InterruptedException {
    Map<String, String> expected = new TreeMap<>();
    for (Sent it : sent) {
      expected.put(it.current + " request", it.request);
      it.model.forEach(id -> expected.put(id + " model", it.request));
    }
    List<String> ids =
        expected.keySet().stream().map(key -> key.split(" ")[0]).distinct().toList();
    Map<String, String> stored = Map.of();
    int read = -1;
    Instant since = Instant.now();
    while (!stored.equals(expected) && Instant.now().isBefore(since.plus(PATIENCE))) {
      TimeUnit.MILLISECONDS.sleep(500);
      try (var all = phoenix.spans().getSpanAnnotations(ids)) {
        stored =
            all.collect(
                Collectors.toMap(
                    it -> it.getTargetId() + " " + it.getName(), StoredAnnotation::getExplanation));
      }
      if (stored.size() > read) {
        since = Instant.now();
        read = stored.size();
      }
    }
    check(
        stored.equals(expected),
        stored.size() + " annotations of " + expected.size() + " are stored, or on other spans");
    return stored.size();
  }

  private static void check(boolean holds, Object shown) {
    if (!holds) {
      throw new AssertionError(shown);
    }
  }
}
