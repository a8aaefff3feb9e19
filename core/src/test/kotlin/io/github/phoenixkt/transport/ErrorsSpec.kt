package io.github.phoenixkt.transport

import io.github.phoenixkt.Answer
import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.PhoenixSettings
import io.github.phoenixkt.json
import io.github.phoenixkt.scripted
import io.github.phoenixkt.spans.spanData
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeInstanceOf
import java.io.EOFException
import java.time.Instant
import javax.net.ssl.SSLException
import kotlin.reflect.KClass

private const val SPAN = "67f6740bbe1ddc3f"

/** The error of a write that is answered so; sent once. */
private suspend fun errorOf(
    answer: Answer,
    spanId: String = SPAN,
    configure: PhoenixSettings.Builder.() -> Unit = {},
): PhoenixException =
    shouldThrow<PhoenixException> {
        scripted(answer)
            .client {
                retry { maxAttempts = 1 }
                configure()
            }
            .spans
            .addSpanAnnotation(spanId, "a", score = 1.0, sync = true)
    }

private fun html(status: Int, version: String? = null) =
    Answer(status, "<html>Sign in</html>", "text/html; charset=utf-8", version = version)

private fun invalid(detail: String) = json("""{"detail":$detail}""", status = 422)

class ErrorsSpec :
    FunSpec({
        listOf<Triple<Int, KClass<out PhoenixException>, String>>(
                Triple(400, PhoenixException.Rejected::class, "refused"),
                Triple(401, PhoenixException.Unauthorized::class, "PHOENIX_API_KEY"),
                Triple(403, PhoenixException.Forbidden::class, "viewer"),
                Triple(404, PhoenixException.NotFound::class, SPAN),
                Triple(405, PhoenixException.UnexpectedResponse::class, "endpoint"),
                Triple(408, PhoenixException.Timeout::class, "Try again"),
                Triple(409, PhoenixException.Conflict::class, "Choose another"),
                Triple(410, PhoenixException.UnexpectedResponse::class, "endpoint"),
                Triple(413, PhoenixException.Rejected::class, "fewer rows"),
                Triple(422, PhoenixException.Rejected::class, "refused"),
                Triple(429, PhoenixException.RateLimited::class, "slowly"),
                Triple(500, PhoenixException.ServerError::class, "log"),
                Triple(502, PhoenixException.ServerError::class, "log"),
                Triple(507, PhoenixException.StorageFull::class, "storage"),
            )
            .forEach { (status, type, todo) ->
                test("$status is ${type.simpleName} and says route, reason and what to do") {
                    val error = errorOf(Answer(status, "because of the moon"))
                    error::class shouldBe type
                    error.status shouldBe status
                    error.message shouldContain "POST /v1/span_annotations failed with $status"
                    error.message shouldContain "because of the moon"
                    error.message shouldContain todo
                }
            }

        test("the fields that validation refuses are named, and their input is not") {
            val error =
                errorOf(
                    invalid(
                        """[{"type":"enum","loc":["body","data",3,"annotator_kind"],"msg":"Input should be 'LLM'",
                           "input":"px-payload","ctx":{"x":"px-payload"}},{"loc":["query","limit"],"msg":"too small"}]"""
                    )
                )
                    as PhoenixException.Rejected
            error.fields.map { it.path to it.reason } shouldBe
                listOf("data.3.annotator_kind" to "Input should be 'LLM'", "limit" to "too small")
            error.message shouldContain "data.3.annotator_kind: Input should be 'LLM'"
            error.message shouldNotContain "px-payload"
        }

        listOf("[]", "\"text\"", "null", "[1,\"x\",{}]", "[{\"loc\":7,\"msg\":[]}]").forEach {
            test("a 422 with the odd detail $it is Rejected all the same") {
                errorOf(invalid(it))::class shouldBe PhoenixException.Rejected::class
            }
        }

        test("a 422 that is no JSON, though it says so, is Rejected all the same") {
            errorOf(json("{\"detail\":[", status = 422))::class shouldBe
                PhoenixException.Rejected::class
        }

        test("refused spans are told apart: those that are there, and those that are bad") {
            val span = spanData("s", SPAN, "t", Instant.EPOCH, Instant.EPOCH)
            val error =
                shouldThrow<PhoenixException.SpansRejected> {
                    scripted(
                            Answer(
                                400,
                                """{"error":"x","total_received":2,"total_queued":0,"total_duplicates":1,"total_invalid":1,
                                "duplicate_spans":[{"span_id":"$SPAN","trace_id":"t"}],
                                "invalid_spans":[{"span_id":"bad","trace_id":"t","error":"no time"}]}""",
                            )
                        )
                        .client()
                        .spans
                        .logSpans(listOf(span))
                }
            error.duplicateSpanIds.shouldContainExactly(SPAN)
            error.invalidSpans shouldBe mapOf("bad" to "no time")
            error.status shouldBe 400
        }

        test("a missing id is recognised in prose among several that were sent") {
            val missing = "00f067aa0ba902b7"
            val request = { text: String ->
                val mapping = ErrorMapping(headers = emptyMap())
                val request =
                    ApiRequest.post("v1", "x", body = ByteArray(0), sentIds = listOf(SPAN, missing))
                val response = ApiResponse(request, 404, contentType = "text/plain", text = text)
                (mapping.errorFor(request, response, 1) as PhoenixException.NotFound).missingIds
            }
            request("Spans with IDs $missing do not exist").shouldContainExactly(missing)
            request("Spans '$missing', '$SPAN' do not exist") shouldBe listOf(missing, SPAN)
            request("Spans with IDs x$missing do not exist").shouldBeEmpty()
            request("Spans with IDs ffffffffffffffff do not exist").shouldBeEmpty()
        }

        test("a 404 that is not Phoenix's says nothing about the target") {
            for (answer in listOf(html(404), Answer(404, "not found", version = null))) {
                val error = errorOf(answer)
                error.shouldBeInstanceOf<PhoenixException.UnexpectedResponse>()
                error.message shouldContain "endpoint"
            }
        }

        test("an id that does not look like a span's is hinted at when it is not found") {
            val message = errorOf(Answer(404, "missing"), spanId = SPAN + SPAN).message
            message shouldContain "$SPAN$SPAN has 32 digits like a trace id; a span id has 16."
            message shouldNotContain "Perhaps"
            errorOf(Answer(404, "missing"), spanId = "hello").message shouldContain
                "hello does not look like a span id, which usually has 16 hexadecimal digits."
        }

        test("a route that is missing is a reason to check the endpoint") {
            errorOf(Answer(405, "Method Not Allowed")).message shouldContain
                "it is the base URL of Phoenix, without /v1"
        }

        test("a connection that breaks may be to the gRPC port, if Phoenix never answered") {
            var calls = 0
            val server = MockPhoenix {
                if (++calls == 2) json("""{"data":{"id":"P","name":"p"}}""")
                else throw EOFException("no bytes")
            }
            val client = server.client { retry { maxAttempts = 1 } }
            suspend fun broken() =
                shouldThrow<PhoenixException.Unreachable> { client.projects.get("p") }.message
            val hint =
                "Check that ${server.endpoint} is Phoenix's HTTP port (6006 by default), and not its gRPC port"
            broken() shouldContain hint
            client.projects.get("p")
            broken() shouldNotContain "gRPC"
        }

        test("a look-up that fails says once that nothing was sent") {
            val server =
                MockPhoenix(
                    beforeVersion = {
                        throw SSLException("Unsupported or unrecognized SSL message")
                    }
                )
            val message =
                shouldThrow<PhoenixException.Unreachable> {
                        server.client().spans.addDocumentAnnotation("s", 0, "a", score = 1.0)
                    }
                    .message
            message.split("Nothing was sent").size shouldBe 2
            message shouldContain "the server is asked for its version first"
        }

        test("a viewer is told to check the key") {
            errorOf(Answer(403, "Forbidden")).message shouldContain "Check the key"
        }

        test("an upper-case id is hinted at when it is not found") {
            errorOf(Answer(404, "missing"), spanId = SPAN.uppercase()).message shouldContain
                "lower case"
        }

        listOf(301, 302, 307, 308).forEach { status ->
            test("a redirect $status is not followed, and names its target without its query") {
                val server =
                    scripted(
                        Answer(
                            status,
                            headers =
                                mapOf(
                                    "Location" to "https://user:pw@login.test/in?token=px-secret"
                                ),
                            version = null,
                        )
                    )
                val error =
                    shouldThrow<PhoenixException.UnexpectedResponse> {
                        server.client().projects.get("p")
                    }
                error.status shouldBe status
                error.message shouldContain "a redirect to login.test/in"
                error.message shouldNotContain "px-secret"
                error.message shouldNotContain "pw@"
                server.requests.size shouldBe 1
            }
        }

        test("a page instead of JSON points to the endpoint") {
            val error = errorOf(html(200)) as PhoenixException.UnexpectedResponse
            error.status shouldBe 200
            error.message shouldContain "an HTML page instead of JSON"
            error.message shouldContain "base URL"
            error.message shouldNotContain "Sign in"
        }

        listOf(
                "no content type" to Answer(contentType = null),
                "text/plain" to Answer(body = "OK"),
            )
            .forEach { (what, answer) ->
                test("a 200 of $what is an UnexpectedResponse") {
                    errorOf(answer)::class shouldBe PhoenixException.UnexpectedResponse::class
                }
            }

        listOf(
                "",
                "{",
                "[]",
                "{\"data\":{}}",
                "{\"data\":[{}]}",
                "{\"data\":[{\"id\":null}]}",
                "nonsense",
            )
            .forEach { body ->
                test("a 200 whose JSON is $body is an UnexpectedResponse without its text") {
                    val error = errorOf(json(body))
                    error::class shouldBe PhoenixException.UnexpectedResponse::class
                    error.cause.shouldBeNull()
                    error.message shouldNotContain "nonsense"
                }
            }

        test("JSON is JSON whatever its parameters and its case") {
            for (type in listOf("application/json; charset=utf-8", "Application/JSON")) {
                scripted(Answer(body = """{"data":{"id":"P","name":"p"}}""", contentType = type))
                    .client()
                    .projects
                    .get("p")
            }
        }

        test("an unauthorised caller is told which of the three mistakes it is") {
            val refused = Answer(401, "Invalid token")
            errorOf(refused).message shouldContain "No key was sent: set PHOENIX_API_KEY"
            errorOf(refused) { headers = mapOf("api_key" to "abcdefgh") }.message shouldContain
                "Only an api_key header was sent"
            errorOf(refused) { apiKey = "abcdefgh" }.message shouldContain "has not expired"
        }

        test("what the server says is quoted on one line and not at length") {
            val message =
                errorOf(Answer(400, "line 1\r\nline 2\u0000" + "x".repeat(5_000))).message!!
            message shouldContain "line 1 line 2\\u0000xxx"
            (message.length < 700) shouldBe true
        }

        test("a page is not quoted") {
            errorOf(html(502)).message shouldNotContain "Sign in"
        }

        test("a config that this library cannot hold is read as unknown, not as an error") {
            fun config(rest: String) =
                json("""{"data":[{"id":"C","name":"n",$rest}],"next_cursor":null}""")
            for (odd in
                listOf(
                    "\"type\":\"STARS\",\"values\":[]",
                    "\"type\":\"CONTINUOUS\",\"optimization_direction\":\"SIDEWAYS\"",
                    "\"type\":\"CATEGORICAL\",\"optimization_direction\":\"NONE\",\"values\":[]",
                    "\"type\":\"CONTINUOUS\",\"lower_bound\":2,\"upper_bound\":1",
                )) {
                val server = MockPhoenix { config(odd) }
                val stored = server.client().annotationConfigs.listPage().items.single()
                stored.config::class.simpleName shouldBe "UnknownAnnotationConfig"
                stored.name shouldBe "n"
            }
        }
    })
