package io.github.phoenixkt.queue

import io.github.phoenixkt.Answer
import io.github.phoenixkt.CallOptions
import io.github.phoenixkt.FakeTime
import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.PhoenixListener
import io.github.phoenixkt.RequestEvent
import io.github.phoenixkt.RetrySettings
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.isolatedClient
import io.github.phoenixkt.support.runMain
import io.github.phoenixkt.upload.items
import io.github.phoenixkt.upload.spanId
import io.github.phoenixkt.upload.text
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.ktor.client.engine.HttpClientEngine
import java.nio.file.Path
import java.time.Duration
import java.util.concurrent.CountDownLatch
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.runBlocking

private const val SECRET = "px-secret-key"
private const val REFUSED = "http://127.0.0.1:1"
private val PAGE = Answer(501, "<h1>Error response</h1>", "text/html", version = null)

/** Queues without a listener, each in trouble of its own. What they log goes to the output. */
object QueuesInTrouble {
    @JvmStatic
    fun main(args: Array<String>) = runBlocking {
        scene("away") { away() }
        scene("refused") { refused {} }
        scene("spooled") { refused { spool = Path.of(args[0]) } }
        scene("cut") { cut() }
        scene("missing") { missing() }
        scene("choking") { choking() }
        scene("turns") { turns() }
        scene("flapping") { flapping(longest = 1) }
        scene("lasting") { flapping(longest = 60) }
    }

    private suspend fun scene(name: String, play: suspend () -> Unit) {
        println("== $name")
        play()
    }

    private fun client(
        address: String,
        own: HttpClientEngine? = null,
        told: PhoenixListener? = null,
    ) = isolatedClient {
        endpoint = address
        engine = own
        apiKey = SECRET
        runtime = FakeTime().runtime()
        listener = told
    }

    private fun clientOf(server: MockPhoenix) = client(server.endpoint, server.engine)

    /** First another server, then Phoenix without this key, then Phoenix. */
    private suspend fun away() {
        val given = AtomicInteger()
        val offered = CompletableDeferred<Unit>()
        val server = MockPhoenix { sent ->
            // Time flies: the first row may be sent before the second one is offered.
            offered.await()
            val number = given.incrementAndGet()
            if (number <= 4) PAGE
            else if (number <= 8) Answer(401, "Invalid token $SECRET") else sent.stored()
        }
        clientOf(server).use { client ->
            val queue = client.annotationQueue { maxAge = LONG }
            val offers = (1..2).map { queue.offer(row(it)) }
            offered.complete(Unit)
            offers.forEach { it.outcome.await() }
            queue.close(LONG)
        }
    }

    /** Two failures take turns, all within a minute. */
    private suspend fun turns() {
        val given = AtomicInteger()
        val server = MockPhoenix { sent ->
            val number = given.incrementAndGet()
            if (number > 8) sent.stored()
            else if (number % 2 == 1) Answer(401, "Invalid token") else PAGE
        }
        clientOf(server).use { client ->
            val queue = client.annotationQueue { maxAge = LONG }
            queue.offer(row(1)).outcome.await()
            queue.close(LONG)
        }
    }

    private suspend fun refused(configure: AnnotationQueueOptions.Builder.() -> Unit) {
        val requests = CountDownLatch(20)
        val counting =
            object : PhoenixListener {
                override fun onRequest(event: RequestEvent) = requests.countDown()
            }
        client(REFUSED, told = counting).use { client ->
            val queue = client.annotationQueue {
                maxAge = LONG
                configure()
            }
            queue.offer(row(1))
            requests.await()
            queue.close(Duration.ZERO)
        }
    }

    /** The queue is closed while it asks whether Phoenix takes the key again. */
    private suspend fun cut() {
        val asked = AtomicInteger()
        val askedAgain = CompletableDeferred<Unit>()
        val server = MockPhoenix {
            if (asked.incrementAndGet() > 1) {
                askedAgain.complete(Unit)
                awaitCancellation()
            }
            Answer(401, "Invalid token")
        }
        clientOf(server).use { client ->
            val queue = client.annotationQueue { maxAge = LONG }
            queue.offer(row(1))
            askedAgain.await()
            queue.close(Duration.ZERO)
        }
    }

    private suspend fun missing() =
        clientOf(MockPhoenix { Answer(404, "not found") }).use { client ->
            val queue = client.annotationQueue { maxAge = LONG }
            queue.offer(SpanAnnotationData("ab".repeat(16), "tone", label = "calm")).outcome.await()
            queue.close(LONG)
        }

