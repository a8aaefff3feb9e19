package io.github.phoenixkt.dataframe.reading

import io.github.phoenixkt.Page
import io.github.phoenixkt.SortOrder
import io.github.phoenixkt.dataframe.getSessionsDataframe
import io.github.phoenixkt.dataframe.getSpansDataframe
import io.github.phoenixkt.java.PhoenixAsyncClient
import io.github.phoenixkt.java.PhoenixBlockingClient
import io.github.phoenixkt.spans.SpanQuery
import io.github.phoenixkt.spans.SpanSort
import io.github.phoenixkt.spans.StoredSpan
import io.github.phoenixkt.spans.spanFilter
import io.github.phoenixkt.traces.StoredTrace
import io.github.phoenixkt.traces.TraceSort
import io.github.phoenixkt.traces.traceQuery
import java.util.stream.Stream
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.future.await
import kotlinx.coroutines.withContext

/**
 * One way to read a project.
 *
 * @param wanted what it is to find, in no order
 * @param read what it finds
 */
class Reader(
    val name: String,
    private val wanted: (Exported) -> List<String>,
    private val read: suspend Project.() -> List<String>,
) {
    /** How many were found, and what is wrong with them: nothing when each was found once. */
    suspend fun check(project: Project): Pair<Int, List<String>> {
        val found = project.read()
        return found.size to differences(wanted(project.exported), found)
    }
}

/** Which are missing, were found more than once, or are none of these, with an example each. */
fun differences(wanted: List<String>, found: List<String>): List<String> {
    val all = wanted.toSet()
    val once = mutableSetOf<String>()
    val repeated = found.filterNot(once::add)
    fun problem(what: String, ids: Collection<String>) =
        "${ids.size} $what, for instance ${ids.firstOrNull()}".takeIf { ids.isNotEmpty() }
    return listOfNotNull(
        problem("missing", all - once),
        problem("found more than once", repeated),
        problem("never exported", once - all),
    )
}

private val PAGE_SIZES = listOf(97, 1_000)

