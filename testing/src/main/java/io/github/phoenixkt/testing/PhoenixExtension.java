package io.github.phoenixkt.testing;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives JUnit tests a {@link FakePhoenix} of their own, which is closed after the test.
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
public class PhoenixExtension implements ParameterResolver {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(PhoenixExtension.class);

  /** Made by JUnit. */
  public PhoenixExtension() {}

  /**
   * The settings of each fake.
   *
   * @return a fresh builder
   */
  protected FakePhoenix.Builder builder() {
    return FakePhoenix.builder();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == FakePhoenix.class;
  }

  /**
   * The same server for a test's set-up methods and the test itself; the store of the context
   * closes it.
   */
  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getStore(NAMESPACE)
        .computeIfAbsent(FakePhoenix.class, key -> builder().start(), FakePhoenix.class);
  }
}
