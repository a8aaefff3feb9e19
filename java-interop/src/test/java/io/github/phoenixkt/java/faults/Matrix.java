package io.github.phoenixkt.java.faults;

import io.github.phoenixkt.support.RealPhoenix;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Every fault with every call on every engine. {@code main} runs all of it against the server that
 * {@code PHOENIX_TEST_ENDPOINT} names, prints figures, and fails unless everything said is true.
 */
final class Matrix {
  /** For calls that block. */
  static final ExecutorService THREADS =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "caller");
            thread.setDaemon(true);
            return thread;
          });

  private static final int AT_ONCE = 12;

  private Matrix() {}

  /** What came of some cells. */
  record Result(int cells, List<String> untruthful) {
    @Override
    public String toString() {
      return cells
          + " cells, "
          + (cells - untruthful.size())
          + " truthful, "
          + untruthful.size()
          + " untruthful";
    }
  }

  public static void main(String[] arguments) throws Exception {
    String wanted = arguments.length > 0 ? arguments[0] : "";
    Truth truth = new Truth(URI.create(RealPhoenix.SQLITE.endpoint()));
    Result result =
        run(
            all(truth).stream().filter(cell -> cell.toString().contains(wanted)).toList(),
            System.out::println);
    System.out.println(result);
    System.exit(result.untruthful().isEmpty() ? 0 : 1);
  }

  /** All faults; uploads meet each at their first write and in their midst. */
  static List<Cell> all(Truth truth) {
    List<Cell> cells = new ArrayList<>();
    for (Fault fault : Faults.all()) {
      for (Call call : Call.values()) {
        for (Engine engine : Engine.values()) {
          if (fault.suits(call)) {
            cells.add(new Cell(fault, call, engine, 0, truth));
            if (call.isUpload() && fault.hasMidst()) {
              cells.add(new Cell(fault, call, engine, 2, truth));
            }
          }
        }
      }
    }
    return cells;
  }

  /**
   * Every nth of those that take no seconds; a number without the factors 2 and 3 takes all
   * engines.
   */
  static List<Cell> everyNth(int n, Truth truth) {
    List<Cell> cells = all(truth).stream().filter(cell -> !cell.isSlow()).toList();
    return IntStream.range(0, cells.size()).filter(i -> i % n == 0).mapToObj(cells::get).toList();
  }

  /** {@code watcher} is told each line at once. */
  static Result run(List<Cell> cells, Consumer<String> watcher) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<Callable<String>> tasks = new ArrayList<>();
      cells.forEach(cell -> tasks.add(() -> untruth(cell, watcher)));
      List<String> untruthful = new ArrayList<>();
      for (Future<String> future : pool.invokeAll(tasks)) {
        if (!future.get().isEmpty()) {
          untruthful.add(future.get());
        }
      }
      return new Result(cells.size(), untruthful);
    } finally {
      pool.shutdownNow();
    }
  }

  /** One line, empty when there is none. */
  private static String untruth(Cell cell, Consumer<String> watcher) {
    String line = untruth(cell);
    if (!line.isEmpty()) {
      watcher.accept(line);
    }
    return line;
  }

  private static String untruth(Cell cell) {
    try {
      List<String> lies = cell.lies();
      return lies.isEmpty() ? "" : cell + " | " + String.join("; ", lies).replaceAll("\\s+", " ");
    } catch (Exception e) {
      return cell
          + " | the cell itself failed: "
          + e
          + (e.getCause() == null ? "" : ": " + e.getCause());
    }
  }
}
