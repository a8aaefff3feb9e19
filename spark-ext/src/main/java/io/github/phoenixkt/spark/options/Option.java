package io.github.phoenixkt.spark.options;

import io.github.phoenixkt.internal.InternalPhoenixApi;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The options of the data source, by the names that users write. Spark ignores their case. */
@InternalPhoenixApi
public enum Option {
  /** Where Phoenix is. */
  ENDPOINT("endpoint"),
  /** The API key. Spark hides the values of options with this name, but not of {@code apiKey}. */
  TOKEN("token"),
  /** The project to read from, and to read written rows back from. */
  PROJECT("project"),
  /** How long one request may take. */
  TIMEOUT("timeout"),

  /** What the rows annotate, written or read. */
  TARGET("target"),
  /** The name of all annotations. */
  NAME("name"),
  /** Who judged, for all annotations. */
  ANNOTATOR_KIND("annotatorKind"),
  /** The identifier of all annotations. */
  IDENTIFIER("identifier"),
  /** How sure to make that rows are stored. */
  DELIVERY("delivery"),
  /** How many tasks write at once. */
  WRITERS("writers"),
  /** How many rows of one task may wait in Phoenix's queue. */
  QUEUE_WINDOW("queueWindow"),
  /** How many rows a request has. */
  CHUNK_SIZE("chunkSize"),
  /** How long to wait for missing targets. */
  AWAIT_TARGET("awaitTarget"),
  /** The column that decides which row of a key is written last. */
  ORDER_BY("orderBy"),
  /** What to do if rows are not stored. */
  ON_FAILURE("onFailure"),
  /** The folder for the rows that are not stored. */
  FAILURES_PATH("failuresPath"),
  /** How many rows that are not stored the driver gets to see. */
  MAX_FAILURES_REPORTED("maxFailuresReported"),

  /** What to read. */
  TABLE("table"),
  /** The first start time to read. */
  START_TIME("startTime"),
  /** The start time to read up to, without it. */
  END_TIME("endTime"),
  /** How many partitions a read has. */
  NUM_PARTITIONS("numPartitions"),
  /** How many rows a page has. */
  PAGE_SIZE("pageSize"),
  /** The type of the column of attributes. */
  ATTRIBUTES_TYPE("attributesType"),
  /** Whether Phoenix filters the rows where it can. */
  PUSH_DOWN_FILTERS("pushDownFilters");

  /** The start of the options that set request headers. */
  public static final String HEADER = "header.";

  /** The start of the options that set request headers whose values Spark must not show. */
  public static final String SECRET_HEADER = "secretHeader.";

  private final String text;

  Option(String text) {
    this.text = text;
  }

  /**
   * Returns the name as users write it.
   *
   * @return the name
   */
  public String text() {
    return text;
  }

  /** The known option of this name, in any case. */
  static Optional<Option> of(String name) {
    return Arrays.stream(values()).filter(o -> o.text.equalsIgnoreCase(name)).findFirst();
  }

  /** The known name that is closest to a wrong one, unless none is similar. */
  static Optional<String> nearest(String wrong) {
    String lower = wrong.toLowerCase(Locale.ROOT);
    return Stream.concat(
            Arrays.stream(values()).map(Option::text), Stream.of(HEADER, SECRET_HEADER))
        .min(Comparator.comparingInt(name -> distance(lower, name.toLowerCase(Locale.ROOT))))
        .filter(
            name -> {
              String known = name.toLowerCase(Locale.ROOT);
              return distance(lower, known) <= Math.max(2, lower.length() / 3)
                  || known.contains(lower)
                  || lower.contains(known);
            });
  }

  /** How many characters must change to make one text of the other. */
  private static int distance(String one, String other) {
    int[] before = new int[other.length() + 1];
    Arrays.setAll(before, i -> i);
    for (int i = 1; i <= one.length(); i++) {
      int[] now = new int[other.length() + 1];
      now[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int changed = before[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        now[j] = Math.min(changed, 1 + Math.min(before[j], now[j - 1]));
      }
      before = now;
    }
    return before[other.length()];
  }
}
