package io.github.phoenixkt.dataframe

import io.github.phoenixkt.annotations.TargetKind
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit
import kotlin.io.path.deleteIfExists
import kotlin.io.path.readText
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive

/** A frame as both clients are given it: pandas and Kotlin DataFrame make of it what they do. */
typealias Columns = List<Pair<String, List<Any?>>>

/** What a client said of a frame: the ids of the rows that it wrote, or why it did not. */
class Answer(val ids: List<String>, val error: String?)

/** Phoenix's own Python client, in a process that writes one frame after the other. */
class OfficialFrames(python: String, endpoint: String) : AutoCloseable {
    private val errors: Path = Files.createTempFile("official-frames", ".log")
    private val process =
        ProcessBuilder(python, "src/test/python/official_frames.py", endpoint)
            .apply {
                // The client reads these: a developer's own settings are not for this server.
                environment().keys.removeIf { it.startsWith("PHOENIX_") }
                redirectError(errors.toFile())
            }
            .start()
    private val input = process.outputWriter()
    private val output = process.inputReader()

    init {
        // Once pandas is imported, which takes seconds on a busy machine.
        check("pandas" in readAnswer()) { "not the script that was expected" }
    }

    fun write(
        targetKind: TargetKind,
        columns: Columns,
        arguments: Map<String, String>,
        options: Map<String, Any?>,
    ): Answer {
        val request =
            options +
                mapOf(
                    "level" to targetKind.name.lowercase(),
                    "columns" to columns.map { it.toList() },
                    "arguments" to arguments,
                )
        input.write(toJson(request).toString())
        input.newLine()
        input.flush()
        val answer = readAnswer()
        val ids = answer["ids"]?.jsonArray.orEmpty().map { it.jsonPrimitive.content }
        val error = answer["error"]?.jsonPrimitive?.content
        return Answer(ids, error?.let { "$it: ${answer["message"]?.jsonPrimitive?.content}" })
    }

    private fun readAnswer(): JsonObject {
        val line = CompletableFuture.supplyAsync(output::readLine).get(5, TimeUnit.MINUTES)
        checkNotNull(line) { "the script has ended: ${errors.readText()}" }
        return Json.parseToJsonElement(line).jsonObject
    }

    override fun close() {
        process.destroyForcibly().waitFor()
        errors.deleteIfExists()
    }
}

/** NaN and Infinity go as bare words, which Python reads. */
private fun toJson(value: Any?): JsonElement =
    when (value) {
        null -> JsonNull
        is Boolean -> JsonPrimitive(value)
        is Number -> JsonPrimitive(value)
        is Map<*, *> -> JsonObject(value.entries.associate { "${it.key}" to toJson(it.value) })
        is List<*> -> JsonArray(value.map(::toJson))
        else -> JsonPrimitive(value.toString())
    }
