package io.github.phoenixkt.annotations

import io.github.phoenixkt.Answer
import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.SentRequest
import io.github.phoenixkt.json
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldBeUnique
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldNotContain
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.ktor.http.decodeURLQueryComponent
import java.math.BigInteger
import java.time.Instant
import java.util.concurrent.atomic.AtomicInteger
import kotlin.coroutines.cancellation.CancellationException
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield

private fun row(spanId: String, name: String = "a") =
    """{"id":"$spanId/$name","span_id":"$spanId","name":"$name","annotator_kind":"HUMAN","identifier":"",
       "result":{"label":"x"},"created_at":"2026-01-05T10:00:00+00:00","updated_at":"2026-01-05T10:00:00+00:00"}"""

private fun page(vararg rows: String, next: String? = null) =
    json("""{"data":[${rows.joinToString(",")}],"next_cursor":${next?.let { "\"$it\"" }}}""")

/** The values of a query parameter. */
private operator fun SentRequest.get(name: String): List<String> =
    query
        .split('&')
        .filter { it.startsWith("$name=") }
        .map {
            it.substringAfter('=').decodeURLQueryComponent()
        }

private val unknownIds = Answer(404, "None of the ids exist")
private val project = json("""{"data":{"id":"P","name":"default"}}""")

