package io.github.phoenixkt.transport

import io.github.phoenixkt.Answer
import io.github.phoenixkt.FakeTime
import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.PhoenixRuntime
import io.github.phoenixkt.QUEUED
import io.github.phoenixkt.ids
import io.github.phoenixkt.json
import io.github.phoenixkt.scripted
import io.github.phoenixkt.spans.spanData
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldNotBeInstanceOf
import java.io.IOException
import java.net.ConnectException
import java.time.Duration
import java.time.Instant
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest

private val RETRIED = listOf(408, 429, 502, 503, 504)
private val NOT_RETRIED = listOf(400, 401, 403, 404, 405, 409, 413, 422, 500, 501, 507)

private val PROJECT = json("""{"data":{"id":"P","name":"p"}}""")

/** A proxy's answer. */
private fun refused(status: Int, retryAfter: String? = null) =
    Answer(
        status,
        "no",
        headers = retryAfter?.let { mapOf("Retry-After" to it) }.orEmpty(),
        version = null,
    )

private fun result(failure: () -> Answer): String =
    try {
        "${failure().status}"
    } catch (e: IOException) {
        "${e.message}"
    }

private val SPANS =
    listOf(spanData("s", "67f6740bbe1ddc3f", "t", Instant.EPOCH, Instant.EPOCH.plusMillis(1)))

