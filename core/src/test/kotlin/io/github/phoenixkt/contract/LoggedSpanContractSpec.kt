package io.github.phoenixkt.contract

import io.github.phoenixkt.Answer
import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.SentRequest
import io.github.phoenixkt.proof.RandomValues
import io.github.phoenixkt.spans.SpanData
import io.github.phoenixkt.spans.SpanEventData
import io.github.phoenixkt.spans.isSameAs
import io.github.phoenixkt.spans.spanData
import io.github.phoenixkt.support.RealPhoenix
import io.github.phoenixkt.support.SkipWithoutServer
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.io.IOException
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.time.Instant
import kotlin.random.Random
import kotlinx.coroutines.flow.toList

private val TIME = Instant.parse("2026-01-05T10:00:00.123456Z")

/** Names and values that Phoenix stores in another form than it gets them. */
private val AWKWARD: Map<String, Any?> =
    mapOf(
        "docs.2.x" to "two",
        "docs.5.x" to "five",
        " k . j " to 1,
        "x..y" to 2,
        "z." to 3,
        "" to "no name",
        "t.0" to "s",
        "t.01" to "u",
        "a.b" to 1,
        "a" to
            mapOf("c" to null, "d" to 2.0, "e.f" to emptyList<Any>(), "g" to emptyMap<Any, Any>()),
        "mixed" to listOf(mapOf("p" to 1), "lost", null, mapOf("p" to 2)),
        "nulls" to listOf(null, 1),
        "nested" to listOf(listOf(mapOf("a" to null)), emptyList<Any>()),
        "openinference.span.kind" to "OTHER",
        "large" to 5.1616712879003566E18,
        "zero" to -0.0,
    )

private fun span(attributes: Map<String, Any?> = emptyMap(), id: String = newSpanId()): SpanData =
    spanData("name", id, newTraceId(), TIME, TIME.plusSeconds(1)) {
        spanKind = "CHAIN"
        this.attributes = attributes
    }

private fun randomSpans(random: Random): List<SpanData> {
    val values = RandomValues(random)
    return List(60) {
        val start = TIME.plusNanos(random.nextLong(1L shl 50))
        spanData(
            values.text(),
            newSpanId(),
            newTraceId(),
            start,
            start.plusNanos(random.nextLong(1L shl 40)),
        ) {
            spanKind = listOf("LLM", "llm", "UNKNOWN", "own kind").random(random)
            statusCode = listOf("OK", "error", "UNSET", "own code").random(random)
            statusMessage = values.text()
            parentId = newSpanId().takeIf { random.nextBoolean() }
            attributes = values.metadata() + ("list" to List(3) { values.metadata() })
            events =
                List(random.nextInt(3)) {
                    SpanEventData(
                        values.text(),
                        start.plusNanos(random.nextLong(1000)),
                        values.metadata(),
                    )
                }
        }
    }
}

/** Each differs from [span], which has [AWKWARD] attributes, in one place. */
private fun variants(span: SpanData): Map<String, SpanData> {
    fun with(name: String, value: Any?) = span.toBuilder().attribute(name, value).build()
    fun at(start: Instant, end: Instant, name: String = span.name, trace: String = span.traceId) =
        SpanData.builder(name, span.spanId, trace, start, end)
            .spanKind(span.spanKind)
            .attributes(span.attributes)
            .build()
    return mapOf(
        "name" to at(span.startTime, span.endTime, name = "other"),
        "trace" to at(span.startTime, span.endTime, trace = newTraceId()),
        "start" to at(span.startTime.plusNanos(1_000), span.endTime),
        "end" to at(span.startTime, span.endTime.plusNanos(1_000)),
        "kind" to span.toBuilder().spanKind("LLM").build(),
        "parent" to span.toBuilder().parentId(newSpanId()).build(),
        "status" to span.toBuilder().statusCode("ERROR").build(),
        "message" to span.toBuilder().statusMessage("no").build(),
        "event" to span.toBuilder().event(SpanEventData("e", TIME)).build(),
        "one attribute more" to with("more", 1),
        "one attribute less" to span.toBuilder().attributes(AWKWARD - "zero").build(),
        "a text for a number" to with("a.b", "1"),
        "another number" to with("large", 5.1616712879003577E18),
        "a name moved" to span.toBuilder().attributes(AWKWARD - "z." + ("y." to 3)).build(),
        "documents in another order" to
            span
                .toBuilder()
                .attributes(AWKWARD + mapOf("docs.2.x" to "five", "docs.5.x" to "two"))
                .build(),
        "an element of a list" to with("nulls", listOf(null, 2)),
        "a map in a list" to with("mixed", listOf(mapOf("p" to 1), mapOf("p" to 3))),
    )
}

