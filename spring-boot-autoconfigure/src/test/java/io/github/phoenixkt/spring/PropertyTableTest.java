package io.github.phoenixkt.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.phoenixkt.PhoenixEnvironment;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.opentelemetry.SpanFeedback;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.json.JsonParserFactory;

/** The table of properties in docs/spring-boot.md is complete, and its defaults are right. */
class PropertyTableTest {
  private static final Pattern ROW =
      Pattern.compile("^\\| `(phoenix\\.[a-z.-]+)` \\| (?:`([^`]+)`|none) \\|", Pattern.MULTILINE);

  /** The defaults by property; an empty one where the table says that there is none. */
  private final Map<String, String> table = table();

  @Test
  void itHasEveryProperty() throws IOException {
    assertThat(table.keySet()).containsExactlyInAnyOrderElementsOf(metadata());
  }

  @Test
  void itsDefaultsAreThoseOfTheLibrary() {
    table.values().removeIf(String::isEmpty);
    PhoenixProperties shown =
        new Binder(new MapConfigurationPropertySource(table))
            .bind("phoenix", PhoenixProperties.class)
            .get();
    PhoenixProperties none = new PhoenixProperties();

    assertThat(settings(shown).getEndpoint()).isEqualTo(settings(none).getEndpoint());
    assertThat(settings(shown).getProject()).isEqualTo(settings(none).getProject());
    assertThat(settings(shown).getMaxConcurrentCalls())
        .isEqualTo(settings(none).getMaxConcurrentCalls());
    assertSame(settings(shown).getTimeouts(), settings(none).getTimeouts());
    assertSame(settings(shown).getRetry(), settings(none).getRetry());
    assertSame(
        SettingsMapping.queue(shown.getQueue(), null),
        SettingsMapping.queue(none.getQueue(), null));
    assertThat(shown.getFeedback().getAwaitTarget()).isEqualTo(SpanFeedback.DEFAULT_AWAIT_TARGET);
    assertSame(shown.getTracing(), none.getTracing());
    assertSame(shown.getHealth(), none.getHealth());
  }

  @Test
  void onlyThesePropertiesHaveNoDefault() {
    table.values().removeIf(value -> !value.isEmpty());
    assertThat(table.keySet())
        .containsExactlyInAnyOrder(
            "phoenix.api-key", "phoenix.headers", "phoenix.ssl.bundle", "phoenix.queue.spool");
  }

  private static void assertSame(Object shown, Object actual) {
    assertThat(shown).usingRecursiveComparison().isEqualTo(actual);
  }

  private static PhoenixSettings settings(PhoenixProperties properties) {
    return SettingsMapping.settings(properties, new PropertiesConnectionDetails(properties))
        .environment(PhoenixEnvironment.empty())
        .build();
  }

  private static Map<String, String> table() {
    Path checkout =
        Stream.iterate(Path.of("").toAbsolutePath(), Path::getParent)
            .filter(folder -> Files.exists(folder.resolve("mkdocs.yml")))
            .findFirst()
            .orElseThrow();
    Map<String, String> rows = new TreeMap<>();
    try {
      Matcher row = ROW.matcher(Files.readString(checkout.resolve("docs/spring-boot.md")));
      while (row.find()) {
        rows.put(row.group(1), row.group(2) == null ? "" : row.group(2));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }

  /** What editors complete, written by Spring Boot's annotation processor. */
  private static List<String> metadata() throws IOException {
    try (InputStream file =
        PhoenixProperties.class.getResourceAsStream(
            "/META-INF/spring-configuration-metadata.json")) {
      String json = new String(file.readAllBytes(), StandardCharsets.UTF_8);
      List<?> properties =
          (List<?>) JsonParserFactory.getJsonParser().parseMap(json).get("properties");
      return properties.stream()
          .map(property -> (String) ((Map<?, ?>) property).get("name"))
          .filter(name -> name.startsWith("phoenix."))
          .toList();
    }
  }
}
