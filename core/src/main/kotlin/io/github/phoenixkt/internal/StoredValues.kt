package io.github.phoenixkt.internal

import java.time.Instant
import kotlin.time.ExperimentalTime
import kotlin.time.toJavaInstant
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.booleanOrNull

/** Phoenix writes `+00:00`, not `Z`. */
@OptIn(ExperimentalTime::class)
internal fun parseInstant(text: String): Instant = kotlin.time.Instant.parse(text).toJavaInstant()

/** The time that a BigInteger takes grows with the square of its digits. */
private const val MOST_DIGITS = 1_000

/** JSON as plain Kotlin and Java values. */
@InternalPhoenixApi
public fun JsonElement.toPlainValue(): Any? =
    when (this) {
        is JsonNull -> null
        is JsonObject -> mapValues { (_, value) -> value.toPlainValue() }
        is JsonArray -> map { it.toPlainValue() }
        is JsonPrimitive ->
            if (isString) content
            // Not longOrNull, which reads 5e-324 as 0.
            else
                booleanOrNull
                    ?: content.toLongOrNull()
                    ?: content.takeIf { it.length <= MOST_DIGITS }?.toBigIntegerOrNull()
                    ?: content.toDouble()
    }