/** What stands between the client and Phoenix, and loses the answer to each POST. */
private fun losingAnswers(endpoint: String): MockPhoenix {
    val http = HttpClient.newHttpClient()
    fun forward(sent: SentRequest): Answer {
        val url = URI(endpoint + sent.path + if (sent.query.isEmpty()) "" else "?${sent.query}")
        val request =
            HttpRequest.newBuilder(url)
                .header("Content-Type", "application/json")
                .method(sent.method, HttpRequest.BodyPublishers.ofString(sent.body))
        val answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString())
        val header = { name: String -> answer.headers().firstValue(name).orElse(null) }
        return Answer(
            answer.statusCode(),
            answer.body(),
            header("content-type"),
            version = header("x-phoenix-server-version"),
        )
    }
    return MockPhoenix { sent ->
        val answer = forward(sent)
        if (sent.method == "POST") throw IOException("connection reset") else answer
    }
}

/** Spans that were sent, and what Phoenix has under their ids. */
abstract class LoggedSpanContractSpec(server: ContractServer) :
    FunSpec({
        extension(SkipWithoutServer { server.missing })
        lateinit var client: PhoenixClient

        beforeSpec { if (server.missing == null) client = contractClient(server.endpoint) }
        afterSpec { if (server.missing == null) client.close() }

        test("a span that comes back is told from every other, in whatever form it is stored") {
            val project = unique("logged")
            val awkward = span(AWKWARD)
            val sent = randomSpans(Random(5)) + awkward
            client.spans.logSpans(sent, project)
            arrive(client, project, sent.size)
            val stored = client.spans.getSpans(project = project).toList().associateBy { it.spanId }
            for (one in sent) withClue(one.toJson()) {
                stored.getValue(one.spanId).isSameAs(one) shouldBe true
            }
            for ((what, other) in variants(awkward)) withClue(what) {
                stored.getValue(awkward.spanId).isSameAs(other) shouldBe false
            }
        }

        test("where the answer is lost, only what Phoenix has as it was sent is called stored") {
            val project = unique("logged")
            val (lost, losing) = losingAnswers(server.endpoint).let { it to it.client() }
            val sent = listOf(span(AWKWARD), span())
            losing.spans.logSpans(sent, project).totalQueued shouldBe 2
            // Phoenix refuses these, and the refusal is lost.
            val corrected = sent[1].toBuilder().attribute("more", 1).build()
            shouldThrow<PhoenixException.Unreachable> {
                    losing.spans.logSpans(listOf(span(), corrected), project)
                }
                .message shouldContain "other contents: ${corrected.spanId}."
            client.spans.getSpans(project = project).toList().map { it.spanId } shouldBe
                sent.map { it.spanId }.reversed()
            lost.requests.count { it.method == "POST" } shouldBe 2
            losing.close()
        }
    })

class FakeLoggedSpanContractSpec : LoggedSpanContractSpec(FakeServer())

class RealLoggedSpanContractSpec : LoggedSpanContractSpec(RealServer(RealPhoenix.SQLITE))

class RealPostgresLoggedSpanContractSpec :
    LoggedSpanContractSpec(RealServer(RealPhoenix.POSTGRESQL))
