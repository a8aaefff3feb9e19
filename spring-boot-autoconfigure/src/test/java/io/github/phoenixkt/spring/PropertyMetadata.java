package io.github.phoenixkt.spring;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.springframework.boot.json.JsonParserFactory;

/** What editors complete, written by Spring Boot's annotation processor. */
final class PropertyMetadata {
  private PropertyMetadata() {}

  /** The types of the properties by name. */
  static Map<String, String> types() {
    try (InputStream file =
        PhoenixProperties.class.getResourceAsStream(
            "/META-INF/spring-configuration-metadata.json")) {
      String json = new String(file.readAllBytes(), StandardCharsets.UTF_8);
      Map<String, String> types = new TreeMap<>();
      for (Object each :
          (List<?>) JsonParserFactory.getJsonParser().parseMap(json).get("properties")) {
        Map<?, ?> property = (Map<?, ?>) each;
        if (property.get("name").toString().startsWith("phoenix.")) {
          types.put(property.get("name").toString(), property.get("type").toString());
        }
      }
      return types;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The names of the properties of some types. */
  static Stream<String> ofTypes(Set<Class<?>> types) {
    return types().entrySet().stream()
        .filter(property -> types.stream().anyMatch(it -> it.getName().equals(property.getValue())))
        .map(Map.Entry::getKey);
  }
}
