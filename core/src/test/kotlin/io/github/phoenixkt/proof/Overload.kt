package io.github.phoenixkt.proof

import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.contract.Conversation
import io.github.phoenixkt.contract.contractClient
import io.github.phoenixkt.support.ChildJvm
import io.github.phoenixkt.upload.Delivery
import io.github.phoenixkt.upload.RowOutcome
import io.github.phoenixkt.upload.uploadOptions
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource
import kotlin.time.measureTime
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext

private const val RATE = 60
private val PROGRESS = 30.seconds

/** Uploads rows with a window of its own, and prints the number of those that it calls stored. */
internal object UploadProgram {
    @JvmStatic
    fun main(args: Array<String>) {
        val (endpoint, project, span, name) = args
        val count = args[4]
        val rows =
            List(count.toInt()) {
                SpanAnnotationData(span, name, label = "l$it", identifier = "i$it")
            }
        val options = uploadOptions {
            this.project = project
            delivery = deliveryOf(name)
        }
        val report = runBlocking {
            contractClient(endpoint).use { it.annotations.upload(rows, options) }
        }
        System.err.println("$name: ${report.counts()} ${report.remarks}")
        report.outcomes.forEachIndexed { number, outcome ->
            if (outcome is RowOutcome.Stored) println("l$number")
        }
    }
}

/** Every other program verifies. */
private fun deliveryOf(name: String) =
    if (name.substringAfterLast(' ').toInt() % 2 == 0) Delivery.VERIFIED else Delivery.QUEUED

/** @return the labels of the rows that it calls stored */
private suspend fun runUpload(vararg args: String): List<String> = coroutineScope {
    val classPath = System.getProperty("java.class.path")
    val process =
        ProcessBuilder(ChildJvm.java(UploadProgram::class.java.name, classPath, listOf(), *args))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start()
    // A read from a process ends only with it: also when the time of the proof is up.
    val end =
        launch(start = CoroutineStart.UNDISPATCHED) {
            try {
                awaitCancellation()
            } finally {
                process.destroyForcibly()
            }
        }
    val lines = withContext(Dispatchers.IO) { process.inputStream.bufferedReader().readLines() }
    check(withContext(Dispatchers.IO) { process.waitFor() } == 0) { "${args[3]} failed" }
    end.cancelAndJoin()
    lines
}

/** A run takes minutes: whether the queue keeps up shows at once. */
private suspend fun tellProgress(feed: Feed) {
    val begin = TimeSource.Monotonic.markNow()
    while (true) {
        delay(PROGRESS)
        println("  after ${begin.elapsedNow().inWholeSeconds} s: ${feed.state}")
    }
}

/**
 * Gives feedback through a queue while other programs upload, each with the whole window: together
 * more than Phoenix can queue.
 *
 * @return what of the feedback was lost, stored twice or reported falsely, and what a program
 *   called stored and was not
 */
internal suspend fun proveOverload(endpoint: String, programs: Int, rows: Int): List<String> =
    contractClient(endpoint).use { client ->
        val talk = Conversation().record(client)
        val feed = Feed(client, talk, RATE)
        val names = List(programs) { "bulk $it" }
        lateinit var claimed: List<List<String>>
        coroutineScope {
            val feedback = feed.start(this)
            val progress = launch { tellProgress(feed) }
            val time = measureTime {
                claimed =
                    names
                        .map { name ->
                            async {
                                runUpload(endpoint, talk.project, talk.llmSpan, name, "$rows")
                            }
                        }
                        .awaitAll()
            }
            println("$programs uploads of $rows rows, each in a process of its own: $time")
            feedback.cancelAndJoin()
            println("drained in ${measureTime { feed.drain() }}")
            progress.cancelAndJoin()
        }
        differences(client, talk, listOf(feed)) +
            names.flatMapIndexed { number, name ->
                val stored =
                    client.spans
                        .getSpanAnnotations(
                            listOf(talk.llmSpan),
                            includeAnnotationNames = listOf(name),
                            project = talk.project,
                        )
                        .toList()
                        .map { it.label.orEmpty() }
                val told = claimed[number]
                println(
                    "$name, ${deliveryOf(name)}: ${told.size} reported as stored, ${stored.size} found"
                )
                (told - stored.toSet()).map { "$name: reported as stored and lost: $it" }
            }
    }
