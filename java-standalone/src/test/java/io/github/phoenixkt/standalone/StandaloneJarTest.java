package io.github.phoenixkt.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Reads the jar as users get it, with nothing beside it but what its POM names. */
class StandaloneJarTest {
  private static final Path JAR = Path.of(System.getProperty("standalone.jar"));
  private static final String SHADED = "io.github.phoenixkt.shaded.";

  /** An engine of the caller's own, which is for Kotlin, and what Kotlin calls internal. */
  private static final Set<String> FOR_KOTLIN_ONLY =
      Set.of(
          "io.github.phoenixkt.PhoenixEnvironment.new",
          "io.github.phoenixkt.PhoenixSettings.getEngine",
          "io.github.phoenixkt.PhoenixSettings$Builder.engine");

  @Test
  void thereIsNothingOfAnyoneElseInIt() throws IOException {
    assertThat(entries())
        .hasSizeGreaterThan(3_000)
        .allMatch(name -> name.startsWith("io/github/phoenixkt/") || name.startsWith("META-INF/"))
        .noneMatch(name -> name.startsWith("META-INF/versions/"));
  }

  @Test
  void noServiceIsNamedByAnOldName() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      List<String> services =
          jar.stream()
              .map(JarEntry::getName)
              .filter(name -> name.startsWith("META-INF/services/") && !name.endsWith("/"))
              .toList();
      assertThat(services)
          .allMatch(name -> name.startsWith("META-INF/services/io.github.phoenixkt."));
      for (String service : services) {
        try (var in = jar.getInputStream(jar.getEntry(service))) {
          assertThat(new String(in.readAllBytes()).lines().filter(line -> !line.isBlank()))
              .allMatch(line -> line.startsWith("io.github.phoenixkt."));
        }
      }
    }
  }

  @Test
  void javaCallersNeedNoTypeThatWasMoved() throws Exception {
    List<String> found = new ArrayList<>();
    try (URLClassLoader loader = loader()) {
      for (String name : classes("io/github/phoenixkt/java/")) {
        found.addAll(moved(loader.loadClass(name)));
      }
      assertThat(found).isEmpty();
      for (String name :
          List.of(
              "io.github.phoenixkt.PhoenixSettings",
              "io.github.phoenixkt.PhoenixSettings$Builder",
              "io.github.phoenixkt.RetrySettings$Builder",
              "io.github.phoenixkt.CallOptions$Builder",
              "io.github.phoenixkt.PhoenixEnvironment",
              "io.github.phoenixkt.PhoenixException",
              "io.github.phoenixkt.annotations.SpanAnnotationData",
              "io.github.phoenixkt.annotations.SpanAnnotationData$Builder",
              "io.github.phoenixkt.annotations.StoredAnnotation",
              "io.github.phoenixkt.spans.SpanFilter",
              "io.github.phoenixkt.spans.StoredSpan",
              "io.github.phoenixkt.upload.UploadOptions$Builder",
              "io.github.phoenixkt.upload.UploadReport")) {
        found.addAll(moved(loader.loadClass(name)));
      }
    }
    assertThat(new TreeSet<>(found)).isEqualTo(new TreeSet<>(FOR_KOTLIN_ONLY));
  }

  /** The members of it that Java can call and that name a type under a name of ours. */
  private static List<String> moved(Class<?> type) {
    List<String> found = new ArrayList<>();
    if (!Modifier.isPublic(type.getModifiers())) {
      return found;
    }
    Stream<Member> members =
        Stream.of(
                type.getDeclaredConstructors(), type.getDeclaredMethods(), type.getDeclaredFields())
            .flatMap(Stream::of);
    members
        .filter(member -> Modifier.isPublic(member.getModifiers()) && !member.isSynthetic())
        .filter(member -> !member.getName().contains("$"))
        .filter(member -> typesOf(member).anyMatch(StandaloneJarTest::isMoved))
        .forEach(member -> found.add(type.getName() + "." + simpleName(member)));
    return found;
  }

  private static String simpleName(Member member) {
    return member instanceof Constructor ? "new" : member.getName();
  }

  private static Stream<Type> typesOf(Member member) {
    AnnotatedElement element = (AnnotatedElement) member;
    if (element instanceof Field field) {
      return Stream.of(field.getGenericType());
    }
    Executable executable = (Executable) element;
    Stream<Type> parameters = Stream.of(executable.getGenericParameterTypes());
    return executable instanceof Method method
        ? Stream.concat(parameters, Stream.of(method.getGenericReturnType()))
        : parameters;
  }

  private static boolean isMoved(Type type) {
    if (type instanceof Class<?> plain) {
      return plain.getName().contains(SHADED);
    }
    if (type instanceof ParameterizedType parameterized) {
      return isMoved(parameterized.getRawType())
          || Stream.of(parameterized.getActualTypeArguments()).anyMatch(StandaloneJarTest::isMoved);
    }
    if (type instanceof WildcardType wildcard) {
      return Stream.of(wildcard.getUpperBounds(), wildcard.getLowerBounds())
          .flatMap(Stream::of)
          .anyMatch(StandaloneJarTest::isMoved);
    }
    return type instanceof GenericArrayType array && isMoved(array.getGenericComponentType());
  }

  /** slf4j-api and jspecify, and the JDK: what a user of the jar has. */
  private static URLClassLoader loader() throws IOException {
    List<URL> urls = new ArrayList<>();
    urls.add(JAR.toUri().toURL());
    for (String file : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (file.contains("slf4j-api") || file.contains("jspecify")) {
        urls.add(Path.of(file).toUri().toURL());
      }
    }
    assertThat(urls).hasSize(3);
    return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
  }

  private static List<String> classes(String folder) {
    try {
      return entries().stream()
          .filter(name -> name.startsWith(folder) && name.endsWith(".class"))
          .filter(name -> !name.endsWith("package-info.class"))
          .map(name -> name.replace(".class", "").replace('/', '.'))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> entries() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      return jar.stream().filter(entry -> !entry.isDirectory()).map(JarEntry::getName).toList();
    }
  }
}
