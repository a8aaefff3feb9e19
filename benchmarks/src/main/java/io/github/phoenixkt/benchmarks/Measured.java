package io.github.phoenixkt.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/**
 * Does a thing until it is warm, says so, and then measures it once for each line of its input.
 * Each result is a line of its own.
 */
final class Measured {
  /** In CPU time: on a busy machine, the JVM takes longer to compile what is called often. */
  private static final double WARM_SECONDS = Double.parseDouble(System.getProperty("warm", "12"));

  /** How long a measurement of rows repeats its work: the clock of CPU time ticks every 10 ms. */
  private static final double SECONDS = Double.parseDouble(System.getProperty("seconds", "1"));

  private Measured() {}

  /** CPU of this process per row in microseconds, and rows per second. */
  static void rows(Callable<Integer> work) throws Exception {
    rows(work, () -> "");
  }

  /** The same, with more about the last repetition. */
  static void rows(Callable<Integer> work, Supplier<String> more) throws Exception {
    measure(
        work,
        () -> {
          double rows = 0;
          double seconds;
          long beginCpu = cpuNanos();
          long begin = System.nanoTime();
          do {
            rows += work.call();
            seconds = (System.nanoTime() - begin) / 1e9;
          } while (seconds < SECONDS);
          double cpu = (cpuNanos() - beginCpu) / 1e3 / rows;
          return "cpu=%.3f rate=%.0f".formatted(cpu, rows / seconds) + more.get();
        });
  }

  /** How long a call takes, in microseconds. */
  static void calls(int count, Callable<?> call) throws Exception {
    measure(
        call,
        () -> {
          double[] micros = new double[count];
          for (int i = 0; i < count; i++) {
            long begin = System.nanoTime();
            call.call();
            micros[i] = (System.nanoTime() - begin) / 1e3;
          }
          Arrays.sort(micros);
          return "p50=%.1f".formatted(micros[count / 2]);
        });
  }

  private static void measure(Callable<?> work, Callable<String> measurement) throws Exception {
    long end = cpuNanos() + (long) (WARM_SECONDS * 1e9);
    while (cpuNanos() < end) {
      work.call();
    }
    System.out.println("warm");
    while (System.in.read() >= 0) {
      System.out.println(measurement.call());
    }
  }

  private static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
