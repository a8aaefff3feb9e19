package io.github.phoenixkt.java;

import io.github.phoenixkt.PhoenixClient;
import io.github.phoenixkt.internal.InternalPhoenixApi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import kotlin.Metadata;
import kotlin.jvm.JvmClassMappingKt;
import kotlin.reflect.KCallable;
import kotlin.reflect.KClass;
import kotlin.reflect.KVisibility;
import kotlin.reflect.jvm.KTypesJvm;
import kotlinx.coroutines.flow.Flow;

/** What core offers, read from its classes. */
final class Core {
  /** The kind of a Kotlin class file that is a class; others hold top-level functions. */
  private static final int IS_CLASS = 1;

  private Core() {}

  /** A function that waits or streams, of one public class or interface. */
  record Function(KClass<?> owner, KCallable<?> callable) {
    Class<?> ownerClass() {
      return JvmClassMappingKt.getJavaClass(owner);
    }

    boolean isFlow() {
      return Flow.class.isAssignableFrom(erased(callable.getReturnType()));
    }

    @Override
    public String toString() {
      List<String> parameters = new ArrayList<>();
      callable.getParameters().stream()
          .filter(parameter -> parameter.getName() != null)
          .forEach(
              parameter ->
                  parameters.add(
                      parameter.getName() + ": " + erased(parameter.getType()).getSimpleName()));
      return owner.getSimpleName()
          + "."
          + callable.getName()
          + "("
          + String.join(", ", parameters)
          + ")";
    }
  }

  static Class<?> erased(kotlin.reflect.KType type) {
    return JvmClassMappingKt.getJavaClass(KTypesJvm.getJvmErasure(type));
  }

  /** Every public suspend function, and everything public that gives a flow. */
  static List<Function> functions() {
    List<Function> functions = new ArrayList<>();
    for (Class<?> type : classes()) {
      Metadata metadata = type.getAnnotation(Metadata.class);
      if (metadata == null || metadata.k() != IS_CLASS || type.isAnonymousClass()) {
        continue;
      }
      KClass<?> owner = JvmClassMappingKt.getKotlinClass(type);
      if (owner.getVisibility() != KVisibility.PUBLIC
          || type.isAnnotationPresent(InternalPhoenixApi.class)) {
        continue;
      }
      for (KCallable<?> callable : owner.getMembers()) {
        Function function = new Function(owner, callable);
        if (callable.getVisibility() == KVisibility.PUBLIC
            && (callable.isSuspend() || function.isFlow())) {
          functions.add(function);
        }
      }
    }
    return functions;
  }

  /** All classes of core, whatever their visibility. */
  static List<Class<?>> classes() {
    try {
      URI location =
          PhoenixClient.class.getProtectionDomain().getCodeSource().getLocation().toURI();
      Path path = Path.of(location);
      if (Files.isDirectory(path)) {
        return classesBelow(path);
      }
      try (FileSystem jar = FileSystems.newFileSystem(path)) {
        return classesBelow(jar.getPath("/"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Class<?>> classesBelow(Path root) throws IOException {
    List<Class<?>> classes = new ArrayList<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = root.relativize(file).toString();
        if (name.endsWith(".class") && !name.startsWith("META-INF")) {
          classes.add(loaded(name.replace(".class", "").replace('/', '.')));
        }
      }
    }
    return classes;
  }

  private static Class<?> loaded(String name) {
    try {
      return Class.forName(name, false, Core.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
