package io.github.phoenixkt.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.concurrent.Callable;

/** Does a thing until it is warm, measures it some times, and prints medians. */
final class Measured {
  /** In CPU time: on a busy machine, the JVM takes longer to compile what is called often. */
  private static final double WARM_SECONDS = Double.parseDouble(System.getProperty("warm", "2"));

  private static final int REPEATS = Integer.getInteger("repeats", 5);

  private Measured() {}

  /** CPU of this process per row in microseconds, and rows per second. */
  static void rows(Callable<Integer> work) throws Exception {
    warmUp(work);
    double[] rate = new double[REPEATS];
    double rows = 0;
    // In all: this clock ticks every ten milliseconds.
    long beginCpu = cpuNanos();
    for (int i = 0; i < REPEATS; i++) {
      long begin = System.nanoTime();
      int done = work.call();
      rate[i] = done / ((System.nanoTime() - begin) / 1e9);
      rows += done;
    }
    double cpu = (cpuNanos() - beginCpu) / 1e3 / rows;
    System.out.printf("cpu=%.3f%nrate=%.0f%n", cpu, median(rate));
  }

  /** How long a call takes, in microseconds. */
  static void calls(int count, Callable<?> call) throws Exception {
    warmUp(call);
    double[] micros = new double[count];
    for (int i = 0; i < count; i++) {
      long begin = System.nanoTime();
      call.call();
      micros[i] = (System.nanoTime() - begin) / 1e3;
    }
    System.out.printf("p50=%.1f%n", median(micros));
  }

  private static void warmUp(Callable<?> work) throws Exception {
    long end = cpuNanos() + (long) (WARM_SECONDS * 1e9);
    while (cpuNanos() < end) {
      work.call();
    }
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  private static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
