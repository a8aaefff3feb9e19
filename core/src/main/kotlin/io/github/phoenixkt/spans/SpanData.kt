package io.github.phoenixkt.spans

import io.github.phoenixkt.internal.JsonValueSerializer
import io.github.phoenixkt.internal.findJsonValueProblem
import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.internal.presentOrNull
import io.github.phoenixkt.internal.requirePresent
import io.github.phoenixkt.internal.requireStorable
import io.github.phoenixkt.internal.snapshot
import io.github.phoenixkt.internal.textOf
import java.time.Instant
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put

private const val LONGEST_PATH = 200

/**
 * A span to create with [SpansResource.logSpans]. Spans normally come from a tracer; this is for
 * imports and tests. Name and ids are trimmed.
 *
 * Ids take at most 2,600 bytes, and so do the attributes `session.id` and `user.id`: Phoenix on
 * PostgreSQL would lose the span.
 *
 * @property name the name of the span; can be empty
 * @property spanId 16 lower-case hex digits, unique in all projects of the server
 * @property traceId 32 lower-case hex digits. Phoenix creates a trace with its first span.
 * @property startTime when the span started
 * @property endTime when the span ended
 * @property spanKind `LLM`, `CHAIN`, `RETRIEVER`, `TOOL`, `AGENT`, `EMBEDDING`, `RERANKER`,
 *   `GUARDRAIL`, `EVALUATOR`, `PROMPT` or `DECISION`, in upper or lower case. Phoenix keeps any
 *   other text, but counts the span as `UNKNOWN`: [SpanFilter.spanKinds] finds it by that name.
 *   Phoenix 18 and earlier do not know `DECISION`.
 * @property parentId the span id of the parent; null for a root span
 * @property statusCode `OK`, `ERROR` or `UNSET`
 * @property statusMessage what went wrong; empty if nothing did
 * @property attributes OpenInference attributes, with dotted names (`input.value`) or nested maps.
 *   `session.id` puts the trace into a session.
 * @property events what happened during the span
 */
public class SpanData private constructor(builder: Builder) {
    public val name: String = builder.name.presentOrNull().orEmpty()
    public val spanId: String = requirePresent("spanId", builder.spanId)
    public val traceId: String = requirePresent("traceId", builder.traceId)
    public val startTime: Instant = builder.startTime
    public val endTime: Instant = builder.endTime
    public val spanKind: String = builder.spanKind
    public val parentId: String? = builder.parentId.presentOrNull()
    public val statusCode: String = builder.statusCode
    public val statusMessage: String = builder.statusMessage
    public val attributes: Map<String, Any?> = snapshot(builder.attributes)
    public val events: List<SpanEventData> = builder.events.toList()

    init {
        requireStorable("name", name)
        requireStorable("parentId", parentId)
        requireStorable("spanKind", spanKind)
        requireStorable("statusCode", statusCode)
        requireStorable("statusMessage", statusMessage)
        requireJson("Span ${spanId.forMessage()}: attributes", attributes)
        requireIndexable(this)
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
        put("attributes", attributesAsJson())
        if (events.isNotEmpty()) put("events", JsonArray(events.map { it.toJson() }))
    }

    internal fun attributesAsJson(): JsonElement = toJsonElement(attributes)

    /** Returns a builder that starts from these values. */
    public fun toBuilder(): Builder =
        Builder(name, spanId, traceId, startTime, endTime).also {
            it.spanKind = spanKind
            it.parentId = parentId
            it.statusCode = statusCode
            it.statusMessage = statusMessage
            it.attributes = attributes
            it.events = events
        }

    override fun toString(): String =
        "SpanData(${name.forMessage()}, span ${spanId.forMessage()} of trace ${traceId.forMessage()})"

