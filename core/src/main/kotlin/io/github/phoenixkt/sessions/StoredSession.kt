package io.github.phoenixkt.sessions

import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.internal.parseInstant
import io.github.phoenixkt.spans.StoredSpan
import java.time.Duration
import java.time.Instant
import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable

/**
 * A session that Phoenix has stored: the traces whose spans have the same `session.id`.
 *
 * @property id Phoenix's own id of the session. Annotations use [sessionId] instead.
 * @property sessionId the `session.id` of the spans
 * @property projectId Phoenix's own id of the project
 * @property startTime when the first trace started
 * @property endTime when the last trace ended
 * @property traces the traces, the earliest first; empty if all were deleted
 * @property tokenCountPrompt the tokens of all prompts; null before Phoenix 15.4
 * @property tokenCountCompletion the tokens of all completions; null before Phoenix 15.4
 * @property tokenCountTotal the tokens of all prompts and completions; null before Phoenix 15.4
 */
public class StoredSession
internal constructor(
    public val id: String,
    public val sessionId: String,
    public val projectId: String,
    public val startTime: Instant,
    public val endTime: Instant,
    public val traces: List<SessionTrace>,
    public val tokenCountPrompt: Long?,
    public val tokenCountCompletion: Long?,
    public val tokenCountTotal: Long?,
) {
    override fun toString(): String =
        "StoredSession(${sessionId.forMessage()}, ${traces.size} traces, from $startTime)"
}

/**
 * The summary of a trace of a [StoredSession].
 *
 * @property id Phoenix's own id of the trace
 * @property traceId the trace id from the tracer
 * @property startTime when the first span started
 * @property endTime when the last span ended
 */
public class SessionTrace
internal constructor(
    public val id: String,
    public val traceId: String,
    public val startTime: Instant,
    public val endTime: Instant,
) {
    override fun toString(): String = "SessionTrace(${traceId.forMessage()}, from $startTime)"
}

/**
 * A turn of a session: a trace, with the input and the output of its root span.
 *
 * @property traceId the trace id from the tracer
 * @property startTime when the trace started
 * @property endTime when the trace ended
 * @property input the `input.value` of the root span, or null
 * @property output the `output.value` of the root span, or null
 * @property rootSpan the span without a parent, or the earliest if there are several; null if there
 *   is none
 */
public class SessionTurn
internal constructor(
    public val traceId: String,
    public val startTime: Instant,
    public val endTime: Instant,
    public val input: SessionTurnIO?,
    public val output: SessionTurnIO?,
    public val rootSpan: StoredSpan?,
) {
    /** The time from [startTime] to [endTime]. */
    public val latency: Duration
        get() = Duration.between(startTime, endTime)

    override fun toString(): String =
        "SessionTurn(${traceId.forMessage()}, from $startTime, took $latency)"
}

/**
 * The input or the output of a [SessionTurn].
 *
 * @property value the text
 * @property mimeType the type of the text, for example `application/json`; null if unknown
 */
public class SessionTurnIO
internal constructor(public val value: String, public val mimeType: String?) {
    override fun toString(): String = value
}

internal fun turnOf(trace: SessionTrace, rootSpan: StoredSpan?): SessionTurn =
    SessionTurn(
        trace.traceId,
        trace.startTime,
        trace.endTime,
        rootSpan?.payload("input"),
        rootSpan?.payload("output"),
        rootSpan,
    )

private fun StoredSpan.payload(side: String): SessionTurnIO? =
    attributes["$side.value"]?.let {
        SessionTurnIO(it.toString(), attributes["$side.mime_type"]?.toString())
    }

@Serializable internal class SessionBody(val data: SessionRow)

@Serializable
internal class SessionPage(
    val data: List<SessionRow>,
    @SerialName("next_cursor") val nextCursor: String? = null,
)

@Serializable
internal class SessionRow(
    private val id: String,
    @SerialName("session_id") private val sessionId: String,
    @SerialName("project_id") private val projectId: String,
    @SerialName("start_time") private val startTime: String,
    @SerialName("end_time") private val endTime: String,
    private val traces: List<SessionTraceRow> = emptyList(),
    @SerialName("token_count_prompt") private val tokenCountPrompt: Long? = null,
    @SerialName("token_count_completion") private val tokenCountCompletion: Long? = null,
    @SerialName("token_count_total") private val tokenCountTotal: Long? = null,
) {
    fun toStored() =
        StoredSession(
            id,
            sessionId,
            projectId,
            parseInstant(startTime),
            parseInstant(endTime),
            traces.map { it.toStored() },
            tokenCountPrompt,
            tokenCountCompletion,
            tokenCountTotal,
        )
}

@Serializable
internal class SessionTraceRow(
    private val id: String,
    @SerialName("trace_id") private val traceId: String,
    @SerialName("start_time") private val startTime: String,
    @SerialName("end_time") private val endTime: String,
) {
    fun toStored() = SessionTrace(id, traceId, parseInstant(startTime), parseInstant(endTime))
}
