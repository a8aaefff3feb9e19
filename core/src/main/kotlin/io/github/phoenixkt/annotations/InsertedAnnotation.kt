package io.github.phoenixkt.annotations

import io.github.phoenixkt.internal.forMessage

/**
 * A stored annotation.
 *
 * @property id the id that Phoenix gave it; it stays the same when the annotation is replaced
 */
public class InsertedAnnotation(public val id: String) {
    override fun equals(other: Any?): Boolean = other is InsertedAnnotation && id == other.id

    override fun hashCode(): Int = id.hashCode()

    override fun toString(): String = "InsertedAnnotation($id)"
}

/**
 * A stored note.
 *
 * @property id the id of the annotation, of name `note`, that holds the note
 * @property identifier the identifier of the note: yours, or one that this library generated so
 *   that a repeated request cannot add the note twice. Null before Phoenix 15.7, which generates
 *   its own. A note with the same identifier replaces this one.
 */
public class InsertedNote(public val id: String, public val identifier: String?) {
    override fun toString(): String = "InsertedNote($id, identifier=${identifier?.forMessage()})"
}
