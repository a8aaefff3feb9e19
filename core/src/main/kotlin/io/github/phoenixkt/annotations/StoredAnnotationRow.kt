package io.github.phoenixkt.annotations

import io.github.phoenixkt.internal.parseInstant
import io.github.phoenixkt.internal.toPlainValue
import kotlinx.serialization.KSerializer
import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable
import kotlinx.serialization.descriptors.SerialDescriptor
import kotlinx.serialization.descriptors.buildClassSerialDescriptor
import kotlinx.serialization.encoding.CompositeDecoder
import kotlinx.serialization.encoding.Decoder
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.jsonObject

/** @param Row [StoredAnnotationRow], read by [storedRowsOf] the kind of target */
@Serializable
internal class StoredAnnotationPage<Row>(
    val data: List<Row>,
    @SerialName("next_cursor") val nextCursor: String? = null,
)

/** Stands for the field of the id, which has another name for each kind of target. */
private const val TARGET_ID = "target_id"

@Serializable
internal class StoredAnnotationRow(
    private val id: String,
    private val name: String,
    @SerialName("annotator_kind") private val annotatorKind: String,
    private val result: StoredResult? = null,
    private val metadata: JsonElement? = null,
    private val identifier: String? = null,
    private val source: String = "",
    @SerialName("user_id") private val userId: String? = null,
    @SerialName("created_at") private val createdAt: String,
    @SerialName("updated_at") private val updatedAt: String,
    @SerialName(TARGET_ID) private val targetId: String? = null,
) {
    fun toStored(targetKind: TargetKind) =
        StoredAnnotation(
            id,
            targetKind,
            targetId.orEmpty(),
            name,
            annotatorKind,
            result?.label,
            result?.score,
            result?.explanation,
            metadata
                ?.jsonObject
                ?.takeUnless { it.isEmpty() }
                ?.mapValues { (_, value) -> value.toPlainValue() }
                .orEmpty(),
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

private val SERIALIZERS = TargetKind.entries.map(::RowsOf)

internal fun storedRowsOf(targetKind: TargetKind): KSerializer<StoredAnnotationRow> =
    SERIALIZERS[targetKind.ordinal]

/**
 * Reads rows whose id has the name that it has for the kind of target. A serializer that is
 * generated knows its names when it is compiled, so this one lets it ask for a field by another
 * name.
 */
private class RowsOf(targetKind: TargetKind) :
    KSerializer<StoredAnnotationRow> by StoredAnnotationRow.serializer() {
    private val generated = StoredAnnotationRow.serializer()
    private val renamed =
        buildClassSerialDescriptor("stored ${targetKind.path}") {
            val fields = generated.descriptor
            for (index in 0 until fields.elementsCount) {
                val name = fields.getElementName(index)
                element(
                    if (name == TARGET_ID) targetKind.targetField else name,
                    fields.getElementDescriptor(index),
                    isOptional = fields.isElementOptional(index),
                )
            }
        }

    override fun deserialize(decoder: Decoder): StoredAnnotationRow =
        generated.deserialize(Renaming(decoder))

    private inner class Renaming(private val decoder: Decoder) : Decoder by decoder {
        override fun beginStructure(descriptor: SerialDescriptor): CompositeDecoder =
            RenamingFields(decoder.beginStructure(renamed))
    }

    private inner class RenamingFields(private val decoder: CompositeDecoder) :
        CompositeDecoder by decoder {
        override fun decodeElementIndex(descriptor: SerialDescriptor): Int =
            decoder.decodeElementIndex(renamed)
    }
}
