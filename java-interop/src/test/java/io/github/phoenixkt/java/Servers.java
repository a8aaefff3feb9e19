package io.github.phoenixkt.java;

import io.github.phoenixkt.support.RealPhoenix;
import io.github.phoenixkt.testing.FakePhoenix;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;

/** Gives every {@link ServerTest} a run on a fresh fake and one on a real server. */
final class Servers implements TestTemplateInvocationContextProvider {
  @Override
  public boolean supportsTestTemplate(ExtensionContext context) {
    return true;
  }

  @Override
  public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
      ExtensionContext context) {
    boolean onFake = context.getRequiredTestMethod().getAnnotation(ServerTest.class).onFake();
    return onFake ? Stream.of(new Run("fake"), new Run("real")) : Stream.of(new Run("real"));
  }

  private record Run(String name) implements TestTemplateInvocationContext {
    @Override
    public String getDisplayName(int index) {
      return name;
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
      return List.of(new Resolver(name.equals("real")));
    }
  }

  private static final class Resolver
      implements ParameterResolver, ExecutionCondition, AfterEachCallback {
    private final boolean real;
    private @Nullable Server server;

    Resolver(boolean real) {
      this.real = real;
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      String missing = real ? RealPhoenix.SQLITE.missing() : null;
      return missing != null
          ? ConditionEvaluationResult.disabled(missing)
          : ConditionEvaluationResult.enabled("there is a server");
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == Server.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      if (real) {
        server = new Server(URI.create(RealPhoenix.SQLITE.endpoint()), null);
      } else {
        FakePhoenix fake = FakePhoenix.start();
        server = new Server(fake.endpoint(), fake);
      }
      return server;
    }

    @Override
    public void afterEach(ExtensionContext context) {
      if (server != null) {
        server.close();
      }
    }
  }
}
