package io.github.phoenixkt.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.phoenixkt.testing.FakeSpan;
import io.github.phoenixkt.testing.FakeTargetKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The jar as users get it, on Spark's class path without anything of Kotlin. It runs in the phase
 * verify, where {@code -Dtest=BundleTest} chooses it alone.
 */
@EnabledIfSystemProperty(named = "bundle.jar", matches = ".+")
class BundleTest extends SparkTest {
  private static final Path JAR = Path.of(System.getProperty("bundle.jar"));

  @Test
  void thereIsNothingOfAnyoneElseAtItsOwnPlaceInIt() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      List<String> entries =
          jar.stream().filter(entry -> !entry.isDirectory()).map(JarEntry::getName).toList();
      assertThat(entries)
          .hasSizeGreaterThan(3_000)
          .contains("META-INF/LICENSE", "META-INF/NOTICE")
          .allMatch(
              name -> name.startsWith("io/github/phoenixkt/spark/") || name.startsWith("META-INF/"))
          .noneMatch(name -> name.startsWith("META-INF/versions/"));
    }
  }

  @Test
  void itNeedsNothingBesideSpark() {
    assertThatThrownBy(() -> Class.forName("kotlin.Unit"))
        .isInstanceOf(ClassNotFoundException.class);
    assertThatThrownBy(() -> Class.forName("io.github.phoenixkt.PhoenixClient"))
        .isInstanceOf(ClassNotFoundException.class);

    phoenix.addSpan(FakeSpan.of("00000000000000a1"));
    Dataset<Row> rows =
        spark.sql(
            "SELECT id AS span_id, 1D AS score, '{\"a\": 1}' AS metadata FROM VALUES ('00000000000000a1'), "
                + "('00000000000000a2') AS t(id)");
    PhoenixWriteException e =
        catchThrowableOfType(
            PhoenixWriteException.class,
            () -> write(rows).option("name", "n").option("annotatorKind", "CODE").save());
    assertThat(e.getStored()).isEqualTo(1);
    assertThat(e.getMissing()).isEqualTo(1);
    assertThat(phoenix.annotations(FakeTargetKind.SPAN)).hasSize(1);
  }
}
