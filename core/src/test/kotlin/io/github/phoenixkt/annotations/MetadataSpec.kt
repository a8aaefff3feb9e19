package io.github.phoenixkt.annotations

import io.github.phoenixkt.internal.JsonValueSerializer
import io.github.phoenixkt.internal.findJsonValueProblem
import io.github.phoenixkt.internal.sameJson
import io.github.phoenixkt.internal.toPlainValue
import io.github.phoenixkt.shouldBeJson
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.property.Arb
import io.kotest.property.arbitrary.bigInt
import io.kotest.property.arbitrary.boolean
import io.kotest.property.arbitrary.choice
import io.kotest.property.arbitrary.constant
import io.kotest.property.arbitrary.double
import io.kotest.property.arbitrary.filter
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.list
import io.kotest.property.arbitrary.long
import io.kotest.property.arbitrary.map
import io.kotest.property.arbitrary.string
import io.kotest.property.checkAll
import java.io.File
import java.math.BigDecimal
import java.math.BigInteger
import java.net.URI
import java.time.Duration
import java.time.Instant
import java.time.LocalDate
import java.util.Date
import java.util.UUID
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicLong
import kotlin.time.Duration.Companion.seconds
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put

private fun encoded(value: Any?): String = Json.encodeToString(JsonValueSerializer, value)

/** Any value that JSON and Phoenix can hold, as reading gives it back. */
private fun arbValue(depth: Int): Arb<Any?> {
    val leaves =
        listOf(
            Arb.constant(null),
            Arb.boolean(),
            Arb.long(),
            Arb.double(-9e18, 1.8e19).filter { it.isFinite() },
            Arb.bigInt(0, 64).map { value ->
                if (value.bitLength() < 64) value.toLong() else value
            },
            Arb.string(0..20).map { text ->
                text.filterNot { it == '\u0000' || it.isSurrogate() } + "😀"
            },
        )
    if (depth == 0) return Arb.choice(leaves)
    val inner = arbValue(depth - 1)
    return Arb.choice(
        leaves +
            listOf(
                Arb.list(inner, 0..4),
                Arb.list(inner, 0..4).map { list ->
                    list.withIndex().associate { (index, value) -> "k $index" to value }
                },
            )
    )
}