@OptIn(ExperimentalCoroutinesApi::class)
class RetrySpec :
    FunSpec({
        RETRIED.forEach { status ->
            test("$status is tried again until it goes well") {
                val time = FakeTime()
                val server = scripted(refused(status), refused(status), PROJECT)
                server.client { runtime = time.runtime() }.projects.get("p").name shouldBe "p"
                server.requests.size shouldBe 3
                time.sleeps.size shouldBe 2
            }

            test("$status four times is an error that says so") {
                val server = scripted(refused(status))
                val error =
                    shouldThrow<PhoenixException> {
                        server.client { runtime = FakeTime().runtime() }.projects.get("p")
                    }
                error.status shouldBe status
                error.message shouldContain "GET /v1/projects/p"
                error.message shouldContain "after 4 attempts"
                server.requests.size shouldBe 4
            }
        }

        NOT_RETRIED.forEach { status ->
            test("$status is not tried again") {
                val server = scripted(refused(status), PROJECT)
                shouldThrow<PhoenixException> {
                    server.client { runtime = FakeTime().runtime() }.projects.get("p")
                }
                server.requests.size shouldBe 1
            }
        }

        test("a write of annotations is repeated whole, since twice is the same as once") {
            val server = scripted(refused(503), ids("1"))
            server
                .client { runtime = FakeTime().runtime() }
                .spans
                .addSpanAnnotation("s", "a", score = 1.0, sync = true)!!
                .id shouldBe "1"
            server.requests[0].body shouldBe server.requests[1].body
        }

        test("delays double from half a second to eight") {
            val time = FakeTime(chance = 1.0)
            val server = scripted(refused(503))
            shouldThrow<PhoenixException> {
                server
                    .client {
                        runtime = time.runtime()
                        retry { maxAttempts = 7 }
                    }
                    .projects
                    .get("p")
            }
            time.sleeps
                .map { it.toMillis() }
                .shouldContainExactly(500, 1_000, 2_000, 4_000, 8_000, 8_000)
        }

        test("jitter reaches down to no delay at all") {
            for ((chance, first) in listOf(0.0 to 0L, 0.25 to 125L, 0.5 to 250L)) {
                val time = FakeTime(chance)
                scripted(refused(503), PROJECT)
                    .client { runtime = time.runtime() }
                    .projects
                    .get("p")
                time.sleeps.single().toMillis() shouldBe first
            }
        }

        test("one attempt means no retry") {
            val server = scripted(refused(503), PROJECT)
            shouldThrow<PhoenixException.ServerError> {
                server.client { retry { maxAttempts = 1 } }.projects.get("p")
            }
            server.requests.size shouldBe 1
        }

        listOf(
                "7" to 7_000L,
                "0" to 0L,
                "60" to 60_000L,
                "Mon, 05 Jan 2026 10:00:09 GMT" to 9_000L,
                "Mon, 05 Jan 2026 09:00:00 GMT" to 0L,
                "soon" to 500L,
                "-3" to 500L,
                "1.5" to 500L,
            )
            .forEach { (header, millis) ->
                test("Retry-After: $header is a delay of $millis ms") {
                    val time = FakeTime()
                    scripted(refused(429, header), PROJECT)
                        .client { runtime = time.runtime() }
                        .projects
                        .get("p")
                    time.sleeps.single().toMillis() shouldBe millis
                }
            }

        listOf(
                "61",
                "9999999999999999",
                "99999999999999999999",
                "Mon, 05 Jan 2026 12:00:00 GMT",
            )
            .forEach { header ->
                test("Retry-After: $header is too long to wait for") {
                    val time = FakeTime()
                    val server = scripted(refused(503, header), PROJECT)
                    shouldThrow<PhoenixException.ServerError> {
                        server.client { runtime = time.runtime() }.projects.get("p")
                    }
                    time.sleeps.shouldBeEmpty()
                    server.requests.size shouldBe 1
                }
            }

        listOf("Mon, 05 Jan 2026 09:00:00 GMT", "Mon, 05 Jan 2026 11:00:00 GMT").forEach { date ->
            test("a date to wait for is by the clock of the server, where it is $date") {
                val time = FakeTime()
                val headers = mapOf("Date" to date, "Retry-After" to date.replace(":00 ", ":09 "))
                scripted(Answer(429, "slow down", headers = headers), PROJECT)
                    .client { runtime = time.runtime() }
                    .projects
                    .get("p")
                time.sleeps.single().toMillis() shouldBe 9_000L
            }
        }

        test("the time for a call with all its attempts is bounded") {
            val time = FakeTime()
            val server = scripted(refused(503, "50"))
            shouldThrow<PhoenixException.ServerError> {
                server
                    .client {
                        runtime = time.runtime()
                        retry { maxAttempts = 10 }
                    }
                    .projects
                    .get("p")
            }
            time.sleeps.map { it.seconds }.shouldContainExactly(50, 50)
        }

        for (failure in
            listOf<() -> Answer>(
                { throw ConnectException("Connection refused") },
                { refused(429) },
                { refused(503) },
            )) {
            test("a retry that comes too late keeps the error before it: ${result(failure)}") {
                val time = FakeTime()
                val server = MockPhoenix { failure() }
                val client = server.client {
                    // As after the machine was suspended.
                    runtime =
                        PhoenixRuntime(
                            time.runtime().clock,
                            sleep = { time.pass(Duration.ofHours(1)) },
                        )
                }
                val error = shouldThrow<PhoenixException> { client.projects.get("p") }
                error.shouldNotBeInstanceOf<PhoenixException.Timeout>()
                error.suppressed.single().message shouldContain "attempt 2"
                server.requests.size shouldBe 1
            }
        }

        test("a retry that waits in vain for its turn keeps the error before it") {
            runTest {
                val server =
                    MockPhoenix(dispatcher = StandardTestDispatcher(testScheduler)) {
                        if (it.path.endsWith("/p")) refused(503) else awaitCancellation()
                    }
                lateinit var other: PhoenixClient
                val client = server.client {
                    maxConcurrentCalls = 1
                    runtime =
                        PhoenixRuntime(
                            FakeTime().runtime().clock,
                            sleep = {
                                backgroundScope.launch { other.projects.get("other") }
                                delay(1)
                            },
                        )
                }
                other = client.withOptions { timeout = Duration.ofMinutes(10) }
                val error = shouldThrow<PhoenixException.ServerError> { client.projects.get("p") }
                error.suppressed.single().message shouldContain "maxConcurrentCalls"
            }
        }

        test("an exchange that takes too long is given up and repeated, on virtual time") {
            runTest {
                var calls = 0
                val server =
                    MockPhoenix(dispatcher = StandardTestDispatcher(testScheduler)) {
                        if (++calls < 3) awaitCancellation() else PROJECT
                    }
                server
                    .client {
                        runtime = FakeTime(chance = 0.0).runtime()
                        timeouts { request = Duration.ofSeconds(20) }
                    }
                    .projects
                    .get("p")
                    .name shouldBe "p"
                currentTime shouldBe 40_000
            }
        }

        test("the timeout of a view counts for its calls alone") {
            runTest {
                val server =
                    MockPhoenix(dispatcher = StandardTestDispatcher(testScheduler)) {
                        delay(5_000)
                        PROJECT
                    }
                val client = server.client { retry { maxAttempts = 1 } }
                val error =
                    shouldThrow<PhoenixException.Timeout> {
                        client.withOptions { timeout = Duration.ofSeconds(2) }.projects.get("p")
                    }
                error.message shouldContain "2000 ms"
                error.message shouldContain "GET /v1/projects/p"
                currentTime shouldBe 2_000
                client.projects.get("p").name shouldBe "p"
            }
        }

        test("a timeout that is not positive is refused") {
            val client = scripted(PROJECT).client()
            for (bad in listOf(Duration.ZERO, Duration.ofSeconds(-1))) {
                shouldThrow<IllegalArgumentException> { client.withOptions { timeout = bad } }
            }
        }

        test("the last attempt has only the time that is left") {
            runTest {
                val server =
                    MockPhoenix(dispatcher = StandardTestDispatcher(testScheduler)) {
                        awaitCancellation()
                    }
                val time = FakeTime(chance = 0.0)
                shouldThrow<PhoenixException.Timeout> {
                    server
                        .client {
                            runtime = time.runtime()
                            timeouts { request = Duration.ofSeconds(90) }
                            retry {
                                totalTimeout = Duration.ofSeconds(30)
                                maxAttempts = 1
                            }
                        }
                        .projects
                        .get("p")
                }
                currentTime shouldBe 30_000
            }
        }

        listOf(
                "logging spans" to "POST /v1/projects/default/spans",
                "creating a project" to "POST /v1/projects",
                "a note to an old server" to "POST /v1/span_notes",
            )
            .forEach { (what, line) ->
                val once: suspend (MockPhoenix) -> Unit = { server ->
                    val client = server.client { runtime = FakeTime().runtime() }
                    when (what) {
                        "logging spans" -> client.spans.logSpans(SPANS)
                        "creating a project" -> client.projects.ensure("p")
                        else -> client.spans.addSpanNote("s", "x")
                    }
                }
                val version = if ("old" in what) "15.6.0" else "20.0.0"

                test("$what is not repeated once it may have arrived") {
                    for (failure in
                        listOf<() -> Answer>(
                            { refused(503) },
                            { throw IOException("connection reset") },
                        )) {
                        val server =
                            MockPhoenix(version) {
                                if (it.method == "GET") Answer(404, "unknown", version = version)
                                else failure()
                            }
                        shouldThrow<PhoenixException> { once(server) }
                        server.lines.count { it == line } shouldBe 1
                    }
                }

                test("$what is repeated while no connection could be made") {
                    var refusals = 2
                    val server =
                        MockPhoenix(version) {
                            when {
                                it.method == "GET" -> Answer(404, "unknown", version = version)
                                refusals-- > 0 -> throw ConnectException("Connection refused")
                                "notes" in it.path ->
                                    json("""{"data":{"id":"N"}}""", version = version)
                                it.path.endsWith("/spans") ->
                                    json("""{"total_received":1,"total_queued":1}""", 202)
                                else -> PROJECT
                            }
                        }
                    once(server)
                    server.lines.count { it == line } shouldBe 3
                }
            }

        test("a note with an identifier is repeated, with the same identifier") {
            var number = 0
            val server = scripted(refused(503), json("""{"data":{"id":"N"}}"""))
            server
                .client { runtime = FakeTime().runtime(newId = { "id-${++number}" }) }
                .spans
                .addSpanNote("s", "x")
                .identifier shouldBe "px-span-note:id-1"
            server.requests.map { it.body }.distinct().size shouldBe 1
        }

        test("an error of a note names its identifier, so that it can be sent again") {
            for (failure in
                listOf<() -> Answer>(
                    { refused(503) },
                    { refused(500) },
                    { throw IOException("connection reset") },
                )) {
                val server = MockPhoenix { failure() }
                shouldThrow<PhoenixException> {
                        server.client { runtime = FakeTime().runtime() }.spans.addSpanNote("s", "x")
                    }
                    .message shouldContain "px-span-note:id-1"
            }
        }

        test("a deletion that is not found any more on the second try has succeeded") {
            var calls = 0
            val server = MockPhoenix {
                if (++calls == 1) throw IOException("connection reset")
                Answer(404, "Project not found")
            }
            server.client { runtime = FakeTime().runtime() }.projects.delete("p")
            server.requests.size shouldBe 2
        }

        test("a deletion that is not found at once is an error") {
            shouldThrow<PhoenixException.NotFound> {
                scripted(Answer(404, "Project not found")).client().projects.delete("p")
            }
        }

        test("a deletion that cannot have arrived before is not found all the same") {
            var calls = 0
            val server = MockPhoenix {
                if (++calls == 1) throw ConnectException("Connection refused")
                Answer(404, "Project not found")
            }
            shouldThrow<PhoenixException.NotFound> {
                server.client { runtime = FakeTime().runtime() }.projects.delete("p")
            }
        }

        test("a cancellation that an engine makes up is a broken connection, not the caller's") {
            val server = MockPhoenix { throw CancellationException("channel was cancelled") }
            val error =
                shouldThrow<PhoenixException.Unreachable> {
                    server.client { runtime = FakeTime().runtime() }.projects.get("p")
                }
            error.mayHaveArrived shouldBe true
            server.requests.size shouldBe 4
        }

        test("a connection that cannot be made says that nothing arrived") {
            val server = MockPhoenix { throw ConnectException("Connection refused") }
            val error =
                shouldThrow<PhoenixException.Unreachable> {
                    server.client { runtime = FakeTime().runtime() }.projects.get("p")
                }
            error.mayHaveArrived shouldBe false
            error.message shouldContain server.endpoint
            error.cause.shouldBeInstanceOf<ConnectException>()
        }

        test("a queued write that fails is an error, not silence") {
            val server = scripted(refused(500), QUEUED)
            shouldThrow<PhoenixException.ServerError> {
                server.client().spans.addSpanAnnotation("s", "a", score = 1.0)
            }
        }
    })
