package io.github.phoenixkt.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PhoenixExtension.class)
class PhoenixExtensionTest {
  private static @Nullable FakePhoenix last;

  @BeforeEach
  void seed(FakePhoenix phoenix) {
    assertThat(phoenix).isNotSameAs(last);
    phoenix.addSpan(FakeSpan.of("s"));
  }

  @RepeatedTest(2)
  void givesEachTestAFreshOneAndClosesIt(FakePhoenix phoenix) throws Exception {
    assertThat(Http.get(phoenix, "/v1/projects/default/spans").body()).contains("\"s\"");
    if (last != null) {
      FakePhoenix closed = last;
      assertThatThrownBy(() -> Http.get(closed, "/healthz")).isInstanceOf(IOException.class);
    }
    last = phoenix;
  }
}
