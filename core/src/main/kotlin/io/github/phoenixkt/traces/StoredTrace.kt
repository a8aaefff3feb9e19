package io.github.phoenixkt.traces

import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.internal.parseInstant
import java.time.Duration
import java.time.Instant
import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable

/**
 * A trace that Phoenix has stored.
 *
 * @property id Phoenix's own id of the trace. Annotations use [traceId] instead.
 * @property traceId the trace id from the tracer
 * @property projectId Phoenix's own id of the project
 * @property startTime when the first span started
 * @property endTime when the last span ended
 * @property tokenCountPrompt the tokens of all prompts; null before Phoenix 15.4
 * @property tokenCountCompletion the tokens of all completions; null before Phoenix 15.4
 * @property tokenCountTotal the tokens of all prompts and completions; null before Phoenix 15.4
 * @property spans a summary of each span; null unless [TraceQuery.includeSpans] is set
 */
public class StoredTrace
internal constructor(
    public val id: String,
    public val traceId: String,
    public val projectId: String,
    public val startTime: Instant,
    public val endTime: Instant,
    public val tokenCountPrompt: Long?,
    public val tokenCountCompletion: Long?,
    public val tokenCountTotal: Long?,
    public val spans: List<TraceSpan>?,
) {
    /** The time from [startTime] to [endTime]. */
    public val latency: Duration
        get() = Duration.between(startTime, endTime)

    override fun toString(): String =
        "StoredTrace(${traceId.forMessage()}, from $startTime, took $latency)"
}

/**
 * The summary of a span of a [StoredTrace].
 *
 * @property id Phoenix's own id of the span
 * @property spanId the span id from the tracer
 * @property parentId the span id of the parent; null for a root span
 * @property name the name of the span
 * @property spanKind the OpenInference kind, such as `LLM`; `UNKNOWN` if the span has none
 * @property statusCode `OK`, `ERROR` or `UNSET`
 * @property startTime when the span started
 * @property endTime when the span ended
 */
public class TraceSpan
internal constructor(
    public val id: String,
    public val spanId: String,
    public val parentId: String?,
    public val name: String,
    public val spanKind: String,
    public val statusCode: String,
    public val startTime: Instant,
    public val endTime: Instant,
) {
    override fun toString(): String =
        "TraceSpan(${name.forMessage()}, ${spanKind.forMessage()}, span ${spanId.forMessage()})"
}

/**
 * The result of moving traces to another project.
 *
 * @property transferredTraceCount how many of the traces are in the project now
 * @property destinationProjectId Phoenix's own id of the project
 */
public class TransferredTraces
internal constructor(
    public val transferredTraceCount: Int,
    public val destinationProjectId: String,
) {
    override fun toString(): String =
        "TransferredTraces($transferredTraceCount to $destinationProjectId)"
}

@Serializable
internal class TracePage(
    val data: List<TraceRow>,
    @SerialName("next_cursor") val nextCursor: String? = null,
)

@Serializable
internal class TraceRow(
    private val id: String,
    @SerialName("trace_id") private val traceId: String,
    @SerialName("project_id") private val projectId: String = "",
    @SerialName("start_time") private val startTime: String,
    @SerialName("end_time") private val endTime: String,
    @SerialName("token_count_prompt") private val tokenCountPrompt: Long? = null,
    @SerialName("token_count_completion") private val tokenCountCompletion: Long? = null,
    @SerialName("token_count_total") private val tokenCountTotal: Long? = null,
    private val spans: List<TraceSpanRow>? = null,
) {
    fun toStored() =
        StoredTrace(
            id,
            traceId,
            projectId,
            parseInstant(startTime),
            parseInstant(endTime),
            tokenCountPrompt,
            tokenCountCompletion,
            tokenCountTotal,
            spans?.map { it.toStored() },
        )
}

@Serializable
internal class TraceSpanRow(
    private val id: String,
    @SerialName("span_id") private val spanId: String,
    @SerialName("parent_id") private val parentId: String? = null,
    private val name: String = "",
    @SerialName("span_kind") private val spanKind: String = "UNKNOWN",
    @SerialName("status_code") private val statusCode: String = "UNSET",
    @SerialName("start_time") private val startTime: String,
    @SerialName("end_time") private val endTime: String,
) {
    fun toStored() =
        TraceSpan(
            id,
            spanId,
            parentId,
            name,
            spanKind,
            statusCode,
            parseInstant(startTime),
            parseInstant(endTime),
        )
}

@Serializable internal class TransferBody(val data: TransferData)

@Serializable
internal class TransferData(
    @SerialName("transferred_trace_count") private val count: Int,
    @SerialName("destination_project_id") private val projectId: String,
) {
    fun toTransferred() = TransferredTraces(count, projectId)
}
