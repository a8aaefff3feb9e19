package io.github.phoenixkt.annotations

import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.json
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.flow.toList

/** What was written trimmed is found again by the text that it was written with. */
class TrimmedTextsSpec :
    FunSpec({
        test("a query keeps its texts trimmed") {
            val query = annotationQuery {
                ids = listOf(" s\u00A0")
                identifiers = listOf("i\n")
                includeAnnotationNames = listOf(" a ")
                excludeAnnotationNames = listOf("b\u0085")
            }
            query.ids shouldBe listOf("s")
            query.identifiers shouldBe listOf("i")
            query.includeAnnotationNames shouldBe listOf("a")
            query.excludeAnnotationNames shouldBe listOf("b")
        }

        test("annotations are read by trimmed texts") {
            val server = MockPhoenix { json("""{"data":[],"next_cursor":null}""") }
            server
                .client()
                .spans
                .getSpanAnnotations(listOf(" s "), includeAnnotationNames = listOf(" a "))
                .toList()
            server.single.query.split('&').take(2) shouldContainExactlyInAnyOrder
                listOf("include_annotation_names=a", "span_ids=s")
        }

        test("a blank name to read is refused") {
            shouldThrow<IllegalArgumentException> {
                annotationQuery {
                    ids = listOf("s")
                    includeAnnotationNames = listOf(" ")
                }
            }
            shouldThrow<IllegalArgumentException> {
                annotationQuery {
                    ids = listOf("s")
                    excludeAnnotationNames = listOf("\u00A0")
                }
            }
        }

        test("annotations are deleted by trimmed texts") {
            val server = MockPhoenix { json("", 204) }
            server
                .client()
                .spans
                .deleteSpanAnnotations("p", DeleteAll, name = " a ", identifier = "i\u00A0")
            server.single.query shouldBe "delete_all=true&name=a&identifier=i"
        }
    })
