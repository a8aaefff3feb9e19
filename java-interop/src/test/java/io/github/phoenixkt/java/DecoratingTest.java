package io.github.phoenixkt.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.phoenixkt.CallOptions;
import io.github.phoenixkt.PhoenixClient;
import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.spans.SpanFilter;
import io.github.phoenixkt.testing.FakePhoenix;
import io.github.phoenixkt.testing.FakeSpan;
import io.github.phoenixkt.testing.FakeTargetKind;
import io.github.phoenixkt.testing.PhoenixExtension;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Users put proxies in front of a client, mock it, and decorate it by hand. */
@ExtendWith(PhoenixExtension.class)
class DecoratingTest {
  private static final CallOptions SOME = CallOptions.builder().header("x-a", "1").build();

  private static final SpanAnnotationData ANNOTATION =
      SpanAnnotationData.builder("a1", "correctness").label("correct").build();

  @Test
  void everythingAClientHandsOutIsAnInterface() {
    assertThat(Published.classes())
        .filteredOn(type -> Modifier.isPublic(type.getModifiers()) && !type.isInterface())
        .extracting(Class::getSimpleName)
        .containsExactlyInAnyOrder("DeleteFilter");
  }

  @Test
  void aProxyCanStandInFrontOfAClient(FakePhoenix phoenix) {
    phoenix.addSpan(FakeSpan.of("a1"));
    List<String> calls = new ArrayList<>();
    List<PhoenixBlockingClient> made = new ArrayList<>();
    Supplier<PhoenixBlockingClient> lazy =
        () -> {
          if (made.isEmpty()) {
            made.add(Clients.blocking(phoenix.endpoint()));
          }
          return made.get(0);
        };
    try (PhoenixBlockingClient client = proxy(PhoenixBlockingClient.class, lazy, calls)) {
      assertThat(made).isEmpty();
      client.spans().addSpanAnnotationSync(ANNOTATION);
      client.annotations().logSpanAnnotations(List.of(ANNOTATION));
      assertThat(client.async().projects().get("default").join().getName()).isEqualTo("default");
      try (var stored = client.spans().getSpanAnnotations(List.of("a1"))) {
        assertThat(stored).hasSize(1);
      }
      assertThatThrownBy(() -> client.projects().get("none"))
          .isInstanceOf(PhoenixException.NotFound.class);
    }
    assertThat(calls)
        .contains("spans", "addSpanAnnotationSync", "logSpanAnnotations", "getSpanAnnotations")
        .endsWith("close");
    assertThatThrownBy(() -> made.get(0).projects().get("default"))
        .isExactlyInstanceOf(IllegalStateException.class);
  }

  @Test
  void aProxyCanStandInFrontOfAnAsyncClient(FakePhoenix phoenix) {
    var calls = new ArrayList<String>();
    var target = Clients.async(phoenix.endpoint());
    try (PhoenixAsyncClient client = proxy(PhoenixAsyncClient.class, () -> target, calls)) {
      client.spans().addSpanAnnotation(ANNOTATION).join();
      assertThat(client.blocking().withOptions(SOME).projects().list()).isNotEmpty();
    }
    assertThat(calls).contains("addSpanAnnotation", "blocking", "withOptions").endsWith("close");
  }

  @Test
  void bothFormsWorkOnAProxyOfTheKotlinClient(FakePhoenix phoenix) {
    phoenix.addSpan(FakeSpan.of("a1"));
    var calls = new ArrayList<String>();
    try (var target = PhoenixClient.create(Clients.settings(phoenix.endpoint()).build())) {
      var client = PhoenixBlockingClient.of(proxy(PhoenixClient.class, () -> target, calls));
      assertThat(client.spans().addSpanAnnotationSync(ANNOTATION)).isNotNull();
      try (var stored = client.spans().getSpanAnnotations(List.of("a1"))) {
        assertThat(stored).hasSize(1);
      }
      assertThat(client.async().spans().addSpanNote("a1", "note").join()).isNotNull();
      assertThatThrownBy(() -> client.withOptions(SOME).spans().delete("missing"))
          .isInstanceOf(PhoenixException.NotFound.class);
    }
    assertThat(calls)
        .contains(
            "addSpanAnnotation", "getSpanAnnotations", "addSpanNote", "withOptions", "delete");
  }

  /** Of a client and, as Spring's and Mockito's deep ones are, of all that it hands out. */
  private static <T> T proxy(Class<T> type, Supplier<?> target, List<String> calls) {
    Object proxy =
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              calls.add(method.getName());
              Object result;
              try {
                result = method.invoke(target.get(), arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
              Class<?> handedOut = method.getReturnType();
              boolean isOurs = handedOut.getSimpleName().matches(".*Client|.*Resource");
              return isOurs ? proxy(handedOut, () -> result, calls) : result;
            });
    return type.cast(proxy);
  }

  @Test
  void aDecoratorByHandChangesOneCall(FakePhoenix phoenix) {
    phoenix.addSpan(FakeSpan.of("a1").project("chat"));
    List<String> audit = new ArrayList<>();
    try (PhoenixBlockingClient client =
        new AuditedClient(Clients.blocking(phoenix.endpoint()), audit)) {
      client.spans().addSpanAnnotationSync(ANNOTATION);
      client.spans().logSpanAnnotations(List.of(ANNOTATION));
      assertThat(phoenix.annotations(FakeTargetKind.SPAN)).hasSize(1);
      assertThat(client.traces().getTraces()).isEmpty();
      assertThat(audit).containsExactly("addSpanAnnotationSync a1", "logSpanAnnotations 1");
    }
  }

  /** The longest form is decorated, and the client's own overloads are so with it. */
  @Test
  void overloadsGoThroughTheLongestForm(FakePhoenix phoenix) {
    phoenix.addSpan(FakeSpan.of("a1").project("chat"));
    List<String> audit = new ArrayList<>();
    var filter = SpanFilter.builder().build();
    try (var target = Clients.blocking(phoenix.endpoint())) {
      var spans = new AuditedClient(target, audit).spans();
      List<Stream<?>> reads =
          List.of(
              spans.getSpans(),
              spans.getSpans(filter),
              spans.getSpans(filter, 1),
              spans.getSpans(filter, "chat"),
              spans.getSpans(filter, "chat", 1));
      assertThat(reads.stream().map(Stream::count)).containsExactly(0L, 0L, 0L, 1L, 1L);
      assertThat(audit)
          .containsExactly(
              "getSpans null", "getSpans null", "getSpans null", "getSpans chat", "getSpans chat");
    }
  }
}
