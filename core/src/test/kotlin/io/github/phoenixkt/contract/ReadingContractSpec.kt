package io.github.phoenixkt.contract

import io.github.phoenixkt.Page
import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.SortOrder
import io.github.phoenixkt.annotations.DeleteWindow
import io.github.phoenixkt.spans.SpanData
import io.github.phoenixkt.spans.SpanEventData
import io.github.phoenixkt.spans.SpanFilter
import io.github.phoenixkt.spans.SpanSort
import io.github.phoenixkt.spans.StoredSpan
import io.github.phoenixkt.spans.spanData
import io.github.phoenixkt.spans.spanFilter
import io.github.phoenixkt.support.RealPhoenix
import io.github.phoenixkt.support.SkipWithoutServer
import io.github.phoenixkt.testing.FakePhoenix
import io.github.phoenixkt.testing.FakeSpan
import io.github.phoenixkt.traces.StoredTrace
import io.github.phoenixkt.traces.TraceSort
import io.github.phoenixkt.traces.traceQuery
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldBeSorted
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.time.Instant
import kotlin.random.Random
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.toList

/**
 * 600 spans: 40 sessions of 5 traces of 3 spans, stored in no order of time; some traces start at
 * the same moment.
 */
class Conversations {
    val project = unique("reading")
    val sessions = List(40) { unique("s") }
    private val start = Instant.parse("2026-01-05T10:00:00Z")
    private val traces = sessions.flatMap { session ->
        List(5) { turn -> Triple(session, turn, newTraceId()) }
    }

    val spans: List<SpanData> = traces.flatMapIndexed { number, (session, turn, trace) ->
        // Three at a time start at the same moment.
        val from = start.plusMillis((number - number % 3) * 250L)
        val root = newSpanId()
        val kinds = listOf("CHAIN", "RETRIEVER", "LLM")
        kinds.mapIndexed { position, kind ->
            spanData(
                "${kind.lowercase()} $turn",
                if (position == 0) root else newSpanId(),
                trace,
                from.plusMillis(position * 10L),
                from.plusMillis(position * 10L + 5 + number),
            ) {
                spanKind = kind
                parentId = root.takeIf { position > 0 }
                statusCode = if (number % 10 == 0) "ERROR" else "OK"
                attributes =
                    mapOf(
                        "session.id" to session,
                        "input.value" to "question $turn",
                        "output.value" to "answer $turn",
                        "llm.token_count.prompt" to if (position == 2) 7 else 0,
                        "llm.token_count.completion" to if (position == 2) 3 else 0,
                        "metadata" to mapOf("session_id" to session, "turn" to turn),
                    )
            }
        }
    }

    val spanIds = spans.map { it.spanId }.sorted()
    val traceIds = traces.map { it.third }.sorted()

    suspend fun record(client: PhoenixClient): Conversations {
        spans.shuffled(Random(3)).chunked(150).forEach { client.spans.logSpans(it, project) }
        arrive(client, project, spans.size)
        return this
    }
}

/** Phoenix stores spans in the background. */
suspend fun arrive(client: PhoenixClient, project: String, spans: Int) {
    eventually(120.seconds) {
        client.spans.getSpans(project = project).toList().size shouldBe spans
    }
}

/** What all pages hold, and how many there were. */
suspend fun <T> walk(page: suspend (String?) -> Page<T>): List<T> {
    val items = mutableListOf<T>()
    var cursor: String? = null
    do {
        val current = page(cursor)
        items += current.items
        cursor = current.nextCursor
    } while (cursor != null)
    return items
}

