package io.github.phoenixkt.annotations

import io.github.phoenixkt.Page
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.transport.ApiRequest
import io.github.phoenixkt.transport.Capability
import io.github.phoenixkt.transport.FlowProgress
import io.github.phoenixkt.transport.IdChunks
import io.github.phoenixkt.transport.ListFlow
import io.github.phoenixkt.transport.PageRequest
import io.github.phoenixkt.transport.PageSizes
import io.github.phoenixkt.transport.PartCursor
import io.github.phoenixkt.transport.Transport
import io.github.phoenixkt.transport.requireNew
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.FlowCollector
import kotlinx.coroutines.flow.flow

private const val LARGEST_ANNOTATION_PAGE = 10_000

/**
 * Every read of annotations: any number of ids is cut into requests, whose pages follow each other
 * as one.
 *
 * @param mostIds how many ids one request may ask for, if they fit
 */
internal class AnnotationReader(
    private val transport: Transport,
    private val mostIds: Int = IdChunks.IDS_PER_REQUEST,
) {
    /**
     * One page, and the cursor of the next: the number of the part and the server's cursor within
     * it.
     */
    suspend fun page(
        targetKind: TargetKind,
        query: AnnotationQuery,
        project: String?,
        cursor: String?,
        limit: Int,
    ): Page<StoredAnnotation> {
        require(limit in 1..LARGEST_ANNOTATION_PAGE) {
            "limit must be from 1 to $LARGEST_ANNOTATION_PAGE but is $limit."
        }
        val parts = Parts(targetKind, query, project)
        if (parts.isEmpty()) return Page(emptyList(), null)
        val position = PartCursor.parse(cursor, parts.size)
        val page = parts.read(position.part, position.serverCursor, PageRequest(limit))
        return Page(page.items, position.next(page.nextCursor, parts.size))
    }

    /**
     * All of them, at most [limit]. While one part is handed out, the first page of the next is
     * under way.
     */
    fun flow(
        targetKind: TargetKind,
        query: AnnotationQuery,
        project: String?,
        limit: Int?,
    ): Flow<StoredAnnotation> {
        require(limit == null || limit > 0) { "limit must be positive but is $limit." }
        val all = flow {
            val parts = Parts(targetKind, query, project)
            if (parts.isEmpty()) return@flow
            var left = limit ?: Int.MAX_VALUE
            val sofar = FlowProgress()
            coroutineScope {
                var upcoming: Deferred<Result<Page<StoredAnnotation>>>? = ahead(parts, 0, left)
                for (number in 0 until parts.size) {
                    val awaited = checkNotNull(upcoming).await()
                    val first = sofar.reading("$number:") { awaited.getOrThrow() }
                    val more = number < parts.size - 1 && left > first.items.size
                    upcoming = if (more) ahead(parts, number + 1, left) else null
                    left -= emitPart(parts, number, first, left, sofar)
                    if (left == 0 || upcoming == null) break
                }
                upcoming?.cancel()
            }
        }
        return ListFlow(all)
    }

    /** A failure waits until its part is due: what came before it is handed out undisturbed. */
    private fun CoroutineScope.ahead(
        parts: Parts,
        number: Int,
        limit: Int,
    ): Deferred<Result<Page<StoredAnnotation>>> = async {
        try {
            Result.success(parts.readFewer(number, null, limit))
        } catch (@Suppress("TooGenericExceptionCaught") e: Exception) {
            // Also what a supplier of the key throws.
            ensureActive()
            Result.failure(e)
        }
    }

    private suspend fun FlowCollector<StoredAnnotation>.emitPart(
        parts: Parts,
        number: Int,
        first: Page<StoredAnnotation>,
        limit: Int,
        sofar: FlowProgress,
    ): Int {
        var emitted = 0
        var page = first
        val seen = mutableSetOf<String>()
        while (true) {
            for (annotation in page.items) {
                if (emitted == limit) return emitted
                emit(annotation)
                emitted++
                sofar.delivered++
            }
            val cursor = page.nextCursor ?: return emitted
            if (emitted == limit) return emitted
            sofar.reading(cursor = null) { requireNew(cursor, seen) }
            page =
                sofar.reading("$number:$cursor") {
                    parts.readFewer(number, cursor, limit - emitted)
                }
        }
    }

    /** The requests that one query takes. */
    private inner class Parts(
        private val targetKind: TargetKind,
        private val query: AnnotationQuery,
        givenProject: String?,
    ) {
        private val project = givenProject ?: transport.defaultProject
        private val sizes = PageSizes(transport)
        private val names =
            query.includeAnnotationNames.orEmpty().distinct().map {
                "include_annotation_names" to it
            } + query.excluded.distinct().map { "exclude_annotation_names" to it }
        private val parts =
            IdChunks.of(
                "${targetKind.targetField}s" to query.ids,
                "identifier" to query.identifiers,
                beside = names,
                mostIds = mostIds,
            )
        private var projectKnown = false

        val size: Int
            get() = parts.size

        fun isEmpty() = parts.isEmpty()

        /** A page of at most [limit], and of fewer than that if the server cannot give as many. */
        suspend fun readFewer(number: Int, cursor: String?, limit: Int): Page<StoredAnnotation> =
            sizes.fetch(limit) { read(number, cursor, it) }

        suspend fun read(number: Int, cursor: String?, page: PageRequest): Page<StoredAnnotation> {
            if (query.identifiers != null) transport.require(Capability.READ_BY_IDENTIFIER)
            val paging =
                listOf("limit" to "${page.limit}") + listOfNotNull(cursor?.let { "cursor" to it })
            val request =
                ApiRequest.get(
                    "v1",
                    "projects",
                    project,
                    targetKind.path,
                    query = parts[number] + paging,
                    divisible = page.divisible,
                    requires = targetKind.read,
                )
            val response =
                try {
                    page.send(transport, request)
                } catch (e: PhoenixException.NotFound) {
                    // Phoenix says 404 of an unknown project, and also where it knows none of the
                    // ids.
                    if (query.identifiers != null) throw e
                    requireProject()
                    return Page(emptyList(), null)
                }
            val all =
                response.decode(StoredAnnotationPage.serializer(storedRowsOf(targetKind))) { answer
                    ->
                    Page(answer.data.map { it.toStored(targetKind) }, answer.nextCursor)
                }
            cursor?.let { requireNew(all.nextCursor, mutableSetOf(it)) }
            // Servers before 10.6 know neither list of names, and would answer with all.
            return Page(all.items.filter(::isWanted), all.nextCursor)
        }

        private suspend fun requireProject() {
            if (projectKnown) return
            transport.send(ApiRequest.get("v1", "projects", project))
            projectKnown = true
        }

        private fun isWanted(annotation: StoredAnnotation) =
            query.includeAnnotationNames?.contains(annotation.name) != false &&
                annotation.name !in query.excluded
    }
}
