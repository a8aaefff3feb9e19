package io.github.phoenixkt.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A fake whose port is taken leaves nothing behind. */
class FailedStartTest {
  private static final int TRIES = 50;

  private final FakePhoenix running = FakePhoenix.start();

  @AfterEach
  void close() {
    running.close();
  }

  private void failToStart() {
    FakePhoenix.Builder builder = FakePhoenix.builder().port(running.endpoint().getPort());
    assertThatThrownBy(builder::start).isInstanceOf(UncheckedIOException.class);
  }

  private static List<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("fake-phoenix"))
        .toList();
  }

  @Test
  void noThreadIsLeft() {
    List<Thread> before = threads();
    failToStart();
    assertThat(before).containsAll(threads());
  }

  @Test
  void noSocketIsLeft() {
    OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
    assumeThat(system).isInstanceOf(UnixOperatingSystemMXBean.class);
    UnixOperatingSystemMXBean files = (UnixOperatingSystemMXBean) system;
    failToStart();
    long before = files.getOpenFileDescriptorCount();
    for (int i = 0; i < TRIES; i++) {
      failToStart();
    }
    assertThat(files.getOpenFileDescriptorCount()).isLessThan(before + TRIES / 2);
  }
}