/** What the client promises of reading, on one server, of which nothing is deleted. */
abstract class ReadingContractSpec(server: ContractServer) :
    FunSpec({
        extension(SkipWithoutServer { server.missing })
        lateinit var client: PhoenixClient
        lateinit var talks: Conversations

        beforeSpec {
            if (server.missing == null) {
                client = contractClient(server.endpoint)
                talks = Conversations().record(client)
            }
        }
        afterSpec { if (server.missing == null) client.close() }

        suspend fun names(filter: SpanFilter) =
            client.spans.getSpans(filter, talks.project).toList()

        test("spans come completely and once, in small pages of every order and as a flow") {
            val orders = listOf(null, SortOrder.ASCENDING, SortOrder.DESCENDING)
            for (sort in SpanSort.entries) {
                for (order in orders) {
                    val filter = spanFilter {
                        this.sort = sort
                        this.order = order
                    }
                    val spans = walk { client.spans.getSpansPage(filter, talks.project, it, 37) }
                    spans.map { it.spanId }.sorted() shouldBe talks.spanIds
                    if (sort == SpanSort.START_TIME) {
                        val times = spans.map { it.startTime }
                        (if (order == SortOrder.ASCENDING) times else times.reversed())
                            .shouldBeSorted()
                    }
                }
            }
            names(spanFilter()).map { it.spanId }.sorted() shouldBe talks.spanIds
            client.spans
                .getSpans(project = talks.project, limit = 41)
                .toList()
                .distinct()
                .size shouldBe 41
        }

        test("spans by more ids than fit one request, in pages and as a flow") {
            val byTrace = spanFilter { traceIds = talks.traceIds + newTraceId() }
            walk { client.spans.getSpansPage(byTrace, talks.project, it, 37) }
                .map { it.spanId }
                .sorted() shouldBe talks.spanIds
            val half = talks.spanIds.take(300)
            names(spanFilter { spanIds = half + newSpanId() }).map { it.spanId }.sorted() shouldBe
                half
            val both = spanFilter {
                traceIds = talks.traceIds.take(120)
                spanIds = talks.spanIds
            }
            names(both).map { it.traceId }.distinct().sorted() shouldBe talks.traceIds.take(120)
        }

        test("every filter lets through what it says") {
            fun expect(matches: (SpanData) -> Boolean) =
                talks.spans.filter(matches).map { it.spanId }.sorted()
            suspend fun found(filter: SpanFilter) = names(filter).map { it.spanId }.sorted()
            val (from, to) = talks.spans[60].startTime to talks.spans[90].startTime
            val root = talks.spans.first { it.parentId == null }
            found(
                spanFilter {
                    startTime = from
                    endTime = to
                }
            ) shouldBe expect { it.startTime >= from && it.startTime < to }
            found(spanFilter { rootSpansOnly = true }) shouldBe expect { it.parentId == null }
            found(spanFilter { parentId = root.spanId }) shouldBe
                expect { it.parentId == root.spanId }
            found(spanFilter { names = listOf("llm 1", "chain 2") }) shouldBe
                expect { it.name == "llm 1" || it.name == "chain 2" }
            found(spanFilter { spanKinds = listOf("llm", "CHAIN") }) shouldBe
                expect { it.spanKind != "RETRIEVER" }
            found(spanFilter { statusCodes = listOf("error") }) shouldBe
                expect { it.statusCode == "ERROR" }
            val session = talks.sessions[7]
            found(
                spanFilter { attributes = mapOf("session.id" to session, "metadata.turn" to 3) }
            ) shouldBe
                expect {
                    it.attributes["session.id"] == session && it.name.endsWith(" 3")
                }
            found(
                    spanFilter {
                        traceIds = listOf(root.traceId)
                        names = listOf("none")
                    }
                )
                .shouldBeEmpty()
        }

        test("traces come completely and once, in small pages of every order and as a flow") {
            for (sort in TraceSort.entries) {
                for (order in SortOrder.entries) {
                    val query = traceQuery {
                        this.sort = sort
                        this.order = order
                    }
                    val traces = walk { client.traces.getTracesPage(query, talks.project, it, 7) }
                    traces.map { it.traceId }.sorted() shouldBe talks.traceIds
                    val keys: List<Comparable<Any>> = traces.map { it.keyOf(sort) }
                    val rising = if (order == SortOrder.ASCENDING) keys else keys.reversed()
                    rising.zipWithNext().all { (one, next) -> one <= next } shouldBe true
                }
            }
            val flow = client.traces.getTraces(project = talks.project)
            flow.map { it.traceId }.toList().sorted() shouldBe talks.traceIds
            client.traces.getTraces(project = talks.project, limit = 9).toList().size shouldBe 9
        }

        test("traces of a session, with their spans only when asked") {
            val session = client.sessions.get(talks.sessions[3])
            for (id in listOf(session.sessionId, session.id)) {
                val query = traceQuery {
                    sessionIds = listOf(id)
                    order = SortOrder.ASCENDING
                }
                val traces = client.traces.getTraces(query, talks.project).toList()
                traces.map { it.traceId }.sorted() shouldBe
                    session.traces.map { it.traceId }.sorted()
                traces.first().spans.shouldBeNull()
                traces.first().projectId shouldBe session.projectId
                traces.first().tokenCountPrompt shouldBe 7
                traces.first().tokenCountCompletion shouldBe 3
                traces.first().tokenCountTotal shouldBe 10
                traces.first().latency shouldBe
                    java.time.Duration.between(traces.first().startTime, traces.first().endTime)
            }
            val whole = traceQuery {
                sessionIds = listOf(session.sessionId)
                includeSpans = true
            }
            val trace = client.traces.getTraces(whole, talks.project).toList().first()
            val spans = trace.spans.shouldNotBeNull()
            spans.map { it.spanKind }.shouldContainExactlyInAnyOrder("CHAIN", "RETRIEVER", "LLM")
            val root = spans.single { it.parentId == null }
            spans.filter { it.parentId == root.spanId }.size shouldBe 2
            root.startTime shouldBe trace.startTime
            val unknown = traceQuery { sessionIds = listOf("none-such") }
            client.traces.getTraces(unknown, talks.project).toList().shouldBeEmpty()
        }

        test("traces of a window") {
            val starts = talks.spans.filter { it.parentId == null }
            val (from, to) = starts[20].startTime to starts[40].startTime
            client.traces
                .getTraces(
                    traceQuery {
                        startTime = from
                        endTime = to
                    },
                    talks.project,
                )
                .map { it.traceId }
                .toList()
                .sorted() shouldBe
                starts
                    .filter { it.startTime >= from && it.startTime < to }
                    .map { it.traceId }
                    .sorted()
        }

        test("sessions come completely and once, with all their traces and tokens") {
            for (order in SortOrder.entries) {
                walk { client.sessions.listPage(talks.project, order, cursor = it, limit = 3) }
                    .map { it.sessionId }
                    .sorted() shouldBe talks.sessions.sorted()
            }
            val sessions = client.sessions.list(talks.project).toList()
            sessions.map { it.sessionId }.sorted() shouldBe talks.sessions.sorted()
            sessions.map { it.traces.size }.distinct().shouldContainExactly(5)
            sessions.flatMap { it.traces }.map { it.traceId }.sorted() shouldBe talks.traceIds
            sessions.map { it.tokenCountTotal }.distinct().shouldContainExactly(50L)
            client.sessions.list(talks.project, SortOrder.DESCENDING, limit = 2).toList().map {
                it.sessionId
            } shouldBe sessions.map { it.sessionId }.reversed().take(2)
        }

        test("the turns of a session, in the order of time") {
            val session = talks.sessions[5]
            val turns = client.sessions.getSessionTurns(session)
            turns
                .map { it.input?.value }
                .shouldContainExactlyInAnyOrder((0..4).map { "question $it" })
            turns.map { it.startTime }.shouldBeSorted()
            turns.forEach { turn ->
                turn.output?.value shouldBe turn.input?.value?.replace("question", "answer")
                turn.output?.mimeType.shouldBeNull()
                turn.rootSpan.shouldNotBeNull().traceId shouldBe turn.traceId
                turn.rootSpan?.spanKind shouldBe "CHAIN"
            }
            client.sessions.getSessionTurns(client.sessions.get(session).id).size shouldBe 5
        }

        test("an unknown project is an error of every reader, and names what to check") {
            val readers: List<suspend () -> Any> =
                listOf(
                    { client.spans.getSpans(project = "none-such").toList() },
                    { client.traces.getTraces(project = "none-such").toList() },
                    { client.sessions.list("none-such").toList() },
                )
            readers.forEach { read ->
                shouldThrow<PhoenixException.NotFound> { read() }.message shouldContain "none-such"
            }
        }

        test("an unknown session, trace or span is an error that names it") {
            val id = newTraceId()
            val calls: List<suspend () -> Any> =
                listOf(
                    { client.sessions.get(id) },
                    { client.sessions.getSessionTurns(id) },
                    { client.sessions.delete(id) },
                    { client.traces.delete(id) },
                    { client.spans.delete(id) },
                )
            calls.forEach { call ->
                shouldThrow<PhoenixException.NotFound> { call() }
                    .missingIds
                    .shouldContainExactly(id)
            }
        }

        test("what the server does not understand is refused") {
            shouldThrow<PhoenixException.Rejected> {
                    names(spanFilter { spanKinds = listOf("NONSENSE") })
                }
                .message shouldContain "NONSENSE"
            shouldThrow<PhoenixException.Rejected> {
                names(spanFilter { statusCodes = listOf("FINE") })
            }
            shouldThrow<PhoenixException.Rejected> {
                client.spans.getSpansPage(project = talks.project, cursor = "0:nonsense")
            }
            shouldThrow<PhoenixException.Rejected> {
                client.traces.getTracesPage(project = talks.project, cursor = "nonsense")
            }
        }
    })

