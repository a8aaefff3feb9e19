package io.github.phoenixkt.dataframe

import java.math.BigDecimal
import java.math.BigInteger
import kotlin.reflect.KType
import kotlin.reflect.typeOf
import org.jetbrains.kotlinx.dataframe.AnyCol

/**
 * What a column holds that is there whether any row has a value for it or not; its type is the same
 * in every frame, unless a value is something else altogether.
 */
internal enum class Declared(val type: KType, private val read: (Any) -> Any?) {
    TEXT_VALUE(typeOf<String?>(), { if (it is Number || it is Boolean) "$it" else it as? String }),
    COUNT(typeOf<Long?>(), ::wholeNumber),
    NUMBER(typeOf<Double?>(), ::exactDouble),
    OBJECT(typeOf<Map<String, Any?>?>(), { it as? Map<*, *> }),
    OBJECTS(
        typeOf<List<Map<String, Any?>>?>(),
        { value -> (value as? List<*>)?.takeIf { all -> all.all { it is Map<*, *> } } },
    );

    /** A column of this type, or of the type that its values have in common. */
    fun column(name: String, values: List<Any?>): AnyCol {
        val typed = values.map { it?.let(read) }
        val lost = values.indices.any { values[it] != null && typed[it] == null }
        return if (lost) inferredColumn(name, values) else column(name, typed, type)
    }
}

private fun wholeNumber(value: Any): Long? =
    when (value) {
        is Long -> value
        is Int -> value.toLong()
        is Double -> value.toLong().takeIf { it.toDouble() == value && value < LONGS_END }
        else -> null
    }

/** The first double above all longs; a conversion takes it for the last of them. */
private const val LONGS_END = 9_223_372_036_854_775_808.0

/** Null if a double cannot hold all digits of the number. */
private fun exactDouble(value: Any): Double? =
    when (value) {
        is Double -> value
        is Long -> value.toDouble().takeIf { it < LONGS_END && it.toLong() == value }
        is BigInteger ->
            value.toDouble().takeIf { it.isFinite() && BigDecimal(it).toBigInteger() == value }
        is Number -> value.toDouble()
        else -> null
    }

/** A column of what JSON can hold, of the narrowest type that all values have in common. */
internal fun inferredColumn(name: String, values: List<Any?>): AnyCol {
    val kinds = values.filterNotNull().mapTo(mutableSetOf(), Kind::of)
    if (kinds == setOf(Kind.LONG, Kind.DOUBLE)) {
        val doubles = values.map { it?.let(::exactDouble) }
        if (values.indices.none { values[it] != null && doubles[it] == null })
            return column(name, doubles, Kind.DOUBLE.type)
    }
    val type =
        when {
            kinds.isEmpty() -> TEXT
            kinds.size == 1 -> kinds.single().type
            kinds.all { it in Kind.NUMBERS } -> Kind.INTEGER_BEYOND_LONG.type
            kinds.all { it in Kind.LISTS } -> Kind.MIXED_LIST.type
            else -> Kind.OTHER.type
        }
    return column(name, values, type)
}

private enum class Kind(val type: KType) {
    TEXT_VALUE(typeOf<String?>()),
    FLAG(typeOf<Boolean?>()),
    LONG(typeOf<Long?>()),
    DOUBLE(typeOf<Double?>()),
    INTEGER_BEYOND_LONG(typeOf<Number?>()),
    MAP(typeOf<Map<String, Any?>?>()),
    TEXTS(typeOf<List<String>?>()),
    MAPS(typeOf<List<Map<String, Any?>>?>()),
    MIXED_LIST(typeOf<List<Any?>?>()),
    OTHER(typeOf<Any?>());

    companion object {
        val NUMBERS = setOf(LONG, DOUBLE, INTEGER_BEYOND_LONG)
        val LISTS = setOf(TEXTS, MAPS, MIXED_LIST)

        fun of(value: Any): Kind =
            when (value) {
                is String -> TEXT_VALUE
                is Boolean -> FLAG
                is Long -> LONG
                is Double -> DOUBLE
                is BigInteger -> INTEGER_BEYOND_LONG
                is Map<*, *> -> MAP
                is List<*> ->
                    when {
                        value.isEmpty() -> MIXED_LIST
                        value.all { it is String } -> TEXTS
                        value.all { it is Map<*, *> } -> MAPS
                        else -> MIXED_LIST
                    }
                else -> OTHER
            }
    }
}
