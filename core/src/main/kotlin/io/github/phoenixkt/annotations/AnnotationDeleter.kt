package io.github.phoenixkt.annotations

import io.github.phoenixkt.internal.presentOrNull
import io.github.phoenixkt.transport.ApiRequest
import io.github.phoenixkt.transport.Transport
import java.time.Instant

/**
 * Which annotations of a project to delete, by the time when each was **first** stored. Replacing
 * an annotation does not change that time.
 */
public sealed class DeleteRange {
    internal abstract val query: List<Pair<String, String>>

    public companion object {
        /** Returns [DeleteAll], for Java. */
        @JvmStatic public fun all(): DeleteRange = DeleteAll

        /** Returns a [DeleteWindow], for Java. */
        @JvmStatic
        public fun between(start: Instant, end: Instant): DeleteWindow = DeleteWindow(start, end)
    }
}

/**
 * Deletes the annotations that were first stored from [start] to [end].
 *
 * @property start the start, inclusive
 * @property end the end, exclusive
 */
public class DeleteWindow(public val start: Instant, public val end: Instant) : DeleteRange() {
    init {
        require(start < end) {
            "The end of the window to delete ($end) must be later than its start ($start)."
        }
    }

    override val query: List<Pair<String, String>>
        get() = listOf("start_time" to "$start", "end_time" to "$end")

    override fun toString(): String = "DeleteWindow($start … $end)"
}

/**
 * Deletes all annotations, whenever they were stored. Unless a name is given, these include notes
 * and the feedback that people gave in the web UI.
 */
public object DeleteAll : DeleteRange() {
    override val query: List<Pair<String, String>>
        get() = listOf("delete_all" to "true")

    override fun toString(): String = "DeleteAll"
}

internal class AnnotationDeleter(private val transport: Transport) {
    suspend fun delete(
        targetKind: TargetKind,
        project: String,
        range: DeleteRange,
        name: String?,
        identifier: String?,
        annotatorKind: AnnotatorKind?,
    ) {
        // Null means "do not narrow": a blank that was meant as a filter must not delete
        // everything.
        require(name == null || name.presentOrNull() != null) {
            "name is blank. Give a name, or null to delete annotations of any name."
        }
        require(identifier == null || identifier.presentOrNull() != null) {
            "identifier is blank. Give an identifier, or null to delete annotations with any identifier or none. " +
                "Phoenix cannot select the annotations without an identifier."
        }
        val narrowing =
            listOfNotNull(
                name.presentOrNull()?.let { "name" to it },
                identifier.presentOrNull()?.let { "identifier" to it },
                annotatorKind?.let { "annotator_kind" to it.name },
            )
        val query = range.query + narrowing
        transport.send(
            ApiRequest.delete(
                "v1",
                "projects",
                project,
                targetKind.path,
                query = query,
                requires = targetKind.delete,
            )
        )
    }
}
