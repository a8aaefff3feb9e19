package io.github.phoenixkt.internal

import java.math.BigDecimal
import java.math.BigInteger
import java.net.URI
import java.nio.file.Path
import java.time.temporal.TemporalAccessor
import java.time.temporal.TemporalAmount
import java.util.Date
import java.util.IdentityHashMap
import java.util.UUID
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicLong
import kotlin.math.abs
import kotlinx.serialization.SerializationStrategy
import kotlinx.serialization.builtins.ListSerializer
import kotlinx.serialization.builtins.MapSerializer
import kotlinx.serialization.builtins.serializer
import kotlinx.serialization.descriptors.SerialDescriptor
import kotlinx.serialization.encoding.Encoder
import kotlinx.serialization.encoding.encodeCollection
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonPrimitive

private val UNSIGNED_64_BIT_MAX = BigInteger.ONE.shiftLeft(64) - BigInteger.ONE
private val SIGNED_64_BIT_MIN = BigInteger.valueOf(Long.MIN_VALUE)
private const val LARGE = 9e18
internal const val DEEPEST_NESTING = 100

/**
 * Why a value cannot be sent as JSON. [path] is the place in the value, for example `.tags[3]`, and
 * empty for the value itself.
 */
internal class JsonValueProblem(
    val path: String,
    val value: Any?,
    val reason: String,
    val hint: String?,
) {
    fun inside(step: String) = JsonValueProblem(step + path, value, reason, hint)
}

/**
 * The first part of [value] that JSON or Phoenix cannot represent, or null. A value without a
 * problem can be written by [JsonValueSerializer]; both use [plain].
 */
internal fun findJsonValueProblem(value: Any?, depth: Int = 0): JsonValueProblem? {
    if (depth > DEEPEST_NESTING)
        return problem(null, "is nested more than $DEEPEST_NESTING levels deep, or contains itself")
    return when (val plain = plain(value)) {
        null,
        is Boolean,
        is Long -> null
        is String -> if (plain.indexOfUnstorable() < 0) null else problem(plain, UNSTORABLE)
        is Double ->
            when {
                !plain.isFinite() -> problem(plain, NOT_FINITE)
                !plain.isReadable() -> problem(plain, OUT_OF_RANGE)
                else -> null
            }
        is BigInteger ->
            if (plain in SIGNED_64_BIT_MIN..UNSIGNED_64_BIT_MAX) null
            else problem(plain, OUT_OF_RANGE)
        is Map<*, *> ->
            findRepeatedKey(plain)
                ?: plain.entries.firstNotNullOfOrNull { (key, element) ->
                    findKeyProblem(key)
                        ?: findJsonValueProblem(element, depth + 1)
                            ?.inside(".${keyText(key).orEmpty().forMessage()}")
                }
        is Collection<*> ->
            plain.withIndex().firstNotNullOfOrNull { (index, element) ->
                findJsonValueProblem(element, depth + 1)?.inside("[$index]")
            }
        is JsonPrimitive -> problem(plain.content, whyUnwritable(plain.content))
        is Sequence<*> ->
            problem(null, "is a sequence, which may be readable only once", "use a list")
        else ->
            // Without its text, which can be anything.
            problem(null, "is a ${plain.javaClass.name}, which JSON cannot represent", CONVERT)
    }
}

private fun problem(value: Any?, reason: String, hint: String? = null) =
    JsonValueProblem(path = "", value, reason, hint)

private const val CONVERT =
    "use a map, a list, a text, a number, a boolean, or a JsonElement of kotlinx.serialization"
internal const val NOT_FINITE = "is not a finite number"
private const val OUT_OF_RANGE =
    "is outside −2^63 … 2^64−1, which Phoenix cannot store or cannot read back"

/**
 * PostgreSQL writes a large double as an integer (`1e22` as a one and 22 zeros). Phoenix fails on
 * integers of more than 64 bits, in every read that includes such a row.
 */
private fun Double.isReadable() =
    abs(this) < LARGE ||
        BigDecimal(toString()).toBigInteger() in SIGNED_64_BIT_MIN..UNSIGNED_64_BIT_MAX

internal const val UNSTORABLE =
    "contains a NUL character or an unpaired surrogate, which Phoenix cannot store"

private fun findKeyProblem(key: Any?): JsonValueProblem? {
    val text = keyText(key) ?: return problem(key, "has a key that is not text")
    return if (text.indexOfUnstorable() < 0) null else problem(text, "has a key that $UNSTORABLE")
}

/** Keys of other classes than String may differ and still be the same in JSON, which keeps one. */
private fun findRepeatedKey(map: Map<*, *>): JsonValueProblem? {
    if (map.keys.all { it is String }) return null
    val seen = HashSet<String>()
    val repeated = map.keys.firstNotNullOfOrNull { key -> keyText(key)?.takeUnless(seen::add) }
    return repeated?.let { problem(it, "has two keys with this text", "rename one of them") }
}

