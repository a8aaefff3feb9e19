package io.github.phoenixkt.annotations

import io.github.phoenixkt.Page
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.transport.ApiRequest
import io.github.phoenixkt.transport.Capability
import io.github.phoenixkt.transport.Transport
import io.github.phoenixkt.transport.requireNew
import io.ktor.http.encodeURLParameter
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.FlowCollector
import kotlinx.coroutines.flow.flow

private const val IDS_PER_REQUEST = 100

/** Phoenix refuses a request head of 16 KiB, proxies often one of 8 KiB. */
private const val QUERY_BYTES_PER_REQUEST = 6_000

private const val PAGE_SIZE = 1_000
private const val LARGEST_ANNOTATION_PAGE = 10_000

/**
 * Every read of annotations: any number of ids is cut into requests, whose pages follow each other
 * as one.
 */
internal class AnnotationReader(private val transport: Transport) {
    /**
     * One page, and the cursor of the next: the number of the part and the server's cursor within
     * it.
     */
    suspend fun page(
        level: AnnotationLevel,
        query: AnnotationQuery,
        cursor: String?,
        limit: Int,
    ): Page<StoredAnnotation> {
        require(limit in 1..LARGEST_ANNOTATION_PAGE) {
            "limit must be from 1 to $LARGEST_ANNOTATION_PAGE but is $limit."
        }
        val parts = Parts(level, query)
        if (parts.isEmpty()) return Page(emptyList(), null)
        val (number, serverCursor) = cursor?.let { parsePosition(it, parts.size) } ?: (0 to null)
        val page = parts.read(number, serverCursor, limit)
        val next =
            when {
                page.nextCursor != null -> "$number:${page.nextCursor}"
                number < parts.size - 1 -> "${number + 1}:"
                else -> null
            }
        return Page(page.items, next)
    }

    /**
     * All of them, at most [limit]. While one part is handed out, the first page of the next is
     * under way.
     */
    fun flow(level: AnnotationLevel, query: AnnotationQuery, limit: Int?): Flow<StoredAnnotation> {
        require(limit == null || limit > 0) { "limit must be positive but is $limit." }
        return flow {
            val parts = Parts(level, query)
            if (parts.isEmpty()) return@flow
            var left = limit ?: Int.MAX_VALUE
            coroutineScope {
                var upcoming: Deferred<Result<Page<StoredAnnotation>>>? = ahead(parts, 0, left)
                for (number in 0 until parts.size) {
                    val first = checkNotNull(upcoming).await().getOrThrow()
                    val more = number < parts.size - 1 && left > first.items.size
                    upcoming = if (more) ahead(parts, number + 1, left) else null
                    left -= emitPart(parts, number, first, left)
                    if (left == 0 || upcoming == null) break
                }
                upcoming?.cancel()
            }
        }
    }

    /** A failure waits until its part is due: what came before it is handed out undisturbed. */
    private fun CoroutineScope.ahead(
        parts: Parts,
        number: Int,
        limit: Int,
    ): Deferred<Result<Page<StoredAnnotation>>> = async {
        try {
            Result.success(parts.read(number, null, minOf(limit, PAGE_SIZE)))
        } catch (e: PhoenixException) {
            Result.failure(e)
        }
    }

    private suspend fun FlowCollector<StoredAnnotation>.emitPart(
        parts: Parts,
        number: Int,
        first: Page<StoredAnnotation>,
        limit: Int,
    ): Int {
        var emitted = 0
        var page = first
        val seen = mutableSetOf<String>()
        while (true) {
            for (annotation in page.items) {
                if (emitted == limit) return emitted
                emit(annotation)
                emitted++
            }
            val cursor = page.nextCursor ?: return emitted
            if (emitted == limit) return emitted
            requireNew(cursor, seen)
            page = parts.read(number, cursor, minOf(limit - emitted, PAGE_SIZE))
        }
    }

    private fun parsePosition(cursor: String, parts: Int): Pair<Int, String?> {
        val number = cursor.substringBefore(':').toIntOrNull()
        require(number != null && number in 0 until parts && ':' in cursor) {
            "The cursor \"${cursor.forMessage()}\" is none that this query gave: pass nextCursor of its last page."
        }
        return number to cursor.substringAfter(':').ifEmpty { null }
    }

    /** The requests that one query takes. */
    private inner class Parts(
        private val level: AnnotationLevel,
        private val query: AnnotationQuery,
    ) {
        private val project = query.project ?: transport.defaultProject
        private val names =
            query.includeAnnotationNames.orEmpty().distinct().map {
                "include_annotation_names" to it
            } + query.excluded.distinct().map { "exclude_annotation_names" to it }
        private val parts = run {
            val room = QUERY_BYTES_PER_REQUEST - querySize(names)
            require(room >= QUERY_BYTES_PER_REQUEST / 2) {
                "The annotation names to include and exclude are too long for one request."
            }
            // Two lists of ids share the room; each pair of their parts is a request.
            val share = if (query.ids != null && query.identifiers != null) room / 2 else room
            val ids = chunks("${level.targetField}s", query.ids, share)
            val identifiers = chunks("identifier", query.identifiers, share)
            ids.flatMap { first -> identifiers.map { second -> first + second } }
        }
        private var projectKnown = false

        val size: Int
            get() = parts.size

        fun isEmpty() = parts.isEmpty() || query.includeAnnotationNames?.isEmpty() == true

        suspend fun read(number: Int, cursor: String?, limit: Int): Page<StoredAnnotation> {
            if (query.identifiers != null) transport.require(Capability.READ_BY_IDENTIFIER)
            val paging = listOf("limit" to "$limit") + listOfNotNull(cursor?.let { "cursor" to it })
            val request =
                ApiRequest.get(
                    "v1",
                    "projects",
                    project,
                    level.path,
                    query = parts[number] + names + paging,
                    requires = level.read,
                )
            val response =
                try {
                    transport.send(request)
                } catch (e: PhoenixException.NotFound) {
                    // Phoenix says 404 of an unknown project, and also where it knows none of the
                    // ids.
                    if (query.identifiers != null) throw e
                    requireProject()
                    return Page(emptyList(), null)
                }
            val page =
                response.decode(StoredAnnotationPage.serializer()) { page ->
                    Page(page.data.map { it.toStored(level) }, page.nextCursor)
                }
            cursor?.let { requireNew(page.nextCursor, mutableSetOf(it)) }
            // Servers before 10.6 know neither list of names, and would answer with all.
            return Page(page.items.filter(::isWanted), page.nextCursor)
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

/**
 * [values] in their order, without repetitions, in lists that each fit [room]; one empty list where
 * there are none to send.
 */
private fun chunks(
    name: String,
    values: Collection<String>?,
    room: Int,
): List<List<Pair<String, String>>> {
    if (values == null) return listOf(emptyList())
    val chunks = mutableListOf<MutableList<Pair<String, String>>>()
    var left = 0
    for (value in values.distinct()) {
        val parameter = name to value
        val size = querySize(listOf(parameter))
        require(size <= room) { "\"${value.forMessage()}\" is too long to ask for." }
        if (chunks.isEmpty() || left < size || chunks.last().size == IDS_PER_REQUEST) {
            chunks += mutableListOf<Pair<String, String>>()
            left = room
        }
        chunks.last() += parameter
        left -= size
    }
    return chunks
}

private fun querySize(query: List<Pair<String, String>>): Int = query.sumOf { (name, value) ->
    name.length + value.encodeURLParameter().length + 2
}
