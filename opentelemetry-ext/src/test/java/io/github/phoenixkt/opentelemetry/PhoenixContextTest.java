package io.github.phoenixkt.opentelemetry;

import static io.opentelemetry.api.common.AttributeKey.longKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.phoenixkt.support.Await;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // A scope is opened for what it does, not for its name.
class PhoenixContextTest {
  private final Sdk sdk = new Sdk();
  private final List<Context> leftOnOtherThreads = new CopyOnWriteArrayList<>();

  @AfterEach
  void end() {
    sdk.close();
    assertThat(Context.current())
        .as("the context that a test leaves behind")
        .isSameAs(Context.root());
  }

  @Test
  void spansInScopeCarryEverythingByTheNamesOfOpenInference() {
    PhoenixContext context =
        PhoenixContext.builder()
            .sessionId("chat-7")
            .userId("42")
            .metadata(Map.of("tier", "gold"))
            .tags("beta", "web")
            .promptTemplate("Answer {question}")
            .promptTemplateVersion("v3")
            .promptTemplateVariables(Map.of("question", "why?"))
            .attribute(longKey("shop.id"), 9L)
            .build();
    try (Scope scope = context.makeCurrent()) {
      sdk.span("inside");
    }
    sdk.span("after");

    assertThat(sdk.attributes("inside"))
        .isEqualTo(
            Attributes.builder()
                .put("session.id", "chat-7")
                .put("user.id", "42")
                .put("metadata", "{\"tier\":\"gold\"}")
                .put("tag.tags", "beta", "web")
                .put("llm.prompt_template.template", "Answer {question}")
                .put("llm.prompt_template.version", "v3")
                .put("llm.prompt_template.variables", "{\"question\":\"why?\"}")
                .put("shop.id", 9L)
                .build());
    assertThat(sdk.attributes("after")).isEqualTo(Attributes.empty());
  }

  @Test
  void anInnerScopeReplacesWhatItNamesAndKeepsTheRest() {
    try (Scope outer =
        PhoenixContext.builder()
            .sessionId("outer")
            .userId("42")
            .metadata(Map.of("a", 1))
            .tags("a", "b")
            .build()
            .makeCurrent()) {
      try (Scope inner =
          PhoenixContext.builder()
              .sessionId("inner")
              .metadata(Map.of("b", 2))
              .tags("c")
              .build()
              .makeCurrent()) {
        assertThat(PhoenixContext.current().attributes())
            .isEqualTo(
                Attributes.builder()
                    .put("session.id", "inner")
                    .put("user.id", "42")
                    .put("metadata", "{\"b\":2}")
                    .put(OpenInferenceAttributes.TAGS, List.of("c"))
                    .build());
      }
      assertThat(PhoenixContext.current().sessionId()).isEqualTo("outer");
      assertThat(PhoenixContext.current().userId()).isEqualTo("42");
    }
    assertThat(PhoenixContext.current().attributes().isEmpty()).isTrue();
  }

  @Test
  void anAttributeOfTheSpanWinsWhateverItsType() {
    try (Scope scope = PhoenixContext.session("of the scope").makeCurrent()) {
      sdk.tracer.spanBuilder("same").setAttribute("session.id", "own").startSpan().end();
      sdk.tracer.spanBuilder("other type").setAttribute("session.id", 7L).startSpan().end();
      sdk.tracer.spanBuilder("later").startSpan().setAttribute("session.id", "set later").end();
    }
    assertThat(sdk.attributes("same")).isEqualTo(Attributes.of(stringKey("session.id"), "own"));
    assertThat(sdk.attributes("other type")).isEqualTo(Attributes.of(longKey("session.id"), 7L));
    assertThat(sdk.attributes("later"))
        .isEqualTo(Attributes.of(stringKey("session.id"), "set later"));
  }

