package io.github.phoenixkt.dataframe

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.annotations.InvalidAnnotationsException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith

private fun problemOf(cell: Any) =
    spansOf(labelled("metadata" to listOf(cell, mapOf("b" to 1)))).allProblems().single()

private fun nested(depth: Int, open: String, close: String) =
    open.repeat(depth) + "1" + close.repeat(depth)

/** Metadata that is long or deep: a prompt, or a tree, of any size must not end the program. */
class JsonTextSpec :
    FunSpec({
        test("long texts, with escapes and without") {
            val prompts = listOf("x".repeat(2_000_000), "\\n\\\"".repeat(500_000))
            val cells = prompts.map { "{\"prompt\": \"$it\", \"n\": 1}" }
            val rows = spansOf(labelled("metadata" to cells))
            rows.allProblems().shouldBeEmpty()
            rows.metadata(0)?.get("prompt").toString().length shouldBe 2_000_002
            rows.all { metadata(it)?.keys } shouldBe List(2) { setOf("prompt", "n") }
        }

        test("a hundred deep is read") {
            val cell = nested(100, "{\"a\":", "}")
            spansOf(labelled("metadata" to listOf(cell))).allProblems().shouldBeEmpty()
        }

        listOf(
                "objects" to nested(101, "{\"a\":", "}"),
                "very many objects" to nested(200_000, "{\"a\":", "}"),
                "arrays" to "{\"a\":" + nested(100_000, "[", "]") + "}",
                "what is never closed" to "{\"a\":".repeat(100_000),
            )
            .forEach { (what, text) ->
                test("$what nested more than a hundred deep are the row's problem") {
                    problemOf(text).reason shouldBe "is nested more than 100 levels deep"
                }
            }

        test("brackets inside texts are no nesting") {
            val text = "{\"a\": \"" + "[{".repeat(1000) + "\\\"" + "[{".repeat(1000) + "\"}"
            spansOf(labelled("metadata" to listOf(text))).allProblems().shouldBeEmpty()
        }

        listOf(
                "{\"a\": \"b\"",
                "{\"a\": \"b",
                "{\"a\": \"b\\",
                "}{",
                "{]",
                "{\"a\\u00\": 1, \"a\": 2, \"a\": 3",
                "]".repeat(1000),
            )
            .forEach { text ->
                test("${text.take(30)} is no JSON, whatever is looked for in it") {
                    problemOf(text).reason shouldStartWith "is not JSON"
                }
            }

        test("a key that comes twice is named, however deep and late") {
            val text =
                "{\"x\": [" + "{\"k\": 1},".repeat(1000) + "{\"k\": 1, \"j\": {}, \"k\": 2}]}"
            problemOf(text).reason shouldBe "has the key \"k\" twice"
        }

        context("maps that have no end") {
            suspend fun refusal(cell: Map<String, Any?>): String {
                val rows = spansOf(labelled("metadata" to listOf(cell, mapOf("b" to 1))))
                val client = PhoenixClient {
                    environment = PhoenixEnvironment(emptyMap())
                    // Nothing listens there: it must not come to sending.
                    endpoint = "http://127.0.0.1:1"
                }
                return client.use {
                    shouldThrow<InvalidAnnotationsException> {
                            it.spans.logSpanAnnotations(rows, sync = true)
                        }
                        .problems
                        .single()
                        .reason
                }
            }
            test("a map that holds itself") {
                val map = mutableMapOf<String, Any?>("a" to 1)
                map["self"] = map
                map["again"] = listOf(map, map)
                refusal(map) shouldContain "nested more than 100 levels deep, or contains itself"
            }
            test("a map of maps, very deep") {
                var map: Map<String, Any?> = mapOf("end" to kotlinx.datetime.LocalDate(2026, 1, 5))
                repeat(100_000) { map = mapOf("a" to map) }
                refusal(map) shouldContain "nested more than 100 levels deep"
            }
            test("in a column metadata.… as well") {
                val map = mutableMapOf<String, Any?>()
                map["self"] = listOf(map)
                val rows = spansOf(labelled("metadata.a" to listOf(map)))
                rows.metadata(0)?.keys shouldBe setOf("a")
            }
        }
    })
