package io.github.phoenixkt.spark.proof;

import io.github.phoenixkt.spark.PhoenixDataSource;
import java.io.IOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.catalog.Column;
import org.apache.spark.sql.connector.catalog.SupportsWrite;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.distributions.Distribution;
import org.apache.spark.sql.connector.expressions.SortOrder;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.connector.write.BatchWrite;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.connector.write.DataWriterFactory;
import org.apache.spark.sql.connector.write.LogicalWriteInfo;
import org.apache.spark.sql.connector.write.PhysicalWriteInfo;
import org.apache.spark.sql.connector.write.RequiresDistributionAndOrdering;
import org.apache.spark.sql.connector.write.Write;
import org.apache.spark.sql.connector.write.WriteBuilder;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/** The data source, but the rows of the first try of one task throw or come slowly. */
public final class DisturbedSource implements TableProvider {
  static final String OPTION = "disturb";

  private final PhoenixDataSource real = new PhoenixDataSource();

  public DisturbedSource() {}

  @Override
  public boolean supportsExternalMetadata() {
    return true;
  }

  @Override
  public StructType inferSchema(CaseInsensitiveStringMap options) {
    throw new UnsupportedOperationException("for writing only");
  }

  @Override
  public Table getTable(
      StructType schema, Transform[] partitioning, Map<String, String> properties) {
    Map<String, String> undisturbed = new HashMap<>(properties);
    undisturbed.keySet().removeIf(OPTION::equalsIgnoreCase);
    return new DisturbedTable((SupportsWrite) real.getTable(schema, partitioning, undisturbed));
  }

  private record DisturbedTable(SupportsWrite real) implements SupportsWrite {
    @Override
    public String name() {
      return "disturbed";
    }

    @Override
    public Column[] columns() {
      return real.columns();
    }

    @Override
    @SuppressWarnings("deprecation")
    public StructType schema() {
      return real.schema();
    }

    @Override
    public Set<TableCapability> capabilities() {
      return real.capabilities();
    }

    @Override
    public WriteBuilder newWriteBuilder(LogicalWriteInfo info) {
      String how = info.options().get(OPTION);
      WriteBuilder builder = real.newWriteBuilder(new Undisturbed(info));
      return new WriteBuilder() {
        @Override
        public Write build() {
          return new DisturbedWrite((RequiresDistributionAndOrdering) builder.build(), how);
        }
      };
    }
  }

  /** Without the option that the real source does not know. */
  private record Undisturbed(LogicalWriteInfo real) implements LogicalWriteInfo {
    @Override
    public CaseInsensitiveStringMap options() {
      Map<String, String> options = new HashMap<>(real.options().asCaseSensitiveMap());
      options.keySet().removeIf(OPTION::equalsIgnoreCase);
      return new CaseInsensitiveStringMap(options);
    }

    @Override
    public String queryId() {
      return real.queryId();
    }

    @Override
    public StructType schema() {
      return real.schema();
    }
  }

  private record DisturbedWrite(RequiresDistributionAndOrdering real, String how)
      implements RequiresDistributionAndOrdering {
    @Override
    public Distribution requiredDistribution() {
      return real.requiredDistribution();
    }

    @Override
    public int requiredNumPartitions() {
      return real.requiredNumPartitions();
    }

    @Override
    public SortOrder[] requiredOrdering() {
      return real.requiredOrdering();
    }

    @Override
    public BatchWrite toBatch() {
      return new DisturbedBatch(real.toBatch(), how);
    }
  }

  private record DisturbedBatch(BatchWrite real, String how) implements BatchWrite {
    @Override
    public DataWriterFactory createBatchWriterFactory(PhysicalWriteInfo info) {
      DataWriterFactory factory = real.createBatchWriterFactory(info);
      String disturbance = how;
      return (partition, task) ->
          new DisturbedWriter(factory.createWriter(partition, task), disturbance);
    }

    @Override
    public boolean useCommitCoordinator() {
      return real.useCommitCoordinator();
    }

    @Override
    public void onDataWriterCommit(WriterCommitMessage message) {
      real.onDataWriterCommit(message);
    }

    @Override
    public void commit(WriterCommitMessage[] messages) {
      real.commit(messages);
    }

    @Override
    public void abort(WriterCommitMessage[] messages) {
      real.abort(messages);
    }
  }

  private record DisturbedWriter(DataWriter<InternalRow> real, String how)
      implements DataWriter<InternalRow> {
    private static final int THROW_AT = 3_000;
    private static final int PAUSE_EVERY = 100;
    private static final long PAUSE_MILLIS = 1_000;

    @Override
    public void writeAll(Iterator<InternalRow> rows) throws IOException {
      TaskContext task = TaskContext.get();
      boolean disturbed = task.partitionId() == 0 && task.attemptNumber() == 0;
      real.writeAll(disturbed ? disturbed(rows) : rows);
    }

    private Iterator<InternalRow> disturbed(Iterator<InternalRow> rows) {
      return new Iterator<>() {
        private int count;

        @Override
        public boolean hasNext() {
          return rows.hasNext();
        }

        @Override
        public InternalRow next() {
          count++;
          if (how.equals("throw") && count == THROW_AT) {
            throw new IllegalStateException("thrown once, on purpose");
          }
          if (how.equals("slow") && count % PAUSE_EVERY == 0) {
            pause();
          }
          return rows.next();
        }
      };
    }

    /** So that Spark starts a copy of this task on the other worker. */
    private static void pause() {
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void write(InternalRow row) throws IOException {
      real.write(row);
    }

    @Override
    public WriterCommitMessage commit() throws IOException {
      return real.commit();
    }

    @Override
    public void abort() throws IOException {
      real.abort();
    }

    @Override
    public void close() throws IOException {
      real.close();
    }
  }
}
