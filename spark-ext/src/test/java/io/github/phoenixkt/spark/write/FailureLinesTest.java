package io.github.phoenixkt.spark.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.phoenixkt.spark.PhoenixWriteException;
import io.github.phoenixkt.spark.SparkTest;
import io.github.phoenixkt.testing.FakeSpan;
import io.github.phoenixkt.testing.FakeTargetKind;
import io.github.phoenixkt.testing.StoredRow;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is written of a failed row can be written again, and means the same. */
class FailureLinesTest extends SparkTest {
  private static final String SPAN = "00000000000000a1";
  private static final String LONG_SESSION = "s".repeat(95);

  @TempDir Path folder;

  private void addTargets() {
    phoenix.addSpan(FakeSpan.of(SPAN).session(LONG_SESSION).documents(3));
    phoenix.addSpan(FakeSpan.of("00000000000000a2").session("a"));
    phoenix.addSpan(FakeSpan.of("00000000000000a3").session("b"));
  }

  private List<StoredRow> stored() {
    return Arrays.stream(FakeTargetKind.values())
        .flatMap(target -> phoenix.annotations(target).stream())
        .toList();
  }

  private String path(String name) {
    return folder.resolve(name).toUri().toString();
  }

  private DataFrameWriter<Row> reporting(Dataset<Row> rows, String target) {
    return write(rows)
        .options(Map.of("target", target, "onFailure", "report", "failuresPath", path("failed")));
  }

  private Dataset<Row> lines() {
    return spark.read().json(path("failed"));
  }

