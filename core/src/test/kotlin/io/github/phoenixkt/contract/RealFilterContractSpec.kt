package io.github.phoenixkt.contract

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.SortOrder
import io.github.phoenixkt.support.RealPhoenix
import io.github.phoenixkt.support.SkipWithoutServer
import io.github.phoenixkt.traces.TraceQuery
import io.github.phoenixkt.traces.TraceSort
import io.github.phoenixkt.traces.traceQuery
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.toList

/** What no server makes sense of, and what it says of it. */
private val MALFORMED =
    mapOf("latency_ms >" to "syntax", "nonsense_count > 1" to "nonsense_count", "foo(1)" to "foo")

/** Filter expressions of traces and sessions, which only a real Phoenix understands. */
abstract class FilterContractSpec(server: ContractServer) :
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

        suspend fun traces(query: TraceQuery) =
            client.traces.getTraces(query, talks.project).map { it.traceId }.toList().sorted()

        suspend fun sessions(filter: String) =
            client.sessions.list(talks.project, filter = filter).map { it.sessionId }.toList()

        test("traces by latency, errors, tokens and what their spans are") {
            val all = client.traces.getTraces(project = talks.project).toList()
            val slow = all.filter { checkNotNull(it.latency).toMillis() > 150 }.map { it.traceId }
            slow.shouldNotBeEmpty()
            traces(traceQuery { filter = "latency_ms > 150" }) shouldBe slow.sorted()
            val failed =
                talks.spans.filter { it.statusCode == "ERROR" }.map { it.traceId }.distinct()
            failed.size shouldBe 20
            traces(traceQuery { filter = "error_count > 0" }) shouldBe failed.sorted()
            traces(traceQuery { filter = "num_spans == 3 and token_count_total == 10" }) shouldBe
                talks.traceIds
            val third = talks.spans.filter { it.name == "llm 3" }.map { it.traceId }
            traces(traceQuery { filter = "any(s.name == 'llm 3' for s in spans)" }) shouldBe
                third.sorted()
            traces(traceQuery { filter = "latency_ms > 1000000" }).shouldBeEmpty()
        }

        test("a filter of traces holds in pages of every order, and beside what else is asked") {
            val failed =
                talks.spans.filter { it.statusCode == "ERROR" }.map { it.traceId }.distinct()
            for (sort in TraceSort.entries) for (order in SortOrder.entries) {
                val query = traceQuery {
                    this.sort = sort
                    this.order = order
                    filter = "error_count > 0"
                }
                walk { client.traces.getTracesPage(query, talks.project, it, 7) }
                    .map { it.traceId }
                    .sorted() shouldBe failed.sorted()
            }
            val roots = talks.spans.filter { it.parentId == null }
            val (from, to) = roots[50].startTime to roots[100].startTime
            traces(
                traceQuery {
                    startTime = from
                    endTime = to
                    filter = "error_count > 0"
                }
            ) shouldBe
                roots
                    .filter { it.startTime >= from && it.startTime < to && it.traceId in failed }
                    .map { it.traceId }
                    .sorted()
            val one = traceQuery {
                sessionIds = listOf(talks.sessions[4])
                filter = "error_count > 0"
            }
            traces(one)
                .shouldContainExactly(
                    roots
                        .single {
                            it.attributes["session.id"] == talks.sessions[4] && it.traceId in failed
                        }
                        .traceId
                )
        }

        test("sessions by their id, errors, input and length, in every order") {
            val id = talks.sessions[9]
            sessions("session_id == '$id'").shouldContainExactly(id)
            val failed =
                talks.spans
                    .filter { it.statusCode == "ERROR" }
                    .map { it.attributes["session.id"] as String }
                    .distinct()
            failed.size shouldBe 20
            sessions("num_traces_with_error > 0").sorted() shouldBe failed.sorted()
            sessions("num_traces == 5 and token_count_total == 50").sorted() shouldBe
                talks.sessions.sorted()
            sessions("num_traces > 5").shouldBeEmpty()
            for (order in SortOrder.entries) {
                walk {
                    client.sessions.listPage(
                        talks.project,
                        order,
                        "num_traces_with_error > 0",
                        cursor = it,
                        limit = 3,
                    )
                }
                    .map { it.sessionId }
                    .sorted() shouldBe failed.sorted()
            }
        }

        for ((filter, said) in MALFORMED) {
            test("$filter is refused for traces and sessions, with what the server said of it") {
                val errors =
                    listOf(
                        shouldThrow<PhoenixException.Rejected> {
                            traces(traceQuery { this.filter = filter })
                        },
                        shouldThrow<PhoenixException.Rejected> { sessions(filter) },
                    )
                errors.forEach {
                    it.status shouldBe 400
                    it.message shouldContain said
                    it.readProgress.shouldBeNull()
                }
            }
        }
    })

class RealFilterContractSpec : FilterContractSpec(RealServer(RealPhoenix.SQLITE))

class RealPostgresFilterContractSpec : FilterContractSpec(RealServer(RealPhoenix.POSTGRESQL))
