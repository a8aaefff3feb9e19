package io.github.phoenixkt.dataframe

import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.rows.isAbsent
import io.github.phoenixkt.sessions.CountedSpan
import io.github.phoenixkt.sessions.SessionStats
import io.github.phoenixkt.sessions.sessionIn
import io.github.phoenixkt.sessions.tokenCount
import java.time.Instant
import java.time.OffsetDateTime
import java.time.format.DateTimeParseException
import kotlin.reflect.typeOf
import org.jetbrains.kotlinx.dataframe.AnyCol
import org.jetbrains.kotlinx.dataframe.AnyFrame
import org.jetbrains.kotlinx.dataframe.DataFrame
import org.jetbrains.kotlinx.dataframe.api.dataFrameOf

/**
 * Returns this frame of spans with the session of each span in a column `session_id`. The session
 * is the attribute `session.id` (or an existing column `session_id`), else `session_id` in the
 * metadata, which may be a map, a nested row or the text of a JSON object. It is null if a span has
 * neither.
 *
 * Only the span itself counts, as in Phoenix's own clients: if only the root span of a trace names
 * the session, its children have none.
 *
 * ```
 * client.spans.getSpansDataframe().withSessionIds().groupBy("session_id")
 * ```
 *
 * @throws IllegalArgumentException if there is neither a column of sessions nor one of metadata
 */
public fun <T> DataFrame<T>.withSessionIds(): DataFrame<T> {
    val ids = column(SESSION_ID, sessionIds(), TEXT)
    @Suppress("UNCHECKED_CAST")
    return dataFrameOf(columns().filterNot { it.name() == SESSION_ID } + ids) as DataFrame<T>
}

/**
 * Returns statistics of each session of this frame of spans, in the order in which the sessions
 * began:
 *
 * |column                                                                 |what                                                          |
 * |-----------------------------------------------------------------------|--------------------------------------------------------------|
 * |`session_id`                                                           |see [withSessionIds]                                          |
 * |`turns`                                                                |traces                                                        |
 * |`spans`                                                                |spans                                                         |
 * |`latency_ms_mean`, `latency_ms_sum`, `latency_ms_max`, `latency_ms_p95`|of all spans, from `start_time` to `end_time`, in milliseconds|
 * |`token_count_prompt`, `token_count_completion`, `token_count_total`    |sums; 0 if no span has any                                    |
 * |`errors`                                                               |spans with the status `ERROR`                                 |
 * |`start_time`, `end_time`                                               |the first start and the last end                              |
 *
 * Spans without a session are not dropped: they are the last row, whose `session_id` is null.
 *
 * The 95th percentile is interpolated between the two nearest latencies, at the position 0.95 × (n
 * − 1) of the sorted latencies, as pandas does by default. Each span counts, nested spans too; for
 * the time that people waited, filter the root spans first.
 *
 * ```
 * client.spans.getSpansDataframe().sessionStats().filter { "errors"<Int>() > 0 }
 * ```
 *
 * @throws IllegalArgumentException if a column is missing or cannot be read; the message names it
 */
public fun AnyFrame.sessionStats(): AnyFrame = statsFrame(figures())

/**
 * Returns the [n] sessions of this frame of spans with the most turns, the longest first, with the
 * columns of [sessionStats]. Of sessions with equally many turns, the one with more spans comes
 * first, then the one that began first. Spans without a session are left out.
 *
 * ```
 * client.spans.getSpansDataframe().longestSessions(10)
 * ```
 *
 * @param n at least 1; there are fewer rows if there are fewer sessions
 */
public fun AnyFrame.longestSessions(n: Int): AnyFrame =
    statsFrame(SessionStats.longest(figures(), n))

private const val SESSION_ID = "session_id"
private val SESSION_COLUMNS = listOf(SESSION_ID, "attributes.session.id", "session.id")
private val METADATA_COLUMNS = listOf("attributes.metadata", "metadata")
private val METADATA_SESSION_COLUMNS = METADATA_COLUMNS.map { "$it.$SESSION_ID" }

