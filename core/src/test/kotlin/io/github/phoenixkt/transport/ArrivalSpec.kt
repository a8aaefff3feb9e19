package io.github.phoenixkt.transport

import io.github.phoenixkt.Answer
import io.github.phoenixkt.FakeTime
import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.PhoenixSettings
import io.github.phoenixkt.annotations.DeleteAll
import io.github.phoenixkt.configs.freeformAnnotationConfig
import io.github.phoenixkt.json
import io.github.phoenixkt.spans.spanData
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.io.IOException
import java.net.ConnectException
import java.time.Duration
import java.time.Instant
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest

private fun proxy(status: Int) = Answer(status, "no", version = null)

/** After these nobody knows whether the first attempt was carried out. */
private val LOST_ANSWERS: Map<String, () -> Answer> =
    mapOf(
        "a reset" to { throw IOException("connection reset") },
        "502" to { proxy(502) },
        "503" to { proxy(503) },
        "504" to { proxy(504) },
        "408" to { proxy(408) },
    )

/** After these nothing was done, if they stand alone. */
private val REFUSALS: Map<String, () -> Answer> =
    mapOf(
        "a refused connection" to { throw ConnectException("Connection refused") },
        "429" to { proxy(429) },
        "400" to { Answer(400, "no") },
        "401" to { Answer(401, "Invalid token") },
        "403" to { Answer(403, "no") },
        "404" to { Answer(404, "no") },
        "409" to { Answer(409, "no") },
        "413" to { Answer(413, "no") },
        "422" to { Answer(422, "no") },
        "507" to { Answer(507, "locked") },
    )

private fun MockPhoenix.hurried(configure: PhoenixSettings.Builder.() -> Unit = {}): PhoenixClient =
    client {
        runtime = FakeTime().runtime()
        configure()
    }

/** The error of a write whose attempts are answered so, the last one again and again. */
private suspend fun errorOfWrite(vararg attempts: () -> Answer): PhoenixException {
    val left = ArrayDeque(attempts.toList())
    val server = MockPhoenix { (if (left.size > 1) left.removeFirst() else left.first())() }
    return shouldThrow<PhoenixException> {
        server.hurried().spans.addSpanAnnotation("s", "a", score = 1.0, sync = true)
    }
}

private val NOTES: Map<String, suspend (PhoenixClient, String?) -> String?> =
    mapOf(
        "span" to
            { client, identifier ->
                client.spans.addSpanNote("s", "x", identifier).identifier
            },
        "trace" to
            { client, identifier ->
                client.traces.addTraceNote("t", "x", identifier).identifier
            },
        "session" to
            { client, identifier ->
                client.sessions.addSessionNote("s", "x", identifier).identifier
            },
    )

/** Whatever a note may be answered with. */
private val NOTE_FAILURES: Map<String, () -> Answer> =
    LOST_ANSWERS +
        REFUSALS +
        mapOf(
            "a page" to { Answer(200, "<html>Sign in</html>", "text/html", version = null) },
            "cut JSON" to { json("""{"data":{"id":"N""") },
            "no content" to { Answer(204, contentType = null) },
            "JSON of another kind" to { json("""{"data":[{"id":"N"}]}""") },
            "an id that is no text" to { json("""{"data":{"id":{}}}""") },
            "500" to { Answer(500, "Internal Server Error", version = null) },
            "a redirect" to { Answer(302, version = null) },
        )

private val DELETIONS: Map<String, suspend (PhoenixClient) -> Unit> =
    mapOf(
        "span" to { it.spans.delete("67f6740bbe1ddc3f") },
        "trace" to { it.traces.delete("t") },
        "session" to { it.sessions.delete("s") },
        "project" to { it.projects.delete("p") },
        "config" to { it.annotationConfigs.delete("Q2F0ZWdvcmljYWxBbm5vdGF0aW9uQ29uZmlnOjE=") },
    )

