package io.github.phoenixkt.opentelemetry;

import static io.opentelemetry.api.common.AttributeKey.stringKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // A scope is opened for what it does, not for its name.
class PhoenixSnapshotTest {
  private final Sdk sdk = new Sdk();

  @AfterEach
  void end() {
    sdk.close();
    assertThat(Context.current())
        .as("the context that a test leaves behind")
        .isSameAs(Context.root());
  }

  private static PhoenixSnapshot snapshotOf(PhoenixContext context) {
    return PhoenixSnapshot.from(context.storeInContext(Context.root()));
  }

  @Test
  void itGoesInPlaceOfWhatAContextHasAndLeavesTheRest() {
    PhoenixSnapshot snapshot = snapshotOf(PhoenixContext.session("controller"));
    Span request = sdk.tracer.spanBuilder("request").startSpan();
    Context framework =
        Context.root()
            .with(request)
            .with(PhoenixContext.builder().sessionId("filter").tags("filter").build());

    Context target = snapshot.storeInContext(framework);

    assertThat(PhoenixContext.from(target)).isEqualTo(PhoenixContext.session("controller"));
    sdk.tracer.spanBuilder("child").setParent(target).startSpan().end();
    assertThat(sdk.ended("child").getParentSpanId())
        .isEqualTo(request.getSpanContext().getSpanId());
    assertThat(sdk.attributes("child"))
        .isEqualTo(PhoenixContext.session("controller").attributes());
    request.end();
  }

  @Test
  void anEmptySnapshotTakesAwayWhatAContextHas() {
    PhoenixSnapshot empty = PhoenixSnapshot.current();
    SpanCapture capture = SpanCapture.start();
    try (capture;
        Scope session = PhoenixContext.session("left over").makeCurrent();
        Scope none = empty.makeCurrent()) {
      sdk.span("inside");
    }
    assertThat(empty.isEmpty()).isTrue();
    assertThat(sdk.attributes("inside").isEmpty()).isTrue();
    assertThat(capture.spans()).isEmpty();
  }

  @Test
  void itTellsWhetherAScopeWasOpenedSince() {
    PhoenixSnapshot outside = PhoenixSnapshot.current();
    try (Scope session = PhoenixContext.session("chat-7").makeCurrent()) {
      PhoenixSnapshot inside = PhoenixSnapshot.current();
      assertThat(inside.hasOnlyScopesOf(outside)).isFalse();
      assertThat(outside.hasOnlyScopesOf(inside)).isTrue();
      try (Scope again = PhoenixContext.session("chat-7").makeCurrent()) {
        assertThat(PhoenixSnapshot.current()).isEqualTo(inside);
        assertThat(PhoenixSnapshot.current().hasOnlyScopesOf(inside)).isFalse();
      }
      try (SpanCapture capture = SpanCapture.start()) {
        PhoenixSnapshot captured = PhoenixSnapshot.current();
        assertThat(captured.hasOnlyScopesOf(inside)).isFalse();
        try (Scope again = capture.makeCurrent()) {
          assertThat(PhoenixSnapshot.current().hasOnlyScopesOf(captured)).isFalse();
        }
        assertThat(inside.hasOnlyScopesOf(captured)).isTrue();
      }
      assertThat(PhoenixSnapshot.current().hasOnlyScopesOf(inside)).isTrue();
    }
  }

  @Test
  void itOutlivesAScopeThatWasClosedElsewhere() {
    PhoenixSnapshot[] taken = new PhoenixSnapshot[1];
    OtherThread.run(
        () -> {
          Scope scope = PhoenixContext.session("chat-7").makeCurrent();
          taken[0] = PhoenixSnapshot.current();
          OtherThread.run(scope::close);
          assertThat(PhoenixContext.current().sessionId()).isNull();
        });
    assertThat(taken[0].context()).isEqualTo(PhoenixContext.session("chat-7"));
    try (Scope scope = taken[0].makeCurrent()) {
      sdk.span("later");
    }
    assertThat(sdk.attributes("later")).isEqualTo(PhoenixContext.session("chat-7").attributes());
  }

  @Test
  void itsScopeEndsWhereItIsClosedOnAnotherThreadAndGivesBackWhatWasThere() {
    try (SpanCapture capture = SpanCapture.start()) {
      PhoenixSnapshot snapshot =
          PhoenixSnapshot.from(PhoenixContext.session("one").storeInContext(Context.current()));
      OtherThread.run(
          () -> {
            Scope outer = PhoenixContext.user("42").makeCurrent();
            Scope scope = snapshot.makeCurrent();
            OtherThread.run(scope::close);
            sdk.span("next request");
            outer.close();
          });
      assertThat(capture.spans()).isEmpty();
    }
    assertThat(sdk.attributes("next request")).isEqualTo(PhoenixContext.user("42").attributes());
  }