  @Test
  void theParentsContextCountsAndWithoutOneTheCurrentContext() {
    Context other = PhoenixContext.session("of the parent").storeInContext(Context.root());
    try (Scope scope = PhoenixContext.session("current").makeCurrent()) {
      sdk.tracer.spanBuilder("child").setParent(other).startSpan().end();
      sdk.tracer.spanBuilder("no parent").setNoParent().startSpan().end();
      sdk.tracer.spanBuilder("root").setParent(Context.root()).startSpan().end();
    }
    assertThat(sdk.ended())
        .extracting(span -> span.getAttributes().get(stringKey("session.id")))
        .containsExactly("of the parent", "current", "current");
  }

  @Test
  void whatIsBlankOrEmptyIsAsIfItHadNotBeenGiven() {
    PhoenixContext context =
        PhoenixContext.builder()
            .sessionId("  ")
            .userId(null)
            .metadata(Map.of())
            .tags(Arrays.asList("", null, "\t"))
            .promptTemplate("")
            .attribute(stringKey("x"), " ")
            .build();
    assertThat(context.attributes().isEmpty()).isTrue();
    try (Scope outer = PhoenixContext.session("outer").makeCurrent();
        Scope inner = PhoenixContext.session(" ").makeCurrent()) {
      assertThat(PhoenixContext.current().sessionId()).isEqualTo("outer");
    }
    assertThat(
            PhoenixContext.builder()
                .tags("a", " ")
                .build()
                .attributes()
                .get(OpenInferenceAttributes.TAGS))
        .containsExactly("a");
  }

  @Test
  void textThatPhoenixCannotStoreIsLeftOut() {
    PhoenixContext context =
        PhoenixContext.builder()
            .sessionId("chat\0 7")
            .userId("half \uD83D")
            .tags("a\0", "b")
            .promptTemplate("\0")
            .attribute(stringKey("x"), "\0")
            .attributes(Attributes.of(stringKey("y"), "\0", stringKey("z"), "\uD83D\uDE00"))
            .build();
    assertThat(context.attributes())
        .isEqualTo(
            Attributes.of(
                OpenInferenceAttributes.TAGS, List.of("b"), stringKey("z"), "\uD83D\uDE00"));
  }

  /** PostgreSQL cannot index it, and Phoenix would lose every span of the context. */
  @Test
  void anIdThatIsTooLongIsLeftOut() {
    String tooLong = "x".repeat(2_601);
    PhoenixContext context =
        PhoenixContext.builder()
            .sessionId(tooLong)
            .userId("ü".repeat(1_301))
            .attribute(OpenInferenceAttributes.CONVERSATION_ID, tooLong)
            .attribute(stringKey("input.value"), tooLong)
            .build()
            .withConversationId();
    assertThat(context.attributes()).isEqualTo(Attributes.of(stringKey("input.value"), tooLong));
    String longest = "x".repeat(2_600);
    assertThat(PhoenixContext.session(longest).sessionId()).isEqualTo(longest);
  }

  @Test
  void whatIsBlankChangesNothingWhicheverWayItIsGiven() {
    PhoenixContext context =
        PhoenixContext.builder()
            .sessionId("chat-7")
            .tags("a")
            .attributes(Attributes.of(OpenInferenceAttributes.SESSION_ID, " "))
            .attribute(OpenInferenceAttributes.TAGS, List.of())
            .tags((List<String>) null)
            .metadata(null)
            .promptTemplateVariables(null)
            .build();
    assertThat(context).isEqualTo(PhoenixContext.builder().sessionId("chat-7").tags("a").build());
    assertThat(PhoenixContext.session(null)).isEqualTo(PhoenixContext.user(null));
  }

  @Test
  void scopesThatWereClosedElsewhereAreNotHeld() throws Exception {
    List<WeakReference<Object>> ended = new ArrayList<>();
    OtherThread.run(
        () -> {
          for (int i = 0; i < 100; i++) {
            Scope scope = PhoenixContext.session("chat-" + i).makeCurrent();
            ended.add(new WeakReference<>(ContextEntry.of(Context.current())));
            runOnAnotherThread(scope::close);
          }
          // The last one is that of the thread for good.
          awaitCollected(ended.subList(0, 99));
        });
  }