    /** Builds a [SpanData]. [build] checks the values. Not thread-safe. */
    public class Builder
    internal constructor(
        internal val name: String,
        internal val spanId: String,
        internal val traceId: String,
        internal val startTime: Instant,
        internal val endTime: Instant,
    ) {
        /** See [SpanData.spanKind]. */
        @get:JvmSynthetic @set:JvmSynthetic public var spanKind: String = "UNKNOWN"

        /** See [SpanData.parentId]. */
        @get:JvmSynthetic @set:JvmSynthetic public var parentId: String? = null

        /** See [SpanData.statusCode]. */
        @get:JvmSynthetic @set:JvmSynthetic public var statusCode: String = "UNSET"

        /** See [SpanData.statusMessage]. */
        @get:JvmSynthetic @set:JvmSynthetic public var statusMessage: String = ""

        /** See [SpanData.attributes]. */
        @get:JvmSynthetic @set:JvmSynthetic public var attributes: Map<String, Any?> = emptyMap()

        /** See [SpanData.events]. */
        @get:JvmSynthetic @set:JvmSynthetic public var events: List<SpanEventData> = emptyList()

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

        /** Adds one of [SpanData.attributes]. */
        public fun attribute(name: String, value: Any?): Builder = apply {
            attributes = attributes + (name to value)
        }

        /** Sets [SpanData.attributes], replacing those set before. */
        public fun attributes(attributes: Map<String, Any?>): Builder = apply {
            this.attributes = attributes
        }

        /** Adds one of [SpanData.events]. */
        public fun event(event: SpanEventData): Builder = apply { events = events + event }

        /** Sets [SpanData.events], replacing those set before. */
        public fun events(events: List<SpanEventData>): Builder = apply { this.events = events }

        /**
         * Returns the span.
         *
         * @throws IllegalArgumentException if an id is blank, or Phoenix cannot store a value
         */
        public fun build(): SpanData = SpanData(this)
    }

    public companion object {
        /**
         * Returns a builder of a root span of the kind `UNKNOWN`. See [SpanData] for the values.
         */
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

/**
 * Builds a span to create:
 * ```
 * spanData("answer", spanId, traceId, start, end) { spanKind = "LLM" }
 * ```
 *
 * See [SpanData] for the parameters.
 *
 * @throws IllegalArgumentException if an id is blank, or Phoenix cannot store a value
 */
public fun spanData(
    name: String,
    spanId: String,
    traceId: String,
    startTime: Instant,
    endTime: Instant,
    configure: SpanData.Builder.() -> Unit = {},
): SpanData = SpanData.builder(name, spanId, traceId, startTime, endTime).apply(configure).build()

/**
 * An event of a span to create, for example an exception.
 *
 * @property name what happened
 * @property timestamp when it happened
 * @property attributes details of the event
 * @throws IllegalArgumentException if Phoenix cannot store a value
 */
public class SpanEventData
@JvmOverloads
constructor(
    public val name: String,
    public val timestamp: Instant,
    attributes: Map<String, Any?> = emptyMap(),
) {
    public val attributes: Map<String, Any?> = snapshot(attributes)

    init {
        requireStorable("The name of an event", name)
        requireJson("Event ${name.forMessage()}: attributes", this.attributes)
    }

    internal fun toJson(): JsonObject = buildJsonObject {
        put("name", name)
        put("timestamp", timestamp.toString())
        put("attributes", attributesAsJson())
    }

    internal fun attributesAsJson(): JsonElement = toJsonElement(attributes)

    override fun toString(): String = "SpanEventData(${name.forMessage()} at $timestamp)"
}

private fun requireJson(what: String, attributes: Map<String, Any?>) {
    findJsonValueProblem(attributes)?.let { problem ->
        val value = problem.value?.let { " (it is \"${textOf(it).forMessage()}\")" }.orEmpty()
        val hint = problem.hint?.let { "; $it" }.orEmpty()
        throw IllegalArgumentException(
            "$what${problem.path.forMessage(LONGEST_PATH)} ${problem.reason}$value$hint."
        )
    }
}

private fun toJsonElement(value: Map<String, Any?>): JsonElement =
    Json.parseToJsonElement(Json.encodeToString(JsonValueSerializer, value))

/**
 * The result of creating spans. Phoenix stores them in the background: a moment passes before they
 * can be read.
 *
 * @property totalReceived how many spans Phoenix received
 * @property totalQueued how many of them Phoenix will store
 */
public class LoggedSpans
internal constructor(public val totalReceived: Int, public val totalQueued: Int) {
    override fun toString(): String = "LoggedSpans(received=$totalReceived, queued=$totalQueued)"
}
