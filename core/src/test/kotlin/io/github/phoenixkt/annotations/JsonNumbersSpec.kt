package io.github.phoenixkt.annotations

import io.github.phoenixkt.internal.JsonValueProblem
import io.github.phoenixkt.internal.JsonValueSerializer
import io.github.phoenixkt.internal.findJsonValueProblem
import io.github.phoenixkt.internal.isJsonNumber
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.property.Arb
import io.kotest.property.arbitrary.double
import io.kotest.property.arbitrary.filter
import io.kotest.property.arbitrary.long
import io.kotest.property.checkAll
import java.math.BigDecimal
import java.math.BigInteger
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.JsonUnquotedLiteral

private fun written(json: String): String {
    val value = Json.parseToJsonElement("""{"a": $json}""")
    findJsonValueProblem(value).shouldBeNull()
    return Json.encodeToString(JsonValueSerializer, value).removeSurrounding("{\"a\":", "}")
}

private fun refusal(json: String): JsonValueProblem {
    val problem = findJsonValueProblem(Json.parseToJsonElement("""{"a": [$json]}"""))
    problem.shouldNotBeNull().path shouldBe ".a[0]"
    return problem
}

/** What a number of JSON becomes, as text or in a tree of kotlinx.serialization. */
@OptIn(kotlinx.serialization.ExperimentalSerializationApi::class)
class JsonNumbersSpec :
    FunSpec({
        listOf(
                "3.141592653589793238" to "3.141592653589793",
                "9007199254740993.0" to "9.007199254740992E15",
                "0.1000000000000000055511151231257827" to "0.1",
                "1e2" to "100.0",
                "1E-400" to "0.0",
                "-0.0" to "-0.0",
                "1.0" to "1.0",
                "2.5e-308" to "2.5E-308",
                "18446744073709551615" to "18446744073709551615",
                "-9223372036854775808" to "-9223372036854775808",
                "9007199254740993" to "9007199254740993",
                "9.0e18" to "9.0E18",
                "0." + "1".repeat(1_000_000) to "0.1111111111111111",
                "1e-" + "0".repeat(1_000_000) + "1" to "0.1",
            )
            .forEach { (json, expected) ->
                test("${json.take(40)} stays a number: $expected") {
                    written(json) shouldBe expected
                }
            }

        listOf(
                "1e300",
                "-1e300",
                "1e400",
                "-1e400",
                "1e22",
                "18446744073709551616",
                "-9223372036854775809",
                "18446744073709551616.0",
                "1" + "0".repeat(1_000_000),
                "1e" + "9".repeat(1_000_000),
                "1".repeat(1_000_000) + ".5",
            )
            .forEach { json ->
                test("${json.take(40)} is refused, since Phoenix cannot hold it") {
                    refusal(json).reason shouldContain "2^64"
                }
            }

        test("a number of JSON is the nearest double, whichever way it is written") {
            checkAll(500, Arb.double(-9e18, 9e18).filter { it.isFinite() && it != 0.0 }) {
                val allDigits = BigDecimal(it).toPlainString()
                written(if ('.' in allDigits) allDigits else "$allDigits.0").toDouble() shouldBe it
                written("$it").toDouble() shouldBe it
            }
            checkAll(500, Arb.long()) { written("$it") shouldBe "$it" }
        }

        test("a number of another type in a JSON tree is a number, too") {
            val value = JsonPrimitive(BigDecimal("0.10000000000000000001"))
            Json.encodeToString(JsonValueSerializer, mapOf("a" to value)) shouldBe """{"a":0.1}"""
        }

        listOf("NaN", "Infinity", "-Infinity").forEach {
            test("$it is not finite") {
                val value = mapOf("a" to JsonPrimitive(it.toDouble()))
                findJsonValueProblem(value)?.reason shouldBe "is not a finite number"
            }
        }

        listOf("+1", "01", ".5", "1.", "1e", "1e+", "--1", "0x10", "1d", "", "-", "١").forEach {
            test("\"$it\" is no number of JSON") {
                isJsonNumber(it) shouldBe false
                if (it.isNotEmpty())
                    findJsonValueProblem(JsonUnquotedLiteral(it))?.reason shouldBe "is not JSON"
            }
        }

        test("a decimal of very many digits costs nothing") {
            val large = BigDecimal(BigInteger.ONE.shiftLeft(3_000_000), 10)
            findJsonValueProblem(mapOf("a" to large)).shouldBeNull()
            findJsonValueProblem(mapOf("a" to BigInteger.ONE.shiftLeft(3_000_000)))
                ?.reason shouldContain "2^64"
        }
    })
