package io.github.phoenixkt.samples

import com.sun.net.httpserver.HttpServer
import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.java.PhoenixBlockingClient
import io.github.phoenixkt.opentelemetry.OpenInferenceAttributes.SESSION_ID
import io.github.phoenixkt.opentelemetry.OpenInferenceAttributes.SPAN_KIND
import io.github.phoenixkt.opentelemetry.OpenInferenceAttributes.TAGS
import io.github.phoenixkt.opentelemetry.OpenInferenceAttributes.USER_ID
import io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind.LLM
import io.github.phoenixkt.opentelemetry.PhoenixContext
import io.github.phoenixkt.opentelemetry.usingSession
import io.github.phoenixkt.phoenixSettings
import io.github.phoenixkt.queue.AnnotationQueueOptions
import io.github.phoenixkt.testing.FakePhoenix
import io.github.phoenixkt.testing.FakeSpan
import io.github.phoenixkt.testing.FakeTargetKind
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.opentelemetry.api.GlobalOpenTelemetry
import io.opentelemetry.api.baggage.Baggage
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter
import java.net.InetAddress
import java.net.InetSocketAddress
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.TimeUnit
import java.util.stream.Stream
import kotlin.io.path.readText
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import reactor.core.publisher.Flux
import reactor.core.scheduler.Schedulers

