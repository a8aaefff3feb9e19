package io.github.phoenixkt.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;

/** What the schema refuses: 422 with a JSON body, or 400 when the bytes cannot be read. */
class ValidationTest {
  private static final String PATH = "/v1/span_annotations?sync=true";

  @ContractTest
  void everyFieldIsChecked(Api api) {
    api.post(PATH, "{'data':[{}]}")
        .isInvalid("body", "data", 0, "span_id")
        .isInvalid("body", "data", 0, "name")
        .isInvalid("body", "data", 0, "annotator_kind");
    api.post(
            PATH,
            "{'data':[{'span_id':1,'name':null,'annotator_kind':'human','identifier':null,"
                + "'metadata':[],'result':{'label':3,'score':'x','explanation':{}}}]}")
        .isInvalid("body", "data", 0, "span_id")
        .isInvalid("body", "data", 0, "name")
        .isInvalid("body", "data", 0, "annotator_kind")
        .isInvalid("body", "data", 0, "identifier")
        .isInvalid("body", "data", 0, "metadata")
        .isInvalid("body", "data", 0, "result", "label")
        .isInvalid("body", "data", 0, "result", "score")
        .isInvalid("body", "data", 0, "result", "explanation");
    api.post(PATH, "{'data':[7]}").isInvalid("body", "data", 0);
    api.post(PATH, "{'data':{}}").isInvalid("body", "data");
    api.post(PATH, "{}").isInvalid("body", "data");
    api.post(PATH, "[]").isInvalid("body");
  }

  @ContractTest
  void unknownFieldsAreIgnored(Api api) {
    Seed seed = api.seed();
    Answer answer =
        api.post(PATH, Level.SPAN.one(seed.span(), "n", ",'colour':'blue','result':null"));
    assertThat(answer.data()).hasSize(1);
  }

  @ContractTest
  void theBodyMustBeJsonAndSaySo(Api api) {
    assertThat(api.post(PATH, "{").is(422).json().at("/detail/0/type").asText())
        .isEqualTo("json_invalid");
    assertThat(api.post(PATH, "{'data':[]} x").is(422).json().at("/detail/0/type").asText())
        .isEqualTo("json_invalid");
    api.send(api.request(PATH).POST(BodyPublishers.noBody())).isInvalid("body");
    api.send(
            api.request(PATH)
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString("{\"data\":[]}")))
        .isInvalid("body");
    api.send(
            api.request(PATH)
                .header("Content-Type", "application/vnd.api+json; charset=utf-8")
                .POST(BodyPublishers.ofString("{\"data\":[]}")))
        .ok();
  }

  @ContractTest
  void gzipIsNotUnderstood(Api api) {
    api.send(
            api.request(PATH)
                .header("Content-Type", "application/json")
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofByteArray(new byte[] {0x1f, (byte) 0x8b, 8, 0})))
        .isText(400);
  }

  @ContractTest
  void booleansInQueries(Api api) {
    for (String yes : new String[] {"true", "1", "yes", "on", "TRUE", "On"}) {
      api.post("/v1/span_annotations?sync=" + yes, Level.SPAN.one("missing", "n", "")).isText(404);
    }
    for (String no : new String[] {"false", "0", "no", "off"}) {
      api.post("/v1/span_annotations?sync=" + no, "{'data':[]}").ok();
    }
    api.post("/v1/span_annotations?sync=maybe", "{'data':[]}").isInvalid("query", "sync");
    api.post("/v1/span_annotations?sync=", "{'data':[]}").isInvalid("query", "sync");
  }

  @ContractTest
  void theLastOfTwoEqualKeysWins(Api api) {
    Seed seed = api.seed();
    api.post(PATH, Level.SPAN.one(seed.span(), "n", ",'identifier':'a','identifier':'b'")).ok();
    assertThat(api.get(seed.annotations(Level.SPAN)).first().get("identifier").asText())
        .isEqualTo("b");
  }
}
