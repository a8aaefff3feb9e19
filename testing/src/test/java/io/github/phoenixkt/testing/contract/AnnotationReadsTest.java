package io.github.phoenixkt.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** {@code GET /v1/projects/{}/…_annotations}. */
class AnnotationReadsTest {
  @ContractTest
  void filtersAreIntersected(Api api) {
    Seed seed = api.seed();
    for (Level targetKind : Level.values()) {
      String target = seed.target(targetKind);
      api.post(
              "/v1" + targetKind.path() + "?sync=true",
              "{'data':["
                  + targetKind.item(target, "a", ",'identifier':'" + target + "-i'")
                  + ","
                  + targetKind.item(target, "a", ",'identifier':'" + target + "-j'")
                  + ","
                  + targetKind.item(target, "b", ",'identifier':'" + target + "-i'")
                  + ","
                  + targetKind.item(target, "c", "")
                  + "]}")
          .ok();
      api.post("/v1/" + targetKind.word() + "_notes", targetKind.note(target, "text", "")).ok();
      String page = seed.annotations(targetKind);
      String i = "&identifier=" + target + "-i";
      assertThat(api.get(page).all("name")).containsExactly("note", "c", "b", "a", "a");
      assertThat(api.get(page + i).all("name")).containsExactly("b", "a");
      assertThat(api.get(page + i + "&identifier=" + target + "-j").data()).hasSize(3);
      assertThat(api.get(page + "&exclude_annotation_names=note").all("name"))
          .containsExactly("c", "b", "a", "a");
      assertThat(
              api.get(page + "&include_annotation_names=a&include_annotation_names=c").all("name"))
          .containsExactly("c", "a", "a");
      assertThat(api.get(page + i + "&include_annotation_names=b").all("name"))
          .containsExactly("b");
      Answer none = api.get(page + "&include_annotation_names=b&exclude_annotation_names=b").ok();
      assertThat(none.data()).isEmpty();
      assertThat(none.nextCursor()).isNull();
      String byIdentifier =
          "/v1/projects/" + seed.project() + targetKind.path() + "?" + i.substring(1);
      assertThat(api.get(byIdentifier).all("name")).containsExactly("b", "a");
    }
  }

  @ContractTest
  void pagesGoFromTheNewestRowToTheOldest(Api api) {
    Seed seed = api.seed();
    for (Level targetKind : Level.values()) {
      String items =
          IntStream.range(0, 23)
              .mapToObj(n -> targetKind.item(seed.target(targetKind), "n" + n, ""))
              .collect(Collectors.joining(","));
      api.post("/v1" + targetKind.path() + "?sync=true", "{'data':[" + items + "]}").ok();
      Answer byDefault = api.get(seed.annotations(targetKind));
      assertThat(byDefault.data()).hasSize(10);
      assertThat(byDefault.first().get("name").asText()).isEqualTo("n22");

      List<String> names = api.walk(seed.annotations(targetKind) + "&limit=9", "/name");
      assertThat(names)
          .containsExactlyElementsOf(IntStream.range(0, 23).mapToObj(n -> "n" + (22 - n)).toList());
    }
  }

  @ContractTest
  void theCursorIsTheFirstRowOfTheNextPage(Api api) {
    Seed seed = api.seed();
    List<String> ids =
        api.post(
                "/v1/span_annotations?sync=true",
                "{'data':["
                    + Level.SPAN.item(seed.span(), "a", "")
                    + ","
                    + Level.SPAN.item(seed.span(), "b", "")
                    + "]}")
            .all("id");
    assertThat(api.get(seed.annotations(Level.SPAN) + "&limit=1").nextCursor())
        .isEqualTo(ids.get(0));
    assertThat(api.get(seed.annotations(Level.SPAN) + "&limit=2").nextCursor()).isNull();
  }

  @ContractTest
  void unknownIdsAndProjectsAreTold(Api api) {
    Seed seed = api.seed();
    Seed other = api.seed();
    for (Level targetKind : Level.values()) {
      String path = "/v1/projects/" + seed.project() + targetKind.path() + "?";
      String ids = targetKind.idsParameter() + "=";
      // None of the ids is in the project; one of another project is as unknown as any.
      api.get(path + ids + "missing").isText(404);
      api.get(path + ids + other.target(targetKind)).isText(404);
      assertThat(api.get(path + ids + "missing&" + ids + seed.target(targetKind)).data()).isEmpty();
      assertThat(api.get(path + ids + "missing&identifier=none").data()).isEmpty();
      assertThat(api.get(path + "identifier=none").data()).isEmpty();
      api.get("/v1/projects/" + Api.unique("none") + targetKind.path() + "?" + ids + "a")
          .isText(404);
    }
  }

  @ContractTest
  void wrongParametersAreRefused(Api api) {
    for (Level targetKind : Level.values()) {
      String path = "/v1/projects/default" + targetKind.path();
      String ids = targetKind.idsParameter();
      api.get(path).isText(422);
      api.get(path + "?identifier=").isInvalid("query", "identifier", 0);
      api.get(path + "?identifier=a&limit=0").isInvalid("query", "limit");
      api.get(path + "?identifier=a&limit=10001").isInvalid("query", "limit");
      api.get(path + "?identifier=a&limit=x").isInvalid("query", "limit");
      api.get(path + "?identifier=a&cursor=x").isText(422);
      api.get(path + "?identifier=a&cursor=").ok();
      String many =
          IntStream.rangeClosed(0, 1000)
              .mapToObj(n -> ids + "=" + n)
              .collect(Collectors.joining("&"));
      api.get(path + "?" + many).isText(422);
      api.get(path + "?" + many.replace(ids, "identifier").replace("identifier=0&", "")).ok();
    }
  }

  @ContractTest
  void projectsAreFoundByNameAndById(Api api) {
    Seed seed = api.seed();
    api.post("/v1/span_annotations?sync=true", Level.SPAN.one(seed.span(), "n", "")).ok();
    String id = api.get("/v1/projects/" + seed.project()).data().get("id").asText();
    assertThat(
            api.get("/v1/projects/" + Api.encode(id) + "/span_annotations?span_ids=" + seed.span())
                .all("name"))
        .containsExactly("n");
  }

  @ContractTest
  void documentsCannotBeRead(Api api) {
    api.get("/v1/projects/default/document_annotations?span_ids=a").is(200).isOfType("text/html");
    api.delete("/v1/projects/default/document_annotations?delete_all=true").isText(405);
  }
}
