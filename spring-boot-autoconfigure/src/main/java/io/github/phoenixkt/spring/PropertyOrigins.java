package io.github.phoenixkt.spring;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.util.StringUtils;

/**
 * Which file or variable sets a property. The client cannot know: to it, a value of a property is a
 * setting in code. Values are left out, because some are secrets.
 */
final class PropertyOrigins {
  private static final ConfigurationPropertyName PROJECT =
      ConfigurationPropertyName.of("phoenix.project");
  private static final List<ConfigurationPropertyName> CONNECTION =
      List.of(
          ConfigurationPropertyName.of("phoenix.endpoint"),
          ConfigurationPropertyName.of("phoenix.api-key"));
  private static final ConfigurationPropertyName HEADERS =
      ConfigurationPropertyName.of("phoenix.headers");

  private final ConfigurableEnvironment environment;
  private final List<ConfigurationPropertySource> sources;

  PropertyOrigins(ConfigurableEnvironment environment) {
    this.environment = environment;
    List<ConfigurationPropertySource> all = new ArrayList<>();
    ConfigurationPropertySources.from(environment.getPropertySources()).forEach(all::add);
    sources = all;
  }

  /**
   * @param connection what the client connects to; without the properties, only the project counts
   */
  Map<String, String> of(PhoenixConnectionDetails connection) {
    Stream<ConfigurationPropertyName> names =
        connection instanceof PropertiesConnectionDetails
            ? Stream.of(CONNECTION.stream(), headers(), Stream.of(PROJECT)).flatMap(it -> it)
            : Stream.of(PROJECT);
    Map<String, String> origins = new LinkedHashMap<>();
    names.forEach(
        name ->
            sources.stream()
                .flatMap(source -> Stream.ofNullable(source.getConfigurationProperty(name)))
                .findFirst()
                .filter(this::hasText)
                .ifPresent(found -> origins.put(name.toString(), origin(found))));
    return origins;
  }

  private Stream<ConfigurationPropertyName> headers() {
    return sources.stream()
        .filter(IterableConfigurationPropertySource.class::isInstance)
        .flatMap(source -> ((IterableConfigurationPropertySource) source).stream())
        .filter(HEADERS::isAncestorOf);
  }

  /** A blank value counts as none. */
  private boolean hasText(ConfigurationProperty property) {
    return StringUtils.hasText(
        environment.resolvePlaceholders(String.valueOf(property.getValue())));
  }

  private static String origin(ConfigurationProperty property) {
    if (property.getOrigin() == null) {
      return "unknown";
    }
    return masked(property.getOrigin().toString());
  }

  /** The URL of an imported configuration may have a password or a token in it. */
  static String masked(String origin) {
    return origin.replaceAll("//[^/@\\s]*@", "//***@").replaceAll("\\?[^]\\s]*", "?***");
  }
}