@Suppress("UNCHECKED_CAST")
private fun StoredTrace.keyOf(sort: TraceSort): Comparable<Any> =
    (if (sort == TraceSort.LATENCY) latency else startTime) as Comparable<Any>

/** What the client promises of deleting and moving; each test brings its own project. */
abstract class DeletingContractSpec(server: ContractServer) :
    FunSpec({
        extension(SkipWithoutServer { server.missing })
        lateinit var client: PhoenixClient
        lateinit var talk: Conversation

        beforeTest {
            client = contractClient(server.endpoint)
            talk = Conversation().record(client)
        }
        afterTest { client.close() }

        suspend fun spans(project: String = talk.project): List<StoredSpan> =
            client.spans.getSpans(project = project).toList()

        test("a deleted span leaves its children and its trace") {
            client.spans.delete(talk.llmSpan)
            spans().map { it.spanId }.shouldContainExactly(talk.retrieverSpan)
            client.spans.delete(spans().single().id)
            client.traces.getTraces(project = talk.project).toList().shouldBeEmpty()
        }

        test("a deleted trace takes its spans, and leaves its session") {
            client.traces.delete(talk.traceId)
            spans().shouldBeEmpty()
            client.sessions.get(talk.sessionId).traces.shouldBeEmpty()
            client.sessions.getSessionTurns(talk.sessionId).shouldBeEmpty()
        }

        test("traces of a window are deleted, those outside stay") {
            val start = client.traces.getTraces(project = talk.project).toList().single().startTime
            client.traces.deleteInWindow(
                talk.project,
                DeleteWindow(start.minusSeconds(10), start),
            )
            spans().size shouldBe 2
            client.traces.deleteInWindow(talk.project, DeleteWindow(start, start.plusSeconds(1)))
            spans().shouldBeEmpty()
        }

        test("a deleted session takes its traces") {
            client.sessions.delete(talk.sessionId)
            spans().shouldBeEmpty()
            shouldThrow<PhoenixException.NotFound> { client.sessions.get(talk.sessionId) }
        }

        test("sessions are deleted in bulk, by either id; unknown ones are passed over") {
            val other = Conversation().record(client)
            client.sessions.bulkDelete(listOf("none-such", talk.sessionId))
            client.sessions.bulkDelete(listOf(client.sessions.get(other.sessionId).id))
            spans().shouldBeEmpty()
            spans(other.project).shouldBeEmpty()
        }

        test("traces move to another project, and moving them again changes nothing") {
            val other = Conversation().record(client)
            repeat(2) {
                val moved = client.traces.transfer(listOf(talk.traceId), other.project)
                moved.transferredTraceCount shouldBe 1
                moved.destinationProjectId shouldBe client.projects.get(other.project).id
            }
            spans().shouldBeEmpty()
            spans(other.project).size shouldBe 4
        }

        test("spans that are stored already stop all, and are named") {
            val fresh =
                talk.spans().first().let {
                    spanData("new", newSpanId(), newTraceId(), it.startTime, it.endTime)
                }
            val error =
                shouldThrow<PhoenixException.SpansRejected> {
                    client.spans.logSpans(talk.spans() + fresh, talk.project)
                }
            error.duplicateSpanIds.shouldContainExactlyInAnyOrder(talk.llmSpan, talk.retrieverSpan)
            error.invalidSpans shouldBe emptyMap()
            error.message shouldContain talk.llmSpan
            spans().size shouldBe 2
        }

        test("a span comes back with its events") {
            val time = Instant.parse("2026-01-05T10:00:00.5Z")
            val event =
                SpanEventData("exception", time, mapOf("exception.message" to "no", "n" to 1))
            val span =
                SpanData.builder("s", newSpanId(), newTraceId(), time, time.plusSeconds(1))
                    .statusCode("ERROR")
                    .statusMessage("no")
                    .event(event)
                    .build()
            val project = unique("events")
            client.spans.logSpans(listOf(span), project).totalQueued shouldBe 1
            arrive(client, project, 1)
            val stored = spans(project).single()
            stored.statusMessage shouldBe "no"
            stored.events.single().name shouldBe "exception"
            stored.events.single().timestamp shouldBe time
            stored.events.single().attributes["exception.message"] shouldBe "no"
        }

        test("moving is refused where it cannot be done whole, and nothing moves") {
            val other = Conversation().record(client)
            val third = Conversation().record(client)
            shouldThrow<PhoenixException.NotFound> {
                client.traces.transfer(listOf(talk.traceId, newTraceId()), other.project)
            }
            shouldThrow<PhoenixException.NotFound> {
                client.traces.transfer(listOf(talk.traceId), "none-such")
            }
            shouldThrow<PhoenixException.Rejected> {
                client.traces.transfer(listOf(talk.traceId, third.traceId), other.project)
            }
            spans().size shouldBe 2
        }
    })

