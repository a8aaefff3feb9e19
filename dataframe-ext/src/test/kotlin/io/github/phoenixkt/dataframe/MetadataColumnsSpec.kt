package io.github.phoenixkt.dataframe

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.annotations.AnnotationRows
import io.github.phoenixkt.annotations.InvalidAnnotationsException
import io.github.phoenixkt.internal.BestEffortJson
import io.github.phoenixkt.internal.InternalPhoenixApi
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.time.LocalDate
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

private fun metadataOf(cell: Any?): Map<String, Any?>? {
    val rows = spansOf(labelled("metadata" to listOf(cell, mapOf("b" to 1))))
    rows.allProblems().shouldBeEmpty()
    return rows.metadata(0)
}

private fun problemOf(cell: Any) =
    spansOf(labelled("metadata" to listOf(cell, mapOf("b" to 1)))).allProblems().single()

/** A client with nobody to send to. */
private fun nowhere() = PhoenixClient {
    environment = PhoenixEnvironment(emptyMap())
    endpoint = "http://127.0.0.1:1"
}

/** The number `a` of each row, as it is written to Phoenix. */
@OptIn(InternalPhoenixApi::class)
private fun sentNumbers(rows: AnnotationRows): List<String> = rows.all {
    BestEffortJson.encode(checkNotNull(metadata(it))).removeSurrounding("{\"a\":", "}")
}

