package io.github.phoenixkt.dataframe

import io.kotest.assertions.withClue
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.shouldBe
import java.nio.file.Files
import java.time.Instant
import java.time.OffsetDateTime
import java.util.concurrent.TimeUnit
import kotlin.io.path.deleteIfExists
import kotlin.io.path.readText
import kotlin.math.abs
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.booleanOrNull
import kotlinx.serialization.json.contentOrNull
import kotlinx.serialization.json.double
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import org.jetbrains.kotlinx.dataframe.AnyFrame

/** A Python that has Phoenix's own client; blank without one. */
private fun officialPython() = System.getenv("PHOENIX_PYTHON").orEmpty()

/** A real server, where there also is Phoenix's own Python client to compare with. */
fun TestServer.Companion.realWithOfficialClient(): TestServer {
    val real = real()
    val noPython = "PHOENIX_PYTHON is not set: no official client to compare with"
    return TestServer(real.missing ?: noPython.takeIf { officialPython().isBlank() }) {
        real.endpoint
    }
}

/**
 * What Phoenix's own Python client and pandas make of a project.
 *
 * @param limit more spans than the project has; that client has to be told
 * @param only `sessions` for the ids of the spans and the figures of the sessions; null for all
 */
fun official(
    endpoint: String,
    project: String,
    limit: Int,
    only: String? = null,
): JsonObject {
    val errors = Files.createTempFile("official-spans", ".log")
    val process =
        ProcessBuilder(
                listOf(
                    officialPython(),
                    "src/test/python/official_spans.py",
                    endpoint,
                    project,
                    "$limit",
                ) + listOfNotNull(only)
            )
            .apply {
                // The client reads these: a developer's own settings are not for this server.
                environment().keys.removeIf { it.startsWith("PHOENIX_") }
                redirectError(errors.toFile())
            }
            .start()
    try {
        val output = process.inputReader().use { it.readText() }
        check(process.waitFor(5, TimeUnit.MINUTES) && process.exitValue() == 0) {
            errors.readText()
        }
        return Json.parseToJsonElement(output).jsonObject
    } finally {
        process.destroyForcibly()
        errors.deleteIfExists()
    }
}

fun JsonObject.rows(key: String): List<JsonObject> = getValue(key).jsonArray.map { it.jsonObject }

fun plain(json: JsonElement?): Any? =
    when (json) {
        null,
        is JsonNull -> null
        is JsonObject -> json.mapValues { plain(it.value) }
        is JsonArray -> json.map(::plain)
        is JsonPrimitive -> if (json.isString) json.content else json.booleanOrNull ?: json.double
    }

/** With numbers as JSON has them: pandas makes floats of whole numbers where some are missing. */
fun comparable(value: Any?): Any? =
    when (value) {
        is Number -> value.toDouble()
        is Map<*, *> -> value.mapValues { comparable(it.value) }
        is List<*> -> value.map(::comparable)
        else -> value
    }

fun AnyFrame.rowsBy(vararg key: String): Map<List<Any?>, Int> =
    (0 until rowsCount()).associateBy { row -> key.map { comparable(this[it][row]) } }

/** This frame of session statistics, against what pandas has computed. */
fun AnyFrame.shouldHaveFiguresOf(wanted: List<JsonObject>) {
    val ours = rowsBy("session_id")
    fun keyOf(row: JsonObject) = listOf(row["session_id"]?.jsonPrimitive?.contentOrNull)
    ours.keys shouldBe wanted.map(::keyOf).toSet()
    for (row in wanted) {
        val index = ours.getValue(keyOf(row))
        for ((column, json) in row - "session_id") withClue("$column of row $index") {
            val value = this[column][index]
            if (value is Instant)
                value shouldBe OffsetDateTime.parse(json.jsonPrimitive.content).toInstant()
            else {
                // Sums of floats differ in their last digits by their order.
                val exact = json.jsonPrimitive.double
                (value as Number).toDouble() shouldBe
                    (exact plusOrMinus maxOf(abs(exact), 1.0) * 1e-12)
            }
        }
    }
}