class MetadataSpec :
    FunSpec({
        test("whatever the check accepts is read back as it was") {
            checkAll(500, arbValue(3)) { value ->
                findJsonValueProblem(value).shouldBeNull()
                Json.parseToJsonElement(encoded(value)).toPlainValue() shouldBe value
            }
        }

        listOf<Pair<Any?, String>>(
                null to "null",
                true to "true",
                "text \"quoted\" ü" to "\"text \\\"quoted\\\" ü\"",
                StringBuilder("sb") to "\"sb\"",
                'c' to "\"c\"",
                1.toByte() to "1",
                2.toShort() to "2",
                3 to "3",
                Long.MIN_VALUE to "-9223372036854775808",
                5u to "5",
                ULong.MAX_VALUE to "18446744073709551615",
                0.1f to "0.1",
                -0.0 to "-0.0",
                1.844674407370955E19 to "1.844674407370955E19",
                -9.0E18 to "-9.0E18",
                Double.MIN_VALUE to "4.9E-324",
                BigInteger("18446744073709551615") to "18446744073709551615",
                BigInteger("-9223372036854775808") to "-9223372036854775808",
                BigDecimal("0.5") to "0.5",
                BigDecimal("0.10000000000000000001") to "\"0.10000000000000000001\"",
                BigDecimal("1E+22") to "\"1E+22\"",
                BigDecimal("1E+400") to "\"1E+400\"",
                BigDecimal("1E+2000000000") to "\"1E+2000000000\"",
                AtomicInteger(7) to "7",
                AtomicLong(8) to "8",
                AnnotatorKind.LLM to "\"LLM\"",
                UUID(0, 1) to "\"00000000-0000-0000-0000-000000000001\"",
                URI("http://x/") to "\"http://x/\"",
                Instant.EPOCH to "\"1970-01-01T00:00:00Z\"",
                LocalDate.EPOCH to "\"1970-01-01\"",
                Date(0) to "\"1970-01-01T00:00:00Z\"",
                java.sql.Timestamp(1) to "\"1970-01-01T00:00:00.001Z\"",
                java.sql.Date.valueOf("2026-01-05") to "\"2026-01-05\"",
                java.sql.Time.valueOf("10:20:30") to "\"10:20:30\"",
                listOf(java.sql.Date.valueOf("2026-01-05")) to "[\"2026-01-05\"]",
                Duration.ofSeconds(1) to "\"PT1S\"",
                1.seconds to "\"1s\"",
                listOf(1, listOf(null)) to "[1,[null]]",
                setOf("a") to "[\"a\"]",
                arrayOf<Any>("a", 1) to "[\"a\",1]",
                intArrayOf(1) to "[1]",
                longArrayOf(1) to "[1]",
                doubleArrayOf(0.5) to "[0.5]",
                floatArrayOf(0.1f) to "[0.1]",
                shortArrayOf(1) to "[1]",
                byteArrayOf(1) to "[1]",
                booleanArrayOf(true) to "[true]",
                charArrayOf('c') to "[\"c\"]",
                mapOf("k" to mapOf(AnnotatorKind.CODE to 1, StringBuilder("s") to null)) to
                    "{\"k\":{\"CODE\":1,\"s\":null}}",
                JsonPrimitive("1") to "\"1\"",
                JsonPrimitive(1) to "1",
                JsonPrimitive(1.5) to "1.5",
                JsonNull to "null",
                JsonArray(listOf(JsonPrimitive(true))) to "[true]",
                buildJsonObject { put("k", 1) } to "{\"k\":1}",
            )
            .forEach { (value, json) ->
                test("${value?.javaClass?.name} is written as $json") {
                    findJsonValueProblem(value).shouldBeNull()
                    encoded(value) shouldBeJson json
                }
            }

        val loop = mutableListOf<Any?>().also { it.add(it) }
        listOf(
                Triple("NaN", Double.NaN, "finite"),
                Triple("infinity", Double.NEGATIVE_INFINITY, "finite"),
                Triple("a float NaN", Float.NaN, "finite"),
                Triple("a JSON NaN", JsonPrimitive(Double.NaN), "finite"),
                Triple("2^64", BigInteger.ONE.shiftLeft(64), "2^64"),
                Triple("below -2^63", BigInteger("-9223372036854775809"), "2^63"),
                Triple("the largest double", Double.MAX_VALUE, "2^64"),
                Triple("2^64 as a double", 1.8446744073709552E19, "2^64"),
                // What its digits say is below -2^63.
                Triple("-2^63 as a double", -9.223372036854775808E18, "2^63"),
                Triple(
                    "a JSON number of 30 digits",
                    Json.parseToJsonElement("1".repeat(30)),
                    "2^64",
                ),
                Triple("NUL", "a\u0000b", "NUL"),
                Triple("half a pair in a StringBuilder", StringBuilder("\ude00"), "surrogate"),
                Triple("half a pair as a character", '\ud83d', "surrogate"),
                Triple("an object of no form", Any(), "java.lang.Object"),
                Triple("a file", File("x"), "java.io.File"),
                Triple("a complex number of Kotlin's own", 1 to 2, "kotlin.Pair"),
                Triple("a list that holds itself", loop, "contains itself"),
            )
            .forEach { (what, value, reason) ->
                test("$what is refused, with its place") {
                    val problem =
                        findJsonValueProblem(mapOf("a" to listOf(1, mapOf("b c" to value))))
                    problem.shouldNotBeNull()
                    problem.path.take(11) shouldBe ".a[1].b c" + if (value === loop) "[0" else ""
                    problem.reason shouldContain reason
                }
            }

        test("a key that is not text is refused") {
            findJsonValueProblem(mapOf(1 to "x")).shouldNotBeNull().reason shouldContain "key"
            findJsonValueProblem(mapOf(null to "x")).shouldNotBeNull().reason shouldContain "key"
        }

        test("depth has a bound, and what is within it can be written") {
            fun nested(depth: Int) = (1..depth).fold<Int, Any?>(1) { inner, _ -> listOf(inner) }
            findJsonValueProblem(nested(100)).shouldBeNull()
            encoded(nested(100)).length shouldBe 201
            findJsonValueProblem(nested(101)).shouldNotBeNull()
            findJsonValueProblem(nested(100_000)).shouldNotBeNull()
        }

        test("a number is the same however it is written, and no other") {
            val ours = 5.1616712879003566E18
            sameJson(ours, Json.parseToJsonElement("5161671287900357000").toPlainValue()) shouldBe
                true
            sameJson(ours, Json.parseToJsonElement("5.161671287900357e+18").toPlainValue()) shouldBe
                true
            sameJson(ours, 5161671287900358000L) shouldBe false
            sameJson(1, 1.0) shouldBe true
            sameJson(0.0, -0.0) shouldBe true
            sameJson(0.1, BigDecimal("0.1")) shouldBe true
            sameJson(Long.MAX_VALUE, Long.MAX_VALUE - 1) shouldBe false
            sameJson(Long.MAX_VALUE, BigInteger("9223372036854775807")) shouldBe true
        }

        test("integers are text-free: every 64-bit value survives") {
            checkAll(200, Arb.int(), Arb.long()) { small, large ->
                encoded(small) shouldBe "$small"
                encoded(large) shouldBe "$large"
                encoded(large.toULong()) shouldBe "${large.toULong()}"
            }
        }
    })
