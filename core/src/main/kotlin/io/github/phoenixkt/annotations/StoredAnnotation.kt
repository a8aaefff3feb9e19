package io.github.phoenixkt.annotations

import io.github.phoenixkt.internal.forMessage
import java.time.Instant

/**
 * An annotation as Phoenix has it.
 *
 * @property id Phoenix's own id of the annotation
 * @property targetKind what the annotation is put on
 * @property targetId the id of the span, trace or session
 * @property name what is judged; `note` for notes
 * @property annotatorKindText the annotator kind as Phoenix writes it, even if this library does
 *   not know it
 * @property label the category, or null
 * @property score the score, or null
 * @property explanation the free text, or null
 * @property metadata the metadata, empty if there is none; its numbers are Long, Double or
 *   BigInteger
 * @property identifier the identifier, empty if there is none
 * @property source `API`, or `APP` for the web UI; newer servers may have other sources
 * @property userId Phoenix's id of the user who last wrote it; null without authentication
 * @property createdAt when an annotation of this name, target and identifier was first stored;
 *   [DeleteWindow] refers to this time
 * @property updatedAt when Phoenix received the current values; may be before [createdAt]
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
    /** The annotator kind, or null if this library does not know it. */
    public val annotatorKind: AnnotatorKind?
        get() = AnnotatorKind.entries.find { it.name == annotatorKindText }

    /** Whether it is a note. The text of a note is its [explanation]. */
    public val isNote: Boolean
        get() = name == TargetKind.NOTE_NAME

    override fun toString(): String =
        "${name.forMessage()} on ${targetKind.noun} ${targetId.forMessage()} by $annotatorKindText: " +
            "label=${label?.forMessage()}, score=$score, identifier=${identifier.forMessage()}, id=$id"
}
