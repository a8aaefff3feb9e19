package io.github.phoenixkt.opentelemetry

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.PhoenixSettings
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.java.PhoenixBlockingClient
import io.github.phoenixkt.phoenixSettings
import io.github.phoenixkt.testing.FakePhoenix
import io.github.phoenixkt.testing.FakeSpan
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.comparables.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.ktor.client.HttpClient
import io.ktor.client.engine.HttpClientEngine
import io.ktor.client.engine.cio.CIO
import io.ktor.client.engine.java.Java
import io.opentelemetry.api.trace.Span
import io.opentelemetry.context.Context
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor
import java.net.InetAddress
import java.net.ServerSocket
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext

private const val SPAN = "00000000000000a1"

/** A call of each form of the client: the name of the form, and what makes the call. */
private val CALLS: Map<String, (PhoenixClient) -> Unit> =
    mapOf(
        "suspend" to
            { client ->
                runBlocking { client.spans.addSpanAnnotation(VOTE, sync = true) }
            },
        "async" to
            { client ->
                PhoenixBlockingClient.of(client).async().spans().addSpanAnnotationSync(VOTE).join()
            },
        "blocking" to
            { client ->
                PhoenixBlockingClient.of(client).spans().addSpanAnnotationSync(VOTE)
            },
    )
private val VOTE = SpanAnnotationData(SPAN, "vote", score = 1.0)

/** The client's own requests are in no trace and no capture, whatever instruments them. */
class OwnRequestsSpec : FunSpec() {
    private val sdk = Sdk()
    private lateinit var fake: FakePhoenix

    private fun settings(
        engine: HttpClientEngine?,
        server: String = fake.endpoint().toString(),
    ): PhoenixSettings = phoenixSettings {
        environment = PhoenixEnvironment.empty()
        endpoint = server
        this.engine = engine
    }

    private fun settings(engine: HttpClientEngine, server: ServerSocket) =
        settings(engine, "http://127.0.0.1:${server.localPort}")

    /** What was captured of the calls of a client, within a session, a capture and a span. */
    private fun capturedOf(client: PhoenixClient, call: (PhoenixClient) -> Unit) =
        captureSpans { capture ->
            usingSession("chat-7") {
                val request = sdk.tracer.spanBuilder("request").startSpan()
                request.makeCurrent().use {
                    val around = Context.current()
                    call(client)
                    Context.current() shouldBeSameInstanceAs around
                    Span.current() shouldBeSameInstanceAs request
                }
                request.end()
            }
            capture.spans().map { it.name() }
        }

    init {
        beforeSpec {
            fake = FakePhoenix.start()
            fake.addSpan(FakeSpan.of(SPAN))
        }
        afterSpec {
            fake.close()
            sdk.close()
        }
        afterTest { sdk.exporter.reset() }

        for ((form, call) in CALLS) for (engine in listOf(CIO.create(), Java.create())) {
            val name = "a $form call over ${engine::class.simpleName}"

            test("$name makes no span in an engine with an instrumentation") {
                val traced = InstrumentedEngine(engine, sdk.tracer)
                PhoenixClient(settings(traced)).use { client ->
                    capturedOf(client, call) shouldContainExactly listOf("request")
                }
                traced.requests shouldBeGreaterThan 0
                sdk.ended().map { it.name } shouldContainExactly listOf("request")
            }

            test("$name makes no span in a client with an instrumentation") {
                PhoenixClient(settings(engine)).use { client ->
                    val requests = instrument(httpOf(client), sdk.tracer)
                    capturedOf(client, call) shouldContainExactly listOf("request")
                    requests.get() shouldBeGreaterThan 0
                }
                sdk.ended().map { it.name } shouldContainExactly listOf("request")
            }

            test("$name is not captured, and in no trace, where an engine makes spans by hand") {
                val traced = InstrumentedEngine(engine, sdk.tracer, obedient = false)
                PhoenixClient(settings(traced)).use { client ->
                    capturedOf(client, call) shouldContainExactly listOf("request")
                }
                val others = sdk.ended().filter { it.name == "engine" }
                others.size shouldBe traced.requests
                others.map { it.parentSpanContext.isValid }.distinct() shouldBe listOf(false)
                others
                    .mapNotNull { it.attributes[OpenInferenceAttributes.SESSION_ID] }
                    .shouldBeEmpty()
            }
        }

        test("spans that an engine makes by hand are dropped by our tracing") {
            val exporter = InMemorySpanExporter.create()
            val tracing =
                PhoenixTracing.builder()
                    .settings(settings(engine = null))
                    .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                    .build()
            tracing.use {
                val tracer = tracing.tracer("engine")
                val traced = InstrumentedEngine(CIO.create(), tracer, obedient = false)
                PhoenixClient(settings(traced)).use { client ->
                    for (call in CALLS.values) call(client)
                }
                traced.requests shouldBeGreaterThan 2
                exporter.finishedSpanItems.shouldBeEmpty()
                tracer.spanBuilder("of the application").startSpan().end()
                exporter.finishedSpanItems.map { it.name } shouldContainExactly
                    listOf("of the application")
            }
        }

        test("a call that fails leaves the context as it was") {
            val traced = InstrumentedEngine(CIO.create(), sdk.tracer)
            PhoenixClient(settings(traced)).use { client ->
                capturedOf(client) {
                    shouldThrow<PhoenixException.NotFound> {
                        runBlocking {
                            it.spans.addSpanAnnotation(
                                SpanAnnotationData("00000000000000ff", "vote", score = 1.0),
                                sync = true,
                            )
                        }
                    }
                } shouldContainExactly listOf("request")
            }
        }

        for (engine in listOf(CIO.create(), Java.create())) {
            val name = engine::class.simpleName

            test("a call over $name can be cancelled, and its context is as it was") {
                ServerSocket(0, 1, InetAddress.getLoopbackAddress()).use { silent ->
                    val client = PhoenixClient(settings(engine, silent))
                    client.use {
                        withSession("chat-7") {
                            val call = launch { client.spans.addSpanAnnotation(VOTE, sync = true) }
                            withContext(Dispatchers.IO) { silent.accept() }
                            call.cancelAndJoin()
                            PhoenixContext.current().sessionId() shouldBe "chat-7"
                        }
                    }
                }
            }

            test("closing the client ends a call over $name, and its context is as it was") {
                ServerSocket(0, 1, InetAddress.getLoopbackAddress()).use { silent ->
                    val client = PhoenixClient(settings(engine, silent))
                    withSession("chat-7") {
                        val call = async {
                            shouldThrow<IllegalStateException> {
                                client.spans.addSpanAnnotation(VOTE, sync = true)
                            }
                        }
                        withContext(Dispatchers.IO) { silent.accept() }
                        client.close()
                        call.await().message shouldBe "The Phoenix client is closed."
                        PhoenixContext.current().sessionId() shouldBe "chat-7"
                    }
                }
            }
        }

        // The test is worth something only where the same engine makes spans of other requests.
        test("the instrumented engine and client do make spans of other requests") {
            val traced = InstrumentedEngine(CIO.create(), sdk.tracer)
            HttpClient(traced).use { http ->
                instrument(http, sdk.tracer)
                captureSpans { capture ->
                    runBlocking { get(http, fake.endpoint().toString()) }
                    capture.spans().map { it.name() }
                } shouldContainExactly listOf("client")
            }
            sdk.ended().map { it.name }.toSet() shouldBe setOf("client", "engine")
        }
    }
}
