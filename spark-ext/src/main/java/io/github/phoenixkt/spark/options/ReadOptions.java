package io.github.phoenixkt.spark.options;

import io.github.phoenixkt.annotations.TargetKind;
import io.github.phoenixkt.internal.InternalPhoenixApi;
import java.io.Serializable;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The options of a read. */
@InternalPhoenixApi
public final class ReadOptions implements Serializable {
  private static final long serialVersionUID = 1;

  private final Table table;
  private final TargetKind target;
  private final @Nullable Instant startTime;
  private final @Nullable Instant endTime;
  private final int numPartitions;
  private final int pageSize;
  private final AttributesType attributesType;
  private final boolean pushDownFilters;

  /** What can be read. */
  public enum Table {
    /** The spans of the project. */
    SPANS,
    /** The annotations of the project's spans, traces or sessions. */
    ANNOTATIONS,
    /** The sessions of the project. */
    SESSIONS,
    /** The traces of the project. */
    TRACES
  }

  /** The type of the column of attributes. */
  public enum AttributesType {
    /** A map of texts. */
    MAP,
    /** The text of a JSON object. */
    JSON,
    /** Spark's variant, which keeps the types of the values. */
    VARIANT
  }

  private ReadOptions(Options options) {
    table = options.oneOf(Option.TABLE, List.of(Table.values())).orElse(Table.SPANS);
    target = options.oneOf(Option.TARGET, List.of(TargetKind.values())).orElse(TargetKind.SPAN);
    startTime = time(options, Option.START_TIME);
    endTime = time(options, Option.END_TIME);
    numPartitions = options.integer(Option.NUM_PARTITIONS, 1, 10_000).orElse(4);
    pageSize = options.integer(Option.PAGE_SIZE, 1, 1_000).orElse(1_000);
    attributesType =
        options
            .oneOf(Option.ATTRIBUTES_TYPE, List.of(AttributesType.values()))
            .orElse(AttributesType.MAP);
    pushDownFilters = options.flag(Option.PUSH_DOWN_FILTERS, true);
    if (startTime != null && endTime != null && !startTime.isBefore(endTime)) {
      throw new IllegalArgumentException(
          "The option startTime is %s, which is not before endTime, %s."
              .formatted(startTime, endTime));
    }
  }

  private static @Nullable Instant time(Options options, Option option) {
    return options
        .text(option)
        .map(
            text -> {
              try {
                return OffsetDateTime.parse(text).toInstant();
              } catch (DateTimeException e) {
                throw Options.refuse(option, text, "a time with an offset: 2026-01-31T12:00:00Z");
              }
            })
        .orElse(null);
  }

  /**
   * Reads the options of a read.
   *
   * @param options all options
   * @return those of a read
   * @throws IllegalArgumentException if a value cannot be used
   */
  public static ReadOptions of(Options options) {
    return new ReadOptions(options);
  }

  /**
   * Returns what to read.
   *
   * @return the table
   */
  public Table table() {
    return table;
  }

  /**
   * Returns what the annotations to read are put on.
   *
   * @return the kind of target
   */
  public TargetKind target() {
    return target;
  }

  /**
   * Returns the first start time to read.
   *
   * @return the time, if one is given
   */
  public Optional<Instant> startTime() {
    return Optional.ofNullable(startTime);
  }

  /**
   * Returns the start time to read up to, without it.
   *
   * @return the time, if one is given
   */
  public Optional<Instant> endTime() {
    return Optional.ofNullable(endTime);
  }

  /**
   * Returns how many partitions to read in.
   *
   * @return the number of partitions
   */
  public int numPartitions() {
    return numPartitions;
  }

  /**
   * Returns how many rows a page has.
   *
   * @return the page size
   */
  public int pageSize() {
    return pageSize;
  }

  /**
   * Returns the type of the column of attributes.
   *
   * @return the type
   */
  public AttributesType attributesType() {
    return attributesType;
  }

  /**
   * Returns whether Phoenix filters where it can.
   *
   * @return whether filters are pushed down
   */
  public boolean pushDownFilters() {
    return pushDownFilters;
  }
}