/** The session of each row, by the first of the columns that names one. */
private fun AnyFrame.sessionIds(): List<String?> {
    val direct = (SESSION_COLUMNS + METADATA_SESSION_COLUMNS).flatMap { columnsAt(it) }
    val metadata = METADATA_COLUMNS.flatMap { columnsAt(it) }
    if (direct.isEmpty() && metadata.isEmpty())
        requireColumn(
            "Sessions are read from an attribute or the metadata",
            SESSION_COLUMNS + METADATA_COLUMNS,
        )
    val ofColumns = direct.map { it.texts() }
    return List(rowsCount()) { row ->
        ofColumns.firstNotNullOfOrNull { it[row] }
            ?: metadata.firstNotNullOfOrNull { sessionIn(it[row]) }
    }
}

/** What the rows add up to; each column that this takes is read once. */
private fun AnyFrame.figures(): List<SessionStats> {
    val sessionIds = sessionIds()
    val traceIds =
        requireColumn("Turns are counted by trace", listOf("context.trace_id", "trace_id")).texts()
    val starts = requireColumn(TIMES, "start_time").instants("start_time")
    val ends = requireColumn(TIMES, "end_time").instants("end_time")
    val statusCodes = requireColumn("Errors are counted by status", "status_code").texts()
    val (prompt, completion, total) = listOf("prompt", "completion", "total").map(::tokens)
    val figures = SessionStats.Accumulator()
    for (row in sessionIds.indices) {
        figures.count(
            CountedSpan(
                sessionIds[row],
                traceIds[row],
                starts[row],
                ends[row],
                statusCodes[row],
                prompt[row],
                completion[row],
                total[row],
            )
        )
    }
    return figures.sessions()
}

private const val TIMES = "Latencies are computed from start and end"

private fun AnyFrame.tokens(what: String): List<Long?> {
    val name = "attributes.llm.token_count.$what"
    val cells = findColumn(name) ?: return List(rowsCount()) { null }
    return List(rowsCount()) { row ->
        tokenCount(cells[row].takeUnless(::isAbsent)) { "Row $row: $name" }
    }
}

/** @param name of the column, for the message */
internal fun AnyCol.instants(name: String): List<Instant?> =
    (0 until size()).map { row ->
        val cell = get(row).takeUnless(::isAbsent)
        try {
            when (cell) {
                null -> null
                is Instant -> cell
                // Times of other libraries, and what was read from a file, by their text.
                else -> OffsetDateTime.parse(cell.toString().trim()).toInstant()
            }
        } catch (e: DateTimeParseException) {
            throw IllegalArgumentException(
                "Row $row: $name is \"${cell.toString().forMessage()}\", which is not a time such as 2026-01-05T10:00:00Z.",
                e,
            )
        }
    }

private fun statsFrame(sessions: List<SessionStats>): AnyFrame =
    dataFrameOf(
        listOf(
            column(SESSION_ID, sessions.map { it.sessionId }, TEXT),
            column("turns", sessions.map { it.turns }, typeOf<Int>()),
            column("spans", sessions.map { it.spans }, typeOf<Int>()),
            column("latency_ms_mean", sessions.map { it.latencyMsMean }, typeOf<Double?>()),
            column("latency_ms_sum", sessions.map { it.latencyMsSum }, typeOf<Double>()),
            column("latency_ms_max", sessions.map { it.latencyMsMax }, typeOf<Double?>()),
            column("latency_ms_p95", sessions.map { it.latencyMsP95 }, typeOf<Double?>()),
            column("token_count_prompt", sessions.map { it.tokenCountPrompt }, typeOf<Long>()),
            column(
                "token_count_completion",
                sessions.map { it.tokenCountCompletion },
                typeOf<Long>(),
            ),
            column("token_count_total", sessions.map { it.tokenCountTotal }, typeOf<Long>()),
            column("errors", sessions.map { it.errors }, typeOf<Int>()),
            column("start_time", sessions.map { it.startTime }, typeOf<Instant?>()),
            column("end_time", sessions.map { it.endTime }, typeOf<Instant?>()),
        )
    )
