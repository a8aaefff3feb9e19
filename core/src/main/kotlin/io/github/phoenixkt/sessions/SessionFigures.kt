package io.github.phoenixkt.sessions

import io.github.phoenixkt.internal.InternalPhoenixApi
import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.internal.nanos
import io.github.phoenixkt.internal.presentOrNull
import io.github.phoenixkt.internal.textOf
import io.github.phoenixkt.internal.toPlainValue
import io.github.phoenixkt.spans.StoredSpan
import java.time.Duration
import java.time.Instant
import kotlin.math.ceil
import kotlin.math.floor
import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject

private const val SESSION_ID = "session_id"
private const val NANOS_PER_MILLI = 1e6
private const val P95 = 0.95

/**
 * What a span adds to the statistics of its session.
 *
 * @suppress
 */
@InternalPhoenixApi
public class CountedSpan(
    internal val sessionId: String?,
    internal val traceId: String?,
    internal val startTime: Instant?,
    internal val endTime: Instant?,
    statusCode: String?,
    internal val prompt: Long?,
    internal val completion: Long?,
    internal val total: Long?,
) {
    internal val failed = statusCode.equals("ERROR", ignoreCase = true)
}

internal fun countedSpan(span: StoredSpan): CountedSpan {
    fun tokens(what: String): Long? {
        val name = "llm.token_count.$what"
        return tokenCount(span.attributes[name]) { "Span ${span.spanId.forMessage()}: $name" }
    }
    return CountedSpan(
        sessionOf(span.attributes),
        span.traceId,
        span.startTime,
        span.endTime,
        span.statusCode,
        tokens("prompt"),
        tokens("completion"),
        tokens("total"),
    )
}

/** Phoenix returns metadata flattened, or as a text if it did not recognize a JSON object. */
private fun sessionOf(attributes: Map<String, Any?>): String? =
    attributes["session.id"]?.toString().presentOrNull()
        ?: attributes["metadata.$SESSION_ID"]?.toString().presentOrNull()
        ?: sessionIn(attributes["metadata"])

/**
 * The `session_id` in [metadata], which is a map or the text of a JSON object. Null if there is
 * none, or if the metadata cannot be read.
 *
 * @suppress
 */
@InternalPhoenixApi
@JvmSynthetic
public fun sessionIn(metadata: Any?): String? =
    when (val id = fieldsOf(metadata)?.get(SESSION_ID)) {
        is Map<*, *>,
        is Iterable<*>,
        is JsonNull -> null
        is Double -> id.takeUnless { it.isNaN() }?.toString()
        else -> id?.toString().presentOrNull()
    }

private fun fieldsOf(metadata: Any?): Map<*, *>? {
    if (metadata !is String || !metadata.trimStart().startsWith('{')) return metadata as? Map<*, *>
    return try {
        (Json.parseToJsonElement(metadata) as? JsonObject)?.toPlainValue() as? Map<*, *>
    } catch (_: SerializationException) {
        null
    } catch (_: NumberFormatException) {
        // The parser takes unquoted words for numbers.
        null
    }
}

/**
 * @param where says for the message which value of which span this is
 * @suppress
 */
@InternalPhoenixApi
@JvmSynthetic
public fun tokenCount(value: Any?, where: () -> String): Long? {
    if (value == null || value is Double && value.isNaN()) return null
    require(value is Number) {
        "${where()} is \"${textOf(value).forMessage()}\", which is not a number."
    }
    return value.toLong()
}

/** The statistics of one session while its spans are added. */
internal class SessionFigures {
    private val traces = HashSet<String>()
    private val latencies = DoubleList()
    private var spans = 0
    private var errors = 0
    private var start: Instant? = null
    private var end: Instant? = null
    private var prompt = 0L
    private var completion = 0L
    private var total = 0L

    fun add(span: CountedSpan) {
        spans++
        if (span.failed) errors++
        span.traceId?.let(traces::add)
        if (span.startTime != null && span.endTime != null)
            latencies.add(Duration.between(span.startTime, span.endTime).nanos())
        start = earlier(start, span.startTime)
        end = later(end, span.endTime)
        prompt += span.prompt ?: 0
        completion += span.completion ?: 0
        total += span.total ?: 0
    }

    fun merge(other: SessionFigures) {
        spans += other.spans
        errors += other.errors
        traces += other.traces
        other.latencies.toArray().forEach(latencies::add)
        start = earlier(start, other.start)
        end = later(end, other.end)
        prompt += other.prompt
        completion += other.completion
        total += other.total
    }

    fun toStats(id: String?): SessionStats {
        val nanos = latencies.toArray().apply { sort() }
        val sum = nanos.sum() / NANOS_PER_MILLI
        return SessionStats(
            id,
            traces.size,
            spans,
            latencyMsMean = if (nanos.isEmpty()) null else sum / nanos.size,
            latencyMsSum = sum,
            latencyMsMax = nanos.lastOrNull()?.let { it / NANOS_PER_MILLI },
            latencyMsP95 = if (nanos.isEmpty()) null else quantile(nanos, P95) / NANOS_PER_MILLI,
            tokenCountPrompt = prompt,
            tokenCountCompletion = completion,
            tokenCountTotal = total,
            errors,
            start,
            end,
        )
    }
}

private fun earlier(one: Instant?, other: Instant?) = listOfNotNull(one, other).minOrNull()

private fun later(one: Instant?, other: Instant?) = listOfNotNull(one, other).maxOrNull()

/** Interpolates linearly between the two nearest of the [sorted] values. */
internal fun quantile(sorted: DoubleArray, q: Double): Double {
    val position = (sorted.size - 1) * q
    val below = sorted[floor(position).toInt()]
    val above = sorted[ceil(position).toInt()]
    return below + (above - below) * (position - floor(position))
}

/** Takes 8 bytes per value, a third of what a list of objects takes. */
private class DoubleList {
    private var values = DoubleArray(FEW)
    private var size = 0

    fun add(value: Double) {
        if (size == values.size) values = values.copyOf(2 * size)
        values[size++] = value
    }

    fun toArray(): DoubleArray = values.copyOf(size)

    private companion object {
        const val FEW = 16
    }
}