  private PhoenixWriteException writeAgain(Dataset<Row> lines, String target, String failures) {
    return catchThrowableOfType(
        PhoenixWriteException.class,
        () ->
            write(lines).options(Map.of("target", target, "failuresPath", path(failures))).save());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          span     | 12345678901234567D identifier
          span     | 16777216F identifier
          span     | double('Infinity') identifier
          span     | 12345678901234567D label
          span     | float('-Infinity') explanation
          span     | 12345678901234567D annotation_name
          span     | concat('a', char(0), 'b') label
          span     | concat('a', char(0), 'b') identifier
          span     | concat('a', char(0), 'b') annotation_name
          span     | concat('a', char(0), 'b') span_id
          span     | 'note' annotation_name
          span     | repeat('n', 3000) annotation_name
          span     | repeat('n', 1500) annotation_name, repeat('i', 1500) identifier
          span     | '' annotation_name
          span     | repeat('ROBOT', 40) annotator_kind
          span     | CAST(NULL AS STRING) annotator_kind
          span     | ' ' span_id
          span     | 'U3BhbjoxMg==' span_id
          span     | 'high' score
          span     | concat(repeat('1', 85), '.') score
          span     | '1e999' score
          span     | double('Infinity') score
          span     | double('NaN') score, ' ' label
          span     | '{"a": NaN}' metadata
          span     | '{"a": 1, "a": 2}' metadata
          span     | '{"a": "\\\\ud800"}' metadata
          span     | '{"a": {"b": [1e400]}}' metadata
          span     | concat('{"a": "', char(0), '"}') metadata
          span     | concat('{"a": "', repeat('x', 3000), '"') metadata
          span     | '[1]' metadata
          span     | map('a', double('NaN')) metadata
          span     | map('a', map('b', float('Infinity'))) metadata
          span     | map('a', array(1D, 1e20D)) metadata
          span     | map('a', concat('a', char(0))) metadata
          span     | map(concat('a', char(0)), 1) metadata
          span     | struct(map('a', double('-Infinity')) AS a, 1.5BD AS b) metadata
          span     | parse_json('[1]') metadata
          span     | map('a', parse_json('1e30')) metadata
          span     | map('a', map('b', map('c', parse_json(concat(repeat('[', 999), repeat(']', 999)))))) metadata
          span     | 'x' id, now() created_at, now() updated_at, 'API' source, ' x ' identifier
          span     | 'x' id, now() created_at, now() updated_at, 'API' source, ' n' annotation_name
          document | 'run-1' identifier
          document | 1.5D document_position
          document | -1 document_position
          document | 3000000000L document_position
          document | double('Infinity') document_position
          document | CAST(NULL AS INT) document_position
          document | concat(repeat('0', 100), '.') document_position
          document | 0 document_position, 1 position
          session  | concat(repeat('s', 95), ' ') session_id
          session  | 'a' session_id, 'b' `session.id`
          """)
  void whatIsRefusedIsRefusedAgain(String target, String columns) {
    addTargets();
    write(bad(target, columns))
        .options(Map.of("target", target, "onFailure", "report", "failuresPath", path("failed")))
        .save();
    assertThat(stored()).isEmpty();

    // Each line by itself, and beside one that makes every column a text.
    assertThat(writeAgain(lines(), target, "again").getSkipped()).isEqualTo(1);
    reporting(
            spark.sql(
                ("SELECT 'nowhere' %s_id, '0' document_position, 'n' annotation_name, 'CODE' annotator_kind,"
                        + " 'text' label, '0.5' score, 'text' explanation, '{\"a\":\"b\"}' metadata")
                    .formatted(target.equals("session") ? "session" : "span")),
            target)
        .save();
    PhoenixWriteException e = writeAgain(lines(), target, "again");
    assertThat(e.getCounts()).isEqualTo(Map.of("Skipped", 1L, "MissingTarget", 1L));
    e = writeAgain(spark.read().json(path("again")).filter("outcome = 'Skipped'"), target, "third");
    assertThat(e.getCounts().keySet()).containsExactly("Skipped");
    assertThat(stored()).isEmpty();
  }

  /** A good row, with these columns in place of its own. */
  private Dataset<Row> bad(String target, String columns) {
    StringBuilder all = new StringBuilder(columns);
    Map<String, String> good =
        Map.of(
            target.equals("session") ? "session_id" : "span_id",
            target.equals("session") ? "'a'" : "'" + SPAN + "'",
            "document_position",
            "0",
            "annotation_name",
            "'n'",
            "annotator_kind",
            "'LLM'",
            "label",
            "'good'");
    good.forEach(
        (name, value) -> {
          if (!columns.matches(".*\\b" + name + "\\b.*")) {
            all.append(", ").append(value).append(' ').append(name);
          }
        });
    return spark.sql("SELECT " + all);
  }

  @Test
  void rowsThatDifferInARefusedValueDoNotTakeEachOthersPlace() {
    addTargets();
    Dataset<Row> rows =
        frame(
            "span_id string, position int, annotation_name string, annotator_kind string, identifier string, score double",
            row(SPAN, 0, "n", "LLM", "run-1", 0.1),
            row(SPAN, 0, "n", "LLM", "run-2", 0.9));
    reporting(rows, "document").save();
    assertThat(lines().select("identifier", "score").collectAsList())
        .extracting(Row::toString)
        .containsExactlyInAnyOrder("[run-1,0.1]", "[run-2,0.9]");
    assertThat(writeAgain(lines(), "document", "again").getSkipped()).isEqualTo(2);
    assertThat(stored()).isEmpty();
  }

  @Test
  void whatIsCorrectedIsStored() {
    addTargets();
    reporting(bad("span", "12345678901234567D identifier"), "span").save();
    assertThat(lines().select("identifier", "refused_columns").collectAsList())
        .extracting(Row::toString)
        .containsExactly("[1.2345678901234568E16,identifier]");
    Dataset<Row> corrected = lines().selectExpr("*", "'run-7' fixed").drop("identifier");
    corrected = corrected.withColumnRenamed("fixed", "identifier");
    PhoenixWriteException e = writeAgain(corrected, "span", "again");
    assertThat(e)
        .hasMessageContaining("identifier was refused by an earlier write (it is \"run-7\")")
        .hasMessageContaining("correct it, and drop the column refused_columns");
    write(corrected.drop("refused_columns")).save();
    assertThat(stored()).singleElement().extracting(StoredRow::identifier).isEqualTo("run-7");
  }

  @Test
  void aRefusedValueCostsTheOthersNothing() {
    addTargets();
    String metadata = "{\"big\":18446744073709551615,\"none\":null,\"real\":1.0}";
    reporting(
            bad(
                "span",
                "concat('a', char(0), 'b') label, 0.5D score, 'why' explanation, '%s' metadata"
                    .formatted(metadata)),
            "span")
        .save();
    assertThat(lines().select("label", "score", "explanation", "metadata").head())
        .extracting(Row::toString)
        .isEqualTo("[a\u0000b,0.5,why,%s]".formatted(metadata));
  }

  @Test
  void aLineStoresWhatItsRowWouldHaveStored() {
    Dataset<Row> rows =
        spark.sql(
            """
            SELECT '00000000000000a1' span_id, annotation_name, 'LLM' annotator_kind, identifier, label, metadata
            FROM VALUES
              ('one', 'run\\n1', 'a\\tb', '{"run": 1, "none": null}'),
              ('two', '\\u200fשלום', 'x', '{"run": "1", "list": [1, 1.0, "1", null]}'),
              ('three', '007', 'true', '{"run": 1.5, "big": 18446744073709551615}'),
              ('four', 'null', '1', '{}'),
              ('five', null, '2026-01-01', null)
            AS t(annotation_name, identifier, label, metadata)
            """);
    reporting(rows, "span").save();
    assertThat(stored()).isEmpty();
    phoenix.addSpan(FakeSpan.of(SPAN));
    write(lines()).save();
    List<String> again = stored().stream().map(FailureLinesTest::values).toList();
    write(rows).save();
    assertThat(again)
        .hasSize(5)
        .containsExactlyInAnyOrderElementsOf(
            stored().stream().map(FailureLinesTest::values).toList());
  }

  private static String values(StoredRow row) {
    return String.join(
        " ", row.name(), row.identifier(), row.label(), String.valueOf(row.metadata()));
  }

  @Test
  void mapsOfMetadataKeepTheTypesOfTheirValues() {
    Dataset<Row> rows =
        spark.sql(
            """
            SELECT '00000000000000a1' span_id, annotation_name, 'LLM' annotator_kind, 'x' label, metadata
            FROM VALUES
              ('one', named_struct('d', DATE '2026-01-01', 'n', 1.50BD, 'f', 0.1F, 'l', array(1L, null))),
              ('two', named_struct('d', null, 'n', 12345678901234567890.5BD, 'f', null, 'l', null))
            AS t(annotation_name, metadata)
            """);
    reporting(rows, "span").save();
    phoenix.addSpan(FakeSpan.of(SPAN));
    write(lines()).save();
    List<String> again = stored().stream().map(FailureLinesTest::values).toList();
    write(rows).save();
    assertThat(again)
        .hasSize(2)
        .containsExactlyInAnyOrderElementsOf(
            stored().stream().map(FailureLinesTest::values).toList());
  }
}
