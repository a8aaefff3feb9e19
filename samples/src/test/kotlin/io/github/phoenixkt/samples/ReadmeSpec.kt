package io.github.phoenixkt.samples

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.PhoenixSettings
import io.github.phoenixkt.java.PhoenixBlockingClient
import io.github.phoenixkt.opentelemetry.OpenInferenceAttributes.SESSION_ID
import io.github.phoenixkt.opentelemetry.OpenInferenceAttributes.SPAN_KIND
import io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind.LLM
import io.github.phoenixkt.opentelemetry.PhoenixContextSpanProcessor
import io.github.phoenixkt.queue.AnnotationQueueOptions
import io.github.phoenixkt.testing.FakePhoenix
import io.github.phoenixkt.testing.FakeSpan
import io.github.phoenixkt.testing.FakeTargetKind
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter
import io.opentelemetry.sdk.trace.SdkTracerProvider
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor
import kotlin.io.path.readText

/** A model that makes one span of each answer, which [phoenix] gets, too. */
private class OneSpan(private val phoenix: FakePhoenix) : AutoCloseable {
    private val exporter = InMemorySpanExporter.create()
    private val tracers =
        SdkTracerProvider.builder()
            .addSpanProcessor(PhoenixContextSpanProcessor())
            .addSpanProcessor(SimpleSpanProcessor.create(exporter))
            .build()

    fun answer(question: String): String {
        val span =
            tracers
                .get("readme")
                .spanBuilder("answer")
                .setAttribute(SPAN_KIND, LLM.name)
                .startSpan()
        span.end()
        phoenix.addSpan(FakeSpan.of(span.spanContext.spanId))
        return "Because $question"
    }

    fun sessions() = exporter.finishedSpanItems.map { it.attributes[SESSION_ID] }

    override fun close() = tracers.close()
}

/** The README shows only code that is compiled and run: the quick start is run by GuidesSpec. */
class ReadmeSpec :
    FunSpec({
        val readme = CHECKOUT.resolve("README.md").readText()

        mapOf(
                "kotlin" to
                    listOf(
                        "kotlin/io/github/phoenixkt/samples/guides/GettingStartedSnippets.kt",
                        "kotlin/io/github/phoenixkt/samples/ReadmeSnippets.kt",
                    ),
                "java" to
                    listOf(
                        "java/io/github/phoenixkt/samples/guides/GettingStarted.java",
                        "java/io/github/phoenixkt/samples/JavaReadmeSnippets.java",
                    ),
            )
            .forEach { (language, files) ->
                test("every block of $language in the README stands in samples, and vice versa") {
                    shownCode(readme, language) shouldContainExactlyInAnyOrder
                        files.flatMap(::markedCode)
                }
            }

        test("the README makes the promises of the site, and has its table of deliveries") {
            val home = CHECKOUT.resolve("docs/index.md").readText()
            val promises = linesOf(home, "1. ", "2. ", "3. ")
            promises shouldHaveSize 3
            linesOf(readme, "1. ", "2. ", "3. ") shouldBe promises
            val table = deliveries(CHECKOUT.resolve("docs/delivery.md").readText())
            table.size shouldBeGreaterThan 5
            deliveries(readme) shouldBe table
        }

        test("sessions and feedback without ids run, in both languages") {
            FakePhoenix.start().use { fake ->
                val settings: PhoenixSettings.Builder.() -> Unit = {
                    environment = PhoenixEnvironment()
                    endpoint = fake.endpoint().toString()
                }
                PhoenixClient(settings).use { client ->
                    OneSpan(fake).use { traced ->
                        tracedAnswer(client.annotationQueue(), "Why?", traced::answer)
                        val phoenix = PhoenixBlockingClient.of(client)
                        val queue =
                            phoenix.annotationQueue(AnnotationQueueOptions.builder().build())
                        JavaReadmeSnippets.tracedAnswer(queue, "Why?", traced::answer)
                        traced.sessions() shouldBe List(2) { "user-42-conv-7" }
                    }
                }
                // Closing the client has sent what its queues held.
                fake.annotations(FakeTargetKind.SPAN).map { it.label() } shouldBe
                    List(2) { "thumbs-up" }
            }
        }
    })

private fun linesOf(page: String, vararg starts: String): List<String> =
    page.lines().filter { line -> starts.any(line::startsWith) }

private fun deliveries(page: String): List<String> =
    page.lines().dropWhile { !it.startsWith("| you call |") }.takeWhile(String::isNotEmpty)
