package io.github.phoenixkt.transport

import io.github.phoenixkt.Answer
import io.github.phoenixkt.FakeTime
import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.json
import io.github.phoenixkt.scripted
import io.github.phoenixkt.upload.Delivery
import io.github.phoenixkt.upload.UploadOptions
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeInstanceOf
import java.io.IOException
import java.time.Duration
import kotlin.reflect.KClass
import kotlinx.coroutines.CompletionHandlerException
import kotlinx.coroutines.InternalCoroutinesApi

private val PROJECT = json("""{"data":{"id":"P","name":"p"}}""")

private fun page(
    status: Int,
    text: String = "<html><head>\n<title>Access \n denied</title></head>...",
) = Answer(status, text, "text/html; charset=utf-8", version = null)

private fun text(status: Int, text: String = "no", headers: Map<String, String> = emptyMap()) =
    Answer(status, text, headers = headers, version = null)

/** A write to a server whose other answers were Phoenix's. */
private suspend fun errorBehindProxy(answer: Answer): Pair<PhoenixException, MockPhoenix> {
    val server = MockPhoenix { if (it.method == "GET") PROJECT else answer }
    val client = server.client { runtime = FakeTime().runtime() }
    client.projects.get("p")
    val error =
        shouldThrow<PhoenixException> {
            client.spans.addSpanAnnotation("67f6740bbe1ddc3f", "a", score = 1.0, sync = true)
        }
    return error to server
}

private suspend fun errorOfFirst(answer: Answer): PhoenixException =
    shouldThrow<PhoenixException> {
        scripted(answer).client { runtime = FakeTime().runtime() }.projects.get("p")
    }

private fun MockPhoenix.writes() = lines.count { it.startsWith("POST") }

