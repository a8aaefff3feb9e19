package io.github.phoenixkt.dataframe

import io.github.phoenixkt.annotations.AnnotationQuery
import io.github.phoenixkt.annotations.StoredAnnotation
import io.github.phoenixkt.internal.allOrNothing
import io.github.phoenixkt.sessions.SessionsResource
import io.github.phoenixkt.spans.SpansResource
import io.github.phoenixkt.traces.TracesResource
import java.time.Instant
import kotlin.reflect.typeOf
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.toList
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import org.jetbrains.kotlinx.dataframe.AnyFrame
import org.jetbrains.kotlinx.dataframe.api.dataFrameOf

/**
 * Annotations of spans as a frame. It has the columns that [logSpanAnnotationsDataframe] takes
 * (`span_id`, `annotation_name`, `annotator_kind`, `label`, `score`, `explanation`, `metadata`,
 * `identifier`), so that it can be changed and written again, and `id`, `created_at`, `updated_at`,
 * `source` and `user_id`; all of them also when there are no annotations. Metadata are maps, whose
 * text is JSON: they can be written again from a CSV or JSON file that the frame was saved in.
 *
 * ```
 * val annotations = client.spans.getSpanAnnotationsDataframe(spanIds)
 * ```
 *
 * The parameters are those of [SpansResource.getSpanAnnotations].
 */
public suspend fun SpansResource.getSpanAnnotationsDataframe(
    spanIds: Collection<String>? = null,
    identifiers: Collection<String>? = null,
    includeAnnotationNames: Collection<String>? = null,
    excludeAnnotationNames: Collection<String>? = null,
    project: String? = null,
    limit: Int? = null,
): AnyFrame =
    getSpanAnnotations(
            spanIds,
            identifiers,
            includeAnnotationNames,
            excludeAnnotationNames,
            project,
            limit,
        )
        .toFrame("span_id")

/**
 * The annotations of spans that the [query] asks for, as a frame.
 *
 * @param project its name or id; null for that of the settings
 * @param limit how many at most; null for all there are
 */
public suspend fun SpansResource.getSpanAnnotationsDataframe(
    query: AnnotationQuery,
    project: String? = null,
    limit: Int? = null,
): AnyFrame = getSpanAnnotations(query, project, limit).toFrame("span_id")

/**
 * Annotations of the spans that a frame names, in a column that [AnnotationTargets] knows; rows
 * without an id are passed over.
 *
 * @throws IllegalArgumentException when the frame has no such column, or ids that are no text
 */
public suspend fun SpansResource.getSpanAnnotationsDataframe(
    spansDataframe: AnyFrame,
    includeAnnotationNames: Collection<String>? = null,
    excludeAnnotationNames: Collection<String>? = null,
    project: String? = null,
    limit: Int? = null,
): AnyFrame =
    getSpanAnnotationsDataframe(
        spanIds =
            FrameReader(spansDataframe, AnnotationTargets.spans(), name = null, kind = null)
                .readTargetIds(),
        includeAnnotationNames = includeAnnotationNames,
        excludeAnnotationNames = excludeAnnotationNames,
        project = project,
        limit = limit,
    )

/** Annotations of traces as a frame; what [getSpanAnnotationsDataframe] says holds here too. */
public suspend fun TracesResource.getTraceAnnotationsDataframe(
    traceIds: Collection<String>? = null,
    identifiers: Collection<String>? = null,
    includeAnnotationNames: Collection<String>? = null,
    excludeAnnotationNames: Collection<String>? = null,
    project: String? = null,
    limit: Int? = null,
): AnyFrame =
    getTraceAnnotations(
            traceIds,
            identifiers,
            includeAnnotationNames,
            excludeAnnotationNames,
            project,
            limit,
        )
        .toFrame("trace_id")

/**
 * The annotations of traces that the [query] asks for, as a frame.
 *
 * @param project its name or id; null for that of the settings
 * @param limit how many at most; null for all there are
 */
public suspend fun TracesResource.getTraceAnnotationsDataframe(
    query: AnnotationQuery,
    project: String? = null,
    limit: Int? = null,
): AnyFrame = getTraceAnnotations(query, project, limit).toFrame("trace_id")

/** Annotations of sessions as a frame; what [getSpanAnnotationsDataframe] says holds here too. */
public suspend fun SessionsResource.getSessionAnnotationsDataframe(
    sessionIds: Collection<String>? = null,
    identifiers: Collection<String>? = null,
    includeAnnotationNames: Collection<String>? = null,
    excludeAnnotationNames: Collection<String>? = null,
    project: String? = null,
    limit: Int? = null,
): AnyFrame =
    getSessionAnnotations(
            sessionIds,
            identifiers,
            includeAnnotationNames,
            excludeAnnotationNames,
            project,
            limit,
        )
        .toFrame("session_id")

/**
 * The annotations of sessions that the [query] asks for, as a frame.
 *
 * @param project its name or id; null for that of the settings
 * @param limit how many at most; null for all there are
 */
public suspend fun SessionsResource.getSessionAnnotationsDataframe(
    query: AnnotationQuery,
    project: String? = null,
    limit: Int? = null,
): AnyFrame = getSessionAnnotations(query, project, limit).toFrame("session_id")

private suspend fun Flow<StoredAnnotation>.toFrame(idColumn: String): AnyFrame =
    annotationFrame(idColumn, allOrNothing { toList() })

internal fun annotationFrame(idColumn: String, stored: List<StoredAnnotation>): AnyFrame =
    dataFrameOf(
        listOf(
            column(idColumn, stored.map { it.targetId }, typeOf<String>()),
            column("annotation_name", stored.map { it.name }, typeOf<String>()),
            column("annotator_kind", stored.map { it.annotatorKindText }, typeOf<String>()),
            column("label", stored.map { it.label }, TEXT),
            column("score", stored.map { it.score }, typeOf<Double?>()),
            column("explanation", stored.map { it.explanation }, TEXT),
            column("metadata", stored.map { JsonMap(it.metadata) }, typeOf<Map<String, Any?>>()),
            column("identifier", stored.map { it.identifier.ifEmpty { null } }, TEXT),
            column("id", stored.map { it.id }, typeOf<String>()),
            column("created_at", stored.map { it.createdAt }, typeOf<Instant>()),
            column("updated_at", stored.map { it.updatedAt }, typeOf<Instant>()),
            column("source", stored.map { it.source }, typeOf<String>()),
            column("user_id", stored.map { it.userId }, TEXT),
        )
    )

/** Writers of CSV and JSON files write a map by its text, which here can be read again. */
private class JsonMap(private val map: Map<String, Any?>) : Map<String, Any?> by map {
    override fun equals(other: Any?): Boolean = map == other

    override fun hashCode(): Int = map.hashCode()

    override fun toString(): String = toJson(map).toString()
}

/** Of what is read back: null, flags, numbers, texts, lists and maps. */
private fun toJson(value: Any?): JsonElement =
    when (value) {
        null -> JsonNull
        is Boolean -> JsonPrimitive(value)
        is Number -> JsonPrimitive(value)
        is Map<*, *> -> JsonObject(value.entries.associate { "${it.key}" to toJson(it.value) })
        is Iterable<*> -> JsonArray(value.map(::toJson))
        else -> JsonPrimitive(value.toString())
    }
