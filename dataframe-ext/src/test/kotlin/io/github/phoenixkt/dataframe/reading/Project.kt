package io.github.phoenixkt.dataframe.reading

import io.github.phoenixkt.dataframe.getSpansDataframe
import io.github.phoenixkt.dataframe.official
import io.github.phoenixkt.dataframe.rows
import io.github.phoenixkt.dataframe.sessionStats
import io.github.phoenixkt.dataframe.shouldHaveFiguresOf
import io.github.phoenixkt.sessions.SessionStats
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonPrimitive
import org.jetbrains.kotlinx.dataframe.AnyFrame

/** What was exported to a server, and the clients that read it. */
class Project(endpoint: String, val exported: Exported) : Clients(endpoint, exported.project) {
    /** Those of a frame, of a flow and of a Java stream, against those of pandas. */
    suspend fun checkStatistics() {
        val size = exported.spanIds.size
        val theirs =
            withContext(Dispatchers.IO) {
                official(endpoint, exported.project, limit = 2 * size, only = "sessions")
            }
        theirs.getValue("span_ids").jsonArray.map { it.jsonPrimitive.content }.sorted() shouldBe
            exported.spanIds
        val frame = kotlin.spans.getSpansDataframe().sessionStats()
        frame.shouldHaveFiguresOf(theirs.rows("sessions"))
        // One entry is of the spans without a session.
        frame.rowsCount() shouldBe exported.sessionIds.size + 1

        val ofFlow = SessionStats.Accumulator()
        kotlin.spans.getSpans().collect(ofFlow::add)
        val ofStream =
            withContext(Dispatchers.IO) {
                java.spans().getSpans().use { it.collect(SessionStats.collector()) }
            }
        // The very same doubles: their text has all digits.
        val rows = frame.texts()
        ofFlow.sessions().map(::textOf).sorted() shouldBe rows
        ofStream.map(::textOf).sorted() shouldBe rows
    }
}

/** Sessions that began at one moment stand in the order in which their spans came. */
private fun AnyFrame.texts(): List<String> =
    List(rowsCount()) { row -> columns().joinToString { "${it[row]}" } }.sorted()

/** In the order of the columns of a frame. */
private fun textOf(stats: SessionStats): String =
    listOf(
            stats.sessionId,
            stats.turns,
            stats.spans,
            stats.latencyMsMean,
            stats.latencyMsSum,
            stats.latencyMsMax,
            stats.latencyMsP95,
            stats.tokenCountPrompt,
            stats.tokenCountCompletion,
            stats.tokenCountTotal,
            stats.errors,
            stats.startTime,
            stats.endTime,
        )
        .joinToString()
