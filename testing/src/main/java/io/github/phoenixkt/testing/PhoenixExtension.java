package io.github.phoenixkt.testing;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
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

  /** The same server for a test's set-up methods and the test itself. */
  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
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
