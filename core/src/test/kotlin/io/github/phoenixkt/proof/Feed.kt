package io.github.phoenixkt.proof

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.contract.Conversation
import io.github.phoenixkt.queue.NoteData
import io.github.phoenixkt.queue.Offer
import io.github.phoenixkt.queue.QueueOutcome
import io.github.phoenixkt.queue.QueueState
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.TimeSource
import kotlin.time.toJavaDuration
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.isActive
import kotlinx.coroutines.launch

private val LONGEST_DRAIN = 20.minutes

/** Gives feedback at a steady rate, each tenth as a note without an identifier. */
internal class Feed(client: PhoenixClient, talk: Conversation, private val rate: Int) {
    val name = "feed $rate"
    private val span = talk.llmSpan
    // Large enough for minutes in which nothing can be sent.
    private val queue = client.annotationQueue {
        maxRows = 100_000
        maxBytes = 256L shl 20
    }
    private val offers = LinkedHashMap<String, Offer>()
    private var refused = 0
    private var offered = 0

    val state: QueueState
        get() = queue.state

    fun start(scope: CoroutineScope): Job =
        scope.launch(Dispatchers.IO) {
            val begin = TimeSource.Monotonic.markNow()
            val before = offered
            while (isActive) {
                val due = before + (begin.elapsedNow().inWholeMilliseconds * rate / 1_000).toInt()
                while (offered < due) offer(offered++)
                delay(5.milliseconds)
            }
        }

    private fun offer(number: Int) {
        val text = "$name: $number"
        val offer =
            if (number % 10 == 0) queue.offer(NoteData.ofSpan(span, text))
            else queue.offer(SpanAnnotationData(span, name, label = text, identifier = text))
        if (offer.accepted) offers[text] = offer else refused++
    }

    /** What is not as it was promised. */
    suspend fun differences(stored: List<String>): List<String> {
        val mine = stored.filter { it.startsWith("$name: ") }
        val ends = offers.mapValues { it.value.outcome.await() }
        val counts = ends.values.groupingBy { it.name }.eachCount()
        println(
            "$rate a second: ${offers.size} accepted, $refused refused, outcomes $counts, ${mine.size} found in Phoenix"
        )
        val twice = mine.groupingBy { it }.eachCount().filterValues { it > 1 }
        val lost = offers.keys - mine.toSet()
        val untold = ends.filterValues { it !is QueueOutcome.Stored }
        return twice.keys.map { "stored twice: $it" } +
            lost.map { "accepted and lost: $it" } +
            untold.map { (text, end) -> "$text: $end" } +
            (if (refused > 0) listOf("$refused were refused: the queue was too small")
            else emptyList())
    }

    suspend fun drain() {
        check(queue.flush(LONGEST_DRAIN.toJavaDuration())) { "not drained: ${queue.state}" }
    }
}

/** Reads back what the feeds gave: what was lost, stored twice or reported falsely. */
internal suspend fun differences(
    client: PhoenixClient,
    talk: Conversation,
    feeds: List<Feed>,
): List<String> {
    val stored =
        client.spans
            .getSpanAnnotations(
                listOf(talk.llmSpan),
                includeAnnotationNames = feeds.map { it.name } + "note",
                project = talk.project,
            )
            .toList()
            .map { (if (it.isNote) it.explanation else it.label).orEmpty() }
    return feeds.flatMap { it.differences(stored) }
}
