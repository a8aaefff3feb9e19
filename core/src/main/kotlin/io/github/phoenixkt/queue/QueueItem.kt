package io.github.phoenixkt.queue

import io.github.phoenixkt.annotations.AnnotationData
import io.github.phoenixkt.annotations.AnnotationRows
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.annotations.InvalidAnnotationsException
import io.github.phoenixkt.annotations.RowChunk
import io.github.phoenixkt.annotations.TargetKind
import io.github.phoenixkt.annotations.encode
import io.github.phoenixkt.annotations.findProblems
import io.github.phoenixkt.annotations.noteBody
import io.github.phoenixkt.annotations.requireNote
import io.github.phoenixkt.annotations.toAnnotationData
import io.github.phoenixkt.internal.presentOrNull
import io.github.phoenixkt.upload.key
import java.time.Duration
import java.time.Instant
import java.util.concurrent.CompletableFuture
import java.util.concurrent.atomic.AtomicBoolean
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.contentOrNull
import kotlinx.serialization.json.doubleOrNull
import kotlinx.serialization.json.intOrNull

/** Two requests of a hundred rows. */
internal const val BATCH_ROWS = 200
/** A request each. */
private const val BATCH_NOTES = 8

/** An annotation or a note, checked: [body] is what a request for it alone would send. */
internal sealed class QueueItem(val targetKind: TargetKind, val body: String) {
    /** Of two items with the same key, Phoenix keeps the later one. */
    abstract val key: Any

    abstract val targetId: String

    /** How many of its kind go at the same time, at most. */
    abstract val mostTogether: Int

    class OfAnnotation(val annotation: AnnotationData, private val rows: AnnotationRows) :
        QueueItem(
            annotation.targetKind,
            encode(RowChunk(rows, annotation.targetKind, intArrayOf(0))).decodeToString(),
        ) {
        override val key: Any = rows.key(0)

        override val targetId: String
            get() = annotation.targetId

        override val mostTogether: Int
            get() = BATCH_ROWS
    }

    class OfNote(val note: NoteData) :
        QueueItem(
            note.targetKind,
            noteBody(note.targetKind, note.targetId, note.note, note.identifier).toString(),
        ) {
        override val key: Any =
            listOf(
                note.targetKind,
                note.targetId.presentOrNull(),
                note.identifier.presentOrNull(),
            )

        override val targetId: String
            get() = note.targetId

        override val mostTogether: Int
            get() = BATCH_NOTES
    }

    companion object {
        fun of(annotation: AnnotationData): QueueItem {
            val rows = AnnotationRows.of(listOf(annotation))
            val problems = findProblems(rows)
            if (problems.isNotEmpty()) throw InvalidAnnotationsException(problems, rows.size)
            return OfAnnotation(annotation, rows)
        }

        /** @param newId makes the identifier of a note that has none */
        fun of(note: NoteData, newId: (TargetKind) -> String): QueueItem {
            val identifier = note.identifier?.takeIf { it.isNotBlank() } ?: newId(note.targetKind)
            requireNote(note.targetKind, note.targetId, note.note, identifier)
            return OfNote(note.identified(identifier))
        }

        /** @throws IllegalArgumentException if [body] is not what [QueueItem.body] was */
        fun annotationFrom(targetKind: TargetKind, body: String): QueueItem {
            val row = (Json.parseToJsonElement(body).member("data") as? JsonArray)?.singleOrNull()
            return of(
                WrittenRow(targetKind, requireNotNull(row as? JsonObject)).toAnnotationData(0)
            )
        }

        /** @throws IllegalArgumentException if [body] is not what [QueueItem.body] was */
        fun noteFrom(targetKind: TargetKind, body: String): QueueItem {
            val data = requireNotNull(Json.parseToJsonElement(body).member("data") as? JsonObject)
            val note =
                NoteData.of(
                    targetKind,
                    data.text(targetKind.targetField).orEmpty(),
                    data.text("note").orEmpty(),
                    data.text("identifier"),
                )
            return of(note) { throw IllegalArgumentException("a note without an identifier") }
        }
    }
}

/**
 * An item in the queue. What changes of it is changed under the lock of [WaitingLine].
 *
 * @property acceptedAt by the steady clock
 * @property date the same moment by the clock of the machine, for the spool
 */
internal class QueueEntry(
    val number: Long,
    val item: QueueItem,
    val acceptedAt: Instant,
    val date: Instant = acceptedAt,
) {
    val result = CompletableFuture<QueueOutcome>()

    /** Set by the one who tells the outcome. */
    val ended = AtomicBoolean()

    val bytes: Int = item.body.encodeToByteArray().size + ENTRY_OVERHEAD

    /** Not to be sent before. Those that may be sent go in the order of this time. */
    var notBefore: Instant = acceptedAt

    /** How often Phoenix did not know the target, or said nothing of the row. */
    var tries = 0

    /** When Phoenix first said that it does not know the target, by the [TargetClock]. */
    var missingSince: Instant? = null

    /** How long the target had been awaited at the last attempt. */
    var awaited: Duration = Duration.ZERO

    /** The kind of failure that was told of this row alone. */
    var toldFailure: String? = null

    /** Whether some attempt to store it got no answer. */
    var mayHaveArrived = false

    private companion object {
        /** What an entry takes of the heap beside its text, roughly. */
        const val ENTRY_OVERHEAD = 500
    }
}

private fun JsonElement.member(name: String) = (this as? JsonObject)?.get(name)

private fun JsonObject.text(name: String): String? = (get(name) as? JsonPrimitive)?.contentOrNull

/** A row of a request, read back from what was encoded. */
private class WrittenRow(private val targetKind: TargetKind, private val row: JsonObject) :
    AnnotationRows {
    private val result = row["result"] as? JsonObject ?: JsonObject(emptyMap())

    override val size: Int
        get() = 1

    override fun targetKind(row: Int): TargetKind = targetKind

    override fun targetId(row: Int): String? = this.row.text(targetKind.targetField)

    override fun documentPosition(row: Int): Int? =
        (this.row["document_position"] as? JsonPrimitive)?.intOrNull

    override fun name(row: Int): String? = this.row.text("name")

    override fun annotatorKind(row: Int): AnnotatorKind? =
        this.row.text("annotator_kind")?.let(AnnotatorKind::valueOf)

    override fun label(row: Int): String? = result.text("label")

    override fun score(row: Int): Double? = (result["score"] as? JsonPrimitive)?.doubleOrNull

    override fun explanation(row: Int): String? = result.text("explanation")

    override fun metadata(row: Int): Map<String, Any?>? = this.row["metadata"] as? JsonObject

    override fun identifier(row: Int): String? = this.row.text("identifier")
}
