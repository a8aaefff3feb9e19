package io.github.phoenixkt.java.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.phoenixkt.support.RealPhoenix;
import io.github.phoenixkt.testing.FakePhoenix;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** What a minute allows of the matrix; {@code scripts/proof faults} has all of it. */
class FaultMatrixTest {
  @Test
  void everythingThatIsSaidOfTheFakeIsTrue() throws Exception {
    try (FakePhoenix phoenix = FakePhoenix.builder().recording(false).start()) {
      assertThat(
              Matrix.run(Matrix.everyNth(5, new Truth(phoenix.endpoint())), line -> {})
                  .untruthful())
          .isEmpty();
    }
  }

  @Test
  @EnabledIfEnvironmentVariable(named = RealPhoenix.ENDPOINT, matches = ".+")
  void everythingThatIsSaidOfARealServerIsTrue() throws Exception {
    Truth truth = new Truth(URI.create(RealPhoenix.SQLITE.endpoint()));
    assertThat(Matrix.run(Matrix.everyNth(31, truth), line -> {}).untruthful()).isEmpty();
  }
}
