package io.github.phoenixkt.dataframe

import io.github.phoenixkt.testing.FakePhoenix
import io.github.phoenixkt.testing.FakeSpan
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.math.BigInteger
import kotlin.reflect.typeOf

private const val EXACT = 9_007_199_254_740_992L
private const val INEXACT = EXACT + 1

class ColumnTypesSpec :
    FunSpec({
        fun valuesOf(vararg values: Any?) = inferredColumn("x", values.toList())

        test("integers become fractions only if none changes") {
            valuesOf(1L, 0.5, EXACT, Long.MIN_VALUE).run {
                toList() shouldBe listOf(1.0, 0.5, 9.007199254740992E15, -9.223372036854775808E18)
                type() shouldBe typeOf<Double?>()
            }
            for (long in listOf(INEXACT, -INEXACT, Long.MAX_VALUE, Long.MAX_VALUE - 1)) {
                valuesOf(long, null, 0.5).run {
                    toList() shouldBe listOf(long, null, 0.5)
                    type() shouldBe typeOf<Number?>()
                }
            }
        }

        test("so do the columns of a declared type") {
            val big = BigInteger.TWO.pow(64)
            fun numbers(vararg values: Any?) = Declared.NUMBER.column("x", values.toList()).toList()
            numbers(1L, 0.5, big) shouldBe listOf(1.0, 0.5, big.toDouble())
            numbers(INEXACT, 0.5) shouldBe listOf(INEXACT, 0.5)
            numbers(big + BigInteger.ONE, 0.5) shouldBe listOf(big + BigInteger.ONE, 0.5)
            val counts = listOf(9.223372036854775808E18, 1L)
            Declared.COUNT.column("x", counts).toList() shouldBe
                listOf(9.223372036854775808E18, 1.0)
            Declared.COUNT.column("x", listOf(7.0, 1L)).toList() shouldBe listOf(7L, 1L)
        }

        test("an attribute of one span does not change that of another") {
            FakePhoenix.start().use { fake ->
                fake.addSpan(FakeSpan.of("a1").attribute("order", INEXACT))
                fake.addSpan(FakeSpan.of("a2").attribute("order", 0.5))
                clientOf(fake.endpoint().toString(), "default").use { client ->
                    client.spans.getSpansDataframe()["attributes.order"].toSet() shouldBe
                        setOf(INEXACT, 0.5)
                }
            }
        }
    })