class FakeReadingContractSpec : ReadingContractSpec(FakeServer())

class RealReadingContractSpec : ReadingContractSpec(RealServer(RealPhoenix.SQLITE))

class RealPostgresReadingContractSpec : ReadingContractSpec(RealServer(RealPhoenix.POSTGRESQL))

class FakeDeletingContractSpec : DeletingContractSpec(FakeServer())

class RealDeletingContractSpec : DeletingContractSpec(RealServer(RealPhoenix.SQLITE))

class RealPostgresDeletingContractSpec : DeletingContractSpec(RealServer(RealPhoenix.POSTGRESQL))

/** A server whose trace cursors lead astray: reading goes on by time. */
class OldServerTracesSpec :
    FunSpec({
        test("traces come completely and once from a server whose cursors repeat and skip") {
            FakePhoenix.builder().version("20.4.0").start().use { fake ->
                contractClient(fake.endpoint().toString()).use { client ->
                    val talks = Conversations().record(client)
                    for (order in SortOrder.entries) {
                        for (size in listOf(1, 7, 100)) {
                            val query = traceQuery { this.order = order }
                            val traces = walk {
                                client.traces.getTracesPage(query, talks.project, it, size)
                            }
                            traces.map { it.traceId }.sorted() shouldBe talks.traceIds
                            val times = traces.map { it.startTime }
                            (if (order == SortOrder.ASCENDING) times else times.reversed())
                                .shouldBeSorted()
                        }
                    }
                    val byLatency = traceQuery { sort = TraceSort.LATENCY }
                    client.traces
                        .getTraces(byLatency, talks.project, limit = 5)
                        .toList()
                        .size shouldBe 5
                    shouldThrow<PhoenixException.ServerTooOld> {
                        walk { client.traces.getTracesPage(byLatency, talks.project, it, 7) }
                    }
                }
            }
        }

        test("more traces of one moment than fit a page are an error there, not a circle") {
            FakePhoenix.builder().version("20.4.0").start().use { fake ->
                repeat(1_001) { fake.addSpan(FakeSpan.of("s$it")) }
                contractClient(fake.endpoint().toString()).use { client ->
                    val error =
                        shouldThrow<PhoenixException.UnexpectedResponse> {
                            client.traces.getTraces().toList()
                        }
                    error.message shouldContain "upgrade Phoenix"
                    error.readProgress?.delivered shouldBe 1_000
                }
            }
        }
    })
