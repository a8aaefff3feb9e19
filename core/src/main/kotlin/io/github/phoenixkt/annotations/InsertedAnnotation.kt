package io.github.phoenixkt.annotations

import io.github.phoenixkt.internal.forMessage

/**
 * A stored annotation, by the id that Phoenix gave it. An annotation that was replaced keeps its
 * id.
 */
public class InsertedAnnotation(public val id: String) {
    override fun equals(other: Any?): Boolean = other is InsertedAnnotation && id == other.id

    override fun hashCode(): Int = id.hashCode()

    override fun toString(): String = "InsertedAnnotation($id)"
}

/**
 * A stored note.
 *
 * @property id the id of the annotation (of name `note`) that holds it
 * @property identifier the note's identifier: yours, or one that was made so that a repeated
 *   request could not append the note twice; null on servers before 15.7, which make their own. A
 *   note with the same identifier replaces it.
 */
public class InsertedNote(public val id: String, public val identifier: String?) {
    override fun toString(): String = "InsertedNote($id, identifier=${identifier?.forMessage()})"
}
