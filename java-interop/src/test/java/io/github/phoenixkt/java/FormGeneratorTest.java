package io.github.phoenixkt.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FormGeneratorTest {
  private static final Path MODULE = Path.of("");

  @Test
  void theGeneratedFilesAreUpToDate() throws IOException {
    Map<String, String> wanted = new FormGenerator(MODULE).generate();
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> files = Files.list(FormGenerator.GENERATED)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        found.put(file.getFileName().toString(), withoutLayout(Files.readString(file)));
      }
    }
    wanted.replaceAll((name, source) -> withoutLayout(source));
    assertThat(found).as("If the change is wanted: scripts/update-api").isEqualTo(wanted);
  }

  /** Layout is the formatter's. */
  private static String withoutLayout(String source) {
    return source.replaceAll("(?m)^\\s*\\*(?!/)", "").replaceAll("\\s", "");
  }

  @Test
  void theBlockingFormDoesNotSpeakOfFutures() throws IOException {
    new FormGenerator(MODULE)
        .generate()
        .forEach(
            (name, source) -> {
              if (name.startsWith("Blocking")) {
                assertThat(source).as(name).doesNotContainPattern("(?i)future|completes|cancel");
              }
            });
  }

  @Test
  void everyRuleHolds(@TempDir Path module) throws IOException {
    Map<String, String> files =
        generated(
            module,
            """
            package io.github.phoenixkt.java;

            import io.github.phoenixkt.Page;
            import java.util.List;
            import java.util.concurrent.CompletableFuture;
            import org.jspecify.annotations.Nullable;

            /** Things. */
            public interface AsyncThingsResource {
              /**
               * Reads things. See {@link PhoenixAsyncClient}.
               *
               * <p>Fails with {@link A.B} if there is no a.b; with {@link C} if not. It says which.
               *
               * <p><b>Futures.</b> They end.
               *
               * @param limit how many
               * @return completes with the things
               */
              CompletableFuture<List<Thing>> list(@Nullable String name, int limit);

              /** Reads a page. */
              CompletableFuture<Page<Thing>> listPage(Map<String, Long> sizes, String cursor);

              /**
               * Adds things.
               *
               * @return completes once they are added
               */
              default CompletableFuture<@Nullable Void> add(DeleteFilter filter) {
                throw new UnsupportedOperationException("add");
              }

              /** Adds things in time. */
              default CompletableFuture<@Nullable Void> addAll() {
                return add(DeleteFilter.NONE);
              }

              /** Whether they are there. */
              CompletableFuture<Boolean> add(Collection<Thing> things, DeleteFilter filter);
            }
            """);
    assertThat(files)
        .containsOnlyKeys(
            "BlockingThingsResource.java",
            "DefaultAsyncThingsResource.java",
            "DefaultBlockingThingsResource.java");
    assertThat(files.get("BlockingThingsResource.java"))
        .contains(
            "import io.github.phoenixkt.Page;\nimport java.util.stream.Stream;\n",
            """
            /**
             * Reads things. See {@link PhoenixBlockingClient}.
             *\s
             * @param limit how many
             * @return a stream that fetches pages while you read it; close it unless you read it to its end
             * @throws A.B if there is no a.b
             * @throws C if not. It says which.
             */
            Stream<Thing> list(@Nullable String name, int limit);
            """,
            "Page<Thing> listPage(Map<String, Long> sizes, String cursor);",
            "/**\n * Adds things.\n */\ndefault void add(DeleteFilter filter){",
            "default void addAll(){\n    add(DeleteFilter.NONE);\n  }",
            "boolean add(Collection<Thing> things, DeleteFilter filter);")
        .doesNotContain("CompletableFuture", "Futures");
    assertThat(files.get("DefaultAsyncThingsResource.java"))
        .contains(
            "return calls.list(() -> calls.client.getThings().list(name, Limits.total(limit)));",
            "requireNonNull(sizes, \"sizes\");\nrequireNonNull(cursor, \"cursor\");\n",
            "return calls.call(k -> calls.client.getThings().listPage(sizes, cursor, k));",
            // What the shorter overload does not have.
            "getThings().add(null, filter.name(), filter.identifier(), filter.annotatorKind(), k)",
            "List<Thing> thingsCopy = Checks.copyOf(things, \"things\");")
        .doesNotContain("addAll");
    assertThat(files.get("DefaultBlockingThingsResource.java"))
        .contains(
            "return FlowStream.of(async.calls, async.calls.client.getThings().list(name, Limits.total(limit)));",
            "public void add(DeleteFilter filter) {\nawait(() -> async.add(filter));\n}",
            "return await(() -> async.add(things, filter));");
  }

  @Test
  void whatItDoesNotUnderstandIsNamed(@TempDir Path module) {
    String source =
        "\npublic interface AsyncThing {\n  int size();\n}\n"; // The interface has no Javadoc.
    assertThatThrownBy(() -> generated(module, source))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("AsyncThing");
  }

  private static Map<String, String> generated(Path module, String source) throws IOException {
    Path folder = Files.createDirectories(module.resolve(FormGenerator.SOURCES));
    Files.writeString(folder.resolve("AsyncThingsResource.java"), source);
    return new FormGenerator(module).generate();
  }
}
