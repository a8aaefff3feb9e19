package io.github.phoenixkt.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.OffsetDateTime;

/** {@code DELETE /v1/projects/{}/…_annotations}. */
class AnnotationDeletesTest {
  @ContractTest
  void filtersAreIntersected(Api api) {
    Seed seed = api.seed();
    Seed other = api.seed();
    for (Level targetKind : Level.values()) {
      String target = seed.target(targetKind);
      String write = "/v1" + targetKind.path() + "?sync=true";
      api.post(
              write,
              "{'data':["
                  + targetKind.item(target, "a", "")
                  + ","
                  + targetKind.item(target, "a", ",'identifier':'i'")
                  + ","
                  + targetKind.item(target, "b", ",'identifier':'i'")
                  + ","
                  + targetKind.item(target, "c", "").replace("HUMAN", "CODE")
                  + ","
                  + targetKind.item(target, "d", "").replace("HUMAN", "LLM")
                  + "]}")
          .ok();
      api.post(write, targetKind.one(other.target(targetKind), "a", "")).ok();
      String path = "/v1/projects/" + seed.project() + targetKind.path() + "?delete_all=true";
      Answer gone = api.delete(path + "&name=b&name=a&identifier=i").is(204);
      assertThat(gone.body()).isEmpty();
      assertThat(api.get(seed.annotations(targetKind)).all("name"))
          .containsExactly("d", "c", "b", "a");
      api.delete(path + "&annotator_kind=CODE").is(204);
      assertThat(api.get(seed.annotations(targetKind)).all("name")).containsExactly("d", "b", "a");
      api.delete(path + "&name=none").is(204);
      assertThat(api.get(seed.annotations(targetKind)).all("name")).containsExactly("d", "b", "a");
      api.delete(path).is(204);
      assertThat(api.get(seed.annotations(targetKind)).data()).isEmpty();
      assertThat(api.get(other.annotations(targetKind)).data()).hasSize(1);
    }
  }

  @ContractTest
  void windowsAreOfTheFirstCreation(Api api) {
    Seed seed = api.seed();
    for (Level targetKind : Level.values()) {
      String write = "/v1" + targetKind.path() + "?sync=true";
      api.post(write, targetKind.one(seed.target(targetKind), "a", "")).ok();
      Instant created =
          OffsetDateTime.parse(
                  api.get(seed.annotations(targetKind)).first().get("created_at").asText())
              .toInstant();
      api.post(write, targetKind.one(seed.target(targetKind), "a", ",'result':{'score':1}")).ok();
      String path = "/v1/projects/" + seed.project() + targetKind.path() + "?";
      // A row created exactly at a bound is left out: SQLite compares texts there.
      api.delete(path + "start_time=2000-01-01T00:00:00Z&end_time=" + created.minusMillis(1))
          .is(204);
      assertThat(api.get(seed.annotations(targetKind)).data()).hasSize(1);
      api.delete(path + "start_time=" + created.plusSeconds(1) + "&end_time=2100-01-01").is(204);
      assertThat(api.get(seed.annotations(targetKind)).data()).hasSize(1);
      api.delete(path + "start_time=2100-01-01&delete_all=true").is(204);
      assertThat(api.get(seed.annotations(targetKind)).data()).hasSize(1);
      api.delete(path + "end_time=2000-01-01&delete_all=true").is(204);
      assertThat(api.get(seed.annotations(targetKind)).data()).hasSize(1);
      api.delete(
              path
                  + "start_time="
                  + created.minusMillis(1)
                  + "&end_time=2100-01-01T00:00:00.123456789Z")
          .is(204);
      assertThat(api.get(seed.annotations(targetKind)).data()).isEmpty();
    }
  }

  @ContractTest
  void theGateComesBeforeTheProject(Api api) {
    for (Level targetKind : Level.values()) {
      String path = "/v1/projects/" + Api.unique("none") + targetKind.path();
      api.delete(path).isText(422);
      api.delete(path + "?delete_all=false&start_time=2026-01-01").isText(422);
      api.delete(path + "?end_time=2026-01-01").isText(422);
      api.delete(path + "?name=a").isText(422);
      api.delete(path + "?start_time=2026-01-01&end_time=2026-01-01").isText(422);
      api.delete(path + "?start_time=2026-01-02&end_time=2026-01-01&delete_all=true").isText(422);
      api.delete(path + "?delete_all=true").isText(404);
      api.delete(path + "?delete_all=perhaps").isInvalid("query", "delete_all");
      api.delete(path + "?delete_all=true&name=").isInvalid("query", "name");
      api.delete(path + "?delete_all=true&identifier=").isInvalid("query", "identifier");
      api.delete(path + "?delete_all=true&annotator_kind=ME").isInvalid("query", "annotator_kind");
      api.delete(path + "?start_time=yesterday").isInvalid("query", "start_time");
      // A plus that was not encoded arrives as a blank.
      api.delete(path + "?start_time=2026-01-01T00:00:00+00:00").isInvalid("query", "start_time");
    }
  }
}
