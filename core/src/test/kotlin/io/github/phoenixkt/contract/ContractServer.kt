package io.github.phoenixkt.contract

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.ownFake
import io.github.phoenixkt.spans.SpanData
import io.github.phoenixkt.spans.spanData
import io.github.phoenixkt.support.RealPhoenix
import io.kotest.assertions.nondeterministic.eventually
import java.time.Duration
import java.time.Instant
import java.util.UUID
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.flow.toList

/**
 * Where the contract is checked: in-memory, or a real Phoenix that `scripts/phoenix` has started.
 */
interface ContractServer {
    val endpoint: String

    /** Why the tests cannot run here, or null when they can. */
    val missing: String?
        get() = null

    /** Ten seconds on the server's clock, where that clock can be moved. */
    fun letTimePass() = Unit
}

/** The in-memory Phoenix; its threads are daemons, so that it ends with the tests. */
class FakeServer : ContractServer {
    private val phoenix by lazy { ownFake() }

    override val endpoint: String
        get() = phoenix.endpoint().toString()

    override fun letTimePass() = phoenix.clock().advance(Duration.ofSeconds(10))
}

/** A real server named by [variable]; without it the tests are skipped, and say so. */
class RealServer(private val server: RealPhoenix) : ContractServer {
    override val endpoint: String
        get() = server.endpoint()

    override val missing: String?
        get() = server.missing()
}

/** A client that takes nothing from the machine it runs on. */
fun contractClient(endpoint: String, key: String? = null): PhoenixClient = PhoenixClient {
    environment = PhoenixEnvironment(emptyMap())
    this.endpoint = endpoint
    apiKey = key
}

/** With a letter in it, so that its upper case is another id. */
fun newSpanId(): String = "a" + UUID.randomUUID().toString().replace("-", "").take(15)

fun newTraceId(): String = UUID.randomUUID().toString().replace("-", "")

fun unique(prefix: String): String = "$prefix-${UUID.randomUUID()}"

/**
 * One trace in a session: an LLM span with a retriever of three documents below it, in a project of
 * its own.
 */
class Conversation {
    val project = unique("contract")
    val sessionId = unique("session")
    val traceId = newTraceId()
    val llmSpan = newSpanId()
    val retrieverSpan = newSpanId()
    private val start = Instant.parse("2026-01-05T10:00:00Z")

    fun spans(): List<SpanData> =
        listOf(
            spanData("answer", llmSpan, traceId, start, start.plusSeconds(2)) {
                spanKind = "LLM"
                statusCode = "OK"
                attributes =
                    mapOf(
                        "session.id" to sessionId,
                        "input.value" to "How?",
                        "llm.token_count.total" to 7,
                    )
            },
            spanData("retrieve", retrieverSpan, traceId, start, start.plusSeconds(1)) {
                spanKind = "RETRIEVER"
                parentId = llmSpan
                attributes =
                    mapOf(
                        "retrieval.documents" to
                            (0..2).map { mapOf("document.content" to "text $it") }
                    )
            },
        )

    /** Phoenix stores spans in the background. */
    suspend fun record(client: PhoenixClient): Conversation {
        client.spans.logSpans(spans(), project)
        eventually(60.seconds) {
            check(client.spans.getSpans(project = project).toList().size == 2) {
                "spans not there yet"
            }
        }
        return this
    }
}
