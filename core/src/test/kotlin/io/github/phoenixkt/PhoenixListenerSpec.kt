package io.github.phoenixkt

import io.github.phoenixkt.testing.FakeSpan
import io.github.phoenixkt.testing.Fault
import io.github.phoenixkt.upload.Delivery
import io.github.phoenixkt.upload.PhoenixModel
import io.github.phoenixkt.upload.row
import io.github.phoenixkt.upload.spanId
import io.github.phoenixkt.upload.uploadOptions
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.longs.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import java.net.ConnectException
import java.time.Duration
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CopyOnWriteArrayList
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeout

private class Recording : PhoenixListener {
    val requests = CopyOnWriteArrayList<RequestEvent>()
    val retries = CopyOnWriteArrayList<RetryEvent>()
    val outcomes = CopyOnWriteArrayList<OutcomesEvent>()
    val windows = CopyOnWriteArrayList<WindowEvent>()
    val all = CopyOnWriteArrayList<String>()

    override fun onRequest(event: RequestEvent) {
        requests += event
        all += event.toString()
    }

    override fun onRetry(event: RetryEvent) {
        retries += event
        all += event.toString()
    }

    override fun onOutcomes(event: OutcomesEvent) {
        outcomes += event
        all += event.toString()
    }

    override fun onWindow(event: WindowEvent) {
        windows += event
        all += event.toString()
    }
}

/** Fails at everything, as a metrics library that is not there. */
private object Failing : PhoenixListener {
    override fun onRequest(event: RequestEvent) = throw NoClassDefFoundError("metrics")

    override fun onRetry(event: RetryEvent) = error("no")

    override fun onOutcomes(event: OutcomesEvent) = error("no")

    override fun onWindow(event: WindowEvent) = error("no")
}

