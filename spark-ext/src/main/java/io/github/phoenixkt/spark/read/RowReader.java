package io.github.phoenixkt.spark.read;

import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.spark.options.SparkWords;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.jspecify.annotations.Nullable;

/** Reads the rows of one task, while Spark asks for them. */
final class RowReader<T> implements PartitionReader<InternalRow> {
  private final PhoenixBlockingClient client;
  private final List<Column<T>> columns;
  private final Stream<T> rows;
  private final Iterator<T> each;
  private @Nullable InternalRow current;

  RowReader(
      PhoenixBlockingClient client, ReadTable<T> table, Selection selection, String[] columns) {
    this.client = client;
    this.columns = table.columns(columns);
    try {
      this.rows = table.rows(client, selection, Set.of(columns));
      this.each = rows.iterator();
    } catch (RuntimeException | Error e) {
      client.close();
      throw e;
    }
  }

  @Override
  public boolean next() throws IOException {
    try {
      current = each.hasNext() ? Column.row(columns, each.next()) : null;
    } catch (PhoenixException e) {
      throw new IOException(SparkWords.of(e.getMessage()), e);
    }
    return current != null;
  }

  @Override
  public InternalRow get() {
    return Objects.requireNonNull(current, "There is no further row.");
  }

  @Override
  public void close() {
    rows.close();
    client.close();
  }
}