private fun keyText(key: Any?): String? =
    when (key) {
        is CharSequence -> key.toString()
        is Enum<*> -> key.name
        else -> null
    }

/**
 * Converts a value to one of the few forms that the writer knows: null, Boolean, String, Long,
 * BigInteger, Double, Map or Collection. Other values are returned unchanged.
 *
 * An `Iterable` is not a list: paths, SQL exceptions and JSON trees of other libraries are iterable
 * too, and their elements are not their value.
 */
internal fun plain(value: Any?): Any? =
    when (value) {
        is JsonPrimitive -> plainPrimitive(value)
        is CharSequence,
        is Char,
        is TemporalAccessor,
        is TemporalAmount,
        is UUID,
        is URI,
        is Path,
        is kotlin.time.Duration -> value.toString()
        is Date -> value.isoText()
        is Enum<*> -> value.name
        is Byte,
        is Short,
        is Int,
        is AtomicInteger,
        is AtomicLong -> (value as Number).toLong()
        is UByte,
        is UShort,
        is UInt,
        is ULong -> BigInteger(value.toString())
        // From its decimal text: 0.1f means 0.1, not 0.10000000149.
        is Float -> value.toString().toDouble()
        is BigDecimal -> plainDecimal(value)
        is Array<*> -> value.asList()
        is IntArray -> value.asList()
        is LongArray -> value.asList()
        is DoubleArray -> value.asList()
        is FloatArray -> value.asList()
        is ShortArray -> value.asList()
        is ByteArray -> value.asList()
        is BooleanArray -> value.asList()
        is CharArray -> value.asList()
        else -> value
    }

/** An instant in ISO format, or only the date or the time if a database had no more. */
@InternalPhoenixApi
@JvmSynthetic
public fun Date.isoText(): String =
    try {
        toInstant().toString()
    } catch (_: UnsupportedOperationException) {
        // java.sql.Date and Time, whose text is in ISO format. Not every runtime has these classes.
        toString()
    }

/**
 * Copies [metadata] and whatever in it can change, so that what is sent is what was given. Arrays
 * and collections become lists; string builders, as keys too, and atomic numbers become their
 * value.
 */
internal fun snapshot(metadata: Map<String, Any?>): Map<String, Any?> {
    val copy = LinkedHashMap(metadata)
    if (copy.values.any(::mayChange)) {
        val snapshot = Snapshot()
        copy.replaceAll { _, value -> snapshot.of(value, depth = 1) }
    }
    return copy
}

private fun isContainer(value: Any?): Boolean =
    value is Map<*, *> || value is Collection<*> || value != null && value.javaClass.isArray

private fun mayChange(value: Any?): Boolean =
    value !is String && (isMutableScalar(value) || isContainer(value))

private fun isMutableScalar(value: Any?): Boolean =
    value is CharSequence && value !is String ||
        value is AtomicInteger ||
        value is AtomicLong ||
        value is Date

/** Copies each container once: one that contains itself becomes a copy that contains itself. */
private class Snapshot {
    private val copies = IdentityHashMap<Any, Any>()

    /** Values nested deeper than the check allows are not copied, because they will be refused. */
    fun of(value: Any?, depth: Int): Any? {
        if (value == null || depth > DEEPEST_NESTING || !mayChange(value)) return value
        if (isMutableScalar(value)) return if (value is Date) value.clone() else plain(value)
        copies[value]?.let {
            return it
        }
        return when (val plain = plain(value)) {
            is Map<*, *> ->
                LinkedHashMap<Any?, Any?>(plain.size).also { copy ->
                    copies[value] = copy
                    // Two keys with one text stay as they are, for the check to refuse them.
                    val keepsKeys = findRepeatedKey(plain) != null
                    plain.forEach { (key, element) ->
                        val fixed = if (keepsKeys || key !is CharSequence) key else key.toString()
                        copy[fixed] = of(element, depth + 1)
                    }
                }
            is Collection<*> ->
                mutableListOf<Any?>().also { copy ->
                    copies[value] = copy
                    plain.forEach { copy += of(it, depth + 1) }
                }
            else -> value
        }
    }
}

/** A double if it has exactly this value when read back; otherwise a text, to keep all digits. */
private fun plainDecimal(value: BigDecimal): Any {
    // So many digits do not fit a double, and arithmetic with them would take minutes.
    if (value.unscaledValue().bitLength() > MOST_BITS_OF_DECIMAL) return value.toString()
    val double = value.toDouble()
    val survives =
        double.isFinite() &&
            double.isReadable() &&
            BigDecimal(double.toString()).compareTo(value) == 0
    return if (survives) double else value.toString()
}

private const val MOST_BITS_OF_DECIMAL = 33_220

private fun plainPrimitive(value: JsonPrimitive): Any? =
    when {
        value is JsonNull -> null
        value.isString -> value.content
        else -> plainLiteral(value.content) ?: value
    }

