@file:JvmName("Cells")

package io.github.phoenixkt.rows

import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.internal.InternalPhoenixApi
import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.internal.isJsonNumber
import io.github.phoenixkt.internal.isoText
import io.github.phoenixkt.internal.presentOrNull
import java.math.BigDecimal
import java.math.BigInteger
import java.net.URI
import java.net.URL
import java.time.temporal.TemporalAccessor
import java.time.temporal.TemporalAmount
import java.util.Date
import java.util.UUID
import kotlin.math.abs

/**
 * Reads a cell that is not absent. Null means that it counts as absent all the same, or that the
 * reader has refused it.
 */
public typealias CellReader<T> = Refusals.(cell: Any) -> T?

/** The one null model: null, NaN and JSON's null are absent, in every column. */
@InternalPhoenixApi
public fun isAbsent(cell: Any?): Boolean =
    when (cell) {
        null -> true
        is Double -> cell.isNaN()
        is Float -> cell.isNaN()
        is kotlinx.serialization.json.JsonNull -> true
        else -> false
    }

/**
 * Text as it is; flags, numbers, enums, and what the readers of CSV and JSON make of text that
 * looks like a date, a duration or an address, by their text. Trimming is left to the check of all
 * rows, which must see the text as it is.
 */
@InternalPhoenixApi
public fun Refusals.readText(cell: Any): String? =
    when {
        cell is CharSequence || cell is Char || cell is Boolean -> cell.toString()
        cell is Enum<*> -> cell.name
        cell is Double && cell.isInfinite() || cell is Float && cell.isInfinite() ->
            refuse("is not a finite number", "leave it out")
        cell is Number || isUnsigned(cell) -> readNumberAsText(cell)
        else -> writtenTextOrNull(cell) ?: refuseType("text")
    }

private fun Refusals.readNumberAsText(number: Any): String? =
    when {
        // From here on not every integer is one: several texts have become the same number.
        number is Double && abs(number) >= DOUBLES_WITH_ALL_DIGITS ||
            number is Float && abs(number) >= FLOATS_WITH_ALL_DIGITS ->
            refuse("may have lost digits when the column was read as a number", asText)
        // Written in full it may take gigabytes: 1E+500000000 is a number.
        hasTooManyDigits(number) -> refuse("has more than $MOST_DIGITS digits", "make it a text")
        else -> decimalText(number)
    }

private const val DOUBLES_WITH_ALL_DIGITS = 9_007_199_254_740_992.0 // 2^53
private const val FLOATS_WITH_ALL_DIGITS = 16_777_216f // 2^24
private const val MOST_DIGITS = 400
private const val BITS_OF_MOST_DIGITS = 1329

private fun hasTooManyDigits(number: Any): Boolean =
    when (number) {
        is BigInteger -> number.bitLength() > BITS_OF_MOST_DIGITS
        is BigDecimal -> {
            val (precision, scale) = number.precision().toLong() to number.scale().toLong()
            number.unscaledValue().bitLength() > BITS_OF_MOST_DIGITS ||
                maxOf(precision - scale, scale) > MOST_DIGITS
        }
        else -> false
    }

/** Ids are text: a number has lost the leading zeros that the id had. */
@InternalPhoenixApi
public fun Refusals.readId(cell: Any): String? =
    if (cell is CharSequence || cell is Char || isUuid(cell)) cell.toString()
    else refuseType("text", asText)

/** One of Phoenix's kinds, in any case. */
@InternalPhoenixApi
public fun Refusals.readKind(cell: Any): AnnotatorKind? {
    if (cell is AnnotatorKind) return cell
    val text =
        when (cell) {
            is CharSequence,
            is Char -> cell.toString().presentOrNull() ?: return null
            is Enum<*> -> cell.name
            else -> return refuseType("text", ONE_OF_THE_KINDS)
        }
    return AnnotatorKind.entries.find { it.name.equals(text, ignoreCase = true) }
        ?: refuse("is none of Phoenix's kinds", ONE_OF_THE_KINDS)
}

