package io.github.phoenixkt.spans

import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.internal.allOrNothing
import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.transport.ApiRequest
import io.github.phoenixkt.transport.Capability
import io.github.phoenixkt.transport.JsonBody
import io.github.phoenixkt.transport.Repeat
import io.github.phoenixkt.transport.Transport
import io.github.phoenixkt.transport.createOrLookUp
import java.time.Duration
import kotlinx.coroutines.flow.mapNotNull
import kotlinx.coroutines.flow.toList
import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.putJsonArray

/** Creates spans. */
internal class SpanLogger(transport: Transport) {
    private val transport = transport.forOneCall()
    private val reader = SpanReader(this.transport)

    suspend fun log(spans: List<SpanData>, project: String?): LoggedSpans {
        require(spans.isNotEmpty()) { "There are no spans to log: the list is empty." }
        val twice = spans.groupingBy { it.spanId }.eachCount().filterValues { it > 1 }.keys
        require(twice.isEmpty()) {
            "Several spans share an id: ${twice.forMessage()}. Phoenix would keep only the first of each."
        }
        val body = buildJsonObject { putJsonArray("data") { spans.forEach { add(it.toJson()) } } }
        val request =
            ApiRequest.post(
                "v1",
                "projects",
                project ?: transport.defaultProject,
                "spans",
                body = JsonBody.encode(body),
                requires = Capability.CREATE_SPANS,
                repeat = Repeat.BEFORE_SENT,
            )
        return createOrLookUp(
            transport,
            create = {
                val answer = transport.send(request).decode(LoggedSpansBody.serializer())
                LoggedSpans(answer.totalReceived, answer.totalQueued)
            },
            find = { failure -> find(spans.associateBy { it.spanId }, project, failure) },
        )
    }

    /** Looks for the spans. Phoenix stores all or none, but not all at the same moment. */
    private suspend fun find(
        spans: Map<String, SpanData>,
        project: String?,
        failure: PhoenixException,
    ): LoggedSpans? {
        if (failure.isFullQueue() || !transport.has(Capability.SPANS_BY_SPAN_ID)) return null
        repeat(LOOKS) {
            val there = look(spans, project)
            val others = there.filterValues { isOurs -> !isOurs }.keys
            if (there.size == spans.size && others.isEmpty())
                return LoggedSpans(spans.size, spans.size)
            if (others.isNotEmpty())
                failure.found(
                    "Phoenix has spans with these ids but other contents: ${others.forMessage()}. It refuses a request " +
                        "with such spans and stores none of it. Use other ids, or delete those spans first."
                )
            if (others.isNotEmpty() || transport.timeLeft <= PAUSE) return null
            transport.sleep(PAUSE)
        }
        return null
    }

    /** The ids that Phoenix has, and whether the span is the one that was sent. */
    private suspend fun look(spans: Map<String, SpanData>, project: String?): Map<String, Boolean> =
        try {
            allOrNothing {
                reader
                    .flow(spanFilter { spanIds = spans.keys }, project, limit = null)
                    .mapNotNull { stored ->
                        spans[stored.spanId]?.let { it.spanId to stored.isSameAs(it) }
                    }
                    .toList()
                    .toMap()
            }
        } catch (_: PhoenixException.NotFound) {
            // Phoenix creates a project when it stores the first span.
            emptyMap()
        }

    /** Phoenix itself says that it has no room for spans, before it looks at them. */
    private fun PhoenixException.isFullQueue() =
        this is PhoenixException.ServerError && fromPhoenix && status == UNAVAILABLE

    private companion object {
        const val LOOKS = 10
        const val UNAVAILABLE = 503
        val PAUSE: Duration = Duration.ofSeconds(1)
    }
}

@Serializable
private class LoggedSpansBody(
    @SerialName("total_received") val totalReceived: Int,
    @SerialName("total_queued") val totalQueued: Int,
)
