package io.github.phoenixkt.java;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.phoenixkt.internal.InternalPhoenixApi;
import io.github.phoenixkt.java.Twins.Form;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import kotlin.Unit;
import kotlin.coroutines.Continuation;
import kotlin.reflect.KType;
import kotlin.reflect.jvm.ReflectJvmMapping;
import kotlinx.coroutines.flow.Flow;
import kotlinx.coroutines.flow.StateFlow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What Kotlin has, Java has twice. */
class ParityTest {
  static Stream<Core.Function> functions() {
    return Core.functions().stream();
  }

  @Test
  void coreIsReadWhole() {
    assertThat(Core.functions())
        .extracting(Core.Function::toString)
        .contains(
            "PhoenixClient.serverVersion()",
            "SpanAnnotationWriter.addSpanAnnotation(annotation: SpanAnnotationData, sync: boolean)",
            "SpansResource.getSpans(filter: SpanFilter, project: String, limit: Integer, cursor: String)",
            "SpansResource.querySpans(query: SpanQuery, startTime: Instant, endTime: Instant, project: String, limit: Integer, cursor: String)",
            "TracesResource.transfer(traceIds: Collection, destinationProject: String)",
            "AnnotationConfigsResource.check(annotation: AnnotationData)",
            "Upload.run()",
            "Upload.progress()")
        .hasSizeGreaterThan(95);
  }

  @ParameterizedTest
  @MethodSource("functions")
  void everyFunctionHasBothTwins(Core.Function function) throws ClassNotFoundException {
    for (Form form : Form.values()) {
      Class<?> owner = Twins.owner(function.ownerClass(), form);
      for (List<Class<?>> parameters :
          List.of(Twins.minimal(function.callable()), Twins.full(function.callable()))) {
        boolean[] names =
            Twins.hasSync(function.callable())
                ? new boolean[] {false, true}
                : new boolean[] {false};
        for (boolean sync : names) {
          Method twin = Twins.method(owner, Twins.name(function.callable(), sync), parameters);
          assertThat(result(twin.getGenericReturnType()))
              .as(twin.toGenericString())
              .isEqualTo(expected(function, form, sync));
        }
      }
    }
  }

  /** Functions that stand in no class cannot be called by the rules here: there are to be none. */
  @Test
  void noFunctionStandsAlone() {
    List<String> alone = new ArrayList<>();
    for (Class<?> type : Core.classes()) {
      if (!type.getSimpleName().endsWith("Kt") || !Modifier.isPublic(type.getModifiers())) {
        continue;
      }
      Arrays.stream(type.getMethods())
          .filter(method -> Modifier.isStatic(method.getModifiers()) && !method.isSynthetic())
          .filter(
              method ->
                  Flow.class.isAssignableFrom(method.getReturnType())
                      || List.of(method.getParameterTypes()).contains(Continuation.class))
          // The names of internal functions that are seen from outside are mangled.
          .filter(method -> !isInternal(type, method))
          .forEach(method -> alone.add(method.toString()));
    }
    assertThat(alone).isEmpty();
  }

  private static boolean isInternal(Class<?> type, Method method) {
    if (method.isAnnotationPresent(InternalPhoenixApi.class)) {
      return true;
    }
    var function = ReflectJvmMapping.getKotlinFunction(method);
    return function != null && function.getVisibility() != kotlin.reflect.KVisibility.PUBLIC;
  }

  private static String expected(Core.Function function, Form form, boolean sync) {
    KType type = function.callable().getReturnType();
    Class<?> erased = Core.erased(type);
    boolean async = form == Form.ASYNC;
    if (StateFlow.class == erased) {
      return result(ReflectJvmMapping.getJavaType(type.getArguments().get(0).getType()));
    }
    if (Flow.class == erased) {
      String item = result(ReflectJvmMapping.getJavaType(type.getArguments().get(0).getType()));
      return async ? "CompletableFuture<List<" + item + ">>" : "Stream<" + item + ">";
    }
    boolean nothing = erased == Unit.class || (Twins.hasSync(function.callable()) && !sync);
    if (nothing) {
      return async ? "CompletableFuture<Void>" : "void";
    }
    String value = result(ReflectJvmMapping.getJavaType(type));
    return async ? "CompletableFuture<" + value + ">" : value;
  }

  /** As it is written, without wildcards. */
  private static String result(Type type) {
    if (type instanceof ParameterizedType parameterized) {
      String arguments =
          String.join(
              ", ",
              Arrays.stream(parameterized.getActualTypeArguments())
                  .map(ParityTest::result)
                  .toList());
      return ((Class<?>) parameterized.getRawType()).getSimpleName() + "<" + arguments + ">";
    }
    if (type instanceof WildcardType wildcard) {
      return result(wildcard.getUpperBounds()[0]);
    }
    return type == boolean.class ? "Boolean" : ((Class<?>) type).getSimpleName();
  }

  @Test
  void theRulesSeeWhatIsMissing() {
    // The proof of the proof: a method that neither client has.
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> Twins.method(AsyncSpansResource.class, "forgotten", List.of(String.class)))
        .isInstanceOf(AssertionError.class)
        .hasMessage("AsyncSpansResource has no forgotten[String]");
  }
}
