package io.github.phoenixkt.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.phoenixkt.PhoenixEnvironment;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.opentelemetry.SpanFeedback;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** The table of properties in docs/spring-boot.md is complete, and its defaults are right. */
class PropertyTableTest {
  private static final Pattern ROW =
      Pattern.compile("^\\| `(phoenix\\.[a-z.-]+)` \\| (?:`([^`]+)`|none) \\|", Pattern.MULTILINE);

  /** The defaults by property; an empty one where the table says that there is none. */
  private final Map<String, String> table = table();

  @Test
  void itHasEveryProperty() {
    assertThat(table.keySet())
        .containsExactlyInAnyOrderElementsOf(PropertyMetadata.types().keySet());
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
}