  @Test
  void itIsAppliedToAStartedSpanOverWhatThatHas() {
    try (SpanCapture outer = SpanCapture.start();
        SpanCapture inner = SpanCapture.start()) {
      PhoenixSnapshot snapshot =
          PhoenixSnapshot.from(
              PhoenixContext.builder()
                  .sessionId("controller")
                  .userId("42")
                  .build()
                  .storeInContext(Context.current()));
      Context elsewhere = PhoenixContext.session("filter").storeInContext(Context.root());
      Span[] span = new Span[1];
      OtherThread.run(
          () -> {
            span[0] =
                sdk.tracer
                    .spanBuilder("model")
                    .setParent(elsewhere)
                    .setAttribute("own", "kept")
                    .startSpan();
            snapshot.applyTo(span[0]);
            snapshot.applyTo(span[0]);
            span[0].end();
          });
      assertThat(sdk.attributes("model"))
          .isEqualTo(
              Attributes.builder()
                  .put("session.id", "controller")
                  .put("user.id", "42")
                  .put("own", "kept")
                  .build());
      String id = span[0].getSpanContext().getSpanId();
      assertThat(inner.spans()).extracting(CapturedSpan::spanId).containsExactly(id);
      assertThat(outer.spans()).extracting(CapturedSpan::spanId).containsExactly(id);
    }
  }

  @Test
  void aCaptureEndsWhereItIsClosedAndTheSessionStays() {
    SpanCapture capture = SpanCapture.start();
    PhoenixSnapshot snapshot;
    try (capture) {
      snapshot = PhoenixSnapshot.current();
      assertThat(snapshot.isEmpty()).isFalse();
    }
    Span late = sdk.span("late");
    snapshot.applyTo(late);
    assertThat(snapshot.isEmpty()).isTrue();
    assertThat(capture.spans()).isEmpty();
  }

  @Test
  void spansOfOthersGetTheAttributesOnly() {
    try (SpanCapture capture = SpanCapture.start()) {
      PhoenixSnapshot.current().applyTo(Span.getInvalid());
      assertThat(capture.spans()).isEmpty();
    }
    assertThatNullPointerException()
        .isThrownBy(() -> PhoenixSnapshot.current().applyTo(null))
        .withMessage("span");
  }

  @Test
  void aContextAloneIsAppliedToAStartedSpan() {
    Span span = sdk.tracer.spanBuilder("started").setAttribute("session.id", "before").startSpan();
    PhoenixContext.builder().sessionId("after").tags("a").build().applyTo(span);
    span.end();
    assertThat(sdk.attributes("started"))
        .isEqualTo(PhoenixContext.builder().sessionId("after").tags("a").build().attributes());
  }

  @Test
  void baggageGoesAlongWhereItWasAskedForAndOnlyThere() {
    Context asked = PhoenixContext.session("chat-7").withBaggage().storeInContext(Context.root());
    Baggage there = Baggage.fromContext(PhoenixSnapshot.from(asked).storeInContext(Context.root()));
    assertThat(there.getEntryValue("session.id")).isEqualTo("chat-7");
    Context plain = snapshotOf(PhoenixContext.session("chat-8")).storeInContext(Context.root());
    assertThat(Baggage.fromContext(plain).isEmpty()).isTrue();
    Context viaContext = PhoenixContext.from(asked).storeInContext(Context.root());
    assertThat(Baggage.fromContext(viaContext).isEmpty()).isTrue();
  }

  @Test
  void itShowsNoValues() {
    assertThat(snapshotOf(PhoenixContext.session("secret-person")).toString())
        .contains("session.id")
        .doesNotContain("secret-person");
  }

  private static final Attributes BOTH =
      Attributes.of(
          stringKey("session.id"), "chat-7", stringKey("gen_ai.conversation.id"), "chat-7");

  @Test
  void theConversationIdIsThatOfTheInnermostSession() {
    try (Scope outer = PhoenixContext.session("outer").withConversationId().makeCurrent();
        Scope inner = PhoenixContext.session("chat-7").makeCurrent()) {
      sdk.span("inside");
      assertThat(PhoenixContext.current().attributes()).isEqualTo(BOTH);
      assertThat(PhoenixContext.current().toBuilder().sessionId("next").build().attributes())
          .isEqualTo(PhoenixContext.session("next").withConversationId().attributes());
      Span span = sdk.tracer.spanBuilder("started").setNoParent().startSpan();
      snapshotOf(PhoenixContext.session("chat-7")).withConversationId().applyTo(span);
      span.end();
    }
    assertThat(sdk.attributes("inside")).isEqualTo(BOTH);
    assertThat(sdk.attributes("started")).isEqualTo(BOTH);
    assertThat(PhoenixContext.session("plain").attributes())
        .isEqualTo(Attributes.of(stringKey("session.id"), "plain"));
  }

  @Test
  void aProcessorSetsTheConversationIdOnAllSpansAndKeepsOneThatASpanHas() {
    try (Sdk conversations = new Sdk(PhoenixContextSpanProcessor.withConversationId())) {
      try (Scope scope = PhoenixContext.session("chat-7").makeCurrent()) {
        conversations.span("inside");
        conversations
            .tracer
            .spanBuilder("own")
            .setAttribute("gen_ai.conversation.id", "own")
            .startSpan()
            .end();
      }
      conversations.span("outside");
      try (Scope scope = PhoenixContext.session("around").makeCurrent()) {
        conversations
            .tracer
            .spanBuilder("own session")
            .setAttribute("session.id", "chat-7")
            .startSpan()
            .end();
      }
      assertThat(conversations.attributes("own session")).isEqualTo(BOTH);
      assertThat(conversations.attributes("inside")).isEqualTo(BOTH);
      assertThat(conversations.attributes("own").get(stringKey("gen_ai.conversation.id")))
          .isEqualTo("own");
      assertThat(conversations.attributes("outside").isEmpty()).isTrue();
    }
  }
}
