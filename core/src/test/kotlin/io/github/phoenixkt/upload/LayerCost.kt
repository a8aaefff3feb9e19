package io.github.phoenixkt.upload

import com.sun.management.OperatingSystemMXBean
import com.sun.management.ThreadMXBean
import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.ktor.client.engine.HttpClientEngineBase
import io.ktor.client.engine.HttpClientEngineConfig
import io.ktor.client.engine.callContext
import io.ktor.client.plugins.HttpTimeoutCapability
import io.ktor.client.request.HttpRequestData
import io.ktor.client.request.HttpResponseData
import io.ktor.http.HttpProtocolVersion
import io.ktor.http.HttpStatusCode
import io.ktor.http.headersOf
import io.ktor.util.date.GMTDate
import io.ktor.utils.io.ByteReadChannel
import io.ktor.utils.io.InternalAPI
import java.lang.management.ManagementFactory
import java.util.UUID
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runBlocking

private const val ROWS_PER_REQUEST = 100

/**
 * Takes every write of a hundred rows, in this process and without I/O: what an upload costs here
 * is the cost of the client.
 */
@OptIn(InternalAPI::class)
private class TakesAll : HttpClientEngineBase("takes-all") {
    override val config = HttpClientEngineConfig()
    override val dispatcher = Dispatchers.Unconfined
    override val supportedCapabilities = setOf(HttpTimeoutCapability)
    private val ids =
        (0 until ROWS_PER_REQUEST)
            .joinToString(",", "{\"data\":[", "]}") {
                "{\"id\":\"U3BhbkFubm90YXRpb246${1_000 + it}\"}"
            }
            .encodeToByteArray()

    override suspend fun execute(data: HttpRequestData) =
        HttpResponseData(
            HttpStatusCode.OK,
            GMTDate.START,
            headersOf(
                "content-type" to listOf("application/json"),
                "content-length" to listOf("${ids.size}"),
                "x-phoenix-server-version" to listOf("20.26.1"),
            ),
            HttpProtocolVersion.HTTP_1_1,
            ByteReadChannel(ids),
            callContext(),
        )
}

internal class Cost(val bytesPerRow: Double, val microsPerRow: Double)

/**
 * What rows cost that are written with confirmation, a hundred at a time. As a program, it prints
 * that once it is warm.
 */
internal class LayerCost(private val rows: Int) {
    private val client = PhoenixClient {
        environment = PhoenixEnvironment.empty()
        endpoint = "http://${UUID.randomUUID()}.test"
        engine = TakesAll()
    }
    private val data =
        (0 until rows).map {
            SpanAnnotationData(
                spanId(it),
                "correctness",
                label = if (it % 3 == 0) "correct" else "incorrect",
                score = it % 100 / 100.0,
                explanation = "The answer names the right city, $it.",
                identifier = "run-1",
            )
        }
    private val options = uploadOptions { delivery = Delivery.CONFIRMED }
    private val threads = ManagementFactory.getThreadMXBean() as ThreadMXBean
    private val system = ManagementFactory.getOperatingSystemMXBean() as OperatingSystemMXBean

    fun measure(): Cost = measure {
        val report = runBlocking { client.annotations.upload(data, options) }
        check(report.complete) { report }
    }

    private fun measure(work: () -> Unit): Cost {
        fun allocated() = threads.getThreadAllocatedBytes(threads.allThreadIds).sum()
        val bytes = allocated()
        val nanos = system.processCpuTime
        work()
        return Cost(
            (allocated() - bytes).toDouble() / rows,
            (system.processCpuTime - nanos) / 1e3 / rows,
        )
    }

    companion object {
        @JvmStatic
        fun main(arguments: Array<String>) {
            val layer = LayerCost(rows = 20_000)
            repeat(40) { layer.measure() }
            val costs = List(60) { layer.measure() }
            val bytes = costs.map { it.bytesPerRow }.average()
            val micros = costs.map { it.microsPerRow }.average()
            println("%.0f B and %.2f µs a row".format(bytes, micros))
        }
    }
}
