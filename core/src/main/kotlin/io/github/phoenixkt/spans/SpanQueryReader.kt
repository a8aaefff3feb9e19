package io.github.phoenixkt.spans

import io.github.phoenixkt.Page
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.internal.decodeGlobalId
import io.github.phoenixkt.internal.toPlainValue
import io.github.phoenixkt.projects.HttpProjectsResource
import io.github.phoenixkt.transport.ApiRequest
import io.github.phoenixkt.transport.ApiResponse
import io.github.phoenixkt.transport.Capability
import io.github.phoenixkt.transport.JsonBody
import io.github.phoenixkt.transport.LARGEST_PAGE
import io.github.phoenixkt.transport.PageRequest
import io.github.phoenixkt.transport.PageSizes
import io.github.phoenixkt.transport.Transport
import io.github.phoenixkt.transport.pagesAsFlow
import io.github.phoenixkt.transport.requireWindow
import io.ktor.http.HttpMethod
import java.time.Instant
import kotlinx.coroutines.flow.Flow
import kotlinx.serialization.Serializable
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonArray

private typealias Row = Map<String, Any?>

/**
 * Reads the rows of a query. The route has a limit but no cursor, and returns rows in no order. A
 * response with fewer rows than the limit is complete. Any other is discarded and read again in
 * shorter windows of time.
 */
