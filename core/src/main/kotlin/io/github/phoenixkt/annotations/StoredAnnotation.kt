package io.github.phoenixkt.annotations

import io.github.phoenixkt.internal.InternalPhoenixApi
import io.github.phoenixkt.internal.forMessage
import java.time.Instant
import kotlin.time.ExperimentalTime
import kotlin.time.toJavaInstant
import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.booleanOrNull

/**
 * An annotation as Phoenix has it.
 *
 * @property id Phoenix's own id of the annotation
 * @property targetKind what it is put on
 * @property targetId the span, trace or session id
 * @property name what is judged; `note` for notes
 * @property annotatorKindText the kind in Phoenix's word, also where this library does not know it
 * @property label the category, or null
 * @property score the score, or null
 * @property explanation the free text, or null
 * @property metadata numbers are Long, Double or BigInteger; empty when there is none
 * @property identifier empty when there is none
 * @property source `API`, or `APP` for the web UI; a newer server may know more
 * @property userId Phoenix's id of the user who wrote it last; null without authentication
 * @property createdAt when a row of this name, target and identifier was first stored; delete
 *   windows go by it
 * @property updatedAt when Phoenix received what it has now; may precede [createdAt]
 */
public class StoredAnnotation
internal constructor(
    public val id: String,
    public val targetKind: TargetKind,
    public val targetId: String,
    public val name: String,
    public val annotatorKindText: String,
    public val label: String?,
    public val score: Double?,
    public val explanation: String?,
    public val metadata: Map<String, Any?>,
    public val identifier: String,
    public val source: String,
    public val userId: String?,
    public val createdAt: Instant,
    public val updatedAt: Instant,
) {
    /** The kind, or null when the server knows one that this library does not. */
    public val annotatorKind: AnnotatorKind?
        get() = AnnotatorKind.entries.find { it.name == annotatorKindText }

    /** Whether it is a note; its text is the [explanation]. */
    public val isNote: Boolean
        get() = name == TargetKind.NOTE_NAME

    override fun toString(): String =
        "${name.forMessage()} on ${targetKind.noun} ${targetId.forMessage()} by $annotatorKindText: " +
            "label=${label?.forMessage()}, score=$score, identifier=${identifier.forMessage()}, id=$id"
}

@Serializable
internal class StoredAnnotationPage(
    val data: List<StoredAnnotationRow>,
    @SerialName("next_cursor") val nextCursor: String? = null,
)

@Serializable
internal class StoredAnnotationRow(
    private val id: String,
    private val name: String,
    @SerialName("annotator_kind") private val annotatorKind: String,
    private val result: StoredResult? = null,
    private val metadata: JsonObject? = null,
    private val identifier: String? = null,
    private val source: String = "",
    @SerialName("user_id") private val userId: String? = null,
    @SerialName("created_at") private val createdAt: String,
    @SerialName("updated_at") private val updatedAt: String,
    @SerialName("span_id") private val spanId: String? = null,
    @SerialName("trace_id") private val traceId: String? = null,
    @SerialName("session_id") private val sessionId: String? = null,
) {
    fun toStored(targetKind: TargetKind) =
        StoredAnnotation(
            id,
            targetKind,
            (spanId ?: traceId ?: sessionId).orEmpty(),
            name,
            annotatorKind,
            result?.label,
            result?.score,
            result?.explanation,
            if (metadata.isNullOrEmpty()) emptyMap()
            else metadata.mapValues { (_, value) -> value.toPlainValue() },
            identifier.orEmpty(),
            source,
            userId,
            parseInstant(createdAt),
            parseInstant(updatedAt),
        )
}

@Serializable
internal class StoredResult(
    val label: String? = null,
    val score: Double? = null,
    val explanation: String? = null,
)

/** Phoenix writes `+00:00`, not `Z`. */
@OptIn(ExperimentalTime::class)
internal fun parseInstant(text: String): Instant = kotlin.time.Instant.parse(text).toJavaInstant()

/** The time that a BigInteger takes grows with the square of its digits. */
private const val MOST_DIGITS = 1_000

/** JSON as plain Kotlin and Java values. */
@InternalPhoenixApi
public fun JsonElement.toPlainValue(): Any? =
    when (this) {
        is JsonNull -> null
        is JsonObject -> mapValues { (_, value) -> value.toPlainValue() }
        is JsonArray -> map { it.toPlainValue() }
        is JsonPrimitive ->
            if (isString) content
            // Not longOrNull, which reads 5e-324 as 0.
            else
                booleanOrNull
                    ?: content.toLongOrNull()
                    ?: content.takeIf { it.length <= MOST_DIGITS }?.toBigIntegerOrNull()
                    ?: content.toDouble()
    }
