package io.github.phoenixkt.testing.contract;

import io.github.phoenixkt.support.RealPhoenix;
import io.github.phoenixkt.testing.Database;
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
            new Run("real", new Real(RealPhoenix.SQLITE, false)),
            new Run("real PostgreSQL", new Real(RealPhoenix.POSTGRESQL, true)));
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

  private record Real(RealPhoenix server, boolean postgres)
      implements ParameterResolver, ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return onlyWith(server);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == Api.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return new Api(URI.create(server.endpoint()), null, postgres);
    }
  }

  private record RealWithAuth() implements ParameterResolver, ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return onlyWith(RealPhoenix.AUTHENTICATED);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == AuthApis.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return AuthApis.of(
          URI.create(RealPhoenix.AUTHENTICATED.endpoint()),
          RealPhoenix.secret("ADMIN_SECRET"),
          RealPhoenix.secret("MEMBER_KEY"),
          RealPhoenix.secret("VIEWER_KEY"));
    }
  }

  private static ConditionEvaluationResult onlyWith(RealPhoenix server) {
    String missing = server.missing();
    return missing != null
        ? ConditionEvaluationResult.disabled(missing)
        : ConditionEvaluationResult.enabled("there is a server");
  }
}