/** They read before they write. */
private val LOOKING_FIRST: Map<String, suspend (PhoenixClient) -> Any?> =
    mapOf(
        "making a project" to { it.projects.create("p") },
        "ensuring a project" to { it.projects.ensure("p") },
        "replacing the configs of a project" to
            {
                it.annotationConfigs.replace("p", listOf("tone"))
            },
        "updating a config" to
            {
                it.annotationConfigs.update("tone", freeformAnnotationConfig("tone"))
            },
        "deleting a config" to { it.annotationConfigs.delete("tone") },
    )

/** None of these says that the thing is gone. */
private val FOREIGN_404S =
    mapOf(
        "a page" to Answer(404, "<html>Not Found</html>", "text/html", version = null),
        "a text" to Answer(404, "404 page not found", version = null),
        "a server that is too old" to Answer(404, "Not Found", version = "8.9.0"),
    )

@OptIn(ExperimentalCoroutinesApi::class)
class ArrivalSpec :
    FunSpec({
        REFUSALS.forEach { (what, refusal) ->
            test("$what alone says that nothing was done") {
                val error = errorOfWrite(refusal)
                error.mayHaveArrived shouldBe false
                error.message shouldNotContain "may have"
            }

            LOST_ANSWERS.forEach { (lost, first) ->
                test("$what does not undo the attempt before it, which ended with $lost") {
                    val error = errorOfWrite(first, refusal)
                    error.mayHaveArrived shouldBe true
                    error.message shouldContain "An earlier attempt may have arrived."
                }
            }
        }

        LOST_ANSWERS.forEach { (what, lost) ->
            test("$what proves nothing") { errorOfWrite(lost).mayHaveArrived shouldBe true }
        }

        test("a limit of the rate, then a refused connection: nothing was done") {
            errorOfWrite({ proxy(429) }, { throw ConnectException("refused") })
                .mayHaveArrived shouldBe false
        }

        test("a server that turns out too old does not undo the attempt before it") {
            var calls = 0
            val server =
                MockPhoenix(version = null) {
                    if (++calls == 1) throw IOException("connection reset")
                    Answer(405, "Method Not Allowed", version = "11.0.0")
                }
            val error =
                shouldThrow<PhoenixException.ServerTooOld> {
                    server
                        .hurried()
                        .sessions
                        .addSessionAnnotation("s", "a", score = 1.0, sync = true)
                }
            error.mayHaveArrived shouldBe true
        }

        test("a key that cannot be had for the second attempt does not hide the first") {
            var asked = 0
            val server = MockPhoenix { throw IOException("connection reset") }
            val error =
                shouldThrow<PhoenixException.Unreachable> {
                    server
                        .hurried {
                            apiKey { if (++asked > 2) error("no vault") else "px-key-12345" }
                        }
                        .spans
                        .addSpanAnnotation("s", "a", score = 1.0)
                }
            error.mayHaveArrived shouldBe true
            error.suppressed.single().message shouldBe "no vault"
            server.requests.size shouldBe 1
        }

        test("a deletion that was only put off by a rate limit is not taken for done") {
            var calls = 0
            val server = MockPhoenix {
                if (++calls == 1) proxy(429) else Answer(404, "Project not found")
            }
            shouldThrow<PhoenixException.NotFound> { server.hurried().projects.delete("p") }
        }

        for ((what, delete) in DELETIONS) for ((lost, first) in LOST_ANSWERS) {
            for ((kind, answer) in FOREIGN_404S) {
                test("a deletion of a $what that ends with $lost and then the 404 of $kind fails") {
                    var calls = 0
                    val server =
                        MockPhoenix(version = null) { if (++calls == 1) first() else answer }
                    val error = shouldThrow<PhoenixException> { delete(server.hurried()) }
                    error.mayHaveArrived shouldBe true
                    server.requests.size shouldBe 2
                }
            }

            test("a $what that is gone after $lost is deleted") {
                var calls = 0
                val server = MockPhoenix {
                    if (++calls == 1) first() else Answer(404, "not found")
                }
                delete(server.hurried())
                server.requests.size shouldBe 2
            }
        }

        test("spans that a mesh answers with 503 are looked for") {
            val span = spanData("s", "67f6740bbe1ddc3f", "t", Instant.EPOCH, Instant.EPOCH)
            val server = MockPhoenix { proxy(503) }
            shouldThrow<PhoenixException.ServerError> {
                server.hurried().spans.logSpans(listOf(span))
            }
            server.requests.map { it.method } shouldContain "GET"
        }

        NOTES.forEach { (targetKind, add) ->
            NOTE_FAILURES.forEach { (what, failure) ->
                test(
                    "a $targetKind note that ends with $what names its identifier, which stores one note"
                ) {
                    var failing = true
                    val stored = mutableSetOf<String>()
                    val server = MockPhoenix {
                        stored += it.body
                        if (failing) failure() else json("""{"data":{"id":"N"}}""")
                    }
                    var number = 0
                    val client = server.client {
                        runtime = FakeTime().runtime(newId = { "id-${++number}" })
                    }
                    val error = shouldThrow<PhoenixException> { add(client, null) }
                    error.noteIdentifier shouldBe "px-$targetKind-note:id-1"
                    error.message shouldContain "px-$targetKind-note:id-1"

                    failing = false
                    add(client, error.noteIdentifier) shouldBe error.noteIdentifier
                    stored.size shouldBe 1
                }
            }

            test("a $targetKind note whose server cannot be asked for its version names it, too") {
                val server = MockPhoenix(versionAnswer = proxy(503))
                val error = shouldThrow<PhoenixException> { add(server.hurried(), "mine") }
                error.noteIdentifier shouldBe "mine"
                server.requests.shouldBeEmpty()
            }

            for (answer in
                listOf(
                    proxy(503),
                    proxy(401),
                    Answer(200, "<html>", "text/html", version = null),
                )) {
                test(
                    "a $targetKind note whose look-up is answered with ${answer.status} names its identifier, and is not repeated"
                ) {
                    val server =
                        MockPhoenix(versionAnswer = answer) {
                            throw IOException("connection reset")
                        }
                    val error = shouldThrow<PhoenixException> { add(server.hurried(), null) }
                    error.noteIdentifier shouldBe "px-$targetKind-note:id-1"
                    error.mayHaveArrived shouldBe true
                    server.single.body shouldContain "px-$targetKind-note:id-1"
                }
            }

            test(
                "a $targetKind note that a server too old refuses names the identifier it was given"
            ) {
                val server = MockPhoenix(version = "15.6.0")
                val error =
                    shouldThrow<PhoenixException.ServerTooOld> { add(server.hurried(), "mine") }
                error.noteIdentifier shouldBe "mine"
                error.mayHaveArrived shouldBe false
            }

            test("a $targetKind note without an identifier, for an old server, names none") {
                val server =
                    MockPhoenix(version = "15.6.0") { throw IOException("connection reset") }
                val error = shouldThrow<PhoenixException> { add(server.hurried(), null) }
                error.noteIdentifier shouldBe null
                error.mayHaveArrived shouldBe true
            }
        }

        mapOf<String, suspend (PhoenixClient) -> Any?>(
                "an annotation" to { it.spans.addSpanAnnotation("s", "a", score = 1.0) },
                "a note" to { it.spans.addSpanNote("s", "x") },
                "a document annotation" to
                    {
                        it.spans.addDocumentAnnotation("s", 0, "a", score = 1.0)
                    },
                "a deletion" to
                    {
                        it.spans.deleteSpanAnnotations("p", DeleteAll)
                    },
            )
            .forEach { (what, call) ->
                test("$what whose look-up of the version is reset says that nothing was sent") {
                    val server =
                        MockPhoenix(beforeVersion = { throw IOException("connection reset") })
                    val error = shouldThrow<PhoenixException> { call(server.hurried()) }
                    error.mayHaveArrived shouldBe false
                    error.message shouldContain "GET /arize_phoenix_version"
                    error.message shouldContain "Nothing was sent yet"
                    error.message shouldNotContain "have processed it"
                    server.requests.shouldBeEmpty()
                }

                test("$what whose look-up of the version takes too long says the same") {
                    runTest {
                        val server =
                            MockPhoenix(
                                dispatcher = StandardTestDispatcher(testScheduler),
                                beforeVersion = { awaitCancellation() },
                            )
                        val error =
                            shouldThrow<PhoenixException.Timeout> {
                                call(
                                    server.hurried {
                                        timeouts { request = Duration.ofSeconds(20) }
                                        retry { maxAttempts = 1 }
                                    }
                                )
                            }
                        error.mayHaveArrived shouldBe false
                        error.message shouldContain "Nothing was sent yet"
                        currentTime shouldBe 20_000
                    }
                }
            }

        LOOKING_FIRST.forEach { (what, call) ->
            val failures =
                LOST_ANSWERS + ("a lost answer and a refusal" to { throw ConnectException("no") })
            failures.forEach { (how, failure) ->
                test("$what whose look-up ends with $how says that nothing was sent") {
                    var calls = 0
                    val server = MockPhoenix {
                        if (++calls == 1) throw IOException("connection reset")
                        failure()
                    }
                    val error = shouldThrow<PhoenixException> { call(server.hurried()) }
                    error.mayHaveArrived shouldBe false
                    error.message shouldContain "Nothing was sent yet"
                    error.message shouldNotContain "may have"
                    server.requests.map { it.method }.toSet() shouldBe setOf("GET")
                }
            }

            test("$what whose look-up takes too long says that nothing was sent") {
                runTest {
                    val server =
                        MockPhoenix(dispatcher = StandardTestDispatcher(testScheduler)) {
                            awaitCancellation()
                        }
                    val error =
                        shouldThrow<PhoenixException.Timeout> {
                            call(server.hurried { retry { maxAttempts = 1 } })
                        }
                    error.mayHaveArrived shouldBe false
                    error.message shouldContain "Nothing was sent yet"
                }
            }
        }

        test("the look-up of the version and the call have their time together") {
            runTest {
                val time = FakeTime(chance = 0.0)
                val server =
                    MockPhoenix(
                        dispatcher = StandardTestDispatcher(testScheduler),
                        beforeVersion = { time.now += Duration.ofSeconds(25) },
                    ) {
                        awaitCancellation()
                    }
                shouldThrow<PhoenixException.Timeout> {
                    server
                        .client {
                            runtime = time.runtime()
                            retry {
                                totalTimeout = Duration.ofSeconds(30)
                                maxAttempts = 1
                            }
                        }
                        .spans
                        .addSpanAnnotation("s", "a", score = 1.0)
                }
                currentTime shouldBe 5_000
            }
        }

        test("who waits for the look-up of another call waits no longer than its own time") {
            runTest {
                val asked = CompletableDeferred<Unit>()
                val server =
                    MockPhoenix(
                        dispatcher = StandardTestDispatcher(testScheduler),
                        beforeVersion = {
                            asked.complete(Unit)
                            awaitCancellation()
                        },
                    )
                val client = server.client {
                    runtime = FakeTime(chance = 0.0).runtime()
                    timeouts { request = Duration.ofSeconds(30) }
                    retry {
                        totalTimeout = Duration.ofSeconds(30)
                        maxAttempts = 1
                    }
                }
                val patient = async {
                    runCatching {
                        client
                            .withOptions { timeout = Duration.ofMinutes(10) }
                            .spans
                            .addSpanNote("s", "x")
                    }
                }
                asked.await()
                val error =
                    shouldThrow<PhoenixException.Timeout> { client.spans.addSpanNote("s", "x") }
                error.mayHaveArrived shouldBe false
                currentTime shouldBe 30_000
                patient.cancel()
            }
        }
    })
