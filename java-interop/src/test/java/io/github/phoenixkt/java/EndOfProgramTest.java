package io.github.phoenixkt.java;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.phoenixkt.support.ChildJvm;
import io.github.phoenixkt.testing.FakePhoenix;
import io.github.phoenixkt.testing.PhoenixExtension;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(PhoenixExtension.class)
class EndOfProgramTest {
  @ParameterizedTest
  @CsvSource({
    "blocking, close",
    "blocking, leave",
    "async, close",
    "async, leave",
    "abandoned, close",
    "abandoned, leave"
  })
  void theJvmEndsByItself(String form, String end, FakePhoenix phoenix) throws Exception {
    var program =
        ChildJvm.run(
            ShortProgram.class.getName(), List.of(), phoenix.endpoint().toString(), form, end);
    assertThat(program.output()).contains("default");
    assertThat(program.exitCode()).as(program.output()).isZero();
  }
}
