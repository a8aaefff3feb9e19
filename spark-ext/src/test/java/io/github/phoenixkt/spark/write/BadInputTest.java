package io.github.phoenixkt.spark.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.phoenixkt.spark.PhoenixWriteException;
import io.github.phoenixkt.spark.SparkTest;
import io.github.phoenixkt.spark.options.Options;
import io.github.phoenixkt.spark.options.PhoenixConnection;
import io.github.phoenixkt.support.HeldPort;
import io.github.phoenixkt.testing.FakePhoenix;
import io.github.phoenixkt.testing.FakeSpan;
import io.github.phoenixkt.testing.Fault;
import io.github.phoenixkt.testing.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkException;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.execution.ExplainMode;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each is a sentence, before anything is sent. */
class BadInputTest extends SparkTest {
  private Dataset<Row> judged(String columns) {
    return spark.sql("SELECT " + columns);
  }

  private static final String GOOD = "'a1' span_id, 'good' label";

  private Throwable failure(Dataset<Row> rows, Map<String, String> options) {
    return catchThrowable(
        () ->
            write(rows)
                .option("name", "correctness")
                .option("annotatorKind", "LLM")
                .options(options)
                .save());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          'a1' id, 1D score                                  | There is no column with the ids of the spans: name it span_id or context.span_id
          1 span_id, 1D score                                | The column span_id is of type INT where a string is wanted; cast it with CAST
          'a1' span_id, array(1) score                       | The column score is of type ARRAY<INT> where a number is wanted
          'a1' span_id, array('x') label                     | The column label is of type ARRAY<STRING> where text is wanted
          'a1' span_id, 1D score, 1 metadata                 | The column metadata is of type INT where a map, a struct, a variant or the text of a JSON object is wanted
          'a1' span_id, 1D score, map(1, 2) metadata         | The column metadata is of type MAP<INT, INT>
          'a1' span_id, 1D score, 'x' `metadata.a`           | The columns metadata.a are not read as metadata
          'a1' span_id                                       | There is no column label, score or explanation
          'a1' span_id, 1D score, 2D Score                   | There are 2 columns score: keep one
          'a1', 1D                                           | with withColumnRenamed or with AS in SQL. The columns are a1, 1.0
          """)
  void columnsThatCannotBeRead(String columns, String sentence) {
    assertThat(failure(judged(columns), Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nothing was sent")
        .hasMessageContaining(sentence);
    assertThat(phoenix.requests()).isEmpty();
  }

  /** A column of the wrong type is not missing. */
  @ParameterizedTest
  @ValueSource(strings = {"1 span_id, 'good' label", "'a1' span_id, array('x') label"})
  void aColumnThatCannotBeReadIsToldOnce(String columns) {
    assertThat(failure(judged(columns), Map.of()))
        .hasMessageContaining("is of type")
        .hasMessageNotContaining("There is no column");
  }

  @Test
  void rowsCannotBeOrderedByAMap() {
    assertThat(failure(judged(GOOD + ", map('a', 1) turn"), Map.of("orderBy", "turn")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "The column turn is of type MAP<STRING, INT> where a type that Spark can sort is wanted");
  }

  @Test
  void aTableOfTheCatalogIsRefused() {
    assertThatThrownBy(() -> write(judged(GOOD)).saveAsTable("annotations"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Phoenix cannot be a table of a catalog")
        .hasMessageContaining("CREATE TEMPORARY VIEW");
    assertThatThrownBy(
            () ->
                spark.sql(
                    "CREATE TABLE annotations (span_id STRING) USING phoenix OPTIONS (name 'n')"))
        .hasMessageContaining("Phoenix cannot be a table of a catalog");
  }

  @Test
  void withoutANameOrAKind() {
    assertThatThrownBy(() -> write(judged(GOOD)).save())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("The annotations have no name: add a column annotation_name")
        .hasMessageContaining(
            "The annotations have no kind: add a column annotator_kind with HUMAN, LLM, CODE")
        .hasMessageContaining("is the option annotatorKind");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          target        | spam    | The option target must be one of span, document, trace, session, but it is "spam"
          traget        | span    | Phoenix has no option traget: did you mean target?
          writer        | 2       | Phoenix has no option writer: did you mean writers?
          writers       | none    | The option writers must be a whole number from 1 to 100, but it is "none"
          writers       | 0       | The option writers must be a whole number from 1 to 100
          queueWindow   | 9999    | The option queueWindow must be a whole number from 1 to 2500
          chunkSize     | 800     | chunkSize is 800, but no request can have more rows than queueWindow, which is 625
          awaitTarget   | soon    | The option awaitTarget must be a duration from 0s to 10m, for example 500ms, 30s or 2m
          awaitTarget   | 11m     | The option awaitTarget must be a duration from 0s to 10m
          timeout       | 0s      | The option timeout must be a duration from 1ms to 24h
          timeout       | 25h     | The option timeout must be a duration from 1ms to 24h
          tabel         | spans   | Phoenix has no option tabel: did you mean table?
          onFailure     | ignore  | The option onFailure must be one of fail, report
          annotatorKind | ROBOT   | The option annotatorKind must be one of
          delivery      | maybe   | The option delivery must be one of queued, confirmed, verified
          orderBy       | turn    | The option orderBy names the column turn, which does not exist
          apiKey        | hidden  | use the option token, which Spark hides, or set PHOENIX_API_KEY
          header.Authorization | Bearer hidden | use the option secretHeader.authorization
          path          | /tmp    | Phoenix has no paths
          endpoint      | ftp://x | "ftp://x" (from the option endpoint) cannot be used
          token         | Bearer hidden | The API key from the option token starts with "Bearer"
          token         | hidden ä | The API key from the option token has a character
          secretHeader.x y | hidden | the options header.<name> and secretHeader.<name> has an invalid name
          secretHeader.x | hiddenä | The header x of the options header.<name> and secretHeader.<name> has a character
          table         | spam    | The option table must be one of spans, annotations, sessions, traces
          """)
  void optionsThatCannotBeUsed(String option, String value, String sentence) {
    assertThat(failure(judged(GOOD), Map.of(option, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(sentence)
        .hasMessageNotContaining("hidden");
    assertThat(phoenix.requests()).isEmpty();
  }

  @Test
  void aDocumentHasNoIdentifier() {
    assertThat(
            failure(
                judged("'a1' span_id, 0 position, 'good' label"),
                Map.of("target", "document", "identifier", "run 1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Annotations of documents have no identifier");
  }

  @Test
  void defaultsOfTheSessionAreCheckedToo() {
    spark.conf().set("spark.datasource.phoenix.writters", "2");
    try {
      assertThat(failure(judged(GOOD), Map.of())).hasMessageContaining("did you mean writers?");
    } finally {
      spark.conf().unset("spark.datasource.phoenix.writters");
    }
  }

  @Test
  void theModeMustBeAppend() {
    assertThatThrownBy(
            () -> judged(GOOD).write().format("phoenix").option("endpoint", endpoint()).save())
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining("ErrorIfExists");
  }

  @ParameterizedTest
  @ValueSource(strings = {"errorifexists", "ignore"})
  void otherModesAreSparksOwnErrors(String mode) {
    assertThatThrownBy(() -> write(judged(GOOD)).mode(mode).save())
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining("\"Append\"");
  }

  /** Spark's own sentence for other modes offers it. */
  @Test
  void nothingIsOverwritten() {
    assertThatThrownBy(() -> write(judged(GOOD)).mode("overwrite").save())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Write with the mode append, INSERT INTO");
    spark.sql(
        "CREATE OR REPLACE TEMPORARY VIEW overwritten (span_id STRING, label STRING) USING phoenix"
            + " OPTIONS (endpoint '%s', name 'n', annotatorKind 'CODE')".formatted(endpoint()));
    assertThatThrownBy(() -> spark.sql("INSERT OVERWRITE overwritten SELECT " + GOOD))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Write with the mode append, INSERT INTO");
    assertThat(phoenix.requests()).isEmpty();
  }

  @Test
  void aKeyThatIsRefusedEndsTheWriteBeforeItsJob() {
    try (FakePhoenix locked = FakePhoenix.builder().apiKey(Role.ADMIN, "right").start()) {
      locked.addSpan(FakeSpan.of("00000000000000a1"));
      assertThat(
              failure(
                  judged(GOOD),
                  Map.of("endpoint", locked.endpoint().toString(), "token", "not-the-key")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("rejected this job before it started")
          .hasMessageContaining("401")
          .hasMessageContaining("The key comes from the option token.")
          .hasMessageNotContaining("not-the-key");
      assertThat(locked.requests()).noneMatch(request -> request.method().equals("POST"));
      assertThat(callsOfTheJudge(Map.of("endpoint", locked.endpoint().toString(), "token", "no")))
          .isZero();

      write(judged("'00000000000000a1' span_id, 'good' label"))
          .options(
              Map.of(
                  "endpoint", locked.endpoint().toString(),
                  "token", "right",
                  "name", "n",
                  "annotatorKind", "CODE"))
          .save();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aMissingKeyIsAskedForByItsOption(boolean reads) {
    try (FakePhoenix locked = FakePhoenix.builder().apiKey(Role.ADMIN, "right").start()) {
      String endpoint = locked.endpoint().toString();
      assertThat(refusal(reads, Map.of("endpoint", endpoint)))
          .hasMessageContaining("401")
          .hasMessageContaining(
              "set the option token, or PHOENIX_API_KEY in the environment of the driver")
          .hasMessageNotContaining("settings");
      assertThat(refusal(reads, Map.of("endpoint", endpoint, "token", "not-the-key")))
          .hasMessageContaining("The key comes from the option token.")
          .hasMessageNotContaining("not-the-key");
      assertThat(
              refusal(
                  reads,
                  Map.of("endpoint", endpoint, "secretHeader.Authorization", "Bearer not-the-key")))
          .hasMessageContaining("The key comes from the option secretHeader.authorization.")
          .hasMessageNotContaining("not-the-key");
      System.setProperty("phoenix.api.key", "not-the-key");
      try {
        assertThat(refusal(reads, Map.of("endpoint", endpoint)))
            .hasMessageContaining("The key comes from the environment of the driver.")
            .hasMessageNotContaining("not-the-key");
      } finally {
        System.clearProperty("phoenix.api.key");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aKeyThatIsForbiddenToAskSaysWhereItComesFrom(boolean reads) {
    phoenix.failNext(Fault.status(403).times(10).on("GET", ""));
    assertThat(refusal(reads, Map.of("endpoint", endpoint(), "token", "a-key")))
        .hasMessageContaining("403")
        .hasMessageContaining("The key comes from the option token.");
  }

  private Throwable refusal(boolean reads, Map<String, String> options) {
    Throwable refusal =
        reads
            ? catchThrowable(
                () -> spark.read().format("phoenix").options(options).load().collectAsList())
            : failure(judged(GOOD), options);
    assertThat(refusal)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Phoenix rejected this job before it started");
    return refusal;
  }

  @Test
  void aKeyThatIsRefusedInMidWriteIsToldInTheSameWords() {
    phoenix.addSpan(FakeSpan.of("00000000000000a1"));
    phoenix.failNext(
        Fault.status(401)
            .header("x-phoenix-server-version", "20.16.0")
            .times(10)
            .on("POST", "annotations"));
    assertThat(failure(judged("'00000000000000a1' span_id, 'good' label"), Map.of()))
        .isInstanceOf(PhoenixWriteException.class)
        .hasMessageContaining("set the option token, or PHOENIX_API_KEY")
        .hasMessageNotContaining("settings");
  }

  private long callsOfTheJudge(Map<String, String> options) {
    LongAccumulator calls = spark.sparkContext().longAccumulator();
    UserDefinedFunction judge =
        functions.udf(
            (UDF1<Long, Double>)
                id -> {
                  calls.add(1);
                  return 0.5;
                },
            DataTypes.DoubleType);
    Dataset<Row> rows =
        spark
            .range(3)
            .select(
                functions.format_string("%016x", functions.col("id")).as("span_id"),
                judge.apply(functions.col("id")).as("score"));
    assertThat(failure(rows, options)).isInstanceOf(IllegalArgumentException.class);
    return calls.value();
  }

  @Test
  void aFolderThatCannotBeUsedEndsTheWriteBeforeItsJob(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");

    assertThat(callsOfTheJudge(Map.of("failuresPath", file.resolve("in").toUri().toString())))
        .isZero();
  }

  @Test
  void aServerThatIsAwayIsTriedAgainByTheTaskAndThenTold() {
    try (HeldPort nobody = HeldPort.open()) {
      assertThat(failure(judged(GOOD), Map.of("endpoint", nobody.endpoint())))
          .isInstanceOf(SparkException.class)
          .hasMessageContaining("failed 2 times")
          .hasMessageContaining("Phoenix takes no annotations at present")
          .hasMessageContaining("writing its rows again is safe");
      assertThatThrownBy(
              () ->
                  spark
                      .read()
                      .format("phoenix")
                      .option("endpoint", nobody.endpoint())
                      .load()
                      .count())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("no connection could be made")
          .hasMessageContaining("Check the option endpoint, or PHOENIX_ENDPOINT");
    }
  }

  @Test
  void noSecretIsInAPlan() throws Exception {
    Map<String, String> secrets =
        Map.of(
            "endpoint", endpoint(),
            "token", "hush-1",
            "secretHeader.authorization", "hush-2",
            "name", "n",
            "annotatorKind", "CODE");
    phoenix.addSpan(FakeSpan.of("00000000000000a1"));
    Dataset<Row> rows = judged("'00000000000000a1' span_id, 'good' label");
    List<QueryExecution> executions = executionsOf(() -> write(rows).options(secrets).save());
    assertThat(executions).hasSize(1);
    StringBuilder plans = new StringBuilder(executions.get(0).toString());
    for (String form : List.of("simple", "extended", "formatted", "cost")) {
      plans.append(executions.get(0).explainString(ExplainMode.fromString(form)));
    }
    assertThat(plans.toString())
        .contains("token=*********(redacted)")
        .doesNotContain("hush-1")
        .doesNotContain("hush-2");
    assertThat(PhoenixConnection.resolve(Options.of(secrets)))
        .asString()
        .contains(endpoint())
        .doesNotContain("hush-1")
        .doesNotContain("hush-2");
  }
}
