package io.github.phoenixkt.annotations

import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.internal.presentOrNull
import io.github.phoenixkt.transport.ApiRequest
import io.github.phoenixkt.transport.Capability
import io.github.phoenixkt.transport.JsonBody
import io.github.phoenixkt.transport.Repeat
import io.github.phoenixkt.transport.Transport
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.serialization.Serializable
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put

/**
 * Notes append, so a repeated request would append twice: an identifier of ours turns the repeat
 * into an upsert.
 */
internal class NoteWriter(private val transport: Transport) {
    suspend fun add(
        targetKind: TargetKind,
        targetId: String,
        note: String,
        identifier: String?,
    ): InsertedNote {
        requireNote(targetKind, targetId, note, identifier)
        val given = identifier.presentOrNull()
        // Before anything is asked or sent: whatever fails, the call can be repeated with it.
        val noteCall = currentCoroutineContext()[NoteCall] ?: NoteCall()
        noteCall.identifier = given ?: noteIdentifier(targetKind, transport.newId())
        val call = transport.forOneCall()
        try {
            if (given != null) call.require(Capability.NOTE_IDENTIFIER)
            val version = call.versionOrNull()
            val identified = version != null && version >= Capability.NOTE_IDENTIFIER.since
            // Where the question was refused, it goes along, too: a server too old ignores it.
            if (!identified && given == null && !call.versionWasRefused) noteCall.identifier = null
            val used = noteCall.identifier
            val answer =
                call.send(request(targetKind, targetId, note, used, mayRepeat = identified))
            val id = answer.decode(InsertedNoteBody.serializer()).data.id
            return InsertedNote(id, used.takeIf { call.isKnownToHave(Capability.NOTE_IDENTIFIER) })
        } catch (e: PhoenixException) {
            throw e.apply { noteCall.name(this) }
        } catch (e: IllegalStateException) {
            // Of a client that was closed. A cancellation is an IllegalStateException, too.
            throw if (e is CancellationException || !call.isClosed) e
            else IllegalStateException(e.message + noteCall.hint, e)
        }
    }

    private fun request(
        targetKind: TargetKind,
        targetId: String,
        note: String,
        identifier: String?,
        mayRepeat: Boolean,
    ): ApiRequest {
        val id = checkNotNull(targetId.presentOrNull())
        return ApiRequest.post(
            "v1",
            targetKind.notesPath,
            body = JsonBody.encode(noteBody(targetKind, id, note, identifier)),
            requires = targetKind.note,
            repeat = if (mayRepeat) Repeat.ALWAYS else Repeat.BEFORE_SENT,
            sentIds = listOf(id),
        )
    }
}

/** The identifier that a note gets from us, so that it can be sent again. */
internal fun noteIdentifier(targetKind: TargetKind, id: String): String =
    "px-${targetKind.noun}-note:$id"

internal fun noteBody(
    targetKind: TargetKind,
    targetId: String,
    note: String,
    identifier: String?,
): JsonObject = buildJsonObject {
    put(
        "data",
        buildJsonObject {
            put(targetKind.targetField, targetId.presentOrNull())
            put("note", note.presentOrNull())
            if (identifier != null) put("identifier", identifier)
        },
    )
}

/** @throws InvalidAnnotationsException if the note cannot be sent */
internal fun requireNote(
    targetKind: TargetKind,
    targetId: String,
    note: String,
    identifier: String?,
) {
    val problems = findNoteProblems(targetKind, targetId, note, identifier)
    if (problems.isNotEmpty())
        throw InvalidAnnotationsException(problems, "The note cannot be sent.")
}

/**
 * A note is checked as the annotation that Phoenix makes of it; only its name is Phoenix's to give.
 */
private fun findNoteProblems(
    targetKind: TargetKind,
    targetId: String,
    note: String,
    identifier: String?,
) =
    findProblems(NoteRow(targetKind, targetId, note, identifier)).map {
        if (it.kind != AnnotationProblem.Kind.NO_RESULT) it
        else
            AnnotationProblem(
                it.row,
                it.targetId,
                "note",
                note,
                "is blank",
                "write something",
                AnnotationProblem.Kind.MISSING,
                isAlone = true,
            )
    }

private class NoteRow(
    private val targetKind: TargetKind,
    private val targetId: String,
    private val note: String,
    private val identifier: String?,
) : AnnotationRows {
    override val size = 1

    override fun targetKind(row: Int) = targetKind

    override fun targetId(row: Int) = targetId

    override fun documentPosition(row: Int) = null

    override fun name(row: Int) = "a note"

    override fun annotatorKind(row: Int) = AnnotatorKind.HUMAN

    override fun label(row: Int) = null

    override fun score(row: Int) = null

    override fun explanation(row: Int) = note

    override fun metadata(row: Int) = null

    override fun identifier(row: Int) = identifier
}

@Serializable private class InsertedNoteBody(val data: InsertedRow)
