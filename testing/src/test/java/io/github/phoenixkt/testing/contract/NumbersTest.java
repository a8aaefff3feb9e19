package io.github.phoenixkt.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** Which texts are numbers, and what becomes of numbers that are too large. */
class NumbersTest {
  private static final String HUGE = "1" + "0".repeat(30);

  /** 2^70. */
  private static final String WIDE = "1180591620717411303424";

  private static List<String> lists(Seed seed) {
    String project = "/v1/projects/" + seed.project();
    return List.of(
        project + "/traces?",
        project + "/sessions?",
        project + "/spans?",
        seed.annotations(Level.SPAN) + "&",
        seed.annotations(Level.TRACE) + "&",
        seed.annotations(Level.SESSION) + "&",
        project + "/annotation_configs?",
        "/v1/annotation_configs?",
        "/v1/projects?");
  }

  @ContractTest
  void aLimitMayBeWrittenInManyWays(Api api) {
    for (String list : lists(api.seed())) {
      for (String limit : List.of("1.0", "1_0", "1_0.00", "%2B1", "%201%20", "01", "%C2%A01%0A")) {
        api.get(list + "limit=" + limit).ok();
      }
      for (String limit :
          List.of("", "1e1", "1.5", "1.", "_1", "1_", "1__0", "1.0_0", "0x1", "%D9%A1", "--1")) {
        api.get(list + "limit=" + limit).isInvalid("query", "limit");
      }
      for (String limit : List.of("0", "-0.0", "-1", "-" + HUGE, "1" + "0".repeat(4400))) {
        api.get(list + "limit=" + limit).isInvalid("query", "limit");
      }
    }
  }

  @ContractTest
  void aLimitBeyond64BitsBreaksTheListsWithoutALargestOne(Api api) {
    for (String list : lists(api.seed())) {
      Answer answer = api.get(list + "limit=" + HUGE);
      if (list.matches(".*/(traces|spans|\\w+_annotations)\\?.*")) {
        answer.isInvalid("query", "limit");
      } else {
        answer.isText(500);
        api.get(list + "limit=" + Long.MAX_VALUE).isText(500);
        api.get(list + "limit=" + (Long.MAX_VALUE - 1)).ok();
      }
    }
  }

  @ContractTest
  void aCursorBeyond64BitsBreaksEveryListByRowNumber(Api api) {
    for (String list : lists(api.seed())) {
      if (!list.contains("/traces?")) {
        api.get(list + "cursor=" + id("CategoricalAnnotationConfig", WIDE)).isText(500);
        api.get(list + "cursor=" + id("CategoricalAnnotationConfig", "-" + WIDE)).isText(500);
      }
    }
  }

  @ContractTest
  void aCursorIsReadLeniently(Api api) {
    Seed seed = api.seed();
    for (String list : lists(seed)) {
      if (!list.contains("/traces?")) {
        for (String number : List.of("1_0", " 1", "+1", "01", "2147483647")) {
          api.get(list + "cursor=" + id("CategoricalAnnotationConfig", number)).ok();
        }
      }
    }
    String spans = "/v1/projects/" + seed.project() + "/spans?cursor=";
    for (String cursor : List.of(id("", "1"), "U3Bhbjox%20", "U3Bhbjox%3D", "U3-Bhbjox")) {
      api.get(spans + cursor).ok();
    }
    for (String cursor : List.of("U3Bhbjo", id("Span", "x"), id("Span", "1.0"), "%20", "x")) {
      api.get(spans + cursor).isText(422);
    }
    String configs = "/v1/annotation_configs?cursor=";
    api.get(configs + id("CategoricalAnnotationConfig", "x")).isText(500);
    api.get(configs + id("Span", "1")).isText(400);
  }

  @ContractTest
  void anIdBeyond64BitsBreaksEveryRoute(Api api) {
    api.get("/v1/projects/" + id("Project", WIDE)).isText(500);
    api.get("/v1/projects/" + id("Project", WIDE) + "/spans").isText(500);
    api.post("/v1/projects/" + id("Project", WIDE) + "/spans", "{'data':[]}").isText(500);
    api.get("/v1/sessions/" + id("ProjectSession", WIDE)).isText(500);
    api.delete("/v1/sessions/" + id("ProjectSession", WIDE)).isText(500);
    api.delete("/v1/traces/" + id("Trace", WIDE)).isText(500);
    api.delete("/v1/spans/" + id("Span", WIDE)).isText(500);
    api.get("/v1/annotation_configs/" + id("CategoricalAnnotationConfig", WIDE)).isText(500);
    api.delete("/v1/annotation_configs/" + id("CategoricalAnnotationConfig", WIDE)).isText(500);
    api.delete("/v1/annotation_configs/" + id("CategoricalAnnotationConfig", "x")).isText(500);
    api.get("/v1/annotation_configs/" + id("CategoricalAnnotationConfig", "x")).isText(404);
    String session = id("ProjectSession", WIDE);
    api.get("/v1/projects/default/traces?session_identifier=" + session).isText(500);
  }

