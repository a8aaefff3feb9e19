package io.github.phoenixkt.spring;

import io.github.phoenixkt.PhoenixSettings;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where Phoenix is, and the project of the spans: what the start of an application must know. To
 * build {@link PhoenixSettings} takes longer than the rest of our start together, since it loads
 * much of Kotlin's library. If the properties have the answers, and nothing in them can be wrong,
 * the settings are built at their first use.
 */
final class Destination {
  /** Unlike that of the library, it need not match everything that is right. */
  private static final Pattern PLAIN_ENDPOINT =
      Pattern.compile(
          "https?://[a-z0-9]+([.-][a-z0-9]+)*(:([1-9]\\d{0,3}|[1-5]\\d{4}))?(/(?!v1\\b)[a-zA-Z0-9_-]+)*");

  private static final Pattern PLAIN_TEXT = Pattern.compile("[\\x21-\\x7e]+");

  private final boolean given;
  private final String endpoint;
  private final String project;
  private final Supplier<PhoenixSettings> settings;

  private Destination(
      boolean given, String endpoint, String project, Supplier<PhoenixSettings> settings) {
    this.given = given;
    this.endpoint = endpoint;
    this.project = project;
    this.settings = settings;
  }

  static Destination of(PhoenixSettings settings) {
    return new Destination(
        settings.getEndpointGiven(), settings.getEndpoint(), settings.getProject(), () -> settings);
  }

  /**
   * @param settings built only if the properties alone do not tell
   */
  static Destination of(
      PhoenixProperties properties,
      PhoenixConnectionDetails connection,
      Supplier<PhoenixSettings> settings) {
    String endpoint = connection.getEndpoint();
    String project = properties.getProject();
    return isPlain(PLAIN_ENDPOINT, endpoint)
            && isPlain(PLAIN_TEXT, project)
            && (connection.getApiKey() == null || isPlain(PLAIN_TEXT, connection.getApiKey()))
            && connection.getHeaders().isEmpty()
            && hasDefaults(properties)
            && properties.getRetry().hasDefaults()
        ? new Destination(true, endpoint, project, settings)
        : of(settings.get());
  }

  private static boolean isPlain(Pattern pattern, @Nullable String text) {
    return text != null && pattern.matcher(text).matches();
  }

  private static boolean hasDefaults(PhoenixProperties properties) {
    return Stream.of(
            properties.getMaxConcurrentCalls(),
            properties.getTimeouts().getConnect(),
            properties.getTimeouts().getRequest(),
            properties.getSsl().getBundle())
        .allMatch(Objects::isNull);
  }

  /** Whether somebody has said where Phoenix is. */
  boolean isGiven() {
    return given;
  }

  String endpoint() {
    return endpoint;
  }

  String project() {
    return project;
  }

  /** Those with which spans are sent. */
  PhoenixSettings settings() {
    return settings.get();
  }
}
