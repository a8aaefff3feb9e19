package io.github.phoenixkt.annotations

import io.github.phoenixkt.internal.BestEffortJson
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.time.Instant

class BestEffortJsonSpec :
    FunSpec({
        test("values keep their types, and the others become text") {
            BestEffortJson.encode(
                mapOf(
                    "text" to "größer",
                    "number" to 1,
                    "decimal" to 0.5f,
                    "none" to null,
                    "when" to Instant.EPOCH,
                    "list" to listOf(true, mapOf(1 to Double.POSITIVE_INFINITY)),
                    "other" to Regex("a+"),
                )
            ) shouldBe
                """{"text":"größer","number":1,"decimal":0.5,"none":null,"when":"1970-01-01T00:00:00Z",""" +
                    """"list":[true,{"1":"Infinity"}],"other":"a+"}"""
        }

        test("what holds itself, and text that cannot be stored, is refused with its place") {
            val itself = mutableMapOf<String, Any?>()
            itself["self"] = itself
            shouldThrow<IllegalArgumentException> { BestEffortJson.encode(itself) }
                .message shouldContain "nested more than 100 levels deep"
            shouldThrow<IllegalArgumentException> {
                    BestEffortJson.encode(mapOf("a" to listOf("b\u0000")))
                }
                .message shouldContain ".a[0] contains a NUL character"
        }

        test("what cannot be stored is replaced, and nothing else") {
            BestEffortJson.storable("größer 😀") shouldBe "größer 😀"
            BestEffortJson.storable("a\u0000b\u0000") shouldBe "a\uFFFDb\uFFFD"
            BestEffortJson.storable("\uD83D, \uDE00 and \uD83D") shouldBe
                "\uFFFD, \uFFFD and \uFFFD"
        }
    })
