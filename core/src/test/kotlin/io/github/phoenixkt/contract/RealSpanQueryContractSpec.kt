package io.github.phoenixkt.contract

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.spans.SpanData
import io.github.phoenixkt.spans.SpanQuery
import io.github.phoenixkt.spans.spanData
import io.github.phoenixkt.support.RealPhoenix
import io.github.phoenixkt.support.SkipWithoutServer
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.time.Instant
import kotlinx.coroutines.flow.toList

/** Span queries, which only a real Phoenix can answer. */
abstract class SpanQueryContractSpec(server: ContractServer) :
    FunSpec({
        extension(SkipWithoutServer { server.missing })
        lateinit var client: PhoenixClient
        lateinit var talks: Conversations

        beforeSpec {
            if (server.missing == null) {
                client = contractClient(server.endpoint)
                talks = Conversations().record(client)
                val marked = talks.spans.first()
                client.spans.addSpanAnnotation(marked.spanId, "x", label = "y", sync = true)
            }
        }
        afterSpec { if (server.missing == null) client.close() }

        suspend fun rows(query: SpanQuery, limit: Int? = null) =
            client.spans.querySpans(query, project = talks.project, limit = limit).toList()

        fun List<Map<String, Any?>>.ids() = map { it["context.span_id"] as String }.sorted()

        fun expect(matches: (SpanData) -> Boolean) =
            talks.spans.filter(matches).map { it.spanId }.sorted()

        test("all spans come completely and once, in small pages and as a flow") {
            for (query in listOf(SpanQuery(), SpanQuery().select("name"))) {
                walk {
                    client.spans.querySpansPage(
                        query,
                        project = talks.project,
                        cursor = it,
                        limit = 50,
                    )
                }
                    .ids() shouldBe talks.spanIds
                rows(query).ids() shouldBe talks.spanIds
            }
        }

        test("a row has times, numbers, texts and what is nested as such") {
            val span = talks.spans.single { it.spanId == talks.spans[2].spanId }
            val row = rows(SpanQuery().where("span_id == '${span.spanId}'")).single()
            row["context.span_id"] shouldBe span.spanId
            row["context.trace_id"] shouldBe span.traceId
            row["parent_id"] shouldBe span.parentId
            row["name"] shouldBe span.name
            row["span_kind"] shouldBe "LLM"
            row["start_time"] shouldBe span.startTime
            row["end_time"] shouldBe span.endTime
            row["attributes.llm.token_count.prompt"] shouldBe 7L
            row["attributes.metadata"] shouldBe
                mapOf("session_id" to span.attributes["session.id"], "turn" to 0L)
        }

        test("the session in the metadata is found, in every form") {
            val session = talks.sessions[11]
            val found = expect { it.attributes["session.id"] == session }
            found.size shouldBe 15
            for (condition in
                listOf(
                    "metadata['session_id'] == '$session'",
                    "metadata[\"session_id\"] == \"$session\"",
                    "metadata.session_id == \"$session\"",
                )) {
                rows(SpanQuery().where(condition)).ids() shouldBe found
            }
        }

        test("annotations select spans") {
            val marked = talks.spans.first().spanId
            rows(SpanQuery().where("annotations['x'].label == 'y'"))
                .ids()
                .shouldContainExactly(marked)
            rows(SpanQuery().where("annotations['x'].label == 'z'")).shouldBeEmpty()
        }

        test("columns are selected, renamed and indexed") {
            val row =
                rows(
                        SpanQuery()
                            .where("parent_id is None and session.id == '${talks.sessions[1]}'")
                            .select(mapOf("name" to "name", "q" to "input.value"))
                            .rename(mapOf("name" to "called"))
                            .withIndex("trace_id")
                    )
                    .minBy { it["q"].toString() }
            row.keys.toList().shouldContainExactly("context.trace_id", "called", "q")
            row["called"] shouldBe "chain 0"
            row["q"] shouldBe "question 0"
        }

        test("documents are exploded and joined") {
            val project = unique("documents")
            val span =
                spanData(
                    "retrieve",
                    newSpanId(),
                    newTraceId(),
                    Instant.parse("2026-01-05T10:00:00Z"),
                    Instant.parse("2026-01-05T10:00:01Z"),
                ) {
                    spanKind = "RETRIEVER"
                    attributes =
                        mapOf(
                            "retrieval.documents" to
                                listOf("one", "two", "three").map {
                                    mapOf("document" to mapOf("content" to it, "score" to 0.5))
                                }
                        )
                }
            client.spans.logSpans(listOf(span), project)
            arrive(client, project, 1)
            val exploded =
                SpanQuery().explode("retrieval.documents", mapOf("text" to "document.content"))
            val rows = client.spans.querySpans(exploded, project = project).toList()
            rows.map { it["document_position"] }.shouldContainExactlyInAnyOrder(0L, 1L, 2L)
            rows.sortedBy { it["document_position"] as Long }.map { it["text"] } shouldBe
                listOf("one", "two", "three")
            val joined =
                SpanQuery().concat("retrieval.documents", mapOf("text" to "document.content"), "|")
            client.spans.querySpans(joined, project = project).toList().single()["text"] shouldBe
                "one|two|three"
        }

        test("a window and a limit hold") {
            val (from, to) = talks.spans[60].startTime to talks.spans[90].startTime
            client.spans
                .querySpans(startTime = from, endTime = to, project = talks.project)
                .toList()
                .ids() shouldBe expect { it.startTime >= from && it.startTime < to }
            rows(SpanQuery(), limit = 5).map { it["start_time"] as Instant } shouldBe
                talks.spans.map { it.startTime }.sortedDescending().take(5)
        }

        test("what no span has finds nothing, or is null") {
            rows(SpanQuery().where("nonsense == 'x'")).shouldBeEmpty()
            rows(SpanQuery().select("name", "nonsense"), 1).single()["nonsense"].shouldBeNull()
        }

        test("an invalid condition is refused, with what the server said of it") {
            for (condition in
                listOf("span_kind == ", "span_kind", "annotations['x'].labl == 'y'", "foo(1)")) {
                shouldThrow<PhoenixException.Rejected> { rows(SpanQuery().where(condition)) }
                    .message shouldContain "Invalid query"
            }
        }

        test("the project goes by name and by id, and an unknown one is an error") {
            val id = client.projects.get(talks.project).id
            client.spans.querySpans(project = id, limit = 3).toList().size shouldBe 3
            shouldThrow<PhoenixException.NotFound> {
                    client.spans.querySpans(project = "none-such").toList()
                }
                .message shouldContain "none-such"
        }
    })

class RealSpanQueryContractSpec : SpanQueryContractSpec(RealServer(RealPhoenix.SQLITE))

class RealPostgresSpanQueryContractSpec : SpanQueryContractSpec(RealServer(RealPhoenix.POSTGRESQL))
