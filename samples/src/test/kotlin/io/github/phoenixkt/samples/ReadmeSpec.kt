package io.github.phoenixkt.samples

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.java.PhoenixBlockingClient
import io.github.phoenixkt.opentelemetry.OpenInferenceAttributes.SESSION_ID
import io.github.phoenixkt.opentelemetry.OpenInferenceAttributes.SPAN_KIND
import io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind.LLM
import io.github.phoenixkt.opentelemetry.PhoenixContextSpanProcessor
import io.github.phoenixkt.testing.FakePhoenix
import io.github.phoenixkt.testing.FakeTargetKind
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotBeBlank
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter
import io.opentelemetry.sdk.trace.SdkTracerProvider
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor
import kotlin.io.path.readText

/** A model that makes one span of each answer, which stays in memory. */
private class OneSpan : AutoCloseable {
    private val exporter = InMemorySpanExporter.create()
    private val tracers =
        SdkTracerProvider.builder()
            .addSpanProcessor(PhoenixContextSpanProcessor())
            .addSpanProcessor(SimpleSpanProcessor.create(exporter))
            .build()

    fun answer(question: String): String {
        tracers
            .get("readme")
            .spanBuilder("answer")
            .setAttribute(SPAN_KIND, LLM.name)
            .startSpan()
            .end()
        return "Because $question"
    }

    fun sessions() = exporter.finishedSpanItems.map { it.attributes[SESSION_ID] }

    override fun close() = tracers.close()
}

/** The README shows only code that is compiled, and run here. */
class ReadmeSpec :
    FunSpec({
        val readme = CHECKOUT.resolve("README.md").readText()

        listOf(
                "kotlin" to "kotlin/io/github/phoenixkt/samples/ReadmeSnippets.kt",
                "java" to "java/io/github/phoenixkt/samples/JavaReadmeSnippets.java",
            )
            .forEach { (language, file) ->
                test(
                    "every block of $language in the README stands in $file, and the other way round"
                ) {
                    shownCode(readme, language) shouldContainExactlyInAnyOrder markedCode(file)
                }
            }

        test("what the README shows runs") {
            FakePhoenix.start().use { fake ->
                val settings: io.github.phoenixkt.PhoenixSettings.Builder.() -> Unit = {
                    environment = PhoenixEnvironment()
                    endpoint = fake.endpoint().toString()
                }
                PhoenixClient(settings).use { client ->
                    val conversation = recordConversation(client, "readme")
                    val spanIds = conversation.turns.map { it.llmSpanId }
                    feedback(client, spanIds.first())
                    confirmedFeedback(client, spanIds.last())
                    confirmedFeedback(client, "0000000000000000")
                    manyAnnotations(client, spanIds)
                    manyAnnotations(client, spanIds + "0000000000000000")
                    upload(
                        client,
                        spanIds.map { SpanAnnotationData(it, "toxicity", label = "safe") },
                    )
                    clientOfSettings("key").close()
                    readBack(client, spanIds, "readme")
                    PhoenixBlockingClient.of(client).let { phoenix ->
                        JavaReadmeSnippets.feedback(phoenix, spanIds.first())
                        JavaReadmeSnippets.feedback(phoenix, "0000000000000000")
                        val annotation = SpanAnnotationData(spanIds.first(), "tone", label = "kind")
                        JavaReadmeSnippets.future(phoenix.async(), annotation)
                            .get()
                            .shouldNotBeBlank()
                        val judgements = spanIds.map {
                            JavaReadmeSnippets.Judgement(it, "safe", 0.02)
                        }
                        JavaReadmeSnippets.upload(phoenix, judgements)
                        JavaReadmeSnippets.read(phoenix, spanIds)
                        OneSpan().use { traced ->
                            tracedAnswer(client, "Why?", traced::answer)
                            JavaReadmeSnippets.tracedAnswer(phoenix, "Why?", traced::answer)
                            traced.sessions() shouldBe List(2) { "user-42-conv-7" }
                        }
                    }
                    // Two more wait for spans of which the Phoenix in memory has not heard.
                    fake.annotations(FakeTargetKind.SPAN) shouldHaveSize 5
                    fake.requests().count { "thumbs-up" in it.body().decodeToString() } shouldBe 2
                }
            }
        }
    })
