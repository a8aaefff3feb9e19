package io.github.phoenixkt.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.phoenixkt.PhoenixClient;
import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.testing.FakePhoenix;
import io.github.phoenixkt.testing.FakeSpan;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Frameworks put a proxy in front of the client, as Spring does for {@code @Lazy}. */
class DecoratedClientTest {
  private static final String SPAN = "0123456789abcdef";

  private final List<String> calls = new CopyOnWriteArrayList<>();

  @Test
  void theBlockingClientWorksOnAProxyOfTheClient() {
    try (FakePhoenix phoenix = FakePhoenix.start();
        PhoenixClient core = PhoenixClient.create(Clients.settings(phoenix.endpoint()).build())) {
      phoenix.addSpan(FakeSpan.of(SPAN));
      var proxy = (PhoenixClient) proxy(PhoenixClient.class, core);
      PhoenixBlockingClient client = PhoenixBlockingClient.of(proxy);

      var annotation = SpanAnnotationData.builder(SPAN, "tone").label("calm").build();
      assertThat(client.spans().addSpanAnnotationSync(annotation)).isNotNull();
      try (var stored = client.spans().getSpanAnnotations(List.of(SPAN))) {
        assertThat(stored.map(each -> each.getLabel())).containsExactly("calm");
      }
      assertThatThrownBy(() -> client.spans().delete("missing"))
          .isInstanceOf(PhoenixException.NotFound.class);
    }
    assertThat(calls)
        .contains(
            "AnnotationsResource.addSpanAnnotation",
            "SpansResource.getSpanAnnotations",
            "SpansResource.delete");
  }

  /** A proxy of a client or resource, which hands out proxies of its resources. */
  private Object proxy(Class<?> type, Object target) {
    InvocationHandler handler =
        (self, method, arguments) -> {
          calls.add(type.getSimpleName() + "." + method.getName());
          try {
            Object result = method.invoke(target, arguments);
            Class<?> declared = method.getReturnType();
            return declared.getSimpleName().endsWith("Resource") ? proxy(declared, result) : result;
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        };
    return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler);
  }
}
