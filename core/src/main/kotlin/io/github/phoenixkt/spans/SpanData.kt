package io.github.phoenixkt.spans

import io.github.phoenixkt.annotations.JsonValueSerializer
import io.github.phoenixkt.annotations.findJsonValueProblem
import io.github.phoenixkt.annotations.forMessage
import io.github.phoenixkt.annotations.presentOrNull
import io.github.phoenixkt.annotations.requirePresent
import io.github.phoenixkt.annotations.requireStorable
import io.github.phoenixkt.annotations.snapshot
import java.time.Instant
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put

/**
 * A span to create. Spans normally come from tracing; this is for imports and tests. Name and ids
 * are trimmed.
 *
 * @property name for people; may be empty
 * @property spanId 16 hex digits, lower case; unique in the whole Phoenix
 * @property traceId 32 hex digits, lower case; the trace is made with its first span
 * @property startTime when it started
 * @property endTime when it ended
 * @property spanKind `LLM`, `CHAIN`, `RETRIEVER`, `TOOL`, `AGENT`, `EMBEDDING`, `RERANKER`,
 *   `GUARDRAIL`, `EVALUATOR`, `PROMPT`; another word is stored as `UNKNOWN`
 * @property parentId the span id of the parent, null for a root span
 * @property statusCode `OK`, `ERROR` or `UNSET`
 * @property statusMessage what went wrong, where something did
 * @property attributes OpenInference attributes, dotted (`input.value`) or nested; `session.id`
 *   puts the trace in a session
 */
public class SpanData
@JvmOverloads
constructor(
    name: String,
    spanId: String,
    traceId: String,
    public val startTime: Instant,
    public val endTime: Instant,
    public val spanKind: String = "UNKNOWN",
    parentId: String? = null,
    public val statusCode: String = "UNSET",
    public val statusMessage: String = "",
    attributes: Map<String, Any?> = emptyMap(),
) {
    public val name: String = name.presentOrNull().orEmpty()
    public val spanId: String = requirePresent("spanId", spanId)
    public val traceId: String = requirePresent("traceId", traceId)
    public val parentId: String? = parentId.presentOrNull()
    public val attributes: Map<String, Any?> = snapshot(attributes)

    init {
        requireStorable("name", name)
        requireStorable("parentId", parentId)
        requireStorable("spanKind", spanKind)
        requireStorable("statusCode", statusCode)
        requireStorable("statusMessage", statusMessage)
        findJsonValueProblem(this.attributes)?.let { problem ->
            val value =
                problem.value?.let { " (it is \"${it.toString().forMessage()}\")" }.orEmpty()
            val hint = problem.hint?.let { "; $it" }.orEmpty()
            throw IllegalArgumentException(
                "Span ${this.spanId}: attributes${problem.path} ${problem.reason}$value$hint."
            )
        }
    }

    internal fun toJson(): JsonObject = buildJsonObject {
        put("name", name)
        put(
            "context",
            JsonObject(
                mapOf("trace_id" to JsonPrimitive(traceId), "span_id" to JsonPrimitive(spanId))
            ),
        )
        put("span_kind", spanKind)
        if (parentId != null) put("parent_id", parentId)
        put("start_time", startTime.toString())
        put("end_time", endTime.toString())
        put("status_code", statusCode)
        put("status_message", statusMessage)
        put("attributes", toJsonElement(attributes))
    }

    override fun toString(): String = "SpanData($name, span $spanId of trace $traceId)"

    /** Collects the values of a [SpanData], for Java. Not thread-safe. */
    public class Builder
    internal constructor(
        private val name: String,
        private val spanId: String,
        private val traceId: String,
        private val startTime: Instant,
        private val endTime: Instant,
    ) {
        private var spanKind: String = "UNKNOWN"
        private var parentId: String? = null
        private var statusCode: String = "UNSET"
        private var statusMessage: String = ""
        private var attributes: Map<String, Any?> = emptyMap()

        /** Sets [SpanData.spanKind]. */
        public fun spanKind(spanKind: String): Builder = apply { this.spanKind = spanKind }

        /** Sets [SpanData.parentId]. */
        public fun parentId(parentId: String?): Builder = apply { this.parentId = parentId }

        /** Sets [SpanData.statusCode]. */
        public fun statusCode(statusCode: String): Builder = apply { this.statusCode = statusCode }

        /** Sets [SpanData.statusMessage]. */
        public fun statusMessage(statusMessage: String): Builder = apply {
            this.statusMessage = statusMessage
        }

        /** Sets [SpanData.attributes]. */
        public fun attributes(attributes: Map<String, Any?>): Builder = apply {
            this.attributes = attributes
        }

        /**
         * The span.
         *
         * @throws IllegalArgumentException when an id is blank, or a value cannot be stored
         */
        public fun build(): SpanData =
            SpanData(
                name,
                spanId,
                traceId,
                startTime,
                endTime,
                spanKind,
                parentId,
                statusCode,
                statusMessage,
                attributes,
            )
    }

    public companion object {
        /** Starts a span of unknown kind and unset status. */
        @JvmStatic
        public fun builder(
            name: String,
            spanId: String,
            traceId: String,
            startTime: Instant,
            endTime: Instant,
        ): Builder = Builder(name, spanId, traceId, startTime, endTime)
    }
}

private fun toJsonElement(value: Map<String, Any?>): JsonElement =
    Json.parseToJsonElement(Json.encodeToString(JsonValueSerializer, value))

/**
 * How many spans Phoenix took. They are stored in the background: a moment passes before they can
 * be read.
 *
 * @property totalReceived how many the request held
 * @property totalQueued how many of them Phoenix will store
 */
public class LoggedSpans
internal constructor(public val totalReceived: Int, public val totalQueued: Int) {
    override fun toString(): String = "LoggedSpans(received=$totalReceived, queued=$totalQueued)"
}