@OptIn(InternalCoroutinesApi::class)
class ForeignAnswersSpec :
    FunSpec({
        listOf(400, 401, 403, 404, 405, 406, 409, 410, 418, 421, 422, 451).forEach { status ->
            test("a page with $status is not Phoenix's: one request, and its title is quoted") {
                val (error, server) = errorBehindProxy(page(status))
                error.shouldBeInstanceOf<PhoenixException.UnexpectedResponse>()
                error.status shouldBe status
                error.message shouldContain "not from Phoenix"
                error.message shouldContain "The page says: \"Access denied\"."
                server.writes() shouldBe 1
            }

            test("text with $status and no header is not Phoenix's, where other answers have it") {
                val (error, server) = errorBehindProxy(text(status, "blocked by rule 7"))
                error.shouldBeInstanceOf<PhoenixException.UnexpectedResponse>()
                error.message shouldContain "blocked by rule 7"
                server.writes() shouldBe 1
            }

            test("JSON with $status and no header is not Phoenix's, where other answers have it") {
                val (error, _) =
                    errorBehindProxy(json("""{"message":"Forbidden"}""", status, version = null))
                error.shouldBeInstanceOf<PhoenixException.UnexpectedResponse>()
                error.message shouldContain "\"Forbidden\""
            }

            test("a page with $status as the first answer of all is not Phoenix's") {
                errorOfFirst(page(status))
                    .shouldBeInstanceOf<PhoenixException.UnexpectedResponse>()
                    .message shouldContain "Access denied"
            }
        }

        listOf<Pair<Int, KClass<out PhoenixException>>>(
                400 to PhoenixException.Rejected::class,
                401 to PhoenixException.Unauthorized::class,
                403 to PhoenixException.Forbidden::class,
                409 to PhoenixException.Conflict::class,
                422 to PhoenixException.Rejected::class,
            )
            .forEach { (status, type) ->
                test("$status in text is believed while no answer has shown a header") {
                    errorOfFirst(text(status))::class shouldBe type
                }
            }

        test("a 401 that wants other credentials than Phoenix's is not Phoenix's") {
            for (scheme in listOf("Basic realm=\"x\"", "Negotiate", "Digest realm=\"x\"")) {
                val error = errorOfFirst(text(401, headers = mapOf("WWW-Authenticate" to scheme)))
                error.shouldBeInstanceOf<PhoenixException.UnexpectedResponse>()
                error.message shouldContain "requires ${scheme.substringBefore(' ')} credentials"
            }
            errorOfFirst(text(401, headers = mapOf("WWW-Authenticate" to "Bearer realm=\"x\"")))
                .shouldBeInstanceOf<PhoenixException.Unauthorized>()
        }

        test("Phoenix's parser gives a 400 without a header") {
            val (error, _) = errorBehindProxy(text(400, "Invalid HTTP request received."))
            error.shouldBeInstanceOf<PhoenixException.Rejected>()
        }

        test("Phoenix's uncaught 500 has no header either") {
            val (error, _) = errorBehindProxy(text(500, "Internal Server Error"))
            error.shouldBeInstanceOf<PhoenixException.ServerError>()
        }

        for (answer in listOf(page(501), text(501), page(505))) {
            test(
                "${answer.status} ${answer.contentType}: not Phoenix's, and the endpoint is named"
            ) {
                val (error, server) = errorBehindProxy(answer)
                error.shouldBeInstanceOf<PhoenixException.UnexpectedResponse>()
                error.mayHaveArrived shouldBe true
                error.message shouldContain "not from Phoenix"
                error.message shouldContain "check the endpoint ${server.endpoint}"
                errorOfFirst(answer).message shouldContain "not from Phoenix"
            }
        }

        test("a 503 without Phoenix's header may be of a proxy, and names the endpoint") {
            val (error, server) = errorBehindProxy(page(503))
            error.message shouldContain "proxy"
            error.message shouldContain server.endpoint
        }

        test("a page with 500 is not Phoenix's") {
            val (error, server) = errorBehindProxy(page(500))
            error.shouldBeInstanceOf<PhoenixException.UnexpectedResponse>()
            error.mayHaveArrived shouldBe true
            server.writes() shouldBe 1
        }

        listOf(502, 503, 504).forEach { status ->
            test("a proxy's page with $status is tried again, and its title is quoted") {
                val (error, server) = errorBehindProxy(page(status))
                error.shouldBeInstanceOf<PhoenixException.ServerError>()
                error.message shouldContain "Access denied"
                server.writes() shouldBe 4
            }
        }

        test("an upload that a firewall refuses is one request, and nothing of it is rejected") {
            for (answer in listOf(page(400), page(403), page(422), text(409), page(404))) {
                val server = MockPhoenix { if (it.method == "GET") PROJECT else answer }
                val client = server.client { runtime = FakeTime().runtime() }
                client.projects.get("p")
                val rows = List(100) { SpanAnnotationData("s$it", "a", score = 1.0) }
                val report =
                    client.annotations.upload(
                        rows,
                        UploadOptions.builder().delivery(Delivery.CONFIRMED).build(),
                    )
                server.writes() shouldBe 1
                report.stoppedBy.shouldBeInstanceOf<PhoenixException.UnexpectedResponse>()
                report.counts().keys shouldBe setOf("Unknown")
            }
        }

        test("407 means that nothing was passed on, and says what to set") {
            val (error, server) = errorBehindProxy(text(407))
            error.shouldBeInstanceOf<PhoenixException.UnexpectedResponse>()
            error.mayHaveArrived shouldBe false
            error.message shouldContain "proxyCredentials"
            server.writes() shouldBe 1
        }

        listOf(
                "<html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head>",
                "<p>Reason: You're speaking plain HTTP to an SSL-enabled server port.<br />",
                "Client sent an HTTP request to an HTTPS server.\n",
            )
            .forEach { said ->
                test("a server that says \"${said.takeLast(40).trim()}\" wants https://") {
                    val error = errorOfFirst(Answer(400, said, "text/html", version = null))
                    error.mayHaveArrived shouldBe false
                    error.message shouldContain "https://"
                    error.message shouldContain "TLS"
                }
            }

        listOf(
                Answer(422, "Client sent an HTTP request to an HTTPS server."),
                json("""{"detail":"is not from plain HTTP to an SSL server"}""", 422),
                Answer(422, "[".repeat(600)),
                Answer(400, "Unknown filter: " + "{[".repeat(600)),
            )
            .forEach { answer ->
                test(
                    "Phoenix's own ${answer.status} is believed, whatever it quotes: ${answer.body.take(60)}"
                ) {
                    val error = errorOfFirst(answer)
                    error.shouldBeInstanceOf<PhoenixException.Rejected>()
                    error.mayHaveArrived shouldBe false
                }
            }

        test("a name that reads like a server's answer is still not known") {
            val said = "Project with name 'HTTP request to HTTPS' not found"
            errorOfFirst(Answer(404, said)).shouldBeInstanceOf<PhoenixException.NotFound>()
        }

        test("only JSON can be nested too deeply to be read: a page has its title quoted") {
            errorOfFirst(page(403, "<title>Denied</title>" + "[".repeat(600))).message shouldContain
                "The page says: \"Denied\"."
        }

        test("a title holds neither a secret nor a line break, and is short") {
            val title = "key px-secret-key\r\nforged " + "x".repeat(5_000)
            val server = scripted(page(403, "<TITLE class='a'>$title</TITLE>"))
            val error =
                shouldThrow<PhoenixException> {
                    server.client { apiKey = "px-secret-key" }.projects.get("p")
                }
            error.message shouldContain "**** forged"
            error.message shouldNotContain "px-secret-key"
            error.message shouldNotContain "\n"
            (error.message!!.length < 900) shouldBe true
        }

        listOf("detail", "message", "error").forEach { name ->
            test("""what Phoenix says as {"$name": "text"} is shown""") {
                errorOfFirst(json("""{"$name":"Dataset is locked"}""", 422)).message shouldContain
                    "The server said: \"Dataset is locked\"."
            }
        }

        listOf(
                "90" to Duration.ofSeconds(90),
                "Mon, 05 Jan 2026 10:05:00 GMT" to Duration.ofMinutes(5),
            )
            .forEach { (header, wait) ->
                test("a 429 with Retry-After: $header says how long to wait") {
                    val error =
                        errorOfFirst(text(429, headers = mapOf("Retry-After" to header)))
                            .shouldBeInstanceOf<PhoenixException.RateLimited>()
                    error.retryAfter shouldBe wait
                    error.message shouldContain "wait ${wait.toSeconds()} s"
                }
            }

        test("a 429 that does not say how long to wait") {
            errorOfFirst(text(429))
                .shouldBeInstanceOf<PhoenixException.RateLimited>()
                .retryAfter shouldBe null
        }

        mapOf<String, (LinkageError) -> Throwable>(
                "thrown as it is" to { it },
                "in a wrapper of coroutines" to { CompletionHandlerException("in a handler", it) },
                "deep among causes" to
                    {
                        IOException("x", IllegalStateException(RuntimeException(it)))
                    },
            )
            .forEach { (what, wrap) ->
                test("a broken class path, $what, is told as such and at once") {
                    val server = MockPhoenix { throw wrap(NoSuchMethodError("ktor.gone()")) }
                    val client: PhoenixClient = server.client { runtime = FakeTime().runtime() }
                    shouldThrow<NoSuchMethodError> { client.projects.get("p") }.message shouldBe
                        "ktor.gone()"
                    shouldThrow<NoSuchMethodError> {
                        client.spans.addSpanAnnotation("s", "a", score = 1.0)
                    }
                    server.requests.size shouldBe 2
                }
            }
    })