class MetadataColumnsSpec :
    FunSpec({
        test("maps keep their values, and their nulls") {
            val map = mapOf("a" to 1, "b" to null, "c" to listOf(mapOf("d" to 0.5)))
            metadataOf(map) shouldBe map
        }

        test("what is nested in a frame becomes maps and lists") {
            val inner = frameOf("x" to listOf(1, 2), "y" to listOf(null, "z"))
            metadataOf(mapOf("row" to inner[1], "frame" to inner)) shouldBe
                mapOf(
                    "row" to mapOf("x" to 2, "y" to "z"),
                    "frame" to listOf(mapOf("x" to 1), mapOf("x" to 2, "y" to "z")),
                )
        }

        test("a nested row leaves out what is absent in it") {
            val inner = frameOf("x" to listOf(1, null), "y" to listOf(Double.NaN, null))
            val rows = spansOf(labelled("metadata" to listOf(inner[0], inner[1])))
            rows.all { metadata(it) } shouldBe listOf(mapOf("x" to 1), null)
        }

        test("dates of the frame's own library become text") {
            metadataOf(mapOf("day" to kotlinx.datetime.LocalDate(2026, 1, 5))) shouldBe
                mapOf("day" to "2026-01-05")
            val day = LocalDate.of(2026, 1, 5)
            metadataOf(mapOf("day" to day)).toString() shouldContain "2026-01-05"
        }

        test("instants, and the dates of databases, in columns and inside lists") {
            val dates =
                listOf(
                    java.util.Date(0),
                    java.sql.Timestamp(1),
                    java.sql.Date.valueOf("2026-01-05"),
                    java.sql.Time.valueOf("10:20:30"),
                )
            val texts =
                listOf("1970-01-01T00:00:00Z", "1970-01-01T00:00:00.001Z", "2026-01-05", "10:20:30")
            spansOf(labelled("metadata.day" to dates)).all { metadata(it) } shouldBe
                texts.map { mapOf("day" to it) }
            metadataOf(mapOf("days" to dates)) shouldBe mapOf("days" to texts)
        }

        test("sets, arrays and other collections hold what lists hold") {
            val day = kotlinx.datetime.LocalDate(2026, 1, 5)
            val row = frameOf("x" to listOf(1))[0]
            metadataOf(
                mapOf(
                    "set" to setOf(day, row),
                    "array" to arrayOf(day, row),
                    "queue" to ArrayDeque(listOf(day, row)),
                )
            ) shouldBe
                listOf("set", "array", "queue").associateWith {
                    listOf("2026-01-05", mapOf("x" to 1))
                }
        }

        test("a map is read once, now") {
            val tags = mutableListOf<Any?>("a")
            val map = mutableMapOf<String, Any?>("n" to 1, "tags" to tags)
            val rows = spansOf(labelled("metadata" to listOf(map)))
            map["n"] = 2
            tags += "b"
            rows.metadata(0) shouldBe mapOf("n" to 1, "tags" to listOf("a"))
        }

        context("columns metadata.…") {
            test("are the keys, dots lead inside, absent cells leave the key out") {
                val frame =
                    labelled(
                        "metadata.model" to listOf("m", null),
                        "metadata.usage.total" to listOf(7, Double.NaN),
                        "metadata.usage.cost" to listOf(0.5, null),
                        "metadata.note" to listOf("", ""),
                        "metadata.tags" to listOf(listOf("t"), emptyList<String>()),
                    )
                spansOf(frame).all { metadata(it) } shouldBe
                    listOf(
                        mapOf(
                            "model" to "m",
                            "note" to "",
                            "tags" to listOf("t"),
                            "usage" to mapOf("total" to 7, "cost" to 0.5),
                        ),
                        mapOf("note" to ""),
                    )
            }
            listOf(
                    arrayOf("metadata" to listOf(mapOf("a" to 1)), "metadata.b" to listOf(1)),
                    arrayOf("metadata.a" to listOf(1), "metadata.a.b" to listOf(1)),
                    arrayOf("metadata.a.b" to listOf(1), "metadata.a" to listOf(1)),
                    arrayOf("metadata." to listOf(1), "metadata.b" to listOf(1)),
                )
                .forEach { columns ->
                    test("${columns.map { it.first }} contradict each other") {
                        shouldThrow<IllegalArgumentException> { spansOf(labelled(*columns)) }
                            .message shouldContain "metadata."
                    }
                }
        }

        context("JSON text") {
            test("objects") {
                metadataOf("""{"a": {"b": [1, -2.5e3, "x", null, true]}, "a b": "\u0041"}""")
                    .toString() shouldBe """{"a":{"b":[1,-2.5e3,"x",null,true]},"a b":"A"}"""
            }
            listOf("null", " ", "", JsonNull).forEach {
                test("\"$it\" is absent") { metadataOf(it).shouldBeNull() }
            }
            test("an object of the JSON library is a map") {
                val json = JsonObject(mapOf("a" to JsonPrimitive(1)))
                metadataOf(json) shouldBe json
            }
            listOf("{", "[1]", "7", "\"text\"", "a=1", "nan", "{'a': 1}", "{\"a\": 1,}").forEach {
                test("$it is refused") { problemOf(it).field shouldBe "metadata" }
            }
            listOf("{\"a\": NaN}" to ".a", "{\"a\": [1, {\"b\": foo}]}" to ".a[1].b").forEach {
                (text, path) ->
                test("$text is refused at $path") { problemOf(text).field shouldBe "metadata$path" }
            }
            listOf(
                    """{"a": 1, "a": 2}""",
                    """{"x": {"a": 1, "b": [{}], "a": 2}}""",
                    """{"a": 1, "\u0061": 2}""",
                )
                .forEach { text ->
                    test("$text repeats a key") {
                        problemOf(text).reason shouldBe "has the key \"a\" twice"
                    }
                }
            listOf(
                    """{"a": "a", "b": ":{a", "c": {"a": 1}, "d": [{"a": 1}, {"a": 2}]}""",
                    """{"quote": "\"quote\": 1", "back\\": 1, "back": 2}""",
                )
                .forEach { text ->
                    test("$text repeats none") { metadataOf(text)?.isEmpty() shouldBe false }
                }
        }

        test("numbers of JSON stay numbers, in every form and every row alike") {
            val texts = listOf("3.141592653589793238", "9007199254740993.0", "-0.0", "2", "1e2")
            val rows = spansOf(labelled("metadata" to texts.map { "{\"a\": $it}" }))
            rows.allProblems().shouldBeEmpty()
            val trees = texts.map { JsonObject(mapOf("a" to Json.parseToJsonElement(it))) }
            val ofTrees = spansOf(labelled("metadata" to trees))
            val ofColumns = spansOf(labelled("metadata.a" to trees.map { it["a"] }))
            val sent = listOf(rows, ofTrees, ofColumns).map(::sentNumbers)
            sent.distinct().single() shouldBe
                listOf("3.141592653589793", "9.007199254740992E15", "-0.0", "2", "100.0")
        }

        listOf("1e300", "1e400", "18446744073709551616", "1".repeat(1_000_000)).forEach { number ->
            test("${number.take(30)}, which Phoenix cannot hold, is refused with its place") {
                val rows = spansOf(labelled("metadata" to listOf("{\"a\": [$number]}")))
                val error =
                    shouldThrow<InvalidAnnotationsException> {
                        nowhere().use { it.annotations.upload(rows) }
                    }
                error.problems.single().field shouldBe "metadata.a[0]"
                error.problems.single().reason shouldContain "2^64"
            }
        }

        test("what is iterable and no list is refused with its place") {
            listOf<Any>(1..3, java.sql.SQLException("x"), Iterable { listOf(1).iterator() })
                .forEach { value ->
                    for (cells in
                        listOf(
                            "metadata" to listOf(mapOf("a" to value)),
                            "metadata.a" to listOf(value),
                        )) {
                        val error =
                            shouldThrow<InvalidAnnotationsException> {
                                nowhere().use { it.annotations.upload(spansOf(labelled(cells))) }
                            }
                        error.problems.single().field shouldBe "metadata.a"
                    }
                }
        }

        test("a character is a text that is no object") {
            problemOf('x').reason shouldBe "is not a JSON object"
        }

        listOf(7, true, listOf("a" to 1)).forEach { cell ->
            test("${cell.javaClass.simpleName} is no metadata") {
                problemOf(cell).reason shouldContain
                    "a map, a nested row or the text of a JSON object"
            }
        }
    })
