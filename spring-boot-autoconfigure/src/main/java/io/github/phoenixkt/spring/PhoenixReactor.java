package io.github.phoenixkt.spring;

import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Flux;
import reactor.util.context.Context;

/**
 * Streams of Reactor. A stream runs after the code that describes it has returned, so that it must
 * be given the session and the capture:
 *
 * <pre>{@code
 * SpanCapture capture = SpanCapture.detached();
 * try (Scope session = PhoenixContext.session(id).makeCurrent();
 *     Scope captured = capture.makeCurrent()) {
 *   return model.stream(question)
 *       .doFinally(end -> capture.close())
 *       .contextWrite(PhoenixReactor.context());
 * }
 * }</pre>
 *
 * <p>This needs {@code spring.reactor.context-propagation=auto}.
 */
public final class PhoenixReactor {
  private PhoenixReactor() {}

  /**
   * Takes the session, the capture and the observation that are current now, and all else that
   * Micrometer propagates, such as the user of Spring Security.
   *
   * @return for {@link Flux#contextWrite(java.util.function.Function)}: gives them to the operators
   *     above it
   */
  public static UnaryOperator<Context> context() {
    ContextSnapshot here = ContextSnapshotFactory.builder().build().captureAll();
    return here::updateContext;
  }
}
