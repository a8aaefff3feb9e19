package io.github.phoenixkt.spans

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.time.Instant

private fun span(
    name: String = "n",
    spanId: String = "s",
    traceId: String = "t",
    kind: String = "LLM",
    parentId: String? = null,
    statusMessage: String = "",
    attributes: Map<String, Any?> = emptyMap(),
) =
    spanData(name, spanId, traceId, Instant.EPOCH, Instant.EPOCH) {
        spanKind = kind
        this.parentId = parentId
        this.statusMessage = statusMessage
        this.attributes = attributes
    }

class SpanDataSpec :
    FunSpec({
        test("name and ids are trimmed, and a blank parent is none") {
            val span = span(" n ", "s\u00A0", "\u0085t", parentId = " p ")
            listOf(span.name, span.spanId, span.traceId, span.parentId) shouldBe
                listOf("n", "s", "t", "p")
            span(parentId = "\u00A0").parentId shouldBe null
        }

        test("blank ids are refused") {
            shouldThrow<IllegalArgumentException> { span(spanId = "\u00A0") }.message shouldContain
                "spanId"
            shouldThrow<IllegalArgumentException> { span(traceId = "\u0085") }.message shouldContain
                "traceId"
        }

        for (bad in listOf("a\u0000", "\ud83d")) {
            test("texts such as ${bad.map { it.code }} are refused, each by its name") {
                mapOf<String, () -> SpanData>(
                        "name" to { span(name = bad) },
                        "spanId" to { span(spanId = bad) },
                        "traceId" to { span(traceId = bad) },
                        "spanKind" to { span(kind = bad) },
                        "parentId" to { span(parentId = bad) },
                        "statusMessage" to { span(statusMessage = bad) },
                    )
                    .forEach { (field, make) ->
                        shouldThrow<IllegalArgumentException> { make() }.message shouldContain field
                    }
            }
        }

        val long = "ü".repeat(1_301)

        mapOf<String, () -> SpanData>(
                "spanId" to { span(spanId = long) },
                "traceId" to { span(traceId = long) },
                "parentId" to { span(parentId = long) },
                "session.id" to { span(attributes = mapOf("session.id" to long)) },
                "user.id" to { span(attributes = mapOf("user.id" to long)) },
            )
            .forEach { (field, make) ->
                test("a $field that PostgreSQL cannot index is refused") {
                    val message = shouldThrow<IllegalArgumentException> { make() }.message
                    message shouldContain field
                    message shouldContain "2602 bytes"
                    message shouldContain "2600"
                }
            }

        test("so is one that is nested, a list, or written with another name for the same") {
            listOf(
                    mapOf("session" to mapOf("id" to long)),
                    mapOf(" session . id" to long),
                    mapOf("session..id" to long),
                    mapOf("session.id" to List(3) { "x".repeat(1_000) }),
                    mapOf("session" to mapOf("id" to mapOf("a" to long))),
                )
                .forEach {
                    shouldThrow<IllegalArgumentException> { span(attributes = it) }
                        .message shouldContain "session.id"
                }
        }

        test("what Phoenix does not index may be long, and ids as long as it can index") {
            val id = "ü".repeat(1_300)
            val attributes =
                mapOf(
                    "session.id" to id,
                    "user.id" to id,
                    "input.value" to long,
                    "session.name" to long,
                )
            span(long, id, id, parentId = id, attributes = attributes).spanId shouldBe id
        }

        test("attributes that change later do not change the span") {
            val tags = mutableListOf("a")
            val span = span(attributes = mapOf("tags" to tags))
            tags += "\ud83d"
            span.toJson()["attributes"].toString() shouldBe """{"tags":["a"]}"""
        }

        test("events are checked as spans are, and stand in the request") {
            val bad = mapOf("k" to Double.NaN)
            shouldThrow<IllegalArgumentException> { SpanEventData("e", Instant.EPOCH, bad) }
                .message shouldContain "Event e: attributes.k is not a finite number"
            shouldThrow<IllegalArgumentException> { SpanEventData("\u0000", Instant.EPOCH) }
                .message shouldContain "event"
            SpanData.builder("n", "s", "t", Instant.EPOCH, Instant.EPOCH)
                .event(SpanEventData("e", Instant.EPOCH, mapOf("k" to 1)))
                .build()
                .toJson()["events"]
                .toString() shouldBe
                """[{"name":"e","timestamp":"1970-01-01T00:00:00Z","attributes":{"k":1}}]"""
        }

        test("a builder sets everything") {
            val span =
                SpanData.builder("n", "s", "t", Instant.EPOCH, Instant.EPOCH)
                    .spanKind("LLM")
                    .parentId("p")
                    .statusCode("OK")
                    .statusMessage("m")
                    .attributes(mapOf("a" to 1))
                    .attribute("b", 2)
                    .build()
            listOf(span.spanKind, span.parentId, span.statusCode, span.statusMessage) shouldBe
                listOf("LLM", "p", "OK", "m")
            span.attributes shouldBe mapOf("a" to 1, "b" to 2)
        }
    })