class PhoenixListenerSpec :
    FunSpec({
        test("each attempt is told, and each retry after the attempt that failed") {
            val recording = Recording()
            val time = FakeTime()
            val server = scripted(Answer(503, "busy", version = null), QUEUED)
            val client = server.client {
                runtime = time.runtime()
                listener = recording
            }
            client.spans.addSpanAnnotation("s", "a", score = 1.0)
            val bytes = server.requests.first().body.length
            recording.all shouldContainExactly
                listOf(
                    "GET /arize_phoenix_version attempt 1: 200 in 0 ms, 0 bytes sent",
                    "POST /v1/span_annotations attempt 1: 503 in 0 ms, $bytes bytes sent",
                    "POST /v1/span_annotations attempt 1 failed (status 503), again in 500 ms",
                    "POST /v1/span_annotations attempt 2: 200 in 0 ms, $bytes bytes sent",
                )
            recording.requests.map { it.attempt to it.status } shouldBe
                listOf(1 to 200, 1 to 503, 2 to 200)
            recording.requests.map { it.bytesSent } shouldBe listOf(0, bytes, bytes)
            recording.retries.single().wait shouldBe Duration.ofMillis(500)
        }

        test("a request without an answer has a failure in place of a status, and its duration") {
            val recording = Recording()
            val time = FakeTime()
            val server = MockPhoenix {
                time.now += Duration.ofMillis(30)
                throw ConnectException("refused")
            }
            val client = server.client {
                runtime = time.runtime()
                listener = recording
                retry { maxAttempts = 2 }
            }
            runCatching { client.projects.listPage() }.isFailure shouldBe true
            recording.requests.map { it.status to it.failure } shouldBe
                listOf(null to "Unreachable", null to "Unreachable")
            recording.requests.map { it.duration } shouldBe List(2) { Duration.ofMillis(30) }
            recording.retries.map { it.reason } shouldBe listOf("Unreachable")
        }

        test("no event has a name, an id, a secret or what was sent in it") {
            val recording = Recording()
            val server = MockPhoenix {
                when {
                    it.method == "DELETE" -> Answer(204)
                    it.path.endsWith("/sessions/delete") -> Answer(204)
                    it.method == "GET" -> json("""{"data":[],"next_cursor":null}""")
                    else -> QUEUED
                }
            }
            val client = server.client {
                apiKey = "hidden-key"
                project = "hidden-project"
                listener = recording
            }
            client.spans.getSpanAnnotations(listOf("hidden-span")).toList()
            client.spans.getSpansPage()
            client.spans.addSpanAnnotation("hidden-span", "hidden-name", label = "hidden-label")
            client.annotations.upload(
                listOf(row(0, label = "hidden-label")),
                uploadOptions { delivery = Delivery.QUEUED },
            )
            client.annotationConfigs.unassign("hidden-project", "hidden-config")
            client.projects.delete("hidden-project")
            client.sessions.bulkDelete(listOf("hidden-session"))
            recording.requests
                .map { it.route }
                .filterNot { it == "GET /arize_phoenix_version" } shouldBe
                listOf(
                    "GET /v1/projects/{id}/span_annotations",
                    "GET /v1/projects/{id}/spans",
                    "POST /v1/span_annotations",
                    "POST /v1/span_annotations",
                    "DELETE /v1/projects/{id}/annotation_configs/{id}",
                    "DELETE /v1/projects/{id}",
                    "POST /v1/sessions/delete",
                )
            recording.outcomes.single().toString() shouldBe "SPAN: 1 Queued"
            recording.all.forEach { it shouldNotContain "hidden" }
        }

        test("every row of an upload counts once, however often it was tried") {
            val recording = Recording()
            val model = PhoenixModel(missing = setOf(spanId(3), spanId(150)))
            val client = model.client { listener = recording }
            val options = uploadOptions {
                delivery = Delivery.CONFIRMED
                awaitTarget = Duration.ofSeconds(10)
            }
            client.annotations.upload((0 until 300).map { row(it) }, options)
            recording.outcomes.map { it.toString() }.sorted() shouldBe
                listOf("SPAN: 2 MissingTarget", "SPAN: 298 Stored")
            client.spans.logSpanAnnotations(listOf(row(5)))
            recording.outcomes.last().toString() shouldBe "SPAN: 1 Queued"
        }

        test("a cancelled upload tells its outcomes, too") {
            val recording = Recording()
            val server = MockPhoenix { kotlinx.coroutines.awaitCancellation() }
            val client = server.client { listener = recording }
            val options = uploadOptions { delivery = Delivery.CONFIRMED }
            val rows = (0 until 300).map { row(it) }
            val upload =
                launch(start = CoroutineStart.UNDISPATCHED) {
                    client.annotations.upload(rows, options)
                }
            withTimeout(120_000) { while (server.requests.size < 2) kotlinx.coroutines.delay(1) }
            upload.cancelAndJoin()
            recording.outcomes.map { it.toString() }.sorted() shouldBe
                listOf("SPAN: 100 NotAttempted", "SPAN: 200 Unknown")
            recording.requests.map { it.route } shouldBe listOf("GET /arize_phoenix_version")
        }

        test("windows are told with the time that they took, and what the next may have") {
            val recording = Recording()
            val model = PhoenixModel(delay = { Duration.ofSeconds(6) })
            val options = uploadOptions {
                chunkSize = 1_000
                queueWindow = 1_000
            }
            val client = model.client { listener = recording }
            client.annotations.upload((0 until 2_600).map { row(it) }, options)
            recording.windows.map { it.rows to it.nextWindow } shouldBe
                listOf(1_000 to 500, 500 to 250, 100 to 250)
            recording.windows.forEach {
                withClue(it) { it.acknowledgedAfter!!.toMillis() shouldBeGreaterThan 5_000L }
            }
        }

        test("a window that Phoenix does not show has no time") {
            val recording = Recording()
            val model = PhoenixModel(lost = (0 until 300).map(::spanId).toSet())
            val client = model.client { listener = recording }
            client.annotations.upload((0 until 300).map { row(it) }, uploadOptions {})
            recording.windows.single().toString() shouldBe
                "SPAN: 200 rows queued, not acknowledged, next window 2500"
        }

        test("a listener that fails costs neither a call nor a row") {
            val server = scripted(Answer(503, "busy", version = null), ids("1"))
            val client = server.client {
                runtime = FakeTime().runtime()
                listener = Failing
            }
            client.spans.addSpanAnnotation("s", "a", score = 1.0, sync = true)!!.id shouldBe "1"
            val model = PhoenixModel(hiccups = 0.1)
            val report =
                model
                    .client { listener = Failing }
                    .annotations
                    .upload((0 until 600).map { row(it) }, uploadOptions {})
            report.complete shouldBe true
            report.stoppedBy shouldBe null
            report.remarks.shouldBeEmpty()
        }

        test("what is counted is what the server received") {
            ownFake().use { server ->
                (0 until 1_200).forEach { server.addSpan(FakeSpan.of(spanId(it))) }
                val counts = ConcurrentHashMap<String, Long>()
                val counting =
                    object : PhoenixListener {
                        override fun onRequest(event: RequestEvent) {
                            counts.merge("requests", 1L, Long::plus)
                            counts.merge("bytes", event.bytesSent.toLong(), Long::plus)
                        }

                        override fun onRetry(event: RetryEvent) {
                            counts.merge("retries", 1L, Long::plus)
                        }

                        override fun onOutcomes(event: OutcomesEvent) {
                            counts.merge(event.outcome, event.count.toLong(), Long::plus)
                        }

                        override fun onWindow(event: WindowEvent) {
                            counts.merge("queued", event.rows.toLong(), Long::plus)
                        }
                    }
                server.failNext(Fault.status(503).on("POST", "/v1/span_annotations").times(2))
                val client = isolatedClient {
                    endpoint = server.endpoint().toString()
                    listener = counting
                    retry {
                        initialDelay = Duration.ZERO
                        maxDelay = Duration.ZERO
                    }
                }
                client.use { it.annotations.upload((0 until 1_200).map { n -> row(n) }) }
                val received = server.requests()
                counts["requests"] shouldBe received.size.toLong()
                counts["bytes"] shouldBe received.sumOf { it.body().size.toLong() }
                counts["retries"] shouldBe 2L
                counts["Stored"] shouldBe 1_200L
                counts["queued"] shouldBe 1_100L
            }
        }
    })
