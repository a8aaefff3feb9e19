package io.github.phoenixkt.testing.contract;

import io.github.phoenixkt.testing.Database;
import io.github.phoenixkt.testing.FakePhoenix;
import java.net.URI;
import java.util.List;
import java.util.Objects;
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

/**
 * Gives every {@link ContractTest} a run on a fresh fake and one on a real server, each with SQLite
 * and, where authentication is not what is tested, with PostgreSQL.
 */
final class ContractServers implements TestTemplateInvocationContextProvider {
  private static final String ADMIN = "admin-secret-of-the-fake";
  private static final String MEMBER = "member-key-of-the-fake";
  private static final String VIEWER = "viewer-key-of-the-fake";

  @Override
  public boolean supportsTestTemplate(ExtensionContext context) {
    return true;
  }

  @Override
  public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
      ExtensionContext context) {
    boolean auth =
        List.of(context.getRequiredTestMethod().getParameterTypes()).contains(AuthApis.class);
    return auth
        ? Stream.of(new Run("fake", new FakeWithAuth()), new Run("real", new RealWithAuth()))
        : Stream.of(
            new Run("fake", new Fake(Database.SQLITE)),
            new Run("fake PostgreSQL", new Fake(Database.POSTGRESQL)),
            new Run("real", new Real("PHOENIX_TEST_ENDPOINT", false)),
            new Run("real PostgreSQL", new Real("PHOENIX_TEST_POSTGRES_ENDPOINT", true)));
  }

  private record Run(String name, Extension server) implements TestTemplateInvocationContext {
    @Override
    public String getDisplayName(int index) {
      return name;
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
      return List.of(server);
    }
  }

  private static class Fake implements ParameterResolver, AfterEachCallback {
    private final Database database;
    private @Nullable FakePhoenix phoenix;

    Fake(Database database) {
      this.database = database;
    }

    FakePhoenix.Builder builder() {
      return FakePhoenix.builder().database(database);
    }

    URI start() {
      phoenix = builder().start();
      return phoenix.endpoint();
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == Api.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return new Api(start(), null, database == Database.POSTGRESQL);
    }

    @Override
    public void afterEach(ExtensionContext context) {
      if (phoenix != null) {
        phoenix.close();
      }
    }
  }

  private static final class FakeWithAuth extends Fake {
    FakeWithAuth() {
      super(Database.SQLITE);
    }

    @Override
    FakePhoenix.Builder builder() {
      return FakePhoenix.builder().auth(ADMIN, MEMBER, VIEWER);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == AuthApis.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return AuthApis.of(start(), ADMIN, MEMBER, VIEWER);
    }
  }

  private record Real(String endpointVariable, boolean postgres)
      implements ParameterResolver, ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return onlyWith(endpointVariable);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == Api.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return new Api(URI.create(variable(endpointVariable)), null, postgres);
    }
  }

  private record RealWithAuth() implements ParameterResolver, ExecutionCondition {
    private static final String VARIABLE = "PHOENIX_TEST_AUTH_ENDPOINT";

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return onlyWith(VARIABLE);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == AuthApis.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return AuthApis.of(
          URI.create(variable(VARIABLE)),
          variable("PHOENIX_TEST_ADMIN_SECRET"),
          variable("PHOENIX_TEST_MEMBER_KEY"),
          variable("PHOENIX_TEST_VIEWER_KEY"));
    }
  }

  private static ConditionEvaluationResult onlyWith(String variable) {
    String value = System.getenv(variable);
    return value == null || value.isBlank()
        ? ConditionEvaluationResult.disabled(variable + " is not set: no real server to ask")
        : ConditionEvaluationResult.enabled(variable + " is set");
  }

  private static String variable(String name) {
    return Objects.requireNonNull(System.getenv(name), name);
  }
}