  static void awaitCollected(List<WeakReference<Object>> references) {
    Await.until(
        "the collection of all",
        () -> {
          System.gc();
          return references.stream().allMatch(it -> it.get() == null);
        });
  }

  @Test
  void spaceAroundIdsIsDroppedAsPhoenixDropsIt() {
    assertThat(PhoenixContext.session(" chat 7\t").sessionId()).isEqualTo("chat 7");
    assertThat(PhoenixContext.user("\u205F42 ").userId()).isEqualTo("42");
  }

  @Test
  void metadataThatJsonHasNoFormForIsTextAndWhatCannotBeWrittenIsLeftOut() {
    Object odd =
        new Object() {
          @Override
          public String toString() {
            return "odd";
          }
        };
    assertThat(metadata(Map.of("odd", odd))).isEqualTo("{\"odd\":\"odd\"}");
    assertThat(metadata(Map.of("nan", Double.NaN))).isEqualTo("{\"nan\":\"NaN\"}");
    assertThat(metadata(Map.of("größe", List.of(1, 2.5, true))))
        .isEqualTo("{\"größe\":[1,2.5,true]}");

    Map<String, Object> itself = new HashMap<>();
    itself.put("self", itself);
    Object failing =
        new Object() {
          @Override
          public String toString() {
            throw new IllegalStateException("no text");
          }
        };
    List<Object> showsItself = new ArrayList<>();
    Object cyclic =
        new Object() {
          @Override
          public String toString() {
            return "cyclic " + showsItself.get(0);
          }
        };
    showsItself.add(cyclic);
    assertThat(metadata(Map.of("cyclic", cyclic))).isNull();
    assertThat(metadata(itself)).isNull();
    assertThat(metadata(Map.of("failing", failing))).isNull();
    assertThat(metadata(Map.of("nul", "a\0b"))).isNull();
  }

  private static String metadata(Map<String, ?> metadata) {
    return PhoenixContext.builder()
        .metadata(metadata)
        .build()
        .attributes()
        .get(OpenInferenceAttributes.METADATA);
  }

