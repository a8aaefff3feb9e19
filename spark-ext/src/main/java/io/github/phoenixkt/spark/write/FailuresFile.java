package io.github.phoenixkt.spark.write;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one task that are not stored, one JSON object a line. There is no file without such
 * rows. It gets its name when the task commits: a task that Spark repeats replaces the file.
 */
final class FailuresFile {
  private final FileSystem files;
  private final Path path;
  private final Path unfinished;
  private @Nullable Writer writer;

  FailuresFile(String folder, String name, long task, Configuration configuration)
      throws IOException {
    path = new Path(folder, name + ".jsonl");
    // Spark reads no files whose names start so.
    unfinished = new Path(folder, "_" + name + "-" + task + ".unfinished");
    files = path.getFileSystem(configuration);
  }

  void add(String line) throws IOException {
    if (writer == null) {
      writer =
          new BufferedWriter(
              new OutputStreamWriter(files.create(unfinished, true), StandardCharsets.UTF_8));
    }
    writer.write(line);
    writer.write('\n');
  }

  void commit() throws IOException {
    files.delete(path, false);
    if (writer != null) {
      writer.close();
      if (!files.rename(unfinished, path)) {
        throw new IOException("The file " + unfinished + " cannot be renamed to " + path + ".");
      }
    }
  }

  void abort() throws IOException {
    if (writer != null) {
      writer.close();
      files.delete(unfinished, false);
    }
  }
}
