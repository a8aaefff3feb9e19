package io.github.phoenixkt.spring;

import io.github.phoenixkt.CallOptions;
import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.RetrySettings;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.queue.QueueState;
import io.github.phoenixkt.queue.QueueStatus;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What the health indicators say; those of Spring Boot 3.5 and 4 differ in their types alone. */
final class HealthCheck {
  /** What is the matter, with the words of Spring Boot's own statuses. */
  enum Verdict {
    UP,
    DOWN,
    OUT_OF_SERVICE,
    UNKNOWN
  }

  /** A verdict, and what an operator should know. */
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
   * One request that needs the key, tried once: an indicator must answer soon, and with a reason.
   */
  static Finding ofServer(
      PhoenixSettings settings, Supplier<PhoenixBlockingClient> client, Duration timeout) {
    if (!settings.getEndpointGiven()) {
      return new Finding(Verdict.UNKNOWN)
          .with("reason", "No endpoint is set: phoenix.endpoint says where Phoenix is.");
    }
    CallOptions once =
        CallOptions.builder()
            .timeout(timeout)
            .retry(RetrySettings.builder().maxAttempts(1).totalTimeout(timeout).build())
            .build();
    try {
      client.get().withOptions(once).projects().listPage(null, null, 1);
      return new Finding(Verdict.UP).with("endpoint", settings.getEndpoint());
    } catch (PhoenixException.Interrupted e) {
      throw e;
    } catch (PhoenixException | IllegalStateException | IllegalArgumentException e) {
      return new Finding(Verdict.DOWN)
          .with("endpoint", settings.getEndpoint())
          .with("error", String.valueOf(e.getMessage()));
    }
  }

  /** A queue that waits for Phoenix loses nothing, and that Phoenix is away is said elsewhere. */
  static Finding ofQueue(Optional<QueueState> queue) {
    if (queue.isEmpty()) {
      return new Finding(Verdict.UP).with("status", "not used so far");
    }
    QueueState state = queue.get();
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
    boolean keepsItsWord = state.getStatus() != QueueStatus.FULL && state.getSpoolProblem() == null;
    return keepsItsWord ? Verdict.UP : Verdict.DOWN;
  }
}
