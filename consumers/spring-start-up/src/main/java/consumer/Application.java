package consumer;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * Starts, says what that took since the start of the JVM, and ends: milliseconds, milliseconds of a
 * processor, and loaded classes.
 */
@SpringBootApplication
public class Application {
  public static void main(String[] args) {
    try (var application = SpringApplication.run(Application.class, args)) {
      long wall = ManagementFactory.getRuntimeMXBean().getUptime();
      var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
      long processor = system.getProcessCpuTime() / 1_000_000;
      long classes = ManagementFactory.getClassLoadingMXBean().getTotalLoadedClassCount();
      System.out.printf("ready after %d %d %d%n", wall, processor, classes);
    }
    System.exit(0);
  }
}
