package io.github.phoenixkt.sessions

import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.internal.parseInstant
import io.github.phoenixkt.spans.StoredSpan
import java.time.Duration
import java.time.Instant
import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable

/**
 * A session as Phoenix has it: the traces whose spans name one `session.id`.
 *
 * @property id Phoenix's own id of the session; annotations go by [sessionId]
 * @property sessionId the id that its spans name
 * @property projectId Phoenix's own id of the project
 * @property startTime when its first trace started
 * @property endTime when its last trace ended
 * @property traces its traces, the earliest first; empty when all were deleted
 * @property tokenCountPrompt tokens of all prompts together; null before Phoenix 15.4
 * @property tokenCountCompletion tokens of all completions together; null before Phoenix 15.4
 * @property tokenCountTotal all tokens; null before Phoenix 15.4
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
 * A trace of a [StoredSession], in short.
 *
 * @property id Phoenix's own id of the trace
 * @property traceId the id that the tracer knows
 * @property startTime when its first span started
 * @property endTime when its last span ended
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
 * One exchange within a session: a trace, and what its root span says went in and came out.
 *
 * @property traceId the trace, by the id that the tracer knows
 * @property startTime when the trace started
 * @property endTime when the trace ended
 * @property input what was asked; null where the root span has no `input.value`
 * @property output what was answered; null where the root span has no `output.value`
 * @property rootSpan the span without a parent, the earliest where there are several; null where
 *   there is none
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
    /** From [startTime] to [endTime]. */
    public val latency: Duration
        get() = Duration.between(startTime, endTime)

    override fun toString(): String =
        "SessionTurn(${traceId.forMessage()}, from $startTime, took $latency)"
}

/**
 * What went into or came out of a [SessionTurn].
 *
 * @property value the text
 * @property mimeType for instance `application/json`; null where the span does not say
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