  @Test
  void wrappedTasksAndExecutorsTakeTheContextAlong() throws Exception {
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try {
      Runnable plain = () -> sdk.span("plain");
      Runnable wrapped;
      try (Scope user = PhoenixContext.user("42").makeCurrent()) {
        wrapped = PhoenixContext.session("wrapped").wrap((Runnable) () -> sdk.span("wrapped"));
        pool.submit(plain).get();
      }
      pool.submit(wrapped).get();
      assertThat(
              pool.submit(
                      PhoenixContext.session("called")
                          .wrap(() -> PhoenixContext.current().sessionId()))
                  .get())
          .isEqualTo("called");
      var ofJobs = PhoenixContext.session("jobs").wrap(pool::execute);
      try (Scope user = PhoenixContext.user("7").makeCurrent()) {
        ofJobs.execute(() -> sdk.span("job"));
      }
      assertThat(pool.submit(() -> PhoenixContext.current().attributes().isEmpty()).get()).isTrue();
    } finally {
      pool.shutdown();
      assertThat(pool.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(sdk.attributes("plain").isEmpty()).isTrue();
    assertThat(sdk.attributes("wrapped"))
        .isEqualTo(PhoenixContext.builder().sessionId("wrapped").userId("42").build().attributes());
    assertThat(sdk.attributes("job"))
        .isEqualTo(PhoenixContext.builder().sessionId("jobs").userId("7").build().attributes());
  }

  @Test
  void aScopeThatIsClosedTwiceEndsOnce() {
    Scope outer = PhoenixContext.session("outer").makeCurrent();
    Scope inner = PhoenixContext.session("inner").makeCurrent();
    Runnable late = Context.current().wrap((Runnable) () -> sdk.span("late"));
    inner.close();
    inner.close();
    assertThat(PhoenixContext.current().sessionId()).isEqualTo("outer");
    late.run();
    assertThat(sdk.attributes("late")).isEqualTo(PhoenixContext.session("inner").attributes());
    outer.close();
    outer.close();
    assertThat(PhoenixContext.current().sessionId()).isNull();
  }

  @Test
  void aScopeThatIsClosedOnAnotherThreadHasNoEffectAnyMoreAnywhere() throws Exception {
    OtherThread.run(
        () -> {
          Scope outer = PhoenixContext.user("42").makeCurrent();
          Scope scope = PhoenixContext.session("ended elsewhere").makeCurrent();
          Runnable closing = Context.current().wrap(scope::close);
          runOnAnotherThread(closing);
          sdk.span("afterwards");
          try (Scope next = PhoenixContext.session("next request").makeCurrent()) {
            sdk.span("next");
          }
          sdk.span("after next");
          outer.close();
          sdk.span("at the end");
        });
    assertThat(leftOnOtherThreads).hasSize(1).containsOnly(Context.root());
    assertThat(sdk.attributes("afterwards")).isEqualTo(PhoenixContext.user("42").attributes());
    assertThat(sdk.attributes("next").get(OpenInferenceAttributes.SESSION_ID))
        .isEqualTo("next request");
    assertThat(sdk.attributes("after next")).isEqualTo(PhoenixContext.user("42").attributes());
    assertThat(sdk.attributes("at the end").isEmpty()).isTrue();
  }

  @Test
  void scopesThatAreClosedInTheWrongOrderLeaveNothingBehind() throws Exception {
    OtherThread.run(
        () -> {
          Scope outer = PhoenixContext.session("outer").makeCurrent();
          Scope inner = PhoenixContext.user("inner").makeCurrent();
          outer.close();
          inner.close();
          sdk.span("afterwards");
        });
    assertThat(sdk.attributes("afterwards").isEmpty()).isTrue();
  }

  @Test
  void aSpanScopeThatStaysOpenDoesNotKeepTheSession() throws Exception {
    OtherThread.run(
        () -> {
          Scope scope = PhoenixContext.session("of a sloppy block").makeCurrent();
          Span leaked = sdk.tracer.spanBuilder("leaked").startSpan();
          leaked.makeCurrent();
          scope.close();
          sdk.span("afterwards");
        });
    assertThat(sdk.attributes("afterwards").isEmpty()).isTrue();
  }

  @Test
  void withoutAnSdkNothingHappens() {
    Span noop =
        io.opentelemetry.api.OpenTelemetry.noop().getTracer("none").spanBuilder("x").startSpan();
    try (Scope scope = PhoenixContext.session("chat").makeCurrent();
        SpanCapture capture = SpanCapture.start()) {
      noop.end();
      assertThat(PhoenixContext.current().sessionId()).isEqualTo("chat");
      assertThat(capture.spans()).isEmpty();
    }
  }

  @Test
  void aPhoenixContextIsAValueThatShowsNoValues() {
    PhoenixContext one = PhoenixContext.session("secret-person");
    assertThat(one)
        .isEqualTo(PhoenixContext.session("secret-person"))
        .hasSameHashCodeAs(PhoenixContext.session("secret-person"));
    assertThat(one).isNotEqualTo(PhoenixContext.session("other"));
    assertThat(one.toBuilder().userId("u").build().sessionId()).isEqualTo("secret-person");
    assertThat(one.toString()).contains("session.id").doesNotContain("secret-person");
    assertThatNullPointerException()
        .isThrownBy(() -> one.wrap((Runnable) null))
        .withMessage("task");
  }

  /** That thread must be left as it was. */
  private void runOnAnotherThread(Runnable task) {
    AtomicReference<Context> leftBehind = new AtomicReference<>();
    OtherThread.run(
        () -> {
          task.run();
          leftBehind.set(Context.current());
        });
    leftOnOtherThreads.add(leftBehind.get());
  }
}
