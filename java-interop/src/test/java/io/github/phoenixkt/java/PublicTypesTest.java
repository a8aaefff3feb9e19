package io.github.phoenixkt.java;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.phoenixkt.PhoenixClient;
import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.annotations.InvalidAnnotationsException;
import io.github.phoenixkt.configs.CategoricalAnnotationConfig;
import io.github.phoenixkt.queue.AnnotationQueue;
import io.github.phoenixkt.spans.SpanFilter;
import io.github.phoenixkt.upload.RowOutcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import kotlin.jvm.JvmClassMappingKt;
import kotlin.reflect.KFunction;
import kotlin.reflect.KVisibility;
import kotlin.reflect.jvm.ReflectJvmMapping;
import org.junit.jupiter.api.Test;

/** Java sees no type of Kotlin, except where {@code kotlin-types.txt} says why. */
class PublicTypesTest {
  private final Set<String> found = new TreeSet<>();
  private final Set<Class<?>> seen = new HashSet<>();
  private final Deque<Class<?>> open = new ArrayDeque<>();

  @Test
  void noTypeOfKotlinIsSeenUnlessItIsMeantToBe() {
    Published.classes().stream()
        .filter(type -> Modifier.isPublic(type.getModifiers()))
        .forEach(this::look);
    // Unchecked: no signature names them.
    Stream.of(PhoenixException.class, InvalidAnnotationsException.class).forEach(this::look);
    while (!open.isEmpty()) {
      lookInto(open.pop());
    }
    assertThat(seen)
        .hasSizeGreaterThan(100)
        .contains(
            SpanFilter.class,
            PhoenixException.NotFound.class,
            RowOutcome.MissingTarget.class,
            CategoricalAnnotationConfig.Builder.class);
    assertThat(found).containsExactlyInAnyOrderElementsOf(intended());
  }

  /** The Kotlin client and its queue are there to be shared, not to be called from Java. */
  private void look(Class<?> type) {
    if (type != PhoenixClient.class && type != AnnotationQueue.class && seen.add(type)) {
      open.push(type);
    }
  }

  private void lookInto(Class<?> type) {
    // What a method gives can be any of these, though only their parent is named.
    JvmClassMappingKt.getKotlinClass(type).getSealedSubclasses().stream()
        .map(JvmClassMappingKt::getJavaClass)
        .filter(child -> Modifier.isPublic(child.getModifiers()))
        .forEach(this::look);
    Stream.<Member>of(type.getConstructors()).forEach(member -> lookAt(type, member));
    Stream.<Member>of(type.getDeclaredMethods()).forEach(member -> lookAt(type, member));
    Stream.<Member>of(type.getDeclaredFields()).forEach(member -> lookAt(type, member));
    Stream.concat(
            Stream.ofNullable(type.getGenericSuperclass()),
            Arrays.stream(type.getGenericInterfaces()))
        .forEach(parent -> lookAt(parent, type.getName() + " itself"));
  }

  private void lookAt(Class<?> owner, Member member) {
    if (!Modifier.isPublic(member.getModifiers()) || member.isSynthetic() || isInternal(member)) {
      return;
    }
    String name =
        owner.getName() + "." + (member instanceof Constructor ? "new" : member.getName());
    AccessibleObject object = (AccessibleObject) member;
    if (object instanceof Executable executable) {
      Arrays.stream(executable.getGenericParameterTypes()).forEach(type -> lookAt(type, name));
      Arrays.stream(executable.getGenericExceptionTypes()).forEach(type -> lookAt(type, name));
      if (executable instanceof Method method) {
        lookAt(method.getGenericReturnType(), name);
      } else {
        assertThat(executable).isInstanceOf(Constructor.class);
      }
    } else {
      lookAt(((Field) object).getGenericType(), name);
    }
  }

  /** Public for the JVM, but not for Kotlin, whose compiler gives it a name that no one writes. */
  private static boolean isInternal(Member member) {
    KFunction<?> function = null;
    if (member instanceof Constructor<?> constructor) {
      function = ReflectJvmMapping.getKotlinFunction(constructor);
    }
    return member.getName().contains("$phoenix_kt")
        || (function != null && function.getVisibility() != KVisibility.PUBLIC);
  }

  private void lookAt(Type type, String where) {
    if (type instanceof Class<?> plain) {
      String name = plain.getName();
      if (name.startsWith("kotlin.")
          || name.startsWith("kotlinx.")
          || name.startsWith("io.ktor.")) {
        boolean everyEnum = where.endsWith(".getEntries");
        found.add((everyEnum ? "(every enum).getEntries" : where) + " " + name);
      } else if (name.startsWith("io.github.phoenixkt.")) {
        look(plain);
      }
      if (plain.isArray()) {
        lookAt(plain.getComponentType(), where);
      }
    } else if (type instanceof ParameterizedType parameterized) {
      lookAt(parameterized.getRawType(), where);
      Arrays.stream(parameterized.getActualTypeArguments()).forEach(part -> lookAt(part, where));
    } else if (type instanceof WildcardType wildcard) {
      Arrays.stream(wildcard.getUpperBounds()).forEach(bound -> lookAt(bound, where));
      Arrays.stream(wildcard.getLowerBounds()).forEach(bound -> lookAt(bound, where));
    } else if (type instanceof GenericArrayType array) {
      lookAt(array.getGenericComponentType(), where);
    } else {
      assertThat(type).isInstanceOf(TypeVariable.class);
    }
  }

  private static List<String> intended() {
    try (var file = PublicTypesTest.class.getResourceAsStream("/kotlin-types.txt")) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
