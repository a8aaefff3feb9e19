package io.github.phoenixkt.transport

import io.github.phoenixkt.Answer
import io.github.phoenixkt.FakeTime
import io.github.phoenixkt.NEW_SERVER
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.isolatedClient
import io.github.phoenixkt.json
import io.github.phoenixkt.scripted
import io.github.phoenixkt.support.runMain
import io.github.phoenixkt.upload.Delivery
import io.github.phoenixkt.upload.UploadOptions
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import java.io.IOException
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout

private val DEADLINE = 60.seconds
private const val LIMIT = 100_000
private const val MEGABYTE = 1_000_000

private fun project(description: String) =
    """{"data":{"id":"P","name":"p","description":"$description"}}"""

private fun chunked(text: String) = "%x\r\n%s\r\n".format(text.length, text)

private const val CHUNKED_HEAD =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n" +
        "x-phoenix-server-version: $NEW_SERVER\r\n\r\n"

private fun nested(depth: Int) = "[".repeat(depth) + "]".repeat(depth)

private fun metadata(json: String) =
    json(
        """{"data":[{"id":"A","name":"a","annotator_kind":"HUMAN","source":"API","result":{},"metadata":$json,
           "span_id":"s","created_at":"2026-01-01T00:00:00+00:00","updated_at":"2026-01-01T00:00:00+00:00",
           "identifier":"","user_id":null}],"next_cursor":null}"""
    )

/** A server whose answers are far larger than the heap, as it says or in chunks. */
object OutsizedReplies {
    @JvmStatic
    fun main(args: Array<String>) {
        val kind = args[0]
        val answer: Step = {
            val piece = "x".repeat(MEGABYTE)
            try {
                if (kind == "chunked") {
                    send(CHUNKED_HEAD + chunked("{\"data\":\""))
                    repeat(100) { send(chunked(piece)) }
                    send("0\r\n\r\n")
                } else {
                    send(
                        "HTTP/1.1 ${if (kind == "refusal") "422 No" else "200 OK"}\r\nContent-Type: application/json\r\n" +
                            "x-phoenix-server-version: $NEW_SERVER\r\nContent-Length: ${100 * MEGABYTE}\r\n\r\n"
                    )
                    repeat(100) { send(piece) }
                }
            } catch (_: IOException) {
                // Nobody reads on.
            }
        }
        FaultServer(answer).use { server ->
            for (newEngine in ENGINES_AND_OWN.values) {
                newEngine().use { own ->
                    val client = isolatedClient {
                        endpoint = "http://127.0.0.1:${server.port}"
                        engine = own
                    }
                    runBlocking {
                        val read = runCatching { client.projects.get("p") }.exceptionOrNull()
                        val report =
                            client.annotations.upload(
                                List(10) { SpanAnnotationData("s$it", "a", score = 1.0) },
                                UploadOptions.builder().delivery(Delivery.CONFIRMED).build(),
                            )
                        println("${read?.javaClass?.simpleName}, ${report.counts().keys}")
                    }
                }
            }
        }
    }
}

