package io.github.phoenixkt.spark.read;

import io.github.phoenixkt.CallOptions;
import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.spark.options.PhoenixConnection;
import io.github.phoenixkt.spark.options.ReadOptions;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** One read of a table. Spark shows {@link #description} in plans. */
final class PhoenixScan implements Scan, Batch {
  private static final int LONGEST_SHOWN = 200;

  private final PhoenixConnection connection;
  private final ReadOptions options;
  private final PushDown pushDown;
  private final StructType columns;
  private InputPartition @Nullable [] partitions;

  PhoenixScan(
      PhoenixConnection connection, ReadOptions options, PushDown pushDown, StructType columns) {
    this.connection = connection;
    this.options = options;
    this.pushDown = pushDown;
    this.columns = columns;
  }

  @Override
  public StructType readSchema() {
    return columns;
  }

  @Override
  public String description() {
    return "phoenix %s of project %s: %s, PushedFilters: [%s]"
        .formatted(
            options.table().name().toLowerCase(Locale.ROOT),
            connection.project(),
            pushDown.selection(),
            pushDown.pushed().stream().map(PhoenixScan::shown).collect(Collectors.joining(", ")));
  }

  /** A list of thousands of ids would make the plan unreadable. */
  private static String shown(Predicate predicate) {
    String text = predicate.toString();
    return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "…";
  }

  @Override
  public Batch toBatch() {
    return this;
  }

  /** Asks Phoenix only once: Spark calls this twice for an action, and once for an explanation. */
  @Override
  public synchronized InputPartition[] planInputPartitions() {
    if (partitions == null) {
      partitions = plan();
    }
    return partitions;
  }

  private InputPartition[] plan() {
    try (PhoenixBlockingClient client = connection.open()) {
      return ReadTable.of(options)
          .divide(client, pushDown.selection(), options.numPartitions())
          .stream()
          .map(Part::new)
          .toArray(InputPartition[]::new);
    } catch (PhoenixException.ServerTooOld e) {
      String advice =
          pushDown.pushed().isEmpty()
              ? ""
              : " Or set the option pushDownFilters to false, so that Spark filters the rows.";
      throw new UnsupportedOperationException(e.getMessage() + advice, e);
    } catch (PhoenixException e) {
      throw connection.failure(e);
    }
  }

  @Override
  public PartitionReaderFactory createReaderFactory() {
    return new Readers(connection, options, columns.fieldNames());
  }

  /** The rows that one task reads. */
  private record Part(Selection selection) implements InputPartition {}

  /** Goes to the executors. */
  private static final class Readers implements PartitionReaderFactory {
    private static final long serialVersionUID = 1;

    private final PhoenixConnection connection;
    private final ReadOptions options;
    private final String[] columns;

    Readers(PhoenixConnection connection, ReadOptions options, String[] columns) {
      this.connection = connection;
      this.options = options;
      this.columns = columns;
    }

    @Override
    public PartitionReader<InternalRow> createReader(InputPartition partition) {
      Selection selection = ((Part) partition).selection();
      PhoenixBlockingClient client = connection.open();
      CallOptions paging = CallOptions.builder().pageSize(options.pageSize()).build();
      return new RowReader<>(client.withOptions(paging), ReadTable.of(options), selection, columns);
    }
  }
}
