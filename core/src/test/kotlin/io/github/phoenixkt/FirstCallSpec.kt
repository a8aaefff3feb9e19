package io.github.phoenixkt

import io.github.phoenixkt.annotations.DeleteAll
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.testing.FakePhoenix
import io.github.phoenixkt.upload.RowOutcome
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import io.ktor.client.engine.mock.MockEngine
import io.ktor.client.engine.mock.respond
import io.ktor.http.HttpStatusCode
import io.ktor.http.headersOf
import java.time.Duration
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.test.runTest

/** What a client does before it knows its server, and what it keeps when a call breaks half-way. */
@OptIn(ExperimentalCoroutinesApi::class)
class FirstCallSpec :
    FunSpec({
        fun rows(count: Int) =
            (1..count).map { SpanAnnotationData("%016x".format(it), "a", score = 1.0) }

        test("a server below 9 gets nothing, not even a confirmed first call") {
            FakePhoenix.builder().version("8.32.0").start().use { fake ->
                isolatedClient { endpoint = fake.endpoint().toString() }
                    .use { client ->
                        shouldThrow<PhoenixException.ServerTooOld> {
                            client.spans.addSpanAnnotation("s", "a", score = 1.0, sync = true)
                        }
                        shouldThrow<PhoenixException> {
                            client.spans.logSpanAnnotations(rows(2), sync = true)
                        }
                        fake.requests().filter { it.method() == "POST" }.shouldBeEmpty()
                    }
            }
        }

        test("a call that needs the version tells why it cannot be had") {
            suspend fun failure(answer: Answer) =
                shouldThrow<PhoenixException> {
                    MockPhoenix(versionAnswer = answer)
                        .client()
                        .spans
                        .deleteSpanAnnotations("p", DeleteAll)
                }
            failure(Answer(200, "<html>", "text/html", version = null))
                .shouldBeInstanceOf<PhoenixException.UnexpectedResponse>()
            failure(Answer(401, "who?", version = null))
                .shouldBeInstanceOf<PhoenixException.Unauthorized>()
            failure(
                    Answer(302, headers = mapOf("Location" to "https://login.test"), version = null)
                )
                .message shouldContain "redirect"
            failure(Answer(404, "404 page not found", version = null))
                .shouldBeInstanceOf<PhoenixException.ServerTooOld>()
        }

        test("a server that was busy at first is asked for its version again") {
            var busy = true
            val answers = {
                if (busy) Answer(503, "busy", version = null)
                else Answer(body = NEW_SERVER, version = null)
            }
            val asked = AtomicInteger()
            val engine = MockEngine { request ->
                val version = request.url.encodedPath.endsWith("arize_phoenix_version")
                val answer =
                    if (version) answers().also { asked.incrementAndGet() }
                    else Answer(204, version = null)
                respond(
                    answer.body,
                    HttpStatusCode.fromValue(answer.status),
                    headersOf("Content-Type", "text/plain"),
                )
            }
            val client = isolatedClient {
                endpoint = "http://phoenix.test"
                this.engine = engine
                runtime = FakeTime().runtime()
            }
            shouldThrow<PhoenixException.ServerError> {
                client.spans.deleteSpanAnnotations("p", DeleteAll)
            }
            busy = false
            client.spans.deleteSpanAnnotations("p", DeleteAll)
            asked.get() shouldBe 5
        }

        test("a key that cannot be had in mid-upload leaves the ids that are there in the report") {
            val asked = AtomicInteger()
            val server = MockPhoenix { sent ->
                ids(*Array(sent.body.split("\"span_id\"").size - 1) { "id$it" })
            }
            val client = server.client {
                apiKey {
                    if (asked.incrementAndGet() > 3) error("the vault is shut") else "px-key-1"
                }
            }
            val report =
                shouldThrow<PhoenixException.UploadException> {
                        client.spans.logSpanAnnotations(rows(500), sync = true)
                    }
                    .report
            report.outcomes.count { it is RowOutcome.Stored } shouldBe 200
            report.stoppedBy?.message shouldBe "the vault is shut"
            report.remaining().size shouldBe 300
        }

        test("an unreachable server fails a list as it fails in the middle, with a report") {
            val client = isolatedClient {
                endpoint = "http://127.0.0.1:1"
                retry { maxAttempts = 1 }
            }
            for (sync in listOf(true, false)) {
                val error =
                    shouldThrow<PhoenixException.UploadException> {
                        client.spans.logSpanAnnotations(rows(2), sync = sync)
                    }
                error.cause.shouldBeInstanceOf<PhoenixException.Unreachable>()
                error.report.outcomes.all { it == RowOutcome.NotAttempted } shouldBe true
            }
        }

        test("reading ahead disturbs nobody when it fails: what came before is handed out first") {
            val server = MockPhoenix { sent ->
                if ("s149" in sent.query) Answer(500, "Internal Server Error", version = null)
                else
                    json(
                        """{"data":[${(0 until 100).joinToString(",", transform = ::storedRow)}],"next_cursor":null}"""
                    )
            }
            val seen = mutableListOf<String>()
            shouldThrow<PhoenixException.ServerError> {
                server.client().spans.getSpanAnnotations((0 until 150).map { "s$it" }).collect {
                    delay(2)
                    seen += it.targetId
                }
            }
            seen.size shouldBe 100
        }

        test("a call may be given more time than all its attempts have together") {
            runTest {
                val server =
                    MockPhoenix(dispatcher = StandardTestDispatcher(testScheduler)) {
                        delay(300)
                        json("""{"data":[],"next_cursor":null}""")
                    }
                val client = server.client {
                    runtime = FakeTime().runtime()
                    retry { totalTimeout = Duration.ofMillis(100) }
                }
                shouldThrow<PhoenixException.Timeout> { client.projects.listPage() }
                client
                    .withOptions { timeout = Duration.ofSeconds(20) }
                    .projects
                    .list()
                    .toList()
                    .shouldBeEmpty()
            }
        }

        test("an empty list of names to include is no list, and one of ids asks for nothing") {
            val server = MockPhoenix { json("""{"data":[${storedRow(1)}],"next_cursor":null}""") }
            val spans = server.client().spans
            spans
                .getSpanAnnotations(listOf("s1"), includeAnnotationNames = emptyList())
                .toList()
                .map { it.id } shouldBe listOf("i1")
            server.single.line shouldBe
                "GET /v1/projects/default/span_annotations?span_ids=s1&exclude_annotation_names=note&limit=1000"
            spans.getSpanAnnotations(emptyList()).toList().shouldBeEmpty()
            spans
                .getSpanAnnotations(listOf("s"), identifiers = emptyList())
                .toList()
                .shouldBeEmpty()
            server.requests.size shouldBe 1
        }
    })

private fun storedRow(number: Int) =
    """{"id":"i$number","name":"a","annotator_kind":"HUMAN","result":{"score":1.0},"metadata":{},"identifier":"",
        "source":"API","created_at":"2026-01-05T10:00:00+00:00","updated_at":"2026-01-05T10:00:00+00:00","span_id":"s$number"}"""
