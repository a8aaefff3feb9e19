package io.github.phoenixkt.spring;

import io.github.phoenixkt.CallOptions;
import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.RetrySettings;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.queue.QueueState;
import io.github.phoenixkt.queue.QueueStatus;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeansException;

/** The health checks. The indicators of Spring Boot 3.5 and 4 differ only in their types. */
final class HealthCheck {
  /** Named like the statuses of Spring Boot; the worst is the last. */
  enum Verdict {
    UNKNOWN,
    UP,
    OUT_OF_SERVICE,
    DOWN
  }

  /** A verdict and its details. */
  static final class Finding {
    final Verdict verdict;
    final Map<String, Object> details = new LinkedHashMap<>();

    Finding(Verdict verdict) {
      this.verdict = verdict;
    }

    Finding with(String name, Object value) {
      details.put(name, value);
      return this;
    }
  }

  private HealthCheck() {}

  /**
   * Makes one request that needs the key, without retries, to answer soon and with the reason.
   *
   * @param ofStarter where the starter's client sends its requests; null if the client is the
   *     application's, which may have another server
   */
  static Finding ofServer(
      @Nullable Destination ofStarter,
      Supplier<? extends @Nullable PhoenixBlockingClient> client,
      Duration timeout) {
    if (ofStarter != null && !ofStarter.isGiven()) {
      return new Finding(Verdict.UNKNOWN)
          .with("reason", "No endpoint is set. Set phoenix.endpoint to the address of Phoenix.");
    }
    try {
      PhoenixBlockingClient only = client.get();
      if (only == null) {
        return new Finding(Verdict.UNKNOWN)
            .with(
                "reason",
                "It is not clear which client to check. Define a PhoenixBlockingClient bean, or mark one of several as"
                    + " @Primary.");
      }
      only.withOptions(once(timeout)).projects().listPage(null, null, 1);
      return of(Verdict.UP, ofStarter);
    } catch (PhoenixException.Interrupted e) {
      throw e;
    } catch (BeansException e) {
      return down(ofStarter, e.getMostSpecificCause());
    } catch (RuntimeException e) { // The application may have a client of its own making.
      return down(ofStarter, e);
    }
  }

  /** Throws an {@link IllegalArgumentException} if it cannot be the time for a call. */
  static CallOptions once(Duration timeout) {
    return CallOptions.builder()
        .timeout(timeout)
        .retry(RetrySettings.builder().maxAttempts(1).totalTimeout(timeout).build())
        .build();
  }

  private static Finding down(@Nullable Destination ofStarter, Throwable reason) {
    String message = reason.getMessage();
    return of(Verdict.DOWN, ofStarter).with("error", message == null ? reason.toString() : message);
  }

  private static Finding of(Verdict verdict, @Nullable Destination ofStarter) {
    Finding finding = new Finding(verdict);
    return ofStarter == null ? finding : finding.with("endpoint", ofStarter.endpoint());
  }

  /**
   * UP while the queue waits for Phoenix: it loses nothing. The other indicator is DOWN then. If
   * there are several queues, the details are by the names of the beans, and the worst verdict is
   * that of all.
   */
  static Finding ofQueues(Queues queues) {
    Map<String, Finding> findings = new LinkedHashMap<>();
    queues.names().forEach(name -> findings.put(name, ofQueue(queues.find(name))));
    if (findings.isEmpty()) {
      return ofQueue(Optional.empty());
    }
    if (findings.size() == 1) {
      return findings.values().iterator().next();
    }
    Finding all =
        new Finding(
            Collections.max(findings.values().stream().map(finding -> finding.verdict).toList()));
    findings.forEach((name, finding) -> all.with(name, finding.details));
    return all;
  }

  private static Finding ofQueue(Optional<Queues.OpenQueue> queue) {
    if (queue.isEmpty()) {
      return new Finding(Verdict.UP).with("status", "not used so far");
    }
    QueueState state = queue.get().state();
    Finding finding =
        new Finding(verdict(state))
            .with("status", state.getStatus().name())
            .with("rows", state.getRows())
            .with("bytes", state.getBytes())
            .with("outcomes", state.getOutcomes());
    if (state.getOldestAge() != null) {
      finding.with("oldestAge", state.getOldestAge().toString());
    }
    if (state.getWaitingFor() != null) {
      finding.with("waitingFor", state.getWaitingFor());
    }
    if (state.getSpoolProblem() != null) {
      finding.with("spoolProblem", state.getSpoolProblem());
    }
    return finding;
  }

  private static Verdict verdict(QueueState state) {
    if (state.getStatus() == QueueStatus.CLOSED) {
      return Verdict.OUT_OF_SERVICE;
    }
    boolean losesNothing = state.getStatus() != QueueStatus.FULL && state.getSpoolProblem() == null;
    return losesNothing ? Verdict.UP : Verdict.DOWN;
  }
}
