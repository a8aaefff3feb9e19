package io.github.phoenixkt.samples

import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.java.PhoenixBlockingClient
import io.github.phoenixkt.opentelemetry.OpenInferenceAttributes.SESSION_ID
import io.github.phoenixkt.opentelemetry.PhoenixContextSpanProcessor
import io.github.phoenixkt.phoenixSettings
import io.github.phoenixkt.testing.FakePhoenix
import io.github.phoenixkt.testing.FakeSpan
import io.github.phoenixkt.testing.FakeTargetKind
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import io.opentelemetry.sdk.OpenTelemetrySdk
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter
import io.opentelemetry.sdk.trace.SdkTracerProvider
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor
import kotlin.io.path.readText

/** The guide to LangChain4j shows only code that is compiled, and run here. */
class LangChain4jGuideSpec :
    FunSpec({
        test("every block of the guide stands in the sample, and vice versa") {
            val guide = CHECKOUT.resolve("docs/langchain4j.md").readText()
            shownCode(guide, "java") shouldContainExactlyInAnyOrder
                markedCode("java/io/github/phoenixkt/samples/LangChain4jFeedback.java")
        }

        test("answers are spans of their session, and each gets its feedback") {
            val exporter = InMemorySpanExporter.create()
            val openTelemetry =
                OpenTelemetrySdk.builder()
                    .setTracerProvider(
                        SdkTracerProvider.builder()
                            .addSpanProcessor(PhoenixContextSpanProcessor())
                            .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                            .build()
                    )
                    .build()
            FakePhoenix.start().use { fake ->
                // It takes no traces: the spans arrive below, after their feedback.
                fake.holdQueue(true)
                val settings = phoenixSettings {
                    environment = PhoenixEnvironment.empty()
                    endpoint = fake.endpoint().toString()
                }
                StubModel.start().use { stub ->
                    PhoenixBlockingClient.create(settings).use { phoenix ->
                        val sample = LangChain4jFeedback(openTelemetry, stub.settings(), phoenix)
                        stub.answerNext(StubModel.says("A unit of work."))
                        sample.ask("chat-7", "What is a span?") shouldBe "A unit of work."
                        val parts = StringBuilder()
                        val text = sample.stream("chat-8", "And a trace?") { parts.append(it) }
                        text shouldBe "$parts"
                    }
                }
                val spans = exporter.finishedSpanItems
                openTelemetry.close()
                spans.map { it.attributes[SESSION_ID] } shouldContainExactly
                    listOf("chat-7", "chat-8")
                for (span in spans) fake.addSpan(FakeSpan.of(span.spanId).trace(span.traceId))
                fake.holdQueue(false)
                fake.drainQueue()
                fake.annotations(FakeTargetKind.SPAN).associate {
                    it.targetId() to it.label()
                } shouldBe mapOf(spans[0].spanId to "thumbs-up", spans[1].spanId to "thumbs-down")
            }
        }
    })
