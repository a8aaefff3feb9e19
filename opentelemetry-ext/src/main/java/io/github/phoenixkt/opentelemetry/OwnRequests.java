package io.github.phoenixkt.opentelemetry;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import java.lang.reflect.Method;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** Where the Phoenix client's own requests run, so that they are in no trace and no capture. */
final class OwnRequests {
  private static final ContextKey<Boolean> KEY = ContextKey.named("phoenix-own-request");

  /** OpenTelemetry moved it; an instrumentation asks that of the release it was built for. */
  private static final List<String> INSTRUMENTATION_UTILS =
      List.of(
          "io.opentelemetry.api.impl.InstrumentationUtil",
          "io.opentelemetry.api.internal.InstrumentationUtil");

  /** Nothing of whoever calls the client, and every instrumentation is told to be quiet. */
  static final Context CONTEXT = suppressed(Context.root().with(KEY, true));

  private OwnRequests() {}

  static boolean in(Context context) {
    return context.get(KEY) != null;
  }

  private static Context suppressed(Context context) {
    Context result = context;
    for (String util : INSTRUMENTATION_UTILS) {
      result = suppressed(result, util);
    }
    return result;
  }

  /** The key is private there; what it does to the current context can be seen. */
  private static Context suppressed(Context context, String util) {
    AtomicReference<Context> inside = new AtomicReference<>(context);
    Runnable look = () -> inside.set(Context.current());
    try {
      Method suppress = Class.forName(util).getMethod("suppressInstrumentation", Runnable.class);
      context.wrap(() -> suppress.invoke(null, look)).call();
    } catch (Exception e) {
      // Not in this release of OpenTelemetry; no key, then.
    }
    return inside.get();
  }
}
