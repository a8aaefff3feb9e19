package io.github.phoenixkt.java;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.phoenixkt.PhoenixClient;
import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.annotations.AnnotationData;
import io.github.phoenixkt.java.Twins.Form;
import io.github.phoenixkt.queue.AnnotationQueue;
import io.github.phoenixkt.testing.FakePhoenix;
import io.github.phoenixkt.testing.ReceivedRequest;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import kotlin.coroutines.EmptyCoroutineContext;
import kotlin.reflect.KCallable;
import kotlin.reflect.KParameter;
import kotlin.reflect.full.KCallables;
import kotlinx.coroutines.BuildersKt;
import kotlinx.coroutines.flow.Flow;
import kotlinx.coroutines.flow.FlowKt;
import kotlinx.coroutines.flow.StateFlow;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each function sends the same bytes from Kotlin and in both Java forms. */
class SameRequestsTest {
  static Stream<Arguments> calls() {
    return Core.functions().stream()
        // Its requests are not those of a call.
        .filter(function -> function.ownerClass() != AnnotationQueue.class)
        // Not a call.
        .filter(
            function ->
                !StateFlow.class.isAssignableFrom(Core.erased(function.callable().getReturnType())))
        .flatMap(
            function ->
                Twins.hasSync(function.callable())
                    ? Stream.of(Arguments.of(function, false), Arguments.of(function, true))
                    : Stream.of(Arguments.of(function, false)));
  }

  /** Those that Java can give everything that Kotlin can. */
  static Stream<Core.Function> longCalls() {
    return Core.functions().stream()
        .filter(function -> function.ownerClass() != AnnotationQueue.class)
        .filter(function -> Twins.hasAllParameters(function.callable()))
        .filter(
            function ->
                Twins.full(function.callable()).size() > Twins.minimal(function.callable()).size());
  }

  @ParameterizedTest
  @MethodSource("calls")
  void allFormsSendTheSame(Core.Function function, boolean sync) throws Exception {
    check(function, new Length(false, sync));
  }

  /** Their cursors and filters are refused by the fake; it is what was sent that counts. */
  @ParameterizedTest
  @MethodSource("longCalls")
  void allFormsHandOnEveryArgument(Core.Function function) throws Exception {
    check(function, new Length(true, false));
  }

  /** Which arguments are given. */
  private record Length(boolean longest, boolean sync) {
    List<Class<?>> parameters(KCallable<?> function) {
      return longest ? Twins.full(function) : Twins.minimal(function);
    }

    boolean has(KCallable<?> function, KParameter parameter) {
      return "sync".equals(parameter.getName())
          ? sync
          : longest || !parameter.isOptional() || Samples.neededAnyway(function, parameter);
    }
  }

  private static void check(Core.Function function, Length length) throws Exception {
    List<String> kotlin = recorded(length, client -> inKotlin(client, function, length));
    assertThat(kotlin).as("requests of %s", function).isNotEmpty();
    for (Form form : Form.values()) {
      assertThat(recorded(length, client -> inJava(client, function, length, form)))
          .as("%s form of %s", form, function)
          .isEqualTo(kotlin);
    }
  }

  private interface Call {
    void on(PhoenixClient client) throws Exception;
  }

  /** What arrives at a server of its own, which knows all that is asked for. */
  private static List<String> recorded(Length length, Call call) throws Exception {
    try (FakePhoenix phoenix = Samples.server()) {
      try (PhoenixClient client = PhoenixClient.create(Clients.repeatable(phoenix.endpoint()))) {
        try {
          call.on(client);
        } catch (PhoenixException | ExecutionException e) {
          if (!length.longest()) {
            throw e;
          }
        }
        return phoenix.requests().stream().map(SameRequestsTest::text).toList();
      }
    }
  }

  private static String text(ReceivedRequest request) {
    Map<String, List<String>> headers = new TreeMap<>(request.headers());
    // The port is another for each server.
    headers.remove("host");
    return request.method()
        + " "
        + request.path().replaceFirst("^/server-\\d+", "")
        + "?"
        + request.query()
        + " "
        + headers
        + " "
        + request.bodyText();
  }

  private static void inKotlin(PhoenixClient client, Core.Function function, Length length)
      throws Exception {
    KCallable<?> callable = function.callable();
    Map<KParameter, Object> arguments = new LinkedHashMap<>();
    for (KParameter parameter : callable.getParameters()) {
      if (parameter.getKind() == KParameter.Kind.INSTANCE) {
        arguments.put(parameter, Samples.owner(client, function.ownerClass()));
      } else if (length.has(callable, parameter)) {
        arguments.put(
            parameter,
            "sync".equals(parameter.getName()) ? true : Samples.inKotlin(callable, parameter));
      }
    }
    if (function.isFlow()) {
      Flow<?> flow = (Flow<?>) callable.callBy(arguments);
      BuildersKt.runBlocking(EmptyCoroutineContext.INSTANCE, (scope, k) -> FlowKt.collect(flow, k));
    } else {
      BuildersKt.runBlocking(
          EmptyCoroutineContext.INSTANCE,
          (scope, k) -> KCallables.callSuspendBy(callable, arguments, k));
    }
  }

  private static void inJava(PhoenixClient client, Core.Function function, Length length, Form form)
      throws Exception {
    KCallable<?> callable = function.callable();
    Object whole =
        form == Form.ASYNC ? PhoenixAsyncClient.of(client) : PhoenixBlockingClient.of(client);
    Class<?> owner = Twins.owner(function.ownerClass(), form);
    Object target = Samples.owner(whole, owner);
    List<Class<?>> types = length.parameters(callable);
    Method twin = Twins.method(owner, Twins.name(callable, length.sync()), types);
    List<@Nullable Object> arguments = new ArrayList<>();
    List<KParameter> given =
        callable.getParameters().stream()
            .filter(parameter -> parameter.getKind() == KParameter.Kind.VALUE)
            .filter(p -> !"sync".equals(p.getName()) && length.has(callable, p))
            .toList();
    for (int i = 0; i < types.size(); i++) {
      arguments.add(
          AnnotationData.class.isAssignableFrom(types.get(i)) && Twins.isNamed(callable)
              ? Samples.annotation(types.get(i))
              : Samples.inJava(Samples.inKotlin(callable, given.get(i))));
    }
    Object result;
    try {
      result = twin.invoke(target, arguments.toArray());
    } catch (InvocationTargetException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
    if (result instanceof CompletableFuture<?> future) {
      future.get();
    } else if (result instanceof Stream<?> stream) {
      try (stream) {
        stream.forEach(item -> {});
      }
    }
  }
}
