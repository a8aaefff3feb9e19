package io.github.phoenixkt.upload

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
import io.ktor.http.HttpMethod
import io.ktor.http.HttpProtocolVersion
import io.ktor.http.HttpStatusCode
import io.ktor.http.headersOf
import io.ktor.util.date.GMTDate
import io.ktor.utils.io.ByteReadChannel
import io.ktor.utils.io.InternalAPI
import java.lang.management.ManagementFactory
import java.util.UUID
import java.util.concurrent.ConcurrentHashMap
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.count
import kotlinx.coroutines.runBlocking

private const val ROWS_PER_REQUEST = 100

/**
 * Takes every write of a hundred rows, and has an annotation for every id that is asked for, in
 * this process and without I/O: what a call costs here is the cost of the client.
 */
@OptIn(InternalAPI::class)
private class HasAll : HttpClientEngineBase("has-all") {
    override val config = HttpClientEngineConfig()
    override val dispatcher = Dispatchers.Unconfined
    override val supportedCapabilities = setOf(HttpTimeoutCapability)
    private val ids =
        (0 until ROWS_PER_REQUEST)
            .joinToString(",", "{\"data\":[", "]}") {
                "{\"id\":\"U3BhbkFubm90YXRpb246${1_000 + it}\"}"
            }
            .encodeToByteArray()
    private val pages = ConcurrentHashMap<Int, ByteArray>()

    override suspend fun execute(data: HttpRequestData): HttpResponseData {
        val body =
            if (data.method == HttpMethod.Post) ids
            else {
                val asked = data.url.parameters.getAll("span_ids").orEmpty().size
                pages.computeIfAbsent(asked, ::pageOf)
            }
        return HttpResponseData(
            HttpStatusCode.OK,
            GMTDate.START,
            headersOf(
                "content-type" to listOf("application/json"),
                "content-length" to listOf("${body.size}"),
                "x-phoenix-server-version" to listOf("20.26.1"),
            ),
            HttpProtocolVersion.HTTP_1_1,
            ByteReadChannel(body),
            callContext(),
        )
    }

    private fun pageOf(count: Int): ByteArray =
        (0 until count)
            .joinToString(",", "{\"data\":[", "],\"next_cursor\":null}") {
                """{"id":"U3BhbkFubm90YXRpb246${1_000 + it}","created_at":"2026-01-05T10:00:00.123456+00:00",""" +
                    """"updated_at":"2026-01-05T10:00:00.123456+00:00","source":"API","user_id":null,""" +
                    """"name":"correctness","annotator_kind":"LLM","result":{"label":"correct","score":0.5,""" +
                    """"explanation":"The answer names the right city, $it."},"metadata":{},""" +
                    """"identifier":"run-1","span_id":"${spanId(it)}"}"""
            }
            .encodeToByteArray()
}

/** How many bytes are allocated for a row that is confirmed, a hundred at a time, or read. */
internal class LayerCost(private val rows: Int) {
    private val client = PhoenixClient {
        environment = PhoenixEnvironment.empty()
        endpoint = "http://${UUID.randomUUID()}.test"
        engine = HasAll()
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

    fun ofWriting(): Double = measure {
        val report = runBlocking { client.annotations.upload(data, options) }
        check(report.complete) { report }
    }

    fun ofReading(): Double = measure {
        val read = runBlocking { client.spans.getSpanAnnotations(data.map { it.spanId }).count() }
        check(read == rows) { read }
    }

    private fun measure(work: () -> Unit): Double {
        fun allocated() = threads.getThreadAllocatedBytes(threads.allThreadIds).sum()
        val before = allocated()
        work()
        return (allocated() - before).toDouble() / rows
    }
}
