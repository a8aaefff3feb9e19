package io.github.phoenixkt.dataframe

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.math.BigInteger
import kotlin.reflect.typeOf

class SpanAttributesSpec :
    FunSpec({
        fun fold(vararg flat: Pair<String, Any?>) = foldAttributes(mapOf(*flat))

        test("a list of objects is one value, whose keys keep their dots") {
            fold(
                "llm.output_messages.0.message.content" to "hi",
                "llm.output_messages.0.message.role" to "assistant",
                "llm.output_messages.1.message.tool_calls.0.tool_call.function.name" to "f",
                "llm.model_name" to "m",
            ) shouldBe
                mapOf(
                    "llm.model_name" to "m",
                    "llm.output_messages" to
                        listOf(
                            mapOf("message.content" to "hi", "message.role" to "assistant"),
                            mapOf(
                                "message.tool_calls" to
                                    listOf(mapOf("tool_call.function.name" to "f"))
                            ),
                        ),
                )
        }

        test("objects that have vanished keep their place") {
            fold("retrieval.documents.2.document.content" to "third") shouldBe
                mapOf(
                    "retrieval.documents" to
                        listOf(emptyMap(), emptyMap(), mapOf("document.content" to "third"))
                )
        }

        test("numbers that are names stay names") {
            val flat =
                mapOf("tags.0" to "a", "usage.2026000.total" to 3L, "7.x" to 1L, "a..b" to 1L)
            foldAttributes(flat) shouldBe flat
        }

        test("a list beside a value of the same name stays flat, so that neither is lost") {
            val flat = mapOf("a" to 1L, "a.0.b" to 2L)
            foldAttributes(flat) shouldBe flat
        }

        test("metadata is a map, as an object and as JSON text") {
            val metadata = mapOf("session_id" to "s", "a" to mapOf("b" to listOf(mapOf("c" to 2L))))
            fold("metadata.session_id" to "s", "metadata.a.b.0.c" to 2L) shouldBe
                mapOf("metadata" to metadata)
            fold("metadata" to """{"session_id": "s", "a": {"b": [{"c": 2}]}}""") shouldBe
                mapOf("metadata" to metadata)
            fold("retrieval.documents.0.document.metadata.source.page" to 3L) shouldBe
                mapOf(
                    "retrieval.documents" to
                        listOf(mapOf("document.metadata" to mapOf("source" to mapOf("page" to 3L))))
                )
        }

        test("keys of metadata that begin with another key keep their dots") {
            fold("metadata.a" to 1L, "metadata.a.b" to 2L) shouldBe
                mapOf("metadata" to mapOf("a" to 1L, "a.b" to 2L))
            val both = mapOf("metadata" to "text", "metadata.a" to 1L)
            foldAttributes(both) shouldBe both
        }

        test("what is no JSON object stays as it is") {
            for (text in listOf("plain", "{broken", "{\"a\": bare}", "[1]", "")) fold(
                "metadata" to text
            ) shouldBe mapOf("metadata" to text)
            fold("metadata" to """{"n": 18446744073709551615, "d": 0.5, "z": null}""") shouldBe
                mapOf(
                    "metadata" to
                        mapOf("n" to BigInteger("18446744073709551615"), "d" to 0.5, "z" to null)
                )
        }

        test("a column has the narrowest type of its values") {
            fun typeOf(vararg values: Any?) = inferredColumn("x", values.toList()).type()
            typeOf("a", null) shouldBe typeOf<String?>()
            typeOf(true, null) shouldBe typeOf<Boolean?>()
            typeOf(1L, null) shouldBe typeOf<Long?>()
            typeOf(1L, 0.5, null) shouldBe typeOf<Double?>()
            typeOf(1L, BigInteger.TEN, null) shouldBe typeOf<Number?>()
            typeOf(mapOf("a" to 1), null) shouldBe typeOf<Map<String, Any?>?>()
            typeOf(listOf("a"), null) shouldBe typeOf<List<String>?>()
            typeOf(listOf("a"), listOf(1), null) shouldBe typeOf<List<Any?>?>()
            typeOf(1L, "a", null) shouldBe typeOf<Any?>()
            inferredColumn("x", listOf(1L, 0.5, null)).toList() shouldBe listOf(1.0, 0.5, null)
        }

        test("a declared column keeps its type, unless a value cannot have it") {
            fun column(declared: Declared, vararg values: Any?) =
                declared.column("x", values.toList())
            column(Declared.COUNT).type() shouldBe typeOf<Long?>()
            column(Declared.COUNT, 3.0, null).toList() shouldBe listOf(3L, null)
            column(Declared.COUNT, 3.5, 1L).toList() shouldBe listOf(3.5, 1.0)
            column(Declared.TEXT_VALUE, 7L, true, null).toList() shouldBe listOf("7", "true", null)
            column(Declared.TEXT_VALUE, listOf("a"), "b").type() shouldBe typeOf<Any?>()
            column(Declared.OBJECT, "text").toList() shouldBe listOf("text")
        }
    })
