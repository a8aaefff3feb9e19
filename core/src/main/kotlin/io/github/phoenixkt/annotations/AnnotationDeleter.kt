package io.github.phoenixkt.annotations

import io.github.phoenixkt.internal.presentOrNull
import io.github.phoenixkt.transport.ApiRequest
import io.github.phoenixkt.transport.Transport
import java.time.Instant

/**
 * Which annotations of a project to delete, by when each was **first** stored: replacing one keeps
 * that time.
 */
public sealed class DeleteRange {
    internal abstract val query: List<Pair<String, String>>

    public companion object {
        /** All of them: [DeleteAll], as Java writes it. */
        @JvmStatic public fun all(): DeleteRange = DeleteAll

        /** Those first stored from [start] (inclusive) to [end] (exclusive). */
        @JvmStatic
        public fun between(start: Instant, end: Instant): DeleteWindow = DeleteWindow(start, end)
    }
}

/**
 * Those first stored from [start] to [end].
 *
 * @property start inclusive
 * @property end exclusive
 */
public class DeleteWindow(public val start: Instant, public val end: Instant) : DeleteRange() {
    init {
        require(start < end) { "The window to delete ends ($end) before it starts ($start)." }
    }

    override val query: List<Pair<String, String>>
        get() = listOf("start_time" to "$start", "end_time" to "$end")

    override fun toString(): String = "DeleteWindow($start … $end)"
}

/**
 * All of them, whenever they were stored: notes and feedback from the web UI, too, unless a name
 * narrows it.
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
            "name is blank: give one, or null to delete whatever the name."
        }
        require(identifier == null || identifier.presentOrNull() != null) {
            "identifier is blank: give one, or null to delete whatever the identifier; rows without one cannot be singled out."
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