/** The guide to tracing shows only code that is compiled, and run here. */
class TracingGuideSpec :
    FunSpec({
        val guide = CHECKOUT.resolve("docs/tracing.md").readText()

        listOf(
                "kotlin" to "kotlin/io/github/phoenixkt/samples/TracingSnippets.kt",
                "java" to "java/io/github/phoenixkt/samples/JavaTracingSnippets.java",
            )
            .forEach { (language, file) ->
                test("every block of $language in the guide stands in $file, and vice versa") {
                    shownCode(guide, language) shouldContainExactlyInAnyOrder markedCode(file)
                }
            }

        test(
            "the agent's options that the guide names are those that the users' build is run with"
        ) {
            val option = Regex("-Dotel[\\w.-]+")
            val agent = "consumers/instrumented/src/main/java/consumer/Agent.java"
            val tried = option.findAll(CHECKOUT.resolve(agent).readText()).map { it.value }.toSet()
            val named = option.findAll(guide).map { it.value }.toSet()
            named.shouldNotBeEmpty()
            // Of which a server that wants no key cannot tell anything.
            (named - tried - "-Dotel.exporter.otlp.headers").shouldBeEmpty()
        }

        test("what the guide shows runs") {
            val exports = ConcurrentLinkedQueue<String>()
            val address = InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0)
            val server = HttpServer.create(address, 0)
            server.createContext("/v1/traces") { exchange ->
                exports += exchange.requestBody.readAllBytes().decodeToString()
                exports += exchange.requestHeaders.getFirst("Authorization").orEmpty()
                exchange.sendResponseHeaders(200, -1)
                exchange.close()
            }
            server.start()
            val url = "http://127.0.0.1:${server.address.port}"
            val settings = phoenixSettings {
                environment = PhoenixEnvironment.empty()
                endpoint = url
            }
            System.setProperty("phoenix.endpoint", url)
            try {
                for (register in listOf(::tracingOfProcess, JavaTracingSnippets::register)) {
                    GlobalOpenTelemetry.resetForTest()
                    register().close()
                }
                tracingWithSettings(url) { "key-of-now" }
                    .use { it.tracer("test").spanBuilder("of settings").startSpan().end() }
                JavaTracingSnippets.settings(settings).use {
                    it.tracer("test").spanBuilder("of Java").startSpan().end()
                }
                tracingInNotebook(settings) shouldBe true
            } finally {
                GlobalOpenTelemetry.resetForTest()
                System.clearProperty("phoenix.endpoint")
                server.stop(0)
            }
            val all = exports.joinToString()
            listOf("answer", "chatbot", "of settings", "of Java", "chatbot-eu", "cell").forEach {
                all shouldContain it
            }
            all shouldContain "Bearer key-of-now"
        }

        test("an SDK of one's own knows the session, and the agent's baggage has it") {
            val exporter = InMemorySpanExporter.create()
            JavaTracingSnippets.ownSdk(exporter).use { provider ->
                usingSession("chat-7") {
                    provider.get("test").spanBuilder("answer").startSpan().end()
                }
                provider.forceFlush().join(60, TimeUnit.SECONDS)
                exporter.finishedSpanItems.single().attributes[SESSION_ID] shouldBe "chat-7"
            }
            fun ids() =
                Baggage.current().run { getEntryValue("session.id") + getEntryValue("user.id") }
            underTheAgent("chat-7", "42") { ids() } shouldBe "chat-742"
            JavaTracingSnippets.underTheAgent("chat-7", "42") { ids() } shouldBe "chat-742"
        }

        test("a scope sets the session, the user and tags") {
            val exporter = InMemorySpanExporter.create()
            JavaTracingSnippets.ownSdk(exporter).use { provider ->
                fun answer(question: String): String {
                    provider.get("test").spanBuilder(question).startSpan().end()
                    return "because"
                }
                inScope("Kotlin", ::answer) shouldBe "because"
                JavaTracingSnippets.inScope("Java", ::answer) shouldBe "because"
                provider.forceFlush().join(30, TimeUnit.SECONDS)
                exporter.finishedSpanItems shouldHaveSize 2
                exporter.finishedSpanItems.forEach {
                    it.attributes[SESSION_ID] shouldBe "chat-7"
                    it.attributes[USER_ID] shouldBe "42"
                    it.attributes[TAGS] shouldBe listOf("beta")
                }
            }
        }

        test("feedback on the active span and on captured spans, through a queue") {
            FakePhoenix.start().use { phoenix ->
                val settings = phoenixSettings {
                    environment = PhoenixEnvironment.empty()
                    endpoint = phoenix.endpoint().toString()
                }
                JavaTracingSnippets.ownSdk(InMemorySpanExporter.create()).use { provider ->
                    fun start(name: String) =
                        provider
                            .get("test")
                            .spanBuilder(name)
                            .setAttribute(SPAN_KIND, LLM.name)
                            .startSpan()
                            .also { phoenix.addSpan(FakeSpan.of(it.spanContext.spanId)) }

                    fun answer(question: String) = start(question).end()
                    PhoenixClient(settings).use { client ->
                        start("request").makeCurrent().use {
                            // On this thread, where the span is active.
                            runBlocking { feedback(client.annotationQueue(), "Why?", ::answer) }
                        }
                    }
                    PhoenixBlockingClient.create(settings).use { client ->
                        val options = AnnotationQueueOptions.builder().build()
                        val queue = client.annotationQueue(options)
                        start("request").makeCurrent().use {
                            JavaTracingSnippets.feedback(queue, "Why?", ::answer)
                        }
                    }
                }
                // Closing a client sends what its queues hold.
                phoenix.annotations(FakeTargetKind.SPAN).map { it.name() }.sorted() shouldBe
                    listOf("relevance", "relevance", "tone", "tone")
            }
        }

        test("work that runs later is of the session that it was given") {
            val context = PhoenixContext.session("chat-7")
            fun here() = PhoenixContext.current().sessionId().orEmpty()
            streamed("chat-7") { sequence { yield(here()) } }.toList() shouldBe listOf("chat-7")
            val answers = Stream.of("answer").map { here() }
            JavaTracingSnippets.lazily(context, answers).toList() shouldBe listOf("chat-7")
            val source = Flux.defer { Flux.just(here()) }
            JavaTracingSnippets.inContext(context, source)
                .subscribeOn(Schedulers.boundedElastic())
                .map { "$it" }
                .collectList()
                .block() shouldBe listOf("chat-7")
            here() shouldBe ""
        }
    })