  private static String id(String type, String number) {
    byte[] plain = (type + ":" + number).getBytes(StandardCharsets.UTF_8);
    return Api.encode(Base64.getEncoder().encodeToString(plain));
  }

  @ContractTest
  void latenciesAreAmounts(Api api) {
    String path = "/v1/projects/" + api.seed().project() + "/traces?";
    for (String bound : List.of("min_latency_ms", "max_latency_ms")) {
      for (String value : List.of("0", "-0", "1e3", "1_0.5", "inf", "%2BInfinity", ".5", "5.")) {
        api.get(path + bound + "=" + value).ok();
      }
      for (String value : List.of("-1", "nan", "-inf", "", "1d", "0x1p3", "1__0", "x", "true")) {
        api.get(path + bound + "=" + value).isInvalid("query", bound);
      }
    }
  }

  @ContractTest
  void timesAreStrict(Api api) {
    String path = "/v1/projects/" + api.seed().project() + "/";
    String ten = "2026-01-05T10:00:00";
    for (String list : List.of("traces", "spans")) {
      for (String time :
          List.of(
              "1000",
              "-1000.5",
              ".5",
              "20000000001",
              "2026-01-05",
              "2026-01-05T10:00",
              "2026-01-05_10:00:00",
              "2026-01-05t10:00:00z",
              ten + ",5Z",
              ten + "%2B0100",
              ten + "-23:59",
              ten + ".123456789Z")) {
        api.get(path + list + "?start_time=" + time).ok();
      }
      for (String time :
          List.of(
              "1e3",
              "1_000",
              "nan",
              "",
              "now",
              "0000-01-01",
              "2026-1-5",
              "%202026-01-05",
              "2026-01-05%20",
              "2026-02-30",
              "20260105T10",
              "2026-01-05T24:00:00Z",
              ten + "%2B01",
              ten + "-24:00",
              ten + ".Z",
              ten + "%20Z",
              "2026-01-05T10")) {
        api.get(path + list + "?end_time=" + time).isInvalid("query", "end_time");
      }
    }
  }

  @ContractTest
  void aPositionMayBeWrittenInManyWays(Api api) {
    Seed seed = api.seedWithDocuments();
    for (String position : List.of("1", "1.0", "1e0", "'1'", "'1.0'", "'0_1'", "' +1 '", "true")) {
      api.post("/v1/document_annotations?sync=true", document(seed, position)).ok();
    }
    for (String position : List.of("1.5", "'1.5'", "'1.'", "'1e0'", "'x'", "''", "null", "1e30")) {
      api.post("/v1/document_annotations?sync=true", document(seed, position))
          .isInvalid("body", "data", 0, "document_position");
    }
    for (String position : List.of("2", "-1", "'1_0'", WIDE, "'" + WIDE + "'")) {
      api.post("/v1/document_annotations?sync=true", document(seed, position)).isText(422);
    }
    for (String position : List.of("NaN", "Infinity", "1e400")) {
      api.post("/v1/document_annotations?sync=true", document(seed, position)).isText(500);
    }
  }

  private static String document(Seed seed, String position) {
    return "{'data':[{'span_id':'"
        + seed.span()
        + "','name':'n','annotator_kind':'CODE','result':{'label':'x'},'document_position':"
        + position
        + "}]}";
  }

  @ContractTest
  void aScoreMayBeWrittenInManyWays(Api api) {
    Seed seed = api.seed();
    for (String score : List.of("'1_0.5'", "'1e3'", "'.5'", "'5.'", "'-Infinity'", "1e400")) {
      api.post("/v1/span_annotations?sync=true", scored(seed, score)).ok();
    }
    for (String score : List.of("'1d'", "'0x1'", "'1__0'", "''", "[]", "9".repeat(400))) {
      api.post("/v1/span_annotations?sync=true", scored(seed, score))
          .isInvalid("body", "data", 0, "result", "score");
    }
  }

