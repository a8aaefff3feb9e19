package io.github.phoenixkt.transport

import io.github.phoenixkt.Answer
import io.github.phoenixkt.CallOptions
import io.github.phoenixkt.FakeTime
import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.PhoenixSettings
import io.github.phoenixkt.SentRequest
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.causesOf
import io.github.phoenixkt.isolatedClient
import io.github.phoenixkt.json
import io.github.phoenixkt.phoenixSettings
import io.github.phoenixkt.support.runMain
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.io.IOException
import java.net.ConnectException
import java.time.Duration
import kotlinx.coroutines.runBlocking

private const val SECRET = "px-secret-0123456789"
private const val HEADER_SECRET = "px-secret-header-value"

/** Whatever a server may make of our headers. */
private val ECHOES: Map<String, (SentRequest) -> Answer> =
    listOf(400, 401, 403, 404, 405, 408, 409, 413, 429, 500, 502, 507).associate { status ->
        "a $status that repeats the headers" to
            { sent: SentRequest ->
                Answer(status, "Invalid token: ${sent.headers.entries()}")
            }
    } +
        mapOf(
            "a 422 whose reasons repeat the key" to
                { _ ->
                    json(
                        """{"detail":[{"loc":["header","$SECRET"],"msg":"bad token $SECRET","input":"$SECRET"}]}""",
                        status = 422,
                    )
                },
            "a page of a proxy" to { _ -> Answer(200, "<p>$SECRET</p>", "text/html") },
            "a content type that repeats the key" to { _ -> Answer(200, "x", "x/$SECRET") },
            "JSON that makes no sense" to { _ -> json("""{"data":"$SECRET"}""") },
            "a redirect" to
                { _ ->
                    Answer(302, headers = mapOf("Location" to "https://x.test/$SECRET?k=$SECRET"))
                },
            "an engine that quotes what it read" to
                { _ ->
                    throw IOException("not HTTP: $SECRET", IllegalStateException(HEADER_SECRET))
                },
            "an engine that cannot connect" to { _ -> throw ConnectException("to $SECRET") },
        )

private fun PhoenixSettings.Builder.withSecrets() {
    apiKey = SECRET
    headers = mapOf("X-Extra" to HEADER_SECRET)
    retry { initialDelay = Duration.ZERO }
}

private fun everythingSaid(error: Throwable): String =
    error.stackTraceToString() + causesOf(error).joinToString { "$it ${it.message}" }

private fun String.shouldKeepSecrets() {
    this shouldNotContain SECRET
    this shouldNotContain HEADER_SECRET
}