    /** A proxy refuses each row once, and the last one [longest] times. */
    private suspend fun flapping(longest: Int) {
        val refusals = AtomicInteger()
        val server = MockPhoenix { sent ->
            if (refusals.getAndDecrement() > 0) Answer(429, "Slow down", version = null)
            else sent.stored()
        }
        val once = RetrySettings.builder().maxAttempts(1).build()
        clientOf(server).withOptions(CallOptions.builder().retry(once).build()).use { client ->
            val queue = client.annotationQueue { maxAge = LONG }
            for (number in 1..6) {
                refusals.set(if (number == 6) longest else 1)
                queue.offer(row(number)).outcome.await()
            }
            queue.close(LONG)
        }
    }

    /** One row fails again and again, between others that are stored. */
    private suspend fun choking() {
        val failures = Channel<Unit>(Channel.UNLIMITED)
        val server = MockPhoenix { sent ->
            if (sent.items().any { it.text("span_id") == spanId(0) }) {
                failures.send(Unit)
                Answer(500, "Internal Server Error", version = null)
            } else sent.stored()
        }
        clientOf(server).use { client ->
            val queue = client.annotationQueue { maxAge = LONG }
            queue.offer(row(0))
            for (number in 1..5) {
                repeat(3) { failures.receive() }
                queue.offer(row(number)).outcome.await()
            }
            queue.close(Duration.ZERO)
        }
    }
}

/** What a queue without a listener says to people. */
class QueueLogSpec :
    FunSpec({
        val scenes by lazy {
            val ended =
                runMain(
                    QueuesInTrouble::class.java.name,
                    tempdir().toString(),
                    options =
                        listOf(
                            "-Dorg.slf4j.simpleLogger.log.io.github.phoenixkt=info",
                            "-Dorg.slf4j.simpleLogger.logFile=System.out",
                        ),
                )
            ended.exitCode shouldBe 0
            ended.output.split("== ").drop(1).associate { scene ->
                scene.lines().first() to scene.lines().filter { "io.github.phoenixkt" in it }
            }
        }

        fun linesOf(scene: String, vararg words: String) =
            scenes.getValue(scene).filter { line -> words.all { it in line } }

        test(
            "one warning when a queue begins to wait, one for each new reason, and one line when it goes on"
        ) {
            val warnings = linesOf("away", "WARN", "cannot send to Phoenix")
            warnings shouldHaveSize 2
            warnings[0] shouldContain "phoenix.test:6006: POST /v1/span_annotations"
            warnings[0] shouldContain "not from Phoenix"
            warnings[0] shouldContain "2 rows are waiting"
            warnings[1] shouldContain "401"
            warnings[1] shouldContain "Check that the key is right"
            linesOf("away", "INFO", "queue continues") shouldHaveSize 1
            scenes.getValue("away") shouldHaveSize 3
            scenes.values.flatten().forEach { it shouldNotContain SECRET }
        }

        test("a failure that follows another one is told again, but two that take turns are not") {
            val warnings = linesOf("turns", "WARN", "cannot send to Phoenix")
            warnings.map { "401" in it } shouldBe listOf(true, false, true, false)
            linesOf("turns", "queue continues") shouldHaveSize 1
        }

        test(
            "a refused connection is one warning with the endpoint, and no line for each attempt"
        ) {
            val warning = linesOf("refused", "WARN", "cannot send to Phoenix").single()
            warning shouldContain "at $REFUSED: "
            warning shouldContain "no connection could be made"
            warning shouldContain "1 row is waiting"
            linesOf("refused", "INFO").shouldBeEmpty()
        }

        test("a row that is left says what the queue waited for") {
            val left =
                linesOf("refused", "An annotation of span ${spanId(1)} was not stored").single()
            left shouldContain "the queue was closed while it waited for Phoenix at $REFUSED: "
            left shouldContain "no connection could be made"
        }

        test("a request that is cut off is no sign that Phoenix responds again") {
            linesOf("cut", "queue continues").shouldBeEmpty()
            val left = linesOf("cut", "may not be stored").single()
            left shouldContain "the queue was closed while it waited for Phoenix"
            left shouldContain "failed with 401"
        }

        test("a row in the spool is not called lost") {
            linesOf("spooled", "not stored").shouldBeEmpty()
            linesOf("spooled", "INFO", spanId(1), "is in the spool", "next queue") shouldHaveSize 1
        }

        test("a missing target says how long it was awaited, and that it is another kind's id") {
            val line = linesOf("missing", "was not stored").single()
            line shouldContain Regex("did not know the span within 6\\d\\d s")
            line shouldContain "has 32 digits like a trace id"
        }

        test("refusals that come and go are one warning in a minute, and one that lasts is told") {
            linesOf("flapping", "WARN") shouldHaveSize 1
            linesOf("flapping", "queue continues") shouldHaveSize 1
            linesOf("lasting", "WARN") shouldHaveSize 2
            linesOf("lasting", "queue continues") shouldHaveSize 2
        }

        test("a row that the server chokes on is told once, however often others pass it") {
            linesOf("choking", "WARN", "cannot send to Phoenix") shouldHaveSize 1
            linesOf("choking", "queue continues") shouldHaveSize 1
        }
    })
