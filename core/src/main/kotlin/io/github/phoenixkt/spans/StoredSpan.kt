package io.github.phoenixkt.spans

import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.internal.parseInstant
import io.github.phoenixkt.internal.toPlainValue
import java.time.Duration
import java.time.Instant
import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable
import kotlinx.serialization.json.JsonObject

/**
 * A span that Phoenix has stored.
 *
 * @property id Phoenix's own id of the span. Annotations use [spanId] instead.
 * @property name the name of the span
 * @property spanId the span id from the tracer
 * @property traceId the trace id from the tracer
 * @property spanKind the OpenInference kind, such as `LLM`; `UNKNOWN` if the span has none
 * @property parentId the span id of the parent; null for a root span
 * @property startTime when the span started
 * @property endTime when the span ended
 * @property statusCode `OK`, `ERROR` or `UNSET`
 * @property statusMessage what went wrong; empty if nothing did
 * @property attributes all attributes in one map, with dotted names such as `input.value`
 * @property events what happened during the span
 */
public class StoredSpan
internal constructor(
    public val id: String,
    public val name: String,
    public val spanId: String,
    public val traceId: String,
    public val spanKind: String,
    public val parentId: String?,
    public val startTime: Instant,
    public val endTime: Instant,
    public val statusCode: String,
    public val statusMessage: String,
    public val attributes: Map<String, Any?>,
    public val events: List<StoredSpanEvent>,
) {
    /** The time from [startTime] to [endTime]. */
    public val latency: Duration
        get() = Duration.between(startTime, endTime)

    override fun toString(): String =
        "StoredSpan(${name.forMessage()}, ${spanKind.forMessage()}, span ${spanId.forMessage()} of trace ${traceId.forMessage()})"
}

/**
 * An event of a [StoredSpan], for example an exception.
 *
 * @property name what happened
 * @property timestamp when it happened
 * @property attributes details of the event
 */
public class StoredSpanEvent
internal constructor(
    public val name: String,
    public val timestamp: Instant,
    public val attributes: Map<String, Any?>,
) {
    override fun toString(): String = "StoredSpanEvent(${name.forMessage()} at $timestamp)"
}

@Serializable
internal class SpanPage(
    val data: List<SpanRow>,
    @SerialName("next_cursor") val nextCursor: String? = null,
)

@Serializable
internal class SpanRow(
    private val id: String = "",
    private val name: String,
    private val context: SpanContextRow,
    @SerialName("span_kind") private val spanKind: String = "UNKNOWN",
    @SerialName("parent_id") private val parentId: String? = null,
    @SerialName("start_time") private val startTime: String,
    @SerialName("end_time") private val endTime: String,
    @SerialName("status_code") private val statusCode: String = "UNSET",
    @SerialName("status_message") private val statusMessage: String = "",
    private val attributes: JsonObject? = null,
    private val events: List<SpanEventRow> = emptyList(),
) {
    fun toStored() =
        StoredSpan(
            id,
            name,
            context.spanId,
            context.traceId,
            spanKind,
            parentId,
            parseInstant(startTime),
            parseInstant(endTime),
            statusCode,
            statusMessage,
            attributes.orEmpty().mapValues { (_, value) -> value.toPlainValue() },
            events.map { it.toStored() },
        )
}

@Serializable
internal class SpanContextRow(
    @SerialName("trace_id") val traceId: String,
    @SerialName("span_id") val spanId: String,
)

@Serializable
internal class SpanEventRow(
    private val name: String = "",
    private val timestamp: String,
    private val attributes: JsonObject? = null,
) {
    fun toStored() =
        StoredSpanEvent(
            name,
            parseInstant(timestamp),
            attributes.orEmpty().mapValues { (_, value) -> value.toPlainValue() },
        )
}
