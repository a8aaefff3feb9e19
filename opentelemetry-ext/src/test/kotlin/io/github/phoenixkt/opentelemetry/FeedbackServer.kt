package io.github.phoenixkt.opentelemetry

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.PhoenixRuntime
import io.github.phoenixkt.testing.FakePhoenix
import io.github.phoenixkt.testing.FakeSpan
import io.github.phoenixkt.testing.FakeTargetKind
import io.github.phoenixkt.testing.StoredRow
import io.opentelemetry.api.trace.Span
import java.time.Clock
import java.time.Duration
import java.time.Instant
import java.time.ZoneId
import java.time.ZoneOffset
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.time.toJavaDuration

/** A Phoenix in memory, and a client whose time passes only while it waits for spans. */
class FeedbackServer(version: String = "20.26.1") : AutoCloseable {
    val phoenix: FakePhoenix =
        FakePhoenix.builder().version(version).drainEvery(Duration.ZERO).start()
    val waits = CopyOnWriteArrayList<Duration>()
    @Volatile var whileWaiting: suspend () -> Unit = {}
    @Volatile private var now = Instant.parse("2026-01-05T10:00:00Z")

    private val clock =
        object : Clock() {
            override fun getZone(): ZoneId = ZoneOffset.UTC

            override fun withZone(zone: ZoneId): Clock = this

            override fun instant(): Instant = now
        }

    val client = PhoenixClient {
        environment = PhoenixEnvironment.empty()
        endpoint = phoenix.endpoint().toString()
        runtime =
            PhoenixRuntime(
                clock,
                sleep = {
                    waits += it.toJavaDuration()
                    now += it.toJavaDuration()
                    whileWaiting()
                },
            )
    }

    /** The spans arrive, and Phoenix tries again what it has queued for them. */
    fun deliver(vararg spans: Span) {
        spans.forEach { phoenix.addSpan(FakeSpan.of(it.spanContext.spanId)) }
        phoenix.advance(Duration.ofSeconds(10))
    }

    fun stored(name: String): List<StoredRow> =
        phoenix.annotations(FakeTargetKind.SPAN).filter { it.name() == name }

    /** How many requests with annotations there were. */
    fun sent(): Int = phoenix.requests().count { it.method() == "POST" }

    override fun close() {
        client.close()
        phoenix.close()
    }
}
