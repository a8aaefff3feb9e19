package io.github.phoenixkt.spark.options;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables of options in docs/spark.md are complete. */
class OptionTablesTest {
  private static final Pattern TABLE =
      Pattern.compile("^\\| ?option ?\\|.*\n\\|[ -|]+\n((?:\\|.*\n)+)", Pattern.MULTILINE);
  private static final Pattern NAME = Pattern.compile("`([^`]+)`");

  @Test
  void theyHaveEveryOption() throws IOException {
    Stream<String> known = Stream.of(Option.values()).map(Option::text);
    Stream<String> headers =
        Stream.of(Option.HEADER, Option.SECRET_HEADER).map(it -> it + "<name>");

    assertThat(shown()).containsAll(Stream.concat(known, headers).toList());
  }

  @Test
  void theyHaveNoOther() throws IOException {
    assertThat(shown())
        .allSatisfy(name -> Options.of(Map.of(name.replace("<name>", "x-team"), "1")));
  }

  /** The names in the first cell of each row. */
  private static List<String> shown() throws IOException {
    Path page =
        Stream.iterate(Path.of("").toAbsolutePath(), Path::getParent)
            .map(folder -> folder.resolve("docs/spark.md"))
            .filter(Files::exists)
            .findFirst()
            .orElseThrow();
    return TABLE
        .matcher(Files.readString(page))
        .results()
        .flatMap(table -> table.group(1).lines())
        .map(row -> row.split("\\|")[1])
        .flatMap(cell -> NAME.matcher(cell).results())
        .map(name -> name.group(1))
        .toList();
  }
}
