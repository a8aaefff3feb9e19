package io.github.phoenixkt.langchain4j;

import static java.util.Objects.requireNonNull;

import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * Keeps the OpenTelemetry context of the code that calls a streaming model while the answer
 * arrives. A model calls its handler on threads of its own: without this, what the handler does is
 * in no session and no trace. That includes the tools of an AI service, and its further calls of
 * the model.
 *
 * <pre>{@code
 * StreamingChatModel model = CallerContext.keep(OpenAiStreamingChatModel.builder()…build());
 * Assistant assistant =
 *     AiServices.builder(Assistant.class).streamingChatModel(model).tools(tools).build();
 * }</pre>
 */
public final class CallerContext {
  private CallerContext() {}

  /**
   * Returns the same model, whose handlers run in the OpenTelemetry context that was current where
   * the model was called. The model's own listeners are still notified.
   *
   * @param model a model
   * @return a view of it; it implements {@link StreamingChatModel} only
   */
  public static StreamingChatModel keep(StreamingChatModel model) {
    requireNonNull(model, "model");
    return proxy(
        StreamingChatModel.class,
        (proxy, method, arguments) -> {
          for (int i = 0; arguments != null && i < arguments.length; i++) {
            if (arguments[i] instanceof StreamingChatResponseHandler handler) {
              arguments[i] = keep(handler);
            }
          }
          return call(model, method, arguments);
        });
  }

  /**
   * Returns the same handler, which runs in the current OpenTelemetry context.
   *
   * @param handler receives the answer
   * @return a view of it
   */
  @SuppressWarnings("try") // The scope is opened for what it does, not for its name.
  public static StreamingChatResponseHandler keep(StreamingChatResponseHandler handler) {
    requireNonNull(handler, "handler");
    Context caller = Context.current();
    return proxy(
        StreamingChatResponseHandler.class,
        (proxy, method, arguments) -> {
          try (Scope scope = caller.makeCurrent()) {
            return call(handler, method, arguments);
          }
        });
  }

  /** By a proxy, so that methods of newer releases are passed on as well. */
  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
