package io.github.phoenixkt.spans

import io.github.phoenixkt.Page
import io.github.phoenixkt.transport.ApiRequest
import io.github.phoenixkt.transport.Capability
import io.github.phoenixkt.transport.PageRequest
import io.github.phoenixkt.transport.PageSizes
import io.github.phoenixkt.transport.PartCursor
import io.github.phoenixkt.transport.Transport
import io.github.phoenixkt.transport.pagesAsFlow
import io.github.phoenixkt.transport.requirePageSize
import kotlinx.coroutines.flow.Flow

/** Reads spans by filter. Many ids take several requests, whose pages follow each other. */
internal class SpanReader(private val transport: Transport) {
    fun flow(
        filter: SpanFilter,
        project: String?,
        limit: Int?,
        cursor: String? = null,
    ): Flow<StoredSpan> =
        pagesAsFlow(PageSizes(transport), cursor, limit) { next, page ->
            page(filter, project, next, page)
        }

    suspend fun page(
        filter: SpanFilter,
        project: String?,
        cursor: String?,
        page: PageRequest,
    ): Page<StoredSpan> {
        requirePageSize(page.limit)
        if (filter.parts.isEmpty()) return Page(emptyList(), null)
        val position = PartCursor.parse(cursor, filter.parts.size)
        filter.needs.forEach { transport.require(it) }
        val paging =
            listOfNotNull(position.serverCursor?.let { "cursor" to it }, "limit" to "${page.limit}")
        val request =
            ApiRequest.get(
                "v1",
                "projects",
                project ?: transport.defaultProject,
                "spans",
                query = filter.parts[position.part] + paging,
                requires = Capability.READ_SPANS,
                divisible = page.divisible,
            )
        return page.send(transport, request).decode(SpanPage.serializer()) { answer ->
            Page(
                answer.data.map { it.toStored() },
                position.next(answer.nextCursor, filter.parts.size),
            )
        }
    }
}
