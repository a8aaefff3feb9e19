package io.github.phoenixkt.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // A scope is opened for what it does, not for its name.
class BaggageTest {
  private static final PhoenixContext BOTH =
      PhoenixContext.builder().sessionId("chat-7").userId("42").tags("beta").build();

  private static Map<String, String> baggage(Context context) {
    return Baggage.fromContext(context).asMap().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, it -> it.getValue().getValue()));
  }

  @Test
  void nothingIsPutThereUnasked() {
    assertThat(baggage(BOTH.storeInContext(Context.root()))).isEmpty();
    try (Scope scope = BOTH.makeCurrent()) {
      assertThat(baggage(Context.current())).isEmpty();
    }
  }

  @Test
  void sessionAndUserAreThereWhenAskedBesideWhatIsThere() {
    Context mine =
        Context.root().with(Baggage.builder().put("mine", "1").put("user.id", "old").build());
    assertThat(baggage(BOTH.withBaggage().storeInContext(mine)))
        .isEqualTo(Map.of("mine", "1", "session.id", "chat-7", "user.id", "42"));
    try (Scope scope = BOTH.withBaggage().makeCurrent()) {
      assertThat(baggage(Context.current()))
          .isEqualTo(Map.of("session.id", "chat-7", "user.id", "42"));
    }
    assertThat(baggage(Context.current())).isEmpty();
  }

  @Test
  void scopesInsideKeepItInStepAndRestoreIt() {
    try (Scope outer = BOTH.withBaggage().makeCurrent()) {
      try (Scope inner = PhoenixContext.session("chat-8").makeCurrent()) {
        assertThat(baggage(Context.current()))
            .isEqualTo(Map.of("session.id", "chat-8", "user.id", "42"));
      }
      assertThat(baggage(Context.current()).get("session.id")).isEqualTo("chat-7");
    }
  }

  @Test
  void aSnapshotReplacesWhatIsThereOfTheScopeAroundIt() {
    PhoenixSnapshot other =
        PhoenixSnapshot.from(PhoenixContext.session("chat-8").storeInContext(Context.root()));
    PhoenixSnapshot otherInBaggage =
        PhoenixSnapshot.from(
            PhoenixContext.session("chat-8").withBaggage().storeInContext(Context.root()));
    PhoenixSnapshot empty = PhoenixSnapshot.from(Context.root());
    Context mine = Context.root().with(Baggage.builder().put("mine", "1").build());
    try (Scope own = mine.makeCurrent();
        Scope scope = BOTH.withBaggage().makeCurrent()) {
      for (PhoenixSnapshot withoutBaggage : List.of(other, empty)) {
        assertThat(baggage(withoutBaggage.storeInContext(Context.current())))
            .isEqualTo(Map.of("mine", "1"));
        try (Scope inner = withoutBaggage.makeCurrent()) {
          assertThat(baggage(Context.current())).isEqualTo(Map.of("mine", "1"));
          try (Scope innermost = PhoenixContext.user("43").makeCurrent()) {
            assertThat(baggage(Context.current())).isEqualTo(Map.of("mine", "1"));
          }
        }
      }
      // Not with the user of the scope.
      Map<String, String> replaced = Map.of("mine", "1", "session.id", "chat-8");
      assertThat(baggage(otherInBaggage.storeInContext(Context.current()))).isEqualTo(replaced);
      try (Scope inner = otherInBaggage.makeCurrent()) {
        assertThat(baggage(Context.current())).isEqualTo(replaced);
      }
      assertThat(baggage(Context.current()))
          .isEqualTo(Map.of("mine", "1", "session.id", "chat-7", "user.id", "42"));
    }
  }

  @Test
  void whatOthersHavePutThereStays() {
    Context theirs = Context.root().with(Baggage.builder().put("session.id", "theirs").build());
    Context plain = PhoenixContext.session("chat-7").storeInContext(theirs);
    assertThat(baggage(PhoenixSnapshot.from(Context.root()).storeInContext(plain)))
        .isEqualTo(Map.of("session.id", "theirs"));
  }

  @Test
  void deferredWorkHasThatOfWhereItWasDescribed() {
    Span request =
        Span.wrap(
            SpanContext.create(
                "0123456789abcdef0123456789abcdef",
                "0123456789abcdef",
                TraceFlags.getSampled(),
                TraceState.getDefault()));
    Stream<Map<String, String>> described =
        PhoenixContext.session("chat-8").wrap(Stream.of(1).map(it -> baggage(Context.current())));
    try (Scope span = request.makeCurrent();
        Scope scope = BOTH.withBaggage().makeCurrent()) {
      assertThat(described).containsExactly(Map.of());
    }
  }

  @Test
  void itIsPartOfWhatAContextIs() {
    assertThat(BOTH.withBaggage()).isNotEqualTo(BOTH).isEqualTo(BOTH.withBaggage());
    assertThat(BOTH.withBaggage().toBuilder().build()).isEqualTo(BOTH.withBaggage());
    assertThat(BOTH.toBuilder().build()).isEqualTo(BOTH);
  }

  @Test
  void whatAScopeThatWasClosedElsewhereLeftThereIsNotTakenAlong() throws Exception {
    AtomicReference<Map<String, String>> next = new AtomicReference<>();
    OtherThread.run(
        () -> {
          Context mine = Context.root().with(Baggage.builder().put("mine", "1").build());
          try (Scope own = mine.makeCurrent()) {
            Scope scope = BOTH.withBaggage().makeCurrent();
            OtherThread.run(scope::close);
            try (Scope inner = PhoenixContext.user("43").makeCurrent()) {
              next.set(baggage(Context.current()));
            }
          }
        });
    assertThat(next.get()).isEqualTo(Map.of("mine", "1"));
  }
}
