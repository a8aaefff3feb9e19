package io.github.phoenixkt.dataframe

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.spans.spanData
import io.github.phoenixkt.support.RealPhoenix
import io.github.phoenixkt.testing.FakePhoenix
import io.kotest.assertions.nondeterministic.eventually
import java.time.Instant
import java.util.UUID
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.flow.toList

/** Where frames are written: in-memory, or a real Phoenix that `scripts/phoenix` has started. */
class TestServer(val missing: String?, endpoint: () -> String) {
    val endpoint: String by lazy(endpoint)

    companion object {
        /** The in-memory Phoenix; its threads are daemons, so that it ends with the tests. */
        fun fake() = TestServer(missing = null) { FakePhoenix.start().endpoint().toString() }

        /** A real server; without it the tests are skipped, and say so. */
        fun real(server: RealPhoenix = RealPhoenix.SQLITE) =
            TestServer(server.missing()) { server.endpoint() }
    }
}

/** Traces of one span each, in sessions of their own; each span has retrieved documents. */
class Recorded(count: Int = 3, private val documents: Int = 3) {
    val project = "frames-${UUID.randomUUID()}"
    val spans = List(count) { UUID.randomUUID().toString().replace("-", "").take(16) }
    val traces = List(count) { UUID.randomUUID().toString().replace("-", "") }
    val sessions = List(count) { "session-${UUID.randomUUID()}" }

    /** A client of this project that takes nothing else from the machine it runs on. */
    fun client(endpoint: String): PhoenixClient = PhoenixClient {
        environment = PhoenixEnvironment(emptyMap())
        this.endpoint = endpoint
        project = this@Recorded.project
    }

    /** Phoenix stores spans in the background. */
    suspend fun record(client: PhoenixClient) {
        val start = Instant.parse("2026-01-05T10:00:00Z")
        val recorded =
            spans.indices.map {
                spanData("retrieve", spans[it], traces[it], start, start.plusSeconds(1)) {
                    spanKind = "RETRIEVER"
                    attributes =
                        mapOf(
                            "session.id" to sessions[it],
                            "retrieval.documents" to
                                List(documents) { text ->
                                    mapOf("document.content" to "text $text")
                                },
                        )
                }
            }
        recorded.chunked(100).forEach { client.spans.logSpans(it) }
        eventually(60.seconds) {
            check(client.spans.getSpans().toList().size == spans.size) { "spans not there yet" }
        }
    }
}
