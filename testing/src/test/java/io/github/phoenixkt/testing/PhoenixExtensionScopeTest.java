package io.github.phoenixkt.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/** A constructor runs for one test, and has its fake; what runs for all tests has none. */
@ExtendWith({PhoenixExtension.class, PhoenixExtensionScopeTest.Refusals.class})
class PhoenixExtensionScopeTest {
  private static @Nullable FakePhoenix last;
  private static @Nullable Throwable forAll;

  private final FakePhoenix ofConstructor;

  PhoenixExtensionScopeTest(FakePhoenix phoenix) {
    ofConstructor = phoenix;
  }

  /** Gives what the extension throws. */
  static final class Refusals implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == Throwable.class;
    }

    @Override
    public @Nullable Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return catchThrowable(() -> new PhoenixExtension().resolveParameter(parameter, context));
    }
  }

  @BeforeAll
  static void beforeAll(Throwable refusal) {
    forAll = refusal;
  }

  @BeforeEach
  void isThatOfTheConstructor(FakePhoenix phoenix) {
    assertThat(phoenix).isSameAs(ofConstructor);
  }

  @RepeatedTest(2)
  void theConstructorHasThatOfTheTestAndItIsClosed(FakePhoenix phoenix) throws Exception {
    assertThat(phoenix).isSameAs(ofConstructor).isNotSameAs(last);
    assertThat(Http.get(phoenix, "/healthz").statusCode()).isEqualTo(200);
    FakePhoenix closed = last;
    if (closed != null) {
      assertThatThrownBy(() -> Http.get(closed, "/healthz")).isInstanceOf(IOException.class);
    }
    last = phoenix;
  }

  @RepeatedTest(1)
  void whatRunsForAllTestsIsRefusedWithTheReason() {
    assertThat(forAll)
        .isInstanceOf(ParameterResolutionException.class)
        .hasMessageContaining("FakePhoenix.start()");
  }
}