/**
 * Reads a JSON literal: an integer with all its digits, any other number as the nearest double.
 * Null if it is not a literal, or if Phoenix cannot store it.
 */
private fun plainLiteral(text: String): Any? =
    when {
        text == "true" -> true
        text == "false" -> false
        !isJsonNumber(text) -> null
        text.any { it in FRACTION_OR_EXPONENT } -> text.toDouble().takeIf { it.isFinite() }
        text.length <= LONGEST_INTEGER -> text.toLongOrNull() ?: BigInteger(text)
        else -> null
    }

private const val FRACTION_OR_EXPONENT = ".eE"

/** The length of 2^64−1 and of −2^63. */
private const val LONGEST_INTEGER = 20

private fun whyUnwritable(literal: String) =
    when {
        isJsonNumber(literal) -> OUT_OF_RANGE
        literal in NO_NUMBERS -> NOT_FINITE
        else -> "is not JSON"
    }

/** What kotlinx.serialization writes for doubles that JSON does not have. */
private val NO_NUMBERS = setOf("NaN", "Infinity", "-Infinity")

/** Whether [text] is a number in JSON. */
@InternalPhoenixApi
@JvmSynthetic
public fun isJsonNumber(text: String): Boolean {
    val start = if (text.startsWith('-')) 1 else 0
    var end = text.endOfDigits(start)
    if (end == start || text[start] == '0' && end > start + 1) return false
    if (text.getOrNull(end) == '.') {
        val fraction = end + 1
        end = text.endOfDigits(fraction)
        if (end == fraction) return false
    }
    if (text.getOrNull(end) in EXPONENTS) {
        val sign = if (text.getOrNull(end + 1) in SIGNS) 1 else 0
        val exponent = end + 1 + sign
        end = text.endOfDigits(exponent)
        if (end == exponent) return false
    }
    return end == text.length
}

private val EXPONENTS = setOf('e', 'E')
private val SIGNS = setOf('+', '-')

private fun String.endOfDigits(start: Int): Int {
    var end = start
    while (end < length && this[end] in '0'..'9') end++
    return end
}

/**
 * Whether both values become the same JSON, whatever their classes. Numbers are compared by value:
 * `1` is `1.0`.
 */
internal fun sameJson(one: Any?, other: Any?): Boolean {
    val (first, second) = plain(one) to plain(other)
    return when {
        first is Map<*, *> && second is Map<*, *> -> {
            val others = second.mapKeys { keyText(it.key) }
            first.size == others.size &&
                first.all { (key, value) ->
                    keyText(key).let { it in others && sameJson(value, others[it]) }
                }
        }
        first is Collection<*> && second is Collection<*> -> {
            val (left, right) = first.toList() to second.toList()
            left.size == right.size && left.indices.all { sameJson(left[it], right[it]) }
        }
        first is Number && second is Number -> sameNumber(first, second)
        else -> first == second
    }
}

/**
 * PostgreSQL returns a large double as an integer with fewer digits than older JVMs write:
 * `5.1616712879003566E18` as `5161671287900357000`.
 */
private fun sameNumber(one: Number, other: Number): Boolean =
    if (one is Double || other is Double) one.toDouble() - other.toDouble() == 0.0
    else BigDecimal("$one").compareTo(BigDecimal("$other")) == 0

/** Writes values in which [findJsonValueProblem] found no problem. */
internal object JsonValueSerializer : SerializationStrategy<Any?> {
    override val descriptor: SerialDescriptor = JsonElement.serializer().descriptor

    private val mapDescriptor =
        MapSerializer(String.serializer(), JsonElement.serializer()).descriptor
    private val listDescriptor = ListSerializer(JsonElement.serializer()).descriptor

    @OptIn(kotlinx.serialization.ExperimentalSerializationApi::class)
    override fun serialize(encoder: Encoder, value: Any?) {
        when (val plain = plain(value)) {
            null -> encoder.encodeNull()
            is Boolean -> encoder.encodeBoolean(plain)
            is String -> encoder.encodeString(plain)
            is Long -> encoder.encodeLong(plain)
            is Double -> encoder.encodeDouble(plain)
            is BigInteger ->
                if (plain.bitLength() < Long.SIZE_BITS) encoder.encodeLong(plain.toLong())
                else encoder.encodeInline(ULong.serializer().descriptor).encodeLong(plain.toLong())
            is Map<*, *> ->
                encoder.encodeCollection(mapDescriptor, plain.entries) { index, (key, element) ->
                    encodeStringElement(mapDescriptor, 2 * index, checkNotNull(keyText(key)))
                    encodeSerializableElement(
                        mapDescriptor,
                        2 * index + 1,
                        JsonValueSerializer,
                        element,
                    )
                }
            is Collection<*> ->
                encoder.encodeCollection(listDescriptor, plain) { index, element ->
                    encodeSerializableElement(listDescriptor, index, JsonValueSerializer, element)
                }
            else -> error("JSON cannot represent ${plain.javaClass.name}")
        }
    }
}
