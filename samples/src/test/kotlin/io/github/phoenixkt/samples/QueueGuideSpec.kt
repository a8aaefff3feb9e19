package io.github.phoenixkt.samples

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.PhoenixSettings
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.java.PhoenixBlockingClient
import io.github.phoenixkt.opentelemetry.PhoenixContextSpanProcessor
import io.github.phoenixkt.phoenixSettings
import io.github.phoenixkt.queue.AnnotationQueue
import io.github.phoenixkt.testing.FakePhoenix
import io.github.phoenixkt.testing.FakeSpan
import io.github.phoenixkt.testing.FakeTargetKind
import io.github.phoenixkt.testing.Fault
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.ints.shouldBeExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import io.opentelemetry.sdk.trace.SdkTracerProvider
import java.time.Duration
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.io.path.readText

private const val SPAN = "67f6740bbe1ddc3f"
private val LONG: Duration = Duration.ofMinutes(1)

/** The guide to the queue shows only code that is compiled, and run here. */
class QueueGuideSpec :
    FunSpec({
        val guide = CHECKOUT.resolve("docs/queue.md").readText()

        listOf(
                "kotlin" to "kotlin/io/github/phoenixkt/samples/QueueSnippets.kt",
                "java" to "java/io/github/phoenixkt/samples/JavaQueueSnippets.java",
            )
            .forEach { (language, file) ->
                test("every block of $language in the guide stands in $file, and vice versa") {
                    shownCode(guide, language) shouldContainExactlyInAnyOrder markedCode(file)
                }
            }

        fun FakePhoenix.settings(): PhoenixSettings = phoenixSettings {
            environment = PhoenixEnvironment.empty()
            endpoint = endpoint().toString()
        }

        fun FakePhoenix.names() = annotations(FakeTargetKind.SPAN).map { it.name() }

        test("what the guide shows runs, in Kotlin") {
            FakePhoenix.start().use { phoenix ->
                phoenix.addSpan(FakeSpan.of(SPAN))
                val alerts = CopyOnWriteArrayList<String>()
                val client = PhoenixClient {
                    environment = PhoenixEnvironment.empty()
                    endpoint = phoenix.endpoint().toString()
                    listener = listenerOfQueues(alerts::add)
                }
                val queue = openQueue(client, tempdir().toPath())
                healthOf(queue).first shouldBe true
                rate(queue, SPAN, "ada", thumbsUp = true, "kind") shouldBeExactly 202
                rate(queue, "", "ada", thumbsUp = true, null) shouldBeExactly 400
                note(queue, SPAN)
                awaitOutcome(
                    queue,
                    SpanAnnotationData(SPAN, "tone", label = "calm"),
                ) shouldStartWith "stored as "
                val lost = CopyOnWriteArrayList<String>()
                val told = queueWithListener(client, lost::add)
                val offer = told.offer(SpanAnnotationData(SPAN, "told", label = "calm"))
                told.close(LONG)
                lost.size shouldBeExactly 0
                offer.accepted shouldBe true
                queue.flush(LONG) shouldBe true
                val gauges = mutableMapOf<String, () -> Number>()
                gaugesOf(queue) { name, value -> gauges[name] = value }
                gauges.mapValues { it.value().toInt() } shouldBe
                    mapOf("phoenix.queue.rows" to 0, "phoenix.queue.oldest.seconds" to 0)
                val unconfirmed = CopyOnWriteArrayList<String>()
                shutdownInOrder({}, queue, client, unconfirmed::add)
                unconfirmed.size shouldBeExactly 0
                rate(queue, SPAN, "bob", thumbsUp = true, null) shouldBeExactly 503
                shortProgram(phoenix.settings(), SPAN)
                phoenix
                    .names()
                    .shouldContainExactlyInAnyOrder("user feedback", "note", "tone", "told")
                phoenix
                    .annotations(FakeTargetKind.SPAN)
                    .mapNotNull { it.explanation() }
                    .shouldContainExactlyInAnyOrder(
                        "kind",
                        "The answer cites a page that does not exist.",
                    )
                alerts.last() shouldStartWith "CLOSED"
            }
        }

        test("the shutdown of the guide reports what Phoenix did not confirm") {
            FakePhoenix.start().use { phoenix ->
                phoenix.addSpan(FakeSpan.of(SPAN))
                phoenix.failNext(Fault.status(401).times(1000).on("POST", "/v1/span_annotations"))
                val client = PhoenixClient(phoenix.settings())
                val queue = client.annotationQueue()
                rate(queue, SPAN, "ada", thumbsUp = true, null) shouldBeExactly 202
                val unconfirmed = CopyOnWriteArrayList<String>()
                val impatient =
                    object : AnnotationQueue by queue {
                        override suspend fun close(timeout: Duration) = queue.close(Duration.ZERO)
                    }
                shutdownInOrder({}, impatient, client, unconfirmed::add)
                unconfirmed.single() shouldStartWith "Phoenix did not confirm everything: "
            }
        }

        test("what the guide shows runs, in Java") {
            FakePhoenix.start().use { phoenix ->
                phoenix.addSpan(FakeSpan.of(SPAN))
                PhoenixBlockingClient.create(phoenix.settings()).use { client ->
                    val queue = JavaQueueSnippets.open(client, tempdir().toPath())
                    JavaQueueSnippets.rate(queue, SPAN, "ada", true, "kind") shouldBeExactly 202
                    JavaQueueSnippets.rate(queue, "", "ada", true, null) shouldBeExactly 400
                    JavaQueueSnippets.rate(queue, null, "ada", true, null) shouldBeExactly 400
                    JavaQueueSnippets.note(queue, SPAN)
                    queue.flush(LONG) shouldBe true
                    queue.close(LONG)
                    JavaQueueSnippets.rate(queue, SPAN, "ada", true, "kind") shouldBeExactly 503
                    val lost = CopyOnWriteArrayList<String>()
                    val again = JavaQueueSnippets.open(client, tempdir().toPath())
                    again.close(LONG)
                    JavaQueueSnippets.outcome(
                        again,
                        SpanAnnotationData(SPAN, "late", label = "calm"),
                        lost::add,
                    )
                    while (lost.isEmpty()) kotlinx.coroutines.yield()
                    lost.single() shouldContain "closed"
                    JavaQueueSnippets.shortProgram(client, SPAN)
                }
                phoenix.names().shouldContainExactlyInAnyOrder("user feedback", "note", "tone")
            }
        }

        test("feedback on spans goes through the queue") {
            val tracers =
                SdkTracerProvider.builder().addSpanProcessor(PhoenixContextSpanProcessor()).build()
            FakePhoenix.start().use { phoenix ->
                fun answer() {
                    val span = tracers.get("test").spanBuilder("answer").startSpan()
                    phoenix.addSpan(FakeSpan.of(span.spanContext.spanId))
                    span.end()
                }
                PhoenixClient(phoenix.settings()).use { client ->
                    feedbackOnTheLastSpan(client.annotationQueue()) { answer() } shouldBe true
                }
                PhoenixBlockingClient.create(phoenix.settings()).use { client ->
                    val queue = JavaQueueSnippets.open(client, tempdir().toPath())
                    JavaQueueSnippets.feedbackOnTheLastSpan(queue) { answer() }
                }
                // Closing a client sends what its queues hold.
                phoenix.names().size shouldBeExactly 2
            }
            tracers.close()
        }
    })
