package io.github.phoenixkt.reading

import io.github.phoenixkt.Answer
import io.github.phoenixkt.FakeTime
import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.ReadProgress
import io.github.phoenixkt.isolatedClient
import io.github.phoenixkt.json
import io.github.phoenixkt.testing.FakePhoenix
import io.github.phoenixkt.testing.FakeSpan
import io.github.phoenixkt.testing.Fault
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeInstanceOf
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.toList

private const val TIMES =
    """"start_time":"2026-01-05T10:00:00+00:00","end_time":"2026-01-05T10:00:01+00:00""""

/** One row in the form of each route. */
private val ROW: Map<String, (Int) -> String> =
    mapOf(
        "spans" to
            {
                """{"id":"$it","name":"$it","context":{"trace_id":"t","span_id":"$it"},$TIMES}"""
            },
        "traces" to { """{"id":"$it","trace_id":"$it","project_id":"p",$TIMES}""" },
        "sessions" to { """{"id":"$it","session_id":"$it","project_id":"p",$TIMES}""" },
        "projects" to { """{"id":"$it","name":"$it"}""" },
        "span_annotations" to
            {
                """{"id":"$it","name":"$it","annotator_kind":"LLM","span_id":"s",
                   "created_at":"2026-01-05T10:00:00+00:00","updated_at":"2026-01-05T10:00:00+00:00"}"""
            },
    )

private fun page(route: String, cursor: String?, vararg rows: Int): Answer {
    val data = rows.joinToString(",") { checkNotNull(ROW[route])(it) }
    return json("""{"data":[$data],"next_cursor":${cursor?.let { "\"$it\"" }}}""")
}

/** Two full pages, then whatever [third] is; one that goes in circles ends. */
private fun server(third: (route: String) -> Answer): MockPhoenix {
    val asked = AtomicInteger()
    return MockPhoenix { request ->
        val route = request.path.substringAfterLast('/')
        when {
            asked.incrementAndGet() > 50 -> Answer(400, "in circles")
            "cursor=c2" in request.query -> third(route)
            "cursor=c1" in request.query -> page(route, "c2", 3)
            else -> page(route, "c1", 1, 2)
        }
    }
}

/** Each flow, as the ids of its items; and the cursor of its third page. */
private val FLOWS: List<Triple<String, String, (PhoenixClient, String?) -> Flow<String>>> =
    listOf(
        Triple("getSpans", "0:c2") { client, cursor ->
            client.spans.getSpans(cursor = cursor).map { it.id }
        },
        Triple("getTraces", "c2") { client, cursor ->
            client.traces.getTraces(cursor = cursor).map { it.id }
        },
        Triple("sessions.list", "c2") { client, cursor ->
            client.sessions.list(cursor = cursor).map { it.id }
        },
        Triple("projects.list", "c2") { client, _ -> client.projects.list().map { it.id } },
        Triple("getSpanAnnotations", "0:c2") { client, _ ->
            client.spans.getSpanAnnotations(listOf("s")).map { it.id }
        },
    )

