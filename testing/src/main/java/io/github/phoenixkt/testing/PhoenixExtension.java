package io.github.phoenixkt.testing;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives each JUnit test a {@link FakePhoenix} of its own, and closes it after the test.
 *
 * <pre>{@code
 * @ExtendWith(PhoenixExtension.class)
 * class FeedbackTest {
 *   @Test
 *   void isStored(FakePhoenix phoenix) { … }
 * }
 * }</pre>
 *
 * <p>The parameter may be one of the test, of its {@code @BeforeEach} and {@code @AfterEach}
 * methods, and of the constructor of its class; they all get the same server. Methods that run once
 * for all tests, such as {@code @BeforeAll}, and the constructor of a class whose instance all
 * tests share, cannot have it.
 *
 * <p>Subclass it and override {@link #builder()} for other settings.
 */
public class PhoenixExtension implements ParameterResolver, AfterEachCallback {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(PhoenixExtension.class);

  /** Made by JUnit. */
  public PhoenixExtension() {}

  /**
   * Returns the settings of each fake.
   *
   * @return a new builder
   */
  protected FakePhoenix.Builder builder() {
    return FakePhoenix.builder();
  }

  /** Parameters of the type {@link FakePhoenix}. */
  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == FakePhoenix.class;
  }

  /** A constructor runs for one test, and gets the server of that test. */
  @Override
  public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext root) {
    return ExtensionContextScope.TEST_METHOD;
  }

  /** The same server for a test's set-up methods and the test itself. */
  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    if (context.getTestMethod().isEmpty()) {
      throw new ParameterResolutionException(
          "A FakePhoenix of PhoenixExtension is for one test, but this parameter is for all tests of "
              + context.getDisplayName()
              + ". Move it to the tests or to a @BeforeEach method, or call FakePhoenix.start() and close it yourself.");
    }
    ExtensionContext.Store store = context.getStore(NAMESPACE);
    FakePhoenix phoenix = store.get(FakePhoenix.class, FakePhoenix.class);
    if (phoenix == null) {
      phoenix = builder().start();
      store.put(FakePhoenix.class, phoenix);
    }
    return phoenix;
  }

  /** Closes the server of the test. */
  @Override
  public void afterEach(ExtensionContext context) {
    FakePhoenix phoenix = context.getStore(NAMESPACE).remove(FakePhoenix.class, FakePhoenix.class);
    if (phoenix != null) {
      phoenix.close();
    }
  }
}