internal class SpanQueryReader(
    private val transport: Transport,
    private val query: SpanQuery,
    private val start: Instant?,
    private val end: Instant?,
    private val project: String?,
) {
    private var projectName: String? = null

    init {
        requireWindow(start, end)
    }

    fun flow(limit: Int?, cursor: String?): Flow<Row> =
        pagesAsFlow(PageSizes(transport, smallest = SMALLEST_PAGE), cursor, limit) { next, page ->
            if (next == null && page.limit == limit) firstRows(page) else windowed(next, page)
        }

    /**
     * The rows that one request returns, if that is as many as are wanted. The server chooses them.
     */
    private suspend fun firstRows(page: PageRequest): Page<Row> {
        val rows = rows(query, start, end, page.limit, page)
        if (rows.isEmpty()) requireProject()
        return Page(rows, null)
    }

    suspend fun page(cursor: String?, page: PageRequest): Page<Row> {
        require(page.limit in SMALLEST_PAGE..LARGEST_PAGE) {
            "limit must be from $SMALLEST_PAGE to $LARGEST_PAGE but is ${page.limit}."
        }
        return windowed(cursor, page)
    }

    /** A page that has fewer rows than its limit. A flow that wants a single row drops the rest. */
    private suspend fun windowed(cursor: String?, page: PageRequest): Page<Row> {
        val limit = maxOf(page.limit, SMALLEST_PAGE)
        var windows = TimeWindows.parse(cursor, start, end)
        while (true) {
            val (lower, upper) = windows.first
            val rows = rows(query, lower, upper, limit, page)
            if (rows.size < limit) {
                if (cursor == null && rows.isEmpty()) requireProject()
                return Page(rows, windows.next())
            }
            windows =
                cut(windows, limit) ?: return Page(allRows(lower, upper, limit), windows.next())
        }
    }

    /**
     * Replaces the first of the [windows] with shorter ones. Null if it is a single moment.
     *
     * A list of times that is full has only part of the spans, so the latest piece may still
     * contain many others. It is cut again before rows are read, because reading it would mostly be
     * in vain.
     */
    private suspend fun cut(windows: TimeWindows, limit: Int): TimeWindows? {
        var pieces = windows
        do {
            val (lower, upper) = pieces.first
            val times = startTimes(lower, upper)
            val isPart = times.size == MOST_TIMES
            val isShort = pieces !== windows && times.size < limit
            val cut = if (isShort) null else pieces.cut(times, isPart, limit)
            pieces = cut ?: return pieces.takeIf { it !== windows }
        } while (isPart)
        return pieces
    }

    /** One cut of the first window, whose spans start at [times]. */
    private fun TimeWindows.cut(times: List<Instant>, isPart: Boolean, limit: Int): TimeWindows? =
        when {
            times.firstOrNull() != times.lastOrNull() ->
                split(times, spansPerWindow(times.size, limit))
            // Others may start before and after those of the list.
            isPart -> setApart(times.first())
            else -> null
        }

    /** An exploded span has any number of rows: a guess that was too high is halved. */
    private fun spansPerWindow(spans: Int, limit: Int): Int {
        val guess = if (query.explodes) limit / ROWS_PER_SPAN else limit - 1
        return if (guess < spans) guess.coerceAtLeast(1) else spans / 2
    }

    /** When the spans of a window started. If there are very many, an arbitrary part of them. */
    private suspend fun startTimes(lower: Instant?, upper: Instant?): List<Instant> =
        rows(query.startTimes(), lower, upper, MOST_TIMES)
            .map { it[SpanQuery.START_TIME] as Instant }
            .sorted()

    /** All rows of a window that cannot be cut any further. */
    private suspend fun allRows(lower: Instant?, upper: Instant?, limit: Int): List<Row> {
        var enough = limit
        while (true) {
            enough = Math.multiplyExact(enough, LIMIT_GROWTH)
            val rows = rows(query, lower, upper, enough)
            if (rows.size < enough) return rows
        }
    }

    private suspend fun rows(
        query: SpanQuery,
        lower: Instant?,
        upper: Instant?,
        limit: Int,
        page: PageRequest = PageRequest(limit),
    ): List<Row> {
        val body = buildJsonObject {
            putJsonArray("queries") { add(query.toJson()) }
            lower?.let { put("start_time", "$it") }
            upper?.let { put("end_time", "$it") }
            put("limit", limit)
        }
        val request =
            ApiRequest(
                HttpMethod.Post,
                listOf("v1", "spans"),
                listOf("project_name" to projectName()),
                JsonBody.encode(body),
                Capability.QUERY_SPANS,
                multipart = true,
                divisible = page.divisible,
            )
        try {
            return page.send(transport, request).toRows()
        } catch (e: PhoenixException.Rejected) {
            throw query.hint()?.let { e.withHint(it) } ?: e
        }
    }

    /** The route takes only names. */
    private suspend fun projectName(): String {
        val given = project ?: transport.defaultProject
        val isId = decodeGlobalId(given)?.startsWith("Project:") == true
        return projectName
            ?: (if (isId) HttpProjectsResource(transport).get(given).name else given).also {
                projectName = it
            }
    }

    /** Phoenix returns no rows for a project that does not exist, rather than an error. */
    private suspend fun requireProject() {
        val name = projectName()
        if (ApiRequest.hasPath(name)) HttpProjectsResource(transport).get(name)
    }

    private companion object {
        /**
         * A page is complete if it has fewer rows than its limit, which a limit of 1 cannot show.
         */
        const val SMALLEST_PAGE = 2
        const val ROWS_PER_SPAN = 10
        const val LIMIT_GROWTH = 4

        /** As much memory as a page or two, and enough to cut the time into several pages. */
        const val MOST_TIMES = 5_000
    }
}

private fun PhoenixException.Rejected.withHint(hint: String): PhoenixException =
    PhoenixException.Rejected("$message $hint", checkNotNull(status), fields)

/** Reads a table as pandas writes it. A column's name starts with its number: `3_parent_id`. */
private fun ApiResponse.toRows(): List<Row> =
    onlyPart().decode(QueryTable.serializer()) { table ->
        val columns = table.schema.fields.map { QueryColumn(it) }
        table.data.map { row -> columns.associate { it.label to it.valueIn(row) } }
    }

private class QueryColumn(private val field: QueryField) {
    val label: String = field.name.substringAfter('_')

    fun valueIn(row: JsonObject): Any? {
        val value = row[field.name] ?: JsonNull
        return if (field.type == "datetime" && value is JsonPrimitive && value.isString)
            Instant.parse(value.content)
        else value.toPlainValue()
    }
}

@Serializable private class QueryTable(val schema: QuerySchema, val data: List<JsonObject>)

@Serializable private class QuerySchema(val fields: List<QueryField>)

@Serializable private class QueryField(val name: String, val type: String = "")
