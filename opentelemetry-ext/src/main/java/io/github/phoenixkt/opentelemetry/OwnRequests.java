package io.github.phoenixkt.opentelemetry;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import java.lang.reflect.Method;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** The context of the Phoenix client's own requests, which are in no trace and no capture. */
final class OwnRequests {
  private static final ContextKey<Boolean> KEY = ContextKey.named("phoenix-own-request");

  /** OpenTelemetry moved the class; an instrumentation asks the one it was built for. */
  private static final List<String> INSTRUMENTATION_UTILS =
      List.of(
          "io.opentelemetry.api.impl.InstrumentationUtil",
          "io.opentelemetry.api.internal.InstrumentationUtil");

  /** Has nothing of the caller's context, and suppresses instrumentations. */
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

  /** The key is private there, but its effect on the current context can be read. */
  private static Context suppressed(Context context, String util) {
    AtomicReference<Context> inside = new AtomicReference<>(context);
    Runnable look = () -> inside.set(Context.current());
    try {
      Method suppress = Class.forName(util).getMethod("suppressInstrumentation", Runnable.class);
      context.wrap(() -> suppress.invoke(null, look)).call();
    } catch (Exception e) {
      // This release of OpenTelemetry does not have the class.
    }
    return inside.get();
  }
}