class ReadProgressSpec :
    FunSpec({
        val failures: Map<String, (String) -> Answer> =
            mapOf(
                "an outage" to { _ -> Answer(500, "Internal Server Error", version = null) },
                "an HTML page" to { _ -> Answer(200, "<html></html>", "text/html") },
                "a page that ends early" to { _ -> json("""{"data":[{"id":"4","na""") },
            )
        for ((name, cursor, flow) in FLOWS) {
            for ((failure, answer) in failures) {
                test("$name says how far it came when it meets $failure") {
                    val client = server(answer).client { runtime = FakeTime().runtime() }
                    val delivered = mutableListOf<String>()
                    val error =
                        shouldThrow<PhoenixException> {
                            flow(client, null).collect { delivered += it }
                        }
                    delivered.shouldContainExactly("1", "2", "3")
                    val progress = error.readProgress.shouldNotBeNull()
                    progress.delivered shouldBe 3
                    progress.nextCursor shouldBe cursor
                    error.message shouldContain "3 items were delivered before"
                    error.message shouldContain "\"$cursor\""
                }
            }

            test("$name stops at a cursor that repeats, and says how far it came") {
                val client = server { page(it, "c1", 4) }.client()
                val delivered = mutableListOf<String>()
                val error =
                    shouldThrow<PhoenixException.UnexpectedResponse> {
                        flow(client, null).collect { delivered += it }
                    }
                delivered.shouldContainExactly("1", "2", "3", "4")
                error.message shouldContain "same cursor"
                error.readProgress.shouldNotBeNull().delivered shouldBe 4
            }

            test(
                "$name goes on after a page with fewer items than were asked for, and after none"
            ) {
                val client = server { page(it, null) }.client()
                flow(client, null).toList().shouldContainExactly("1", "2", "3")
            }
        }

        for ((name, cursor, flow) in FLOWS.take(3)) {
            test("$name goes on where it failed") {
                var failing = true
                val client = server {
                    if (failing) Answer(400, "no") else page(it, null, 4, 5)
                }
                    .client()
                val error = shouldThrow<PhoenixException> { flow(client, null).toList() }
                failing = false
                val rest = flow(client, error.readProgress.shouldNotBeNull().nextCursor)
                rest.toList().shouldContainExactly("4", "5")
            }
        }

        test("a page whose bytes end early is asked for again, and told when it stays so") {
            FakePhoenix.start().use { fake ->
                repeat(1_200) { fake.addSpan(FakeSpan.of("s$it")) }
                val client = isolatedClient {
                    endpoint = fake.endpoint().toString()
                    runtime = FakeTime().runtime()
                }
                fun cutPages(times: Int) =
                    fake.failNext(
                        Fault.cutBody().times(times).`when` { it.query("cursor").isNotEmpty() }
                    )
                client.use {
                    cutPages(3)
                    client.spans.getSpans().map { it.spanId }.toList().distinct().size shouldBe
                        1_200
                    cutPages(4)
                    val error =
                        shouldThrow<PhoenixException.Unreachable> {
                            client.spans.getSpans().toList()
                        }
                    error.readProgress.shouldNotBeNull().delivered shouldBe 1_000
                }
            }
        }

        test("what fails at once has no progress") {
            val client = MockPhoenix { Answer(404, "Project with name x not found") }.client()
            val error = shouldThrow<PhoenixException.NotFound> { client.spans.getSpans().toList() }
            error.readProgress.shouldBeNull()
            error.message shouldNotContain "delivered"
        }

        test("who is given all or nothing is told of no items, and of no cursor to go on with") {
            val traces =
                (1..150).joinToString(",") {
                    """{"id":"T$it","trace_id":"t$it","start_time":"2026-01-05T10:00:00Z","end_time":"2026-01-05T10:00:01Z"}"""
                }
            val server = MockPhoenix { request ->
                when {
                    "/sessions/" in request.path ->
                        json(
                            """{"data":{"id":"S","session_id":"s","project_id":"P",$TIMES,"traces":[$traces]}}"""
                        )
                    // Of the second hundred of traces.
                    "trace_id=t150" in request.query -> Answer(403, "no")
                    else -> page("spans", null, 1)
                }
            }
            val error =
                shouldThrow<PhoenixException.Forbidden> {
                    server.client().sessions.getSessionTurns("s")
                }
            server.requests.size shouldBe 3
            error.readProgress.shouldBeNull()
            error.message shouldNotContain "delivered"
        }

        test("a failure of the reader is passed on as it is") {
            val client = server { page(it, null) }.client()
            val error =
                shouldThrow<IllegalStateException> {
                    client.spans.getSpans().collect { error("mine") }
                }
            error.message shouldBe "mine"
        }

        test("a progress without a cursor does not speak of one") {
            ReadProgress(7, null).toString() shouldBe "7 items were delivered before."
        }

        test("the kind of the error stays what it is") {
            val client = server { Answer(401, "Invalid token") }.client()
            shouldThrow<PhoenixException> { client.spans.getSpans().toList() }
                .shouldBeInstanceOf<PhoenixException.Unauthorized>()
                .status shouldBe 401
        }
    })