class AnnotationReadsSpec :
    FunSpec({
        val hex = (1..250).map { "%016x".format(it) }

        test("many ids are asked for a hundred at a time, in their order, each once") {
            val server = MockPhoenix { sent ->
                page(*sent["span_ids"].map { row(it) }.toTypedArray())
            }
            val read = server.client().spans.getSpanAnnotations(hex + hex.take(3)).toList()
            read.map { it.targetId } shouldBe hex
            server.requests.map { it["span_ids"].size }.shouldContainExactly(100, 100, 50)
            server.requests.flatMap { it["span_ids"] } shouldBe hex
        }

        for (failure in
            listOf(IllegalStateException("no vault"), CancellationException("the vault closed"))) {
            test(
                "${failure.javaClass.simpleName} of the key supplier costs no part that was read before"
            ) {
                val asked = AtomicInteger()
                val client = MockPhoenix { sent ->
                    page(*sent["span_ids"].map { row(it) }.toTypedArray())
                }
                    .client {
                        apiKey { if (asked.incrementAndGet() == 1) "key" else throw failure }
                    }
                val read = mutableListOf<String>()
                shouldThrow<IllegalStateException> {
                    client.spans.getSpanAnnotations(hex).collect {
                        // The part after this one fails meanwhile.
                        while (asked.get() < 2) yield()
                        yield()
                        read += it.targetId
                    }
                }
                read shouldBe hex.take(100)
            }
        }

        test("long ids are cut so that no query exceeds six kilobytes") {
            val ids = (1..60).map { "session-$it-" + "ü".repeat(100) }
            val server = MockPhoenix { page() }
            server.client().sessions.getSessionAnnotations(ids).toList().shouldBeEmpty()
            server.requests.forEach { it.query.length shouldBeLessThanOrEqual 6_100 }
            server.requests.flatMap { it["session_ids"] } shouldBe ids
            (server.requests.size > 1) shouldBe true
        }

        test("ids together with identifiers are crossed, so that every pair is asked for") {
            val identifiers = (1..150).map { "run-$it" }
            val server = MockPhoenix { page() }
            server.client().spans.getSpanAnnotations(hex.take(150), identifiers).toList()
            val asked =
                server.requests.flatMap { sent ->
                    sent["span_ids"].flatMap { id -> sent["identifier"].map { id to it } }
                }
            asked.shouldBeUnique()
            asked.size shouldBe 150 * 150
            server.requests.forEach { it.query.length shouldBeLessThanOrEqual 6_100 }
        }

        test("an id that fits no request is refused before anything is sent") {
            val server = MockPhoenix { page() }
            shouldThrow<IllegalArgumentException> {
                    server
                        .client()
                        .sessions
                        .getSessionAnnotations(listOf("x".repeat(7_000)))
                        .toList()
                }
                .message shouldContain "too long"
            server.requests.shouldBeEmpty()
        }

        test("names that leave no room for ids are refused") {
            val server = MockPhoenix { page() }
            val names = (1..100).map { "name $it ".repeat(5) }
            shouldThrow<IllegalArgumentException> {
                server
                    .client()
                    .spans
                    .getSpanAnnotations(hex, includeAnnotationNames = names)
                    .toList()
            }
        }

        test("notes are left out unless the caller names either list") {
            val server = MockPhoenix { page(row("s", "note"), row("s", "a")) }
            val spans = server.client().spans
            suspend fun names(include: List<String>? = null, exclude: List<String>? = null) =
                spans
                    .getSpanAnnotations(
                        listOf("s"),
                        includeAnnotationNames = include,
                        excludeAnnotationNames = exclude,
                    )
                    .toList()
                    .map { it.name }
            names().shouldContainExactly("a")
            names(include = listOf("note")).shouldContainExactly("note")
            names(exclude = emptyList()).shouldContainExactly("note", "a")
            names(exclude = listOf("a")).shouldContainExactly("note")
            server.requests.map { it["exclude_annotation_names"] } shouldBe
                listOf(listOf("note"), emptyList(), emptyList(), listOf("a"))
        }

        test("pages follow each other, within a part and over the parts") {
            val server = MockPhoenix { sent ->
                val first = sent["span_ids"].first()
                if (sent["cursor"].isEmpty()) page(row(first, "1"), next = "c=1")
                else page(row(first, "2"))
            }
            val ids = hex.take(150)
            server.client().spans.getSpanAnnotations(ids).toList().map { it.id } shouldBe
                listOf("${ids[0]}/1", "${ids[0]}/2", "${ids[100]}/1", "${ids[100]}/2")
        }

        test("the pages of a caller are the same, with a cursor that spans the parts") {
            val server = MockPhoenix { sent ->
                val first = sent["span_ids"].first()
                if (sent["cursor"].isEmpty()) page(row(first, "1"), next = "c:1=")
                else page(row(first, "2"))
            }
            val spans = server.client().spans
            val query = annotationQuery { ids = hex.take(150) }
            val seen = mutableListOf<String>()
            var cursor: String? = null
            do {
                val page = spans.getSpanAnnotationsPage(query, cursor = cursor, limit = 10)
                seen += page.items.map { it.id }
                cursor = page.nextCursor
            } while (cursor != null)
            seen shouldBe listOf("${hex[0]}/1", "${hex[0]}/2", "${hex[100]}/1", "${hex[100]}/2")
            server.requests.map { it["cursor"] } shouldBe
                listOf(emptyList(), listOf("c:1="), emptyList(), listOf("c:1="))
        }

        listOf("", "x", "7:", "-1:", "2:abc", "0").forEach { cursor ->
            test("the cursor \"$cursor\" of nobody is refused") {
                val server = MockPhoenix { page() }
                shouldThrow<IllegalArgumentException> {
                    server
                        .client()
                        .spans
                        .getSpanAnnotationsPage(
                            annotationQuery { ids = hex.take(150) },
                            cursor = cursor,
                        )
                }
                server.requests.shouldBeEmpty()
            }
        }

        test("limit is a total over pages and parts") {
            val server = MockPhoenix { sent ->
                val size = sent["limit"].single().toInt()
                page(*sent["span_ids"].take(size).map { row(it) }.toTypedArray())
            }
            val spans = server.client().spans
            spans.getSpanAnnotations(hex, limit = 130).toList().map { it.targetId } shouldBe
                hex.take(130)
            spans.getSpanAnnotations(hex, limit = 1).toList().map { it.targetId } shouldBe
                hex.take(1)
            server.requests.last()["limit"].shouldContainExactly("1")
            shouldThrow<IllegalArgumentException> { spans.getSpanAnnotations(hex, limit = 0) }
        }

        test("while one part is handed out the next is under way, and not more") {
            val secondAsked = CompletableDeferred<Unit>()
            val server = MockPhoenix { sent ->
                if (sent["span_ids"].first() == hex[100]) secondAsked.complete(Unit)
                page(row(sent["span_ids"].first()))
            }
            val annotations = server.client().spans.getSpanAnnotations(hex)
            annotations.take(1).collect {
                withTimeout(120.seconds) { secondAsked.await() }
                server.requests.size shouldBe 2
            }
        }

        test("a reader that has enough leaves the rest unread") {
            val server = MockPhoenix { sent -> page(row(sent["span_ids"].first()), next = "more") }
            server.client().spans.getSpanAnnotations(hex).first().targetId shouldBe hex.first()
            server.requests.count { it["cursor"].isNotEmpty() } shouldBe 0
        }

        test("a cursor that repeats ends with an error, at once or after a round") {
            for (cycle in listOf(1, 3)) {
                var number = 0
                val server = MockPhoenix { page(row("s"), next = "c${number++ % cycle}") }
                shouldThrow<PhoenixException.UnexpectedResponse> {
                        server.client().spans.getSpanAnnotations(listOf("s")).take(20).toList()
                    }
                    .message shouldContain "same cursor"
            }
        }

        test("ids that do not exist have no annotations, part by part") {
            val server = MockPhoenix { sent ->
                when {
                    sent.path == "/v1/projects/default" -> project
                    hex[0] in sent["span_ids"] -> unknownIds
                    else -> page(row(sent["span_ids"].first()))
                }
            }
            server.client().spans.getSpanAnnotations(hex).toList().map { it.targetId } shouldBe
                listOf(hex[100], hex[200])
        }

        test("whether the project exists is asked once") {
            val server = MockPhoenix { sent ->
                if (sent.path == "/v1/projects/default") project else unknownIds
            }
            server.client().spans.getSpanAnnotations(hex).toList().shouldBeEmpty()
            server.lines.count { it == "GET /v1/projects/default" } shouldBe 1
        }

        test("an unknown project is an error") {
            val server = MockPhoenix { Answer(404, "Project with identifier nope not found") }
            shouldThrow<PhoenixException.NotFound> {
                    server.client().spans.getSpanAnnotations(listOf("s"), project = "nope").toList()
                }
                .message shouldContain "/v1/projects/nope"
        }

        test("a 404 where identifiers are asked for is about the project") {
            val server = MockPhoenix { Answer(404, "Project not found") }
            shouldThrow<PhoenixException.NotFound> {
                server.client().spans.getSpanAnnotations(identifiers = listOf("i")).toList()
            }
            server.requests.size shouldBe 1
        }

        test("asking for no ids asks nobody") {
            val server = MockPhoenix()
            val spans = server.client().spans
            spans.getSpanAnnotations(emptyList<String>()).toList().shouldBeEmpty()
            spans
                .getSpanAnnotationsPage(annotationQuery { ids = emptyList() })
                .nextCursor
                .shouldBeNull()
            (server.requests + server.versionRequests).shouldBeEmpty()
        }

        test("a query needs ids or identifiers, and none of them blank or unsendable") {
            shouldThrow<IllegalArgumentException> { annotationQuery {} }
            for (bad in listOf("", " ", "\u00A0", "\u0085", "\ud83d", "a\u0000")) {
                shouldThrow<IllegalArgumentException> { annotationQuery { ids = listOf("a", bad) } }
                shouldThrow<IllegalArgumentException> {
                    annotationQuery { identifiers = listOf(bad) }
                }
            }
            shouldThrow<IllegalArgumentException> {
                annotationQuery {
                    ids = listOf("a")
                    includeAnnotationNames = listOf("\ud83d")
                }
            }
        }

        test("a stored annotation has every value that Phoenix sends, and ignores what is new") {
            val server = MockPhoenix {
                page(
                    """{"id":"A=","created_at":"2026-01-05T10:34:27.523283+00:00","updated_at":"2026-01-05T10:34:27+00:00",
                       "source":"APP","user_id":"U=","name":"tone","annotator_kind":"ROBOT","result":{"label":"calm",
                       "score":0.8,"explanation":"why","new":1},"metadata":{"n":1,"d":1.5,"tiny":5e-324,"big":18446744073709551615,
                       "s":"1","b":true,"z":null,"l":[{"x":1}]},"identifier":"run-7","trace_id":"t","new":{}}"""
                )
            }
            val stored = server.client().traces.getTraceAnnotations(listOf("t")).first()
            stored.id shouldBe "A="
            stored.targetKind shouldBe TargetKind.TRACE
            stored.targetId shouldBe "t"
            stored.name shouldBe "tone"
            stored.annotatorKind.shouldBeNull()
            stored.annotatorKindText shouldBe "ROBOT"
            stored.label shouldBe "calm"
            stored.score shouldBe 0.8
            stored.explanation shouldBe "why"
            stored.identifier shouldBe "run-7"
            stored.source shouldBe "APP"
            stored.userId shouldBe "U="
            stored.createdAt shouldBe Instant.parse("2026-01-05T10:34:27.523283Z")
            stored.updatedAt shouldBe Instant.parse("2026-01-05T10:34:27Z")
            stored.metadata shouldBe
                mapOf(
                    "n" to 1L,
                    "d" to 1.5,
                    "tiny" to Double.MIN_VALUE,
                    "big" to BigInteger("18446744073709551615"),
                    "s" to "1",
                    "b" to true,
                    "z" to null,
                    "l" to listOf(mapOf("x" to 1L)),
                )
        }

        test("a row without result and metadata is empty, not an error") {
            val server = MockPhoenix {
                page(
                    """{"id":"A","name":"a","annotator_kind":"LLM","result":null,"metadata":null,"identifier":null,
                       "span_id":"s","created_at":"2026-01-05T10:00:00Z","updated_at":"2026-01-05T10:00:00Z"}"""
                )
            }
            val stored = server.client().spans.getSpanAnnotations(listOf("s")).first()
            stored.label.shouldBeNull()
            stored.metadata shouldBe emptyMap()
            stored.identifier shouldBe ""
        }

        listOf(
                "a malformed time" to row("s").replace("2026-01-05T10:00:00+00:00", "yesterday"),
                "a missing field" to """{"id":"A"}""",
                "a list for an object" to "[]",
            )
            .forEach { (what, bad) ->
                test("$what in an answer is an UnexpectedResponse") {
                    val server = MockPhoenix { page(bad) }
                    val error =
                        shouldThrow<PhoenixException.UnexpectedResponse> {
                            server.client().spans.getSpanAnnotations(listOf("s")).toList()
                        }
                    error.message shouldContain "GET /v1/projects/default/span_annotations"
                    listOf(error.message).shouldNotContain("yesterday")
                }
            }
    })