/** All readers that there are, in several orders and page sizes. */
val READERS: List<Reader> = buildList {
    add(spans("getSpans, flow") { ids(kotlin.spans.getSpans().toList()) })
    for (sort in SpanSort.entries) for (order in SortOrder.entries) for (size in PAGE_SIZES) {
        val filter = spanFilter {
            this.sort = sort
            this.order = order
        }
        add(
            spans("getSpans, $sort $order, pages of $size") {
                ids(walk { kotlin.spans.getSpansPage(filter, cursor = it, limit = size) })
            }
        )
    }
    add(
        spans("getSpans, by trace ids") {
            ids(kotlin.spans.getSpans(spanFilter { traceIds = exported.traceIds }).toList())
        }
    )
    add(spans("querySpans, flow") { kotlin.spans.querySpans().map { idOf(it) }.toList() })
    add(
        spans("querySpans, pages of 250") {
            walk { kotlin.spans.querySpansPage(SpanQuery(), cursor = it, limit = 250) }
                .map { idOf(it) }
        }
    )
    add(
        spans("getSpansDataframe") {
            kotlin.spans.getSpansDataframe()["context.span_id"].toList().map { "$it" }
        }
    )
    for (sort in TraceSort.entries) for (order in SortOrder.entries) for (size in PAGE_SIZES) {
        val query = traceQuery {
            this.sort = sort
            this.order = order
        }
        add(
            traces("getTraces, $sort $order, pages of $size") {
                walk { kotlin.traces.getTracesPage(query, cursor = it, limit = size) }
                    .map { it.traceId }
            }
        )
    }
    add(
        spans("getTraces with their spans, flow") {
            kotlin.traces.getTraces(traceQuery { includeSpans = true }).toList().flatMap(::spansOf)
        }
    )
    for (order in SortOrder.entries) for (size in listOf(7, 100)) add(
        sessions("sessions.list, $order, pages of $size") {
            walk { kotlin.sessions.listPage(order = order, cursor = it, limit = size) }
                .map { it.sessionId }
        }
    )
    add(
        Reader("sessions.list and getSessionTurns", ::turnsOf) {
            kotlin.sessions.list().toList().flatMap { session ->
                kotlin.sessions.getSessionTurns(session.sessionId).mapIndexed { number, turn ->
                    turnText(session.sessionId, number, turn.traceId, turn.rootSpan?.spanId)
                }
            }
        }
    )
    add(
        sessions("getSessionsDataframe") {
            kotlin.sessions.getSessionsDataframe()["session_id"].toList().map { "$it" }
        }
    )
    add(spans("Java, stream of getSpans") { java { spans().getSpans().map { it.spanId } } })
    add(spans("Java, stream of querySpans") { java { spans().querySpans().map { idOf(it) } } })
    add(traces("Java, stream of getTraces") { java { traces().getTraces().map { it.traceId } } })
    add(sessions("Java, stream of sessions") { java { sessions().list().map { it.sessionId } } })
    add(
        Reader("Java, stream of sessions and getSessionTurns", ::turnsOf) {
            java {
                sessions().list().flatMap { session ->
                    sessions()
                        .getSessionTurns(session.sessionId)
                        .mapIndexed { number, turn ->
                            turnText(session.sessionId, number, turn.traceId, turn.rootSpan?.spanId)
                        }
                        .stream()
                }
            }
        }
    )
    add(spans("Java futures, list of getSpans") { ids(futures.spans().getSpans().await()) })
    add(
        spans("Java futures, pages of getSpans") {
            ids(walk { futures.spans().getSpansPage(spanFilter(), null, it, 250).await() })
        }
    )
    add(
        spans("Java futures, pages of querySpans") {
            walk { futures.spans().querySpansPage(SpanQuery(), null, null, null, it, 250).await() }
                .map { idOf(it) }
        }
    )
    add(
        traces("Java futures, pages of getTraces") {
            walk { futures.traces().getTracesPage(traceQuery(), null, it, 250).await() }
                .map { it.traceId }
        }
    )
    add(
        sessions("Java futures, pages of sessions") {
            walk {
                futures.sessions().listPage(null, SortOrder.ASCENDING, null, it, 100).await()
            }
                .map { it.sessionId }
        }
    )
}

private fun spans(name: String, read: suspend Project.() -> List<String>) =
    Reader(name, Exported::spanIds, read)

private fun traces(name: String, read: suspend Project.() -> List<String>) =
    Reader(name, Exported::traceIds, read)

private fun sessions(name: String, read: suspend Project.() -> List<String>) =
    Reader(name, Exported::sessionIds, read)

private fun ids(spans: List<StoredSpan>) = spans.map { it.spanId }

private fun idOf(row: Map<String, Any?>) = row.getValue("context.span_id").toString()

private fun spansOf(trace: StoredTrace) = trace.spans.orEmpty().map { it.spanId }

/** Every turn at its place in its session, with its root span. */
private fun turnsOf(exported: Exported): List<String> =
    exported.turnsBySession.flatMap { (session, turns) ->
        turns.mapIndexed { number, turn -> turnText(session, number, turn.traceId, turn.rootId) }
    }

private fun turnText(session: String, number: Int, trace: String, root: String?) =
    "turn $number of $session: trace $trace, root span $root"

private val Project.futures: PhoenixAsyncClient
    get() = java.async()

private suspend fun Project.java(read: PhoenixBlockingClient.() -> Stream<String>): List<String> =
    withContext(Dispatchers.IO) { java.read().use { it.toList() } }

/** What all pages hold. */
private suspend fun <T> walk(page: suspend (String?) -> Page<T>): List<T> {
    val items = mutableListOf<T>()
    var cursor: String? = null
    do {
        val current = page(cursor)
        items += current.items
        cursor = current.nextCursor
    } while (cursor != null)
    return items
}
