package io.github.phoenixkt.java;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The classes of this module. */
final class Published {
  private Published() {}

  static List<Class<?>> classes() {
    try {
      Path root =
          Path.of(
              PhoenixAsyncClient.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      try (Stream<Path> files = Files.walk(root)) {
        return files
            .map(file -> root.relativize(file).toString())
            .filter(name -> name.endsWith(".class") && !name.endsWith("package-info.class"))
            .<Class<?>>map(Published::loaded)
            .toList();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Class<?> loaded(String name) {
    try {
      return Class.forName(name.replace(".class", "").replace('/', '.'));
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
