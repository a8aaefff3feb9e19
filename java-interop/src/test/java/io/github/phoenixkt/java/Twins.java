package io.github.phoenixkt.java;

import io.github.phoenixkt.PhoenixClient;
import io.github.phoenixkt.annotations.AnnotationQuery;
import io.github.phoenixkt.annotations.SessionAnnotationData;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.annotations.SpanDocumentAnnotationData;
import io.github.phoenixkt.annotations.TraceAnnotationData;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import kotlin.reflect.KCallable;
import kotlin.reflect.KParameter;
import kotlinx.coroutines.flow.Flow;

/** How a function of core is called in Java: all rules of naming are here. */
final class Twins {
  private static final Map<String, Class<?>> DATA =
      Map.of(
          "addSpanAnnotation", SpanAnnotationData.class,
          "addDocumentAnnotation", SpanDocumentAnnotationData.class,
          "addTraceAnnotation", TraceAnnotationData.class,
          "addSessionAnnotation", SessionAnnotationData.class);

  private Twins() {}

  /** One of the two Java forms. */
  enum Form {
    ASYNC("Async"),
    BLOCKING("Blocking");

    final String prefix;

    Form(String prefix) {
      this.prefix = prefix;
    }
  }

  /** Not the same as {@code sync}: whether it is the name for the call that stores. */
  static String name(KCallable<?> function, boolean sync) {
    return function.getName() + (sync ? "Sync" : "");
  }

  /** Whether one function of core is two in Java. */
  static boolean hasSync(KCallable<?> function) {
    return function.getParameters().stream().anyMatch(p -> "sync".equals(p.getName()));
  }

  /** The named-parameter form of Kotlin, whose Java form is a builder. */
  static boolean isNamed(KCallable<?> function) {
    return function.getParameters().stream().anyMatch(p -> "metadata".equals(p.getName()));
  }

  static boolean isNamedRead(KCallable<?> function) {
    return function.getParameters().stream().anyMatch(p -> "identifiers".equals(p.getName()));
  }

  static Class<?> owner(Class<?> core, Form form) throws ClassNotFoundException {
    String name =
        core == PhoenixClient.class
            ? "Phoenix" + form.prefix + "Client"
            : form.prefix + core.getSimpleName();
    return Class.forName(PhoenixAsyncClient.class.getPackageName() + "." + name);
  }

  /** The parameters of the shortest call that Java has. */
  static List<Class<?>> minimal(KCallable<?> function) {
    if (isNamed(function)) {
      return List.of(DATA.get(function.getName()));
    }
    if (isNamedRead(function)) {
      return List.of(Collection.class);
    }
    return parameters(function).stream()
        .filter(parameter -> !parameter.isOptional())
        .<Class<?>>map(Twins::inJava)
        .toList();
  }

  /** Whether the longest call of Java has the parameters of Kotlin, one for one. */
  static boolean hasAllParameters(KCallable<?> function) {
    return !isNamed(function)
        && !isNamedRead(function)
        && full(function).size() == parameters(function).size();
  }

  /** The parameters of the longest call that Java has. */
  static List<Class<?>> full(KCallable<?> function) {
    if (isNamed(function)) {
      return minimal(function);
    }
    if (isNamedRead(function)) {
      return List.of(AnnotationQuery.class, String.class, int.class);
    }
    List<Class<?>> types = new ArrayList<>();
    boolean deletes = parameters(function).stream().anyMatch(p -> "range".equals(p.getName()));
    for (KParameter parameter : parameters(function)) {
      boolean narrows =
          deletes && List.of("name", "identifier", "annotatorKind").contains(parameter.getName());
      Class<?> type = narrows ? DeleteFilter.class : inJava(parameter);
      if (!narrows || !types.contains(type)) {
        types.add(type);
      }
    }
    return types;
  }

  private static List<KParameter> parameters(KCallable<?> function) {
    return function.getParameters().stream()
        .filter(parameter -> parameter.getKind() == KParameter.Kind.VALUE)
        .filter(parameter -> !"sync".equals(parameter.getName()))
        .toList();
  }

  private static Class<?> inJava(KParameter parameter) {
    Class<?> type = Core.erased(parameter.getType());
    if (type == Iterable.class || type == List.class) {
      return Collection.class;
    }
    if (type == Integer.class) {
      return int.class;
    }
    return type == Flow.class ? Stream.class : type;
  }

  /** Throws, naming what is missing, when there is no such method. */
  static Method method(Class<?> owner, String name, List<Class<?>> parameters) {
    try {
      return owner.getMethod(name, parameters.toArray(Class<?>[]::new));
    } catch (NoSuchMethodException e) {
      throw new AssertionError(
          owner.getSimpleName()
              + " has no "
              + name
              + Arrays.toString(parameters.stream().map(Class::getSimpleName).toArray()),
          e);
    }
  }
}