private val ONE_OF_THE_KINDS =
    "use one of ${AnnotatorKind.entries.joinToString()}, in upper or lower case"

/** Infinity is passed on, and refused by the check of all rows. */
@InternalPhoenixApi
public fun Refusals.readScore(cell: Any): Double? =
    when {
        // By its decimal text: 0.1f is meant as 0.1, not as 0.10000000149.
        cell is Float || isUnsigned(cell) -> cell.toString().toDouble()
        cell is Number -> cell.toDouble()
        cell is Boolean -> if (cell) 1.0 else 0.0
        cell is CharSequence || cell is Char -> scoreOf(cell.toString())
        else -> refuseType("a number")
    }

private fun Refusals.scoreOf(text: String): Double? {
    val present = text.presentOrNull() ?: return null
    return when {
        present.equals("nan", ignoreCase = true) -> null
        isJsonNumber(present) -> present.toDouble()
        else -> refuse("is not a number", "write it as 0.85 or leave it out")
    }
}

private val INTEGER = Regex("[+-]?\\d+")

/** Negative positions are passed on, and refused by the check of all rows. */
@InternalPhoenixApi
public fun Refusals.readPosition(cell: Any): Int? {
    val number =
        when {
            hasTooManyDigits(cell) -> return refuse("is too large", POSITIONS)
            cell is Number || isUnsigned(cell) -> cell.toString().toBigDecimalOrNull()
            cell is CharSequence || cell is Char -> {
                val text = cell.toString().presentOrNull() ?: return null
                if (text.length <= MOST_DIGITS && INTEGER.matches(text)) text.toBigDecimal()
                else null
            }
            else -> return refuseType("an integer", POSITIONS)
        }
    return when {
        number == null || number.stripTrailingZeros().scale() > 0 ->
            refuse("is not an integer", POSITIONS)
        number > INT_MAX -> refuse("is too large", POSITIONS)
        else -> number.max(MINUS_ONE).toInt()
    }
}

private const val POSITIONS = "positions count from 0"
private val INT_MAX = Int.MAX_VALUE.toBigDecimal()
private val MINUS_ONE = BigDecimal.ONE.negate()

/**
 * The text of what a reader of CSV, JSON or a database has understood as a date, a duration or an
 * address; null for anything else.
 */
@InternalPhoenixApi
public fun writtenTextOrNull(cell: Any): String? =
    when {
        cell is Date -> cell.isoText()
        cell is TemporalAccessor ||
            cell is TemporalAmount ||
            cell is URI ||
            cell is URL ||
            isUuid(cell) -> cell.toString()
        // By name, since they are of libraries that core does not have.
        cell.javaClass.name.let {
            it.startsWith("kotlinx.datetime.") || it.startsWith("kotlin.time.")
        } -> cell.toString()
        else -> null
    }

private fun isUuid(cell: Any) = cell is UUID || cell.javaClass.name == "kotlin.uuid.Uuid"

private fun isUnsigned(cell: Any) = cell is UByte || cell is UShort || cell is UInt || cell is ULong

private const val LONGEST_PLAIN_NUMBER = 21

/** The shortest text of a number that people would write: `1` for 1.0, `1E+300` for that. */
private fun decimalText(number: Any): String {
    if (number !is Double && number !is Float && number !is BigDecimal) return number.toString()
    val decimal = BigDecimal(number.toString()).stripTrailingZeros()
    val plain = decimal.toPlainString()
    return if (plain.length <= LONGEST_PLAIN_NUMBER) plain else decimal.toString()
}

/** Says of a cell that it stands in [column], where that is not what it is read for. */
@InternalPhoenixApi
public fun fromColumn(column: String, field: String): String =
    if (column == field) "" else "(column ${column.forMessage()}) "