class ReplyLimitSpec :
    FunSpec({
        ENGINES_AND_OWN.forEach { (name, newEngine) ->
            mapOf<String, (String) -> Step>(
                    "of a known length" to { body -> { answer(body) } },
                    "in chunks" to
                        { body ->
                            {
                                send(CHUNKED_HEAD)
                                body.chunked(1_000).forEach { send(chunked(it)) }
                                send("0\r\n\r\n")
                            }
                        },
                )
                .forEach { (what, answer) ->
                    test("$name: an answer $what is read up to the limit, and not beyond") {
                        val overhead = project("").length
                        for ((size, fits) in listOf(LIMIT to true, LIMIT + 1 to false)) {
                            val body = project("x".repeat(size - overhead))
                            FaultServer(answer(body)).use { server ->
                                newEngine().use { own ->
                                    val client = isolatedClient {
                                        endpoint = "http://127.0.0.1:${server.port}"
                                        engine = own
                                        replyLimit = LIMIT
                                    }
                                    withTimeout(DEADLINE) {
                                        if (fits) client.projects.get("p").name shouldBe "p"
                                        else {
                                            val error =
                                                shouldThrow<PhoenixException.UnexpectedResponse> {
                                                    client.projects.get("p")
                                                }
                                            error.tooLarge shouldBe true
                                            error.message shouldContain
                                                "larger than replyLimit ($LIMIT bytes)"
                                        }
                                    }
                                    server.requests.size shouldBe 1
                                }
                            }
                        }
                    }
                }
        }

        listOf("known", "chunked", "refusal").forEach { kind ->
            test("an answer of 100 MB ($kind) is an error of ours in a heap of 128 MB") {
                val ended = runMain("io.github.phoenixkt.transport.OutsizedReplies", kind)
                val (error, rows) =
                    if (kind == "refusal") "Rejected" to "Rejected"
                    else "UnexpectedResponse" to "Unknown"
                ended.output.trim().lines() shouldBe List(3) { "$error, [$rows]" }
                ended.exitCode shouldBe 0
            }
        }

        test("a limit that is too small to work with is refused") {
            shouldThrow<IllegalArgumentException> {
                    scripted(json("{}")).client { replyLimit = 100 }
                }
                .message shouldContain "replyLimit"
        }

        test("JSON of 500 levels is read, and of more is not") {
            // Four of them are around the metadata.
            for ((depth, fits) in
                listOf(496 to true, 497 to false, 3_000 to false, 200_000 to false)) {
                val server = scripted(metadata("""{"x":${nested(depth)}}"""))
                val read = runCatching {
                    server.client().spans.getSpanAnnotations(listOf("s")).toList()
                }
                if (fits) read.getOrThrow().size shouldBe 1
                else
                    read
                        .exceptionOrNull()
                        .shouldBeInstanceOf<PhoenixException.UnexpectedResponse>()
                        .message shouldContain "deep"
            }
        }

        test("brackets in strings are no levels") {
            val text = "[{".repeat(1_000) + "\\\"" + "[".repeat(1_000)
            scripted(json(project(text))).client().projects.get("p").description!!.length shouldBe
                3_001
        }

        listOf(400, 401, 403, 404, 409, 422, 500, 503).forEach { status ->
            test("a $status with 100,000 levels of JSON is an UnexpectedResponse") {
                for (body in
                    listOf(
                        """{"detail":${nested(100_000)}}""",
                        "[".repeat(100_000),
                        "{\"a\":".repeat(100_000),
                    )) {
                    val error =
                        shouldThrow<PhoenixException> {
                            scripted(json(body, status))
                                .client { runtime = FakeTime().runtime() }
                                .spans
                                .addSpanAnnotation("s", "a", score = 1.0, sync = true)
                        }
                    error.shouldBeInstanceOf<PhoenixException.UnexpectedResponse>()
                    error.status shouldBe status
                }
            }
        }

        test("refused spans of 100,000 levels, JSON in disguise") {
            val error =
                shouldThrow<PhoenixException> {
                    scripted(Answer(400, """{"invalid_spans":${nested(100_000)}}"""))
                        .client()
                        .spans
                        .addSpanAnnotation("s", "a", score = 1.0)
                }
            error.shouldBeInstanceOf<PhoenixException.UnexpectedResponse>()
        }

        test("numbers of a million digits cost nothing") {
            val digits = "1" + "7".repeat(1_000_000)
            val numbers = listOf(digits, "-$digits", "0.$digits", "1e$digits", "${digits}e-$digits")
            // What grows with the square of the digits would not end in time.
            val server =
                scripted(
                    metadata(
                        """{"x":[${List(3) { numbers.joinToString(",") }.joinToString(",")}]}"""
                    )
                )
            withTimeout(DEADLINE) {
                val stored = server.client().spans.getSpanAnnotations(listOf("s")).toList().single()
                (stored.metadata["x"] as List<*>).first() shouldBe Double.POSITIVE_INFINITY
            }
        }
    })
