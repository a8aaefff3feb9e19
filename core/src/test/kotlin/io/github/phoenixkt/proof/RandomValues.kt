package io.github.phoenixkt.proof

import java.math.BigDecimal
import java.math.MathContext
import kotlin.math.abs
import kotlin.random.Random
import kotlin.random.nextULong

private val TEXTS =
    listOf(
        "",
        "plain",
        "ü ß 日本",
        "🙂 \uD83D\uDE00",
        "\"quoted\" \\ / \n\t",
        "null",
        "1.0",
        "\u0001",
    )

/** Anything that JSON and Phoenix can hold, the awkward included. */
class RandomValues(private val random: Random) {
    fun metadata(depth: Int = 3): Map<String, Any?> =
        (0 until random.nextInt(5)).associate { "k$it ${text()}" to value(depth - 1) }

    fun double(): Double =
        when (random.nextInt(6)) {
            0 -> random.nextInt(-5, 5).toDouble()
            1 -> -0.0
            2 ->
                listOf(Double.MIN_VALUE, 1e-7, 1e15, 1.844674407370955E19, 0.1 + 0.2).random(random)
            3 -> Double.fromBits(random.nextLong()).takeIf { abs(it) < 9e18 } ?: 0.5
            else -> random.nextDouble()
        }

    fun text(): String = TEXTS.random(random)

    private fun value(depth: Int): Any? =
        when (random.nextInt(if (depth > 0) 9 else 7)) {
            0 -> null
            1 -> random.nextBoolean()
            2 -> random.nextInt()
            3 -> random.nextLong()
            4 -> BigDecimal(random.nextULong().toString()).toBigInteger()
            5 -> double()
            6 -> text()
            7 -> List(random.nextInt(4)) { value(depth - 1) }
            else -> metadata(depth - 1)
        }
}

/** The same for values that JSON does not tell apart: `1` and `1.0`, `0.0` and `-0.0`. */
fun normal(value: Any?): Any? =
    when (value) {
        is Map<*, *> -> value.entries.associate { (key, item) -> key to normal(item) }
        is List<*> -> value.map(::normal)
        is Double -> digits(shortest(value))
        is Number -> digits(BigDecimal(value.toString()))
        else -> value
    }

private fun digits(number: BigDecimal): String =
    if (number.signum() == 0) "0" else number.stripTrailingZeros().toString()

/** The fewest digits that name this double, as Phoenix writes it; older JVMs may write more. */
private fun shortest(value: Double): BigDecimal =
    (1..17)
        .asSequence()
        .map { BigDecimal(value).round(MathContext(it)) }
        .first { it.toDouble() == value }
