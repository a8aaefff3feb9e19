package consumer;

import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.opentelemetry.CapturedSpan;
import io.github.phoenixkt.opentelemetry.PhoenixContext;
import io.github.phoenixkt.opentelemetry.SpanCapture;
import io.github.phoenixkt.spans.StoredSpan;
import io.github.phoenixkt.spring.PhoenixReactor;
import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.SimpleVectorStore;
import org.springframework.context.ApplicationContext;

/** Each part of Spring AI, and as what Phoenix has its spans. */
final class KindsCheck {
  private static final String SESSION = "kinds";
  private static final int DOCUMENTS = 40;

  /** Two chats that call a tool, and a search, for which each document was embedded. */
  private static final Map<String, Integer> EXPECTED =
      Map.of("LLM", 4, "TOOL", 2, "EMBEDDING", DOCUMENTS + 1, "RETRIEVER", 1);

  private final ApplicationContext application;
  private final PhoenixBlockingClient phoenix;
  private final ChatClient chat;

  KindsCheck(ApplicationContext application) {
    this.application = application;
    this.phoenix = application.getBean(PhoenixBlockingClient.class);
    this.chat =
        application.getBean(ChatClient.Builder.class).defaultTools(new Answers.Weather()).build();
    application.getBean(EmbeddingModel.class).dimensions(); // It asks the model once, and remembers.
  }

  /** Whether all of them are captured, which needs no Phoenix. */
  String captures() {
    Map<String, Integer> kinds = new TreeMap<>();
    captured().forEach(span -> kinds.merge(String.valueOf(span.kind()), 1, Integer::sum));
    return checked(kinds) + " captured";
  }

  String run(boolean withContent) throws InterruptedException {
    Set<String> captured =
        captured().stream().map(CapturedSpan::spanId).collect(Collectors.toSet());
    application.getBean(SdkTracerProvider.class).forceFlush().join(60, TimeUnit.SECONDS);
    Map<String, Integer> kinds = new TreeMap<>();
    for (StoredSpan span : read(captured)) {
      kinds.merge(span.getSpanKind(), 1, Integer::sum);
      check(SESSION.equals(span.getAttributes().get("session.id")), span.getName() + " has no session");
      checkContent(span, withContent);
    }
    return checked(kinds) + (withContent ? " with" : " without") + " content";
  }

  private List<CapturedSpan> captured() {
    try (Scope session = PhoenixContext.session(SESSION).makeCurrent();
        SpanCapture capture = SpanCapture.start()) {
      search();
      chat.prompt("Heliotrope: the weather?").call().content();
      chat.prompt("Heliotrope: the weather?").stream()
          .content()
          .collectList()
          .contextWrite(PhoenixReactor.context())
          .block(Duration.ofMinutes(1));
      return capture.spans();
    }
  }

  private static Map<String, Integer> checked(Map<String, Integer> kinds) {
    System.out.println(kinds);
    EXPECTED.forEach((kind, count) -> check(count.equals(kinds.get(kind)), kinds));
    return kinds;
  }

  private void search() {
    SimpleVectorStore store =
        SimpleVectorStore.builder(application.getBean(EmbeddingModel.class))
            .observationRegistry(application.getBean(ObservationRegistry.class))
            .build();
    store.add(
        IntStream.range(0, DOCUMENTS).mapToObj(i -> new Document("heliotrope " + i)).toList());
    List<Document> found =
        store.similaritySearch(SearchRequest.builder().query("heliotrope").topK(DOCUMENTS).build());
    check(found.size() == DOCUMENTS, found.size());
  }

  private List<StoredSpan> read(Set<String> captured) throws InterruptedException {
    List<StoredSpan> spans = List.of();
    Instant end = Instant.now().plusSeconds(180);
    while (spans.size() < captured.size() && Instant.now().isBefore(end)) {
      try (var all = phoenix.spans().getSpans()) {
        spans = all.filter(span -> captured.contains(span.getSpanId())).toList();
      } catch (PhoenixException.NotFound e) {
        // Phoenix makes the project with its first span.
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
    check(spans.size() == captured.size(), spans.size() + " of " + captured.size() + " spans");
    return spans;
  }

  private static void checkContent(StoredSpan span, boolean withContent) {
    Map<String, Object> ours = new TreeMap<>(span.getAttributes());
    ours.remove("db.vector.query.content"); // Spring AI's own, whatever our property says.
    String attributes = ours.toString().toLowerCase();
    boolean hasContent = attributes.contains("heliotrope") || attributes.contains("vienna");
    boolean mayHaveContent = EXPECTED.containsKey(span.getSpanKind());
    check(!hasContent || withContent, span.getName() + " has content");
    check(hasContent || !withContent || !mayHaveContent, span.getName() + " has no content: " + attributes);
    if (withContent && span.getSpanKind().equals("LLM")) {
      check(
          span.getAttributes().keySet().stream().anyMatch(it -> it.startsWith("llm.output_messages.0.")),
          span.getName() + " has no output messages: " + attributes);
    }
    if (withContent && span.getSpanKind().equals("RETRIEVER")) {
      check(
          span.getAttributes().containsKey("retrieval.documents." + (DOCUMENTS - 1) + ".document.content"),
          span.getName() + " has not all documents: " + attributes);
    }
  }

  private static void check(boolean holds, Object shown) {
    if (!holds) {
      throw new AssertionError(shown);
    }
  }
}
