package io.github.phoenixkt.spark.options;

import static io.github.phoenixkt.internal.Messages.forMessage;

import io.github.phoenixkt.internal.InternalPhoenixApi;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The options of one read or write as Spark passes them: those of the call, and the defaults from
 * {@code spark.datasource.phoenix.*}. All are checked on the driver. Every refusal is an {@link
 * IllegalArgumentException}, which PySpark shows as an error of its own.
 */
@InternalPhoenixApi
public final class Options {
  /** What Spark adds to the options of a call. */
  private static final Set<String> SPARKS_OWN = Set.of("checkpointlocation", "queryname");

  /** Headers that carry secrets under names that Spark does not take for secret. */
  private static final Set<String> SECRET_HEADERS =
      Set.of("authorization", "proxy-authorization", "cookie", "api_key", "api-key", "x-api-key");

  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|min|h)?");

  private final Map<String, String> values;

  private Options(Map<String, String> values) {
    this.values = values;
  }

  /**
   * Checks the names of options.
   *
   * @param given the options by name, in any case
   * @return the options
   * @throws IllegalArgumentException if one of them is unknown
   */
  public static Options of(Map<String, String> given) {
    Map<String, String> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    values.putAll(given);
    values.keySet().forEach(Options::requireKnown);
    return new Options(values);
  }

  private static void requireKnown(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (Option.of(name).isPresent()
        || SPARKS_OWN.contains(lower)
        || lower.startsWith(Option.SECRET_HEADER.toLowerCase(Locale.ROOT))) {
      return;
    }
    if (lower.startsWith(Option.HEADER)) {
      String header = lower.substring(Option.HEADER.length());
      if (SECRET_HEADERS.contains(header)) {
        throw new IllegalArgumentException(
            "Spark would show the value of the option %s in plans and in its UI: use the option %s%s."
                .formatted(name, Option.SECRET_HEADER, header));
      }
      return;
    }
    throw new IllegalArgumentException(refusalOf(name, lower));
  }

  private static String refusalOf(String name, String lower) {
    String shown = forMessage(name);
    if (lower.equals("apikey") || lower.equals("api_key") || lower.equals("api.key")) {
      return "Spark would show the value of the option "
          + shown
          + " in plans and in its UI: use the option token, which Spark hides, or set PHOENIX_API_KEY"
          + " in the environment of the driver.";
    }
    if (lower.equals("path") || lower.equals("paths")) {
      return "Phoenix has no paths: call save() or load() without one, and say what to read with the"
          + " option table, and what to write with the option target.";
    }
    // What Spark adds for a table of its catalog.
    if (lower.equals("owner") || lower.startsWith("option.")) {
      return "Phoenix cannot be a table of a catalog: write with save(), read with load(), or use CREATE"
          + " TEMPORARY VIEW … USING phoenix OPTIONS (…) in SQL.";
    }
    String known =
        Arrays.stream(Option.values()).map(Option::text).collect(Collectors.joining(", "));
    return "Phoenix has no option "
        + shown
        + Option.nearest(name)
            .map(nearest -> ": did you mean " + nearest + "?")
            .orElse(". The options are " + known + ", header.<name> and secretHeader.<name>.");
  }

  /**
   * Returns the value of an option.
   *
   * @param option the option
   * @return its value without white space around it, or nothing if it is not set or blank
   */
  public Optional<String> text(Option option) {
    return Optional.ofNullable(values.get(option.text()))
        .map(String::strip)
        .filter(text -> !text.isEmpty());
  }

  /**
   * Returns a whole number.
   *
   * @param option the option
   * @param least the least that it may be
   * @param most the most that it may be
   * @return its value, or nothing if it is not set
   * @throws IllegalArgumentException if it is not such a number
   */
  public Optional<Integer> integer(Option option, int least, int most) {
    return text(option)
        .map(
            text -> {
              try {
                int number = Integer.parseInt(text);
                if (number >= least && number <= most) {
                  return number;
                }
              } catch (NumberFormatException e) {
                // Refused below.
              }
              throw refuse(option, text, "a whole number from %d to %d".formatted(least, most));
            });
  }

  /**
   * Returns true or false.
   *
   * @param option the option
   * @param otherwise the value if the option is not set
   * @return its value
   * @throws IllegalArgumentException if it is neither
   */
  public boolean flag(Option option, boolean otherwise) {
    return oneOf(option, List.of(true, false)).orElse(otherwise);
  }

  /**
   * Returns a duration: {@code 30s}, {@code 2m}, {@code 500ms}, or a number of seconds.
   *
   * @param option the option
   * @param least the least that it may be, as users write it
   * @param most the most that it may be, as users write it
   * @return its value, or nothing if it is not set
   * @throws IllegalArgumentException if it is no such duration
   */
  public Optional<Duration> duration(Option option, String least, String most) {
    return text(option)
        .map(
            text ->
                parse(text)
                    .filter(duration -> duration.compareTo(parse(least).orElseThrow()) >= 0)
                    .filter(duration -> duration.compareTo(parse(most).orElseThrow()) <= 0)
                    .orElseThrow(
                        () ->
                            refuse(
                                option,
                                text,
                                "a duration from %s to %s, for example 500ms, 30s or 2m"
                                    .formatted(least, most))));
  }

  private static Optional<Duration> parse(String text) {
    Matcher matcher = DURATION.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long number = Long.parseLong(matcher.group(1));
    String unit = Optional.ofNullable(matcher.group(2)).orElse("s");
    return Optional.of(
        switch (unit) {
          case "ms" -> Duration.ofMillis(number);
          case "m", "min" -> Duration.ofMinutes(number);
          case "h" -> Duration.ofHours(number);
          default -> Duration.ofSeconds(number);
        });
  }

  /**
   * Returns one of a few values, which users write as their {@code toString()}, in any case.
   *
   * @param <T> the type of the values
   * @param option the option
   * @param allowed all values
   * @return its value, or nothing if it is not set
   * @throws IllegalArgumentException if it is none of them
   */
  public <T> Optional<T> oneOf(Option option, Collection<T> allowed) {
    return text(option).map(text -> find(option, text, allowed));
  }

  private static <T> T find(Option option, String text, Collection<T> allowed) {
    return allowed.stream()
        .filter(value -> value.toString().equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow(
            () -> {
              String names =
                  allowed.stream()
                      .map(value -> value.toString().toLowerCase(Locale.ROOT))
                      .collect(Collectors.joining(", "));
              return refuse(option, text, "one of " + names);
            });
  }

  /** The headers that options set, by name. */
  Map<String, String> headers() {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String start : new String[] {Option.HEADER, Option.SECRET_HEADER}) {
      values.forEach(
          (name, value) -> {
            if (name.regionMatches(true, 0, start, 0, start.length())) {
              headers.put(name.substring(start.length()), value);
            }
          });
    }
    return headers;
  }

  /**
   * Makes the refusal of a value.
   *
   * @param option the option
   * @param value its value
   * @param wanted what it should be
   * @return the exception to throw
   */
  public static IllegalArgumentException refuse(Option option, String value, String wanted) {
    return new IllegalArgumentException(
        "The option %s must be %s, but it is \"%s\"."
            .formatted(option.text(), wanted, forMessage(value)));
  }
}