  private static String scored(Seed seed, String score) {
    return Level.SPAN.one(seed.span(), "n", ",'result':{'score':" + score + "}");
  }

  @ContractTest
  void anErrorThatWouldQuoteNaNIsNoAnswer(Api api) {
    String path = "/v1/span_annotations";
    api.post(path, "{'data':[{'span_id':'x','metadata':{'a':NaN}}]}").isText(500);
    api.post(path, "{'data':[{'span_id':'x','metadata':{'a':1e400}}]}").isText(500);
    api.post(path, "{'data':NaN}").isText(500);
    api.post(path, Level.SPAN.one("x", "n", ",'metadata':{'a':NaN}").replace("HUMAN", "NOBODY"))
        .isInvalid("body", "data", 0, "annotator_kind");
  }

  @ContractTest
  void aNumberOfTooManyDigitsOrTooDeepABodyIsNotParsed(Api api) {
    api.post("/v1/span_annotations", "{'data':[],'x':" + "9".repeat(4_400) + "}").isText(400);
    api.post("/v1/span_annotations", "{'data':[],'x':" + "9".repeat(4_300) + "}").ok();
    api.post("/v1/span_annotations", "{'data':[],'x':" + lists(2_000) + "}").isText(400);
    api.post("/v1/span_annotations", "{'data':[],'x':" + lists(900) + "}").ok();
  }

  @ContractTest
  void metadataIsStoredToADepthOf254(Api api) {
    Seed seed = api.seed();
    api.post("/v1/span_annotations?sync=true", withMetadata(seed, lists(253))).ok();
    api.post("/v1/span_annotations?sync=true", withMetadata(seed, lists(254))).isText(500);
    assertThat(api.get(seed.annotations(Level.SPAN)).data()).hasSize(1);
  }

  private static String lists(int depth) {
    return "[".repeat(depth) + "]".repeat(depth);
  }

  private static String withMetadata(Seed seed, String value) {
    return Level.SPAN.one(seed.span(), "n", ",'metadata':{'a':" + value + "}");
  }

  @ContractTest
  void onPostgresADoubleBeyond64BitsBreaksEveryLaterRead(Api api) {
    Seed seed = api.seed();
    String path = seed.annotations(Level.SPAN);
    for (String number : List.of("1e20", "1e300", "18446744073709551616.0", "-9.3e18", "[1e20]")) {
      api.post("/v1/span_annotations?sync=true", withMetadata(seed, number)).ok();
      if (api.isOnPostgres()) {
        api.get(path).isText(500);
      } else {
        assertThat(api.get(path).first().at("/metadata/a").isMissingNode()).isFalse();
      }
      for (Level targetKind : List.of(Level.TRACE, Level.SESSION)) {
        api.get(seed.annotations(targetKind)).ok();
      }
    }
    // Written anew, it can be read again.
    for (String number : List.of("1.844674407370955e19", "1e16", "1e15", "18446744073709551615")) {
      api.post("/v1/span_annotations?sync=true", withMetadata(seed, number)).ok();
      JsonNode read = api.get(path).first().at("/metadata/a");
      assertThat(read.doubleValue()).isEqualTo(Double.parseDouble(number));
      boolean whole = api.isOnPostgres() && !number.equals("1e15") || !number.contains("e");
      assertThat(read.isIntegralNumber()).as(number).isEqualTo(whole);
    }
  }

  @ContractTest
  void onPostgresTheSameHoldsForTheAttributesOfSpans(Api api) {
    Seed seed = new Seed(Api.unique("p"), Api.unique("s"), Api.unique("t"), Api.unique("x"));
    String attributes = "'session.id':'" + seed.session() + "','v':1e20";
    String span = Api.span(seed.span(), seed.trace(), "OK", attributes);
    String path = "/v1/projects/" + seed.project();
    api.post(path + "/spans", "{'data':[" + span + "]}").is(202);
    api.await(() -> api.get("/v1/sessions/" + seed.session()), answer -> answer.status() == 200);
    if (api.isOnPostgres()) {
      api.get(path + "/spans").isText(500);
    } else {
      assertThat(api.get(path + "/spans").first().at("/attributes/v").asDouble()).isEqualTo(1e20);
    }
    api.get(path + "/traces?include_spans=true").ok();
  }
}