class SentSecretsSpec :
    FunSpec({
        ECHOES.forEach { (what, answer) ->
            test("no secret in the error after $what") {
                val server = MockPhoenix { answer(it) }
                val client = server.client {
                    withSecrets()
                    // A list waits for a server that is away.
                    runtime = FakeTime().runtime()
                }
                val row = SpanAnnotationData("s", "a", score = 1.0)
                val errors =
                    listOf(
                        shouldThrow<PhoenixException> { client.projects.get("p") },
                        shouldThrow<PhoenixException> {
                            client.spans.addSpanAnnotation(row, sync = true)
                        },
                        shouldThrow<PhoenixException> {
                            client.spans.logSpanAnnotations(listOf(row), sync = true)
                        },
                        shouldThrow<PhoenixException> { client.spans.addSpanNote("s", "x") },
                    )
                errors.forEach { everythingSaid(it).shouldKeepSecrets() }
                errors.filterIsInstance<PhoenixException.UploadException>().forEach {
                    it.report.outcomes.toString().shouldKeepSecrets()
                }
                errors.filterIsInstance<PhoenixException.Rejected>().forEach {
                    it.fields.toString().shouldKeepSecrets()
                }
            }
        }

        test("a key that has changed meanwhile is kept out all the same") {
            var number = 0
            val server = MockPhoenix { sent ->
                Answer(401, "Invalid token ${sent.headers["Authorization"]}")
            }
            val client = server.client { apiKey { "px-secret-key-${++number}" } }
            shouldThrow<PhoenixException.Unauthorized> { client.projects.get("p") }
                .message shouldNotContain "px-secret"
        }

        test("headers of withOptions are kept out, too") {
            val server = MockPhoenix { sent -> Answer(401, "Invalid ${sent.headers.entries()}") }
            val view = server.client().withOptions { headers = mapOf("X-Extra" to HEADER_SECRET) }
            everythingSaid(shouldThrow<PhoenixException> { view.projects.get("p") })
                .shouldKeepSecrets()
        }

        test("nothing that can be printed shows a secret") {
            val settings = phoenixSettings {
                environment =
                    PhoenixEnvironment(mapOf("PHOENIX_CLIENT_HEADERS" to "x-more=$HEADER_SECRET"))
                withSecrets()
            }
            val client = PhoenixClient(settings)
            lateinit var builder: CallOptions.Builder
            client
                .withOptions {
                    headers = mapOf("X-Extra" to HEADER_SECRET)
                    builder = this
                }
                .use { view ->
                    listOf(
                            settings,
                            settings.describe(),
                            settings.retry,
                            settings.timeouts,
                            settings.runtime,
                            client,
                            view,
                            view.spans,
                            builder,
                            builder.build(),
                        )
                        .joinToString()
                        .shouldKeepSecrets()
                }
        }

        listOf(
                "Bearer $SECRET",
                "$SECRET\n",
                "$SECRET ü",
                "$SECRET\u0000",
            )
            .forEach { bad ->
                test(
                    "a key that cannot be sent is not shown: ${bad.removePrefix(SECRET).map { it.code }}"
                ) {
                    val error = runCatching {
                        MockPhoenix().client { apiKey = bad }.projects.get("p")
                    }
                        .exceptionOrNull()
                    everythingSaid(error ?: Exception("sent")).shouldKeepSecrets()
                }
            }

        test("nothing that is logged shows a secret, down to the engines' own logs") {
            FaultServer({
                    answer("Invalid token ${it.headers}", "401 Unauthorized", "text/plain")
                })
                .use { plain ->
                    FaultServer(
                            { answer("Invalid token ${it.headers}", "503 Busy", "text/plain") },
                            factory = TestCertificates.trusted.serverContext.serverSocketFactory,
                        )
                        .use { secure ->
                            val ended =
                                runMain(
                                    "io.github.phoenixkt.transport.SentSecretsSpecKt",
                                    "http://127.0.0.1:${plain.port}",
                                    "https://127.0.0.1:${secure.port}",
                                    options =
                                        TestCertificates.trusted.trustOptions +
                                            "-Dorg.slf4j.simpleLogger.defaultLogLevel=trace" +
                                            "-Djdk.httpclient.HttpClient.log=errors,requests",
                                )
                            ended.exitCode shouldBe 0
                            ended.output.shouldKeepSecrets()
                            // It did log, on all levels and of both libraries.
                            ended.output shouldContain "DEBUG io.github.phoenixkt"
                            ended.output shouldContain "TRACE io.ktor"
                            ended.output shouldContain "trying again"
                            ended.output shouldContain "Unauthorized"
                            (plain.requests + secure.requests).forEach {
                                it.headers["authorization"] shouldBe "Bearer $SECRET"
                            }
                            secure.requests.size shouldBe 4
                        }
                }
        }
    })

/** Fails on each of the endpoints, and prints all that there is to print. */
fun main(args: Array<String>) {
    for (address in args) {
        val client = isolatedClient {
            endpoint = address
            withSecrets()
        }
        runBlocking {
            try {
                client.projects.get("p")
            } catch (e: PhoenixException) {
                println("$client: $e")
                e.printStackTrace()
            }
        }
    }
}
