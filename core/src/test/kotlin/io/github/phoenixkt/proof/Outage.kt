package io.github.phoenixkt.proof

import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.contract.Conversation
import io.github.phoenixkt.contract.contractClient
import io.github.phoenixkt.queue.AnnotationQueue
import io.github.phoenixkt.queue.NoteData
import io.github.phoenixkt.queue.Offer
import io.github.phoenixkt.queue.QueueOutcome
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.TimeUnit
import kotlin.io.path.readText
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource
import kotlin.time.toJavaDuration
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.isActive
import kotlinx.coroutines.launch

/** How many annotations a second are given while Phoenix is stopped, each by a queue of its own. */
private val OUTAGE_RATES = listOf(10, 200)
private const val KILL_RATE = 150
private val LONGEST_DRAIN = 10.minutes
private const val SCRIPT_MINUTES = 6L

/**
 * @property outage how long Phoenix is stopped
 * @property up how long it is up before and after that, and before each kill
 * @property kills how often it is killed
 */
class OutagePlan(val outage: Duration, val up: Duration, val kills: Int)

/** A Phoenix of its own, which can be stopped and started again with its data and on its port. */
private class OwnPhoenix : AutoCloseable {
    private val folder = Files.createTempDirectory("phoenix-kt-outage")
    private val script =
        generateSequence(Path.of("").toAbsolutePath()) { it.parent }
            .map { it.resolve("scripts/phoenix") }
            .first(Files::exists)

    init {
        run("start")
    }

    val endpoint = "http://127.0.0.1:${folder.resolve("plain/port").readText().trim()}"

    fun run(vararg command: String) {
        val process =
            ProcessBuilder(listOf("$script") + command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .apply { environment()["PHOENIX_KT_STATE"] = "$folder" }
                .start()
        check(process.waitFor(SCRIPT_MINUTES, TimeUnit.MINUTES) && process.exitValue() == 0) {
            "scripts/phoenix ${command.joinToString(" ")} failed"
        }
    }

    override fun close() = run("stop")
}

/** Gives feedback at a steady rate, each tenth as a note without an identifier. */
private class Feed(
    private val queue: AnnotationQueue,
    private val span: String,
    private val rate: Int,
) {
    private val name = "feed $rate"
    private val offers = LinkedHashMap<String, Offer>()
    private var refused = 0
    private var offered = 0

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

/**
 * Phoenix is stopped while feedback is given, and started again; then it is killed while it stores
 * feedback.
 *
 * @return what was lost, stored twice or reported falsely
 */
suspend fun proveOutage(plan: OutagePlan): List<String> =
    OwnPhoenix().use { phoenix ->
        contractClient(phoenix.endpoint).use { client ->
            val talk = Conversation().record(client)
            fun feed(rate: Int) =
                Feed(
                    client.annotationQueue {
                        maxRows = 100_000
                        maxBytes = 256L shl 20
                    },
                    talk.llmSpan,
                    rate,
                )
            val feeds = OUTAGE_RATES.map(::feed)
            val killed = feed(KILL_RATE)
            coroutineScope {
                val running = feeds.map { it.start(this) }
                delay(plan.up)
                phoenix.run("halt")
                delay(plan.outage)
                phoenix.run("resume")
                val back = TimeSource.Monotonic.markNow()
                delay(plan.up)
                running.forEach { it.cancelAndJoin() }
                feeds.forEach { it.drain() }
                val drained = back.elapsedNow() - plan.up
                println("stopped for ${plan.outage}; drained $drained after the last was given")
                repeat(plan.kills) {
                    val job = killed.start(this)
                    delay(plan.up)
                    phoenix.run("halt", "--kill")
                    delay(1.seconds)
                    phoenix.run("resume")
                    delay(1.seconds)
                    job.cancelAndJoin()
                }
                killed.drain()
                println("killed ${plan.kills} times")
            }
            val stored =
                client.spans
                    .getSpanAnnotations(
                        listOf(talk.llmSpan),
                        includeAnnotationNames =
                            (OUTAGE_RATES + KILL_RATE).map { "feed $it" } + "note",
                        project = talk.project,
                    )
                    .toList()
                    .map { (if (it.isNote) it.explanation else it.label).orEmpty() }
            (feeds + killed).flatMap { it.differences(stored) }
        }
    }
