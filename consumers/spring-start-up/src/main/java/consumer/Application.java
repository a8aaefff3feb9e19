package consumer;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts, says how much time of a processor that took in milliseconds, and ends. */
@SpringBootApplication
public class Application {
  public static void main(String[] args) {
    var cpu = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    try (var application = SpringApplication.run(Application.class, args)) {
      System.out.println("ready after " + cpu.getProcessCpuTime() / 1_000_000);
    }
    System.exit(0);
  }
}
