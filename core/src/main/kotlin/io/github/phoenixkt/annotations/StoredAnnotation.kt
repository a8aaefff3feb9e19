package io.github.phoenixkt.annotations

import io.github.phoenixkt.internal.forMessage
import java.time.Instant

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
