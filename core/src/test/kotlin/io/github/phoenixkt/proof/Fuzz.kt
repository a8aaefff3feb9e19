package io.github.phoenixkt.proof

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.annotations.AnnotationRows
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.annotations.DeleteAll
import io.github.phoenixkt.annotations.RowChunk
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.annotations.TargetKind
import io.github.phoenixkt.annotations.encode
import io.github.phoenixkt.isolatedClient
import io.github.phoenixkt.queue.NoteData
import io.github.phoenixkt.queue.QueueEntry
import io.github.phoenixkt.queue.QueueItem
import io.github.phoenixkt.queue.SpoolRecords
import io.github.phoenixkt.settings.ApiKey
import io.github.phoenixkt.settings.Found
import io.github.phoenixkt.settings.HeaderSet
import io.github.phoenixkt.settings.Source
import io.github.phoenixkt.settings.Warnings
import io.github.phoenixkt.settings.parseEnvFile
import io.github.phoenixkt.support.ChosenBy
import io.github.phoenixkt.support.FuzzTarget
import io.github.phoenixkt.traces.traceQuery
import io.github.phoenixkt.transport.AnswerReader
import io.github.phoenixkt.transport.WireAnswer
import io.github.phoenixkt.upload.BadRows
import io.github.phoenixkt.upload.planUpload
import io.github.phoenixkt.upload.uploadOptions
import io.ktor.client.engine.mock.MockEngine
import io.ktor.client.engine.mock.respond
import io.ktor.http.HttpStatusCode
import io.ktor.http.headersOf
import java.io.IOException
import java.time.Instant
import java.util.zip.CRC32
import kotlin.random.Random
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject

private const val REPLY_LIMIT = 64 * 1024
private val NOW: Instant = Instant.parse("2026-01-05T10:00:00Z")

/** What reads the texts of others, apart from frames. */
fun fuzzTargets(): List<FuzzTarget> = listOf(replies(), headers(), envFiles(), spools(), plans())

// --- replies ---

private const val ROW =
    """{"id":"U3Bhbg==","name":"a","annotator_kind":"LLM","result":{"label":"l","score":0.5,"explanation":"e"},""" +
        """"metadata":{"k":[1,null]},"identifier":"i","source":"API","user_id":null,"span_id":"s","trace_id":"t",""" +
        """"created_at":"2026-01-05T10:00:00+00:00","updated_at":"2026-01-05T10:00:00.123456Z"}"""
private const val SPAN =
    """{"id":"U3Bhbg==","name":"n","context":{"trace_id":"t","span_id":"s"},"span_kind":"LLM","parent_id":null,""" +
        """"start_time":"2026-01-05T10:00:00+00:00","end_time":"2026-01-05T10:00:01+00:00","status_code":"OK",""" +
        """"status_message":"","attributes":{"llm.token_count":1},"events":[]}"""
private const val TRACE =
    """{"id":"VHJhY2U=","trace_id":"t","project_id":"P","start_time":"2026-01-05T10:00:00Z",""" +
        """"end_time":"2026-01-05T10:00:01Z","spans":[]}"""
private val SESSION =
    """{"id":"U2Vz","session_id":"s","project_id":"P","start_time":"2026-01-05T10:00:00Z",""" +
        """"end_time":"2026-01-05T10:00:01Z","traces":[$TRACE]}"""
private const val CONFIG =
    """{"id":"C","name":"c","type":"CATEGORICAL","optimization_direction":"MAXIMIZE",""" +
        """"values":[{"label":"good","score":1.0}],"description":null}"""

private fun page(row: String) = """{"data":[$row],"next_cursor":"abc"}"""

private fun wire(body: String, status: String = "200 OK", type: String = "application/json") =
    "HTTP/1.1 $status\r\ncontent-type: $type\r\nx-phoenix-server-version: 20.26.1\r\n" +
        "content-length: ${body.encodeToByteArray().size}\r\n\r\n$body"

private val REPLIES =
    listOf(
        wire(page(ROW)),
        wire(page(SPAN)),
        wire(page(TRACE)),
        wire(page(SESSION)),
        wire(page(CONFIG)),
        wire(page("""{"id":"P","name":"p","description":null}""")),
        wire("""{"data":[{"id":"1"}]}"""),
        wire("""{"data":{"id":"N"}}"""),
        wire(
            """{"detail":[{"type":"missing","loc":["body","data",0,"name"],"msg":"Field required"}]}""",
            "422 U",
        ),
        wire("Spans with IDs s do not exist.", "404 Not Found", "text/plain"),
        wire("<html>Sign in</html>", "403 Forbidden", "text/html"),
        wire("slow down", "429 Too Many Requests\r\nRetry-After: 3", "text/plain"),
        wire(
            "--b\r\nContent-Type: application/json\r\n\r\n" +
                """{"schema":{"fields":[{"name":"0_n","type":"string"}]},"data":[{"0_n":"x"}]}""" +
                "\r\n--b--\r\n",
            type = "multipart/mixed; boundary=b",
        ),
        "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\ncontent-type: application/json\r\n" +
            "Transfer-Encoding: chunked\r\n\r\n5;a=b\r\n{\"dat\r\n7\r\na\":[]}\n\r\n0\r\nTrailer: x\r\n\r\n",
        "HTTP/1.0 302 Found\r\nLocation: http://127.0.0.1/login\r\n\r\n",
    )

/** Each kind of answer that is decoded. */
private val READS: List<suspend (PhoenixClient) -> Any?> =
    listOf(
        { it.spans.getSpanAnnotations(listOf("s")).toList() },
        { it.spans.getSpansPage() },
        { it.spans.querySpansPage() },
        { it.traces.getTracesPage(traceQuery { includeSpans = true }) },
        { it.sessions.listPage() },
        { it.annotationConfigs.listPage() },
        { it.projects.listPage() },
        { it.spans.addSpanAnnotation("s", "a", score = 1.0, sync = true) },
        { it.spans.addSpanNote("s", "x") },
        { it.spans.deleteSpanAnnotations("p", DeleteAll) },
        { it.annotations.upload(listOf(SpanAnnotationData("s", "a", label = "l"))) },
    )

/** A client whose server has one answer. */
private class AnsweredClient {
    var answer: WireAnswer? = null
    private val engine = MockEngine { request ->
        val mine = answer
        answer = null
        when {
            request.url.encodedPath.endsWith("/arize_phoenix_version") -> respond("20.26.1")
            mine == null ->
                respond(
                    """{"data":[],"next_cursor":null}""",
                    headers = headersOf("content-type", "application/json"),
                )
            else ->
                respond(
                    mine.body ?: ByteArray(0),
                    HttpStatusCode.fromValue(mine.status),
                    io.ktor.http.headers {
                        for (name in KEPT) mine.headers[name]?.let { append(name, it) }
                    },
                )
        }
    }
    val client = isolatedClient {
        endpoint = "http://127.0.0.1:6006"
        engine = this@AnsweredClient.engine
        replyLimit = REPLY_LIMIT
        retry { maxAttempts = 1 }
    }

    private companion object {
        val KEPT =
            listOf(
                "content-type",
                "location",
                "retry-after",
                "www-authenticate",
                "x-phoenix-server-version",
            )
    }
}

private fun replies(): FuzzTarget {
    val clients = ThreadLocal.withInitial { AnsweredClient() }
    return FuzzTarget(
        "replies",
        percent = 15,
        REPLIES.map { it.toByteArray(Charsets.ISO_8859_1) },
        listOf(
            "\r\n",
            "\r\n\r\n",
            "0\r\n\r\n",
            "Content-Length: 5\r\n",
            "Transfer-Encoding: chunked\r\n",
            "\"",
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "null",
            "\u0000",
            "boundary=",
            "\\u",
        ),
        ::withLength,
    ) { input ->
        val answer =
            try {
                AnswerReader(input.inputStream(), REPLY_LIMIT).readAnswer().answer
            } catch (_: IOException) {
                null
            }
        if (answer != null)
            read(clients.get(), answer, READS[Math.floorMod(input.contentHashCode(), READS.size)])
    }
}

private fun read(to: AnsweredClient, answer: WireAnswer, call: suspend (PhoenixClient) -> Any?) =
    runBlocking {
        to.answer = answer
        try {
            call(to.client)
        } catch (_: PhoenixException) {
            // As documented.
        }
    }

private fun withLength(input: ByteArray): ByteArray {
    val text = input.toString(Charsets.ISO_8859_1)
    val length = text.length - (text.indexOf("\r\n\r\n") + 4)
    return text
        .replace(Regex("content-length: [0-9]+"), "content-length: $length")
        .toByteArray(Charsets.ISO_8859_1)
}

// --- settings ---

private fun headers() =
    FuzzTarget(
        "headers",
        percent = 30,
        listOf(
                "api_key=a%20b,x-team=1",
                """{"Authorization":"Bearer x","n":"v"}""",
                "a=b=c, d = e ,,",
                "a=%C3%BC",
            )
            .map { it.encodeToByteArray() },
        listOf(",", "=", "%", "%2", "%ff", "%00", "%0A", "{", "}", "\"", "Host=", " ", "\n", "é"),
    ) { input ->
        documented {
            val set = HeaderSet.parse(Found(input.decodeToString(), Source("a test")), Warnings {})
            for (value in set.values.values) check(value.all { it in ' '..'~' }) {
                "cannot be sent: $value"
            }
        }
    }

private fun envFiles() =
    FuzzTarget(
        "env file",
        percent = 46,
        listOf(
                "# a comment\nexport PHOENIX_ENDPOINT='http://127.0.0.1:6006'\r\nPHOENIX_API_KEY=\"a\\\"b\"\n",
                "\uFEFFPHOENIX_PROJECT_NAME = a b # c\nPHOENIX_CLIENT_HEADERS=a=b,c=d\nOTHER=1\n",
            )
            .map { it.encodeToByteArray() },
        listOf(
            "\n",
            "\r",
            "'",
            "\"",
            "\\",
            "#",
            "=",
            "PHOENIX_A=",
            "export ",
            " ",
            "\u0000",
            "\u2028",
        ),
    ) { input ->
        documented {
            for ((name, value) in parseEnvFile(input.decodeToString())) {
                check(name.startsWith("PHOENIX_") && value.isNotBlank()) { "$name=$value" }
                ApiKey.known(Found(value, Source("a test")))
            }
        }
    }

/** Runs [block], which may refuse its input. */
private inline fun documented(block: () -> Unit) {
    try {
        block()
    } catch (_: IllegalArgumentException) {
        // As documented.
    }
}

// --- the spool ---

private val ITEMS: List<QueueItem> =
    (1..4).map {
        QueueItem.of(
            SpanAnnotationData(
                "s$it",
                "a",
                label = "ü\n",
                score = 0.5,
                metadata = mapOf("k" to listOf(1, null)),
            )
        )
    } + QueueItem.of(NoteData.ofTrace("t", "a note", "i")) { "made" }

private fun record(number: Int, item: QueueItem) =
    SpoolRecords.accepted(QueueEntry(number.toLong(), item, NOW))

private val SPOOL: ByteArray =
    ITEMS.foldIndexed(SpoolRecords.header) { index, file, item -> file + record(index + 1, item) } +
        SpoolRecords.done(2)

/** What another part of the disk may not take along. */
private val GUARD = QueueItem.of(SpanAnnotationData("guard", "a", label = "kept"))
private val GUARD_RECORD = record(1_000, GUARD)

private fun spools() =
    FuzzTarget(
        "spool",
        percent = 3,
        listOf(SPOOL, SpoolRecords.header + record(7, ITEMS.first())),
        listOf(
            "\n",
            " ",
            "A ",
            "N ",
            "D ",
            "D 1000\n",
            "-1",
            "SPAN",
            "99999999999999999999",
            "phoenix-kt-spool 2",
            "{",
            "\u0000",
        ),
        ::withChecksums,
    ) { input ->
        val file = SpoolRecords.header + input + GUARD_RECORD
        documented {
            val found = SpoolRecords.read(file.inputStream())
            val taken = found.items.any { it.item.body == GUARD.body }
            // Only a record with a checksum can say that it is done, or take its place.
            check(taken || saysOtherwise(input)) { "a good record is lost" }
            check(found.items.map { it.number } == found.items.map { it.number }.sorted())
        }
    }

/** Also with a sign and zeros, as numbers are read. */
private val GUARD_DONE = Regex("""D \+?0*1000""")

private fun saysOtherwise(input: ByteArray): Boolean {
    val text = input.decodeToString()
    return GUARD_DONE.containsMatchIn(text) || "guard" in text
}

/** Every line gets the checksum that it should have. */
private fun withChecksums(input: ByteArray): ByteArray =
    input
        .toString(Charsets.ISO_8859_1)
        .split("\n")
        .joinToString("\n") { line ->
            if (line.length <= 9) line else checksum(line.substring(9)) + " " + line.substring(9)
        }
        .toByteArray(Charsets.ISO_8859_1)

private fun checksum(record: String): String {
    val crc = CRC32().apply { update(record.toByteArray(Charsets.ISO_8859_1)) }.value
    return crc.toString(radix = 16).padStart(8, '0')
}

// --- what an upload would send ---

/** The bytes of the input choose the values. */
private fun plans() =
    FuzzTarget(
        "upload plan",
        percent = 3,
        List(20) { Random(it).nextBytes(40 + it * 20) },
        listOf("a", "\u0000"),
    ) { input ->
        val rows = HostileRows(ChosenBy(input))
        val options = uploadOptions {
            if (rows.size % 2 == 0) onInvalid = BadRows.SKIP
            if (rows.size % 3 == 0) onEmpty = BadRows.SKIP
        }
        documented {
            val plan = planUpload(rows, options)
            val sent = plan.toSend.values.sumOf { it.size }
            check(sent + plan.decided.size == rows.size) { "a row is lost" }
            for ((targetKind, numbers) in plan.toSend) {
                val body = encode(RowChunk(rows, targetKind, numbers)).decodeToString()
                val written = Json.parseToJsonElement(body).jsonObject.getValue("data").jsonArray
                check(written.size == numbers.size) { "a row is not written" }
            }
        }
    }

private class HostileRows(private val random: Random) : AnnotationRows {
    private class Row(random: Random) {
        val targetKind = TargetKind.entries.random(random)
        val text = List(5) { TEXTS.random(random) }
        val position = if (random.nextInt(3) == 0) null else random.nextInt(-2, 5)
        val kind = if (random.nextInt(5) == 0) null else AnnotatorKind.entries.random(random)
        val score = SCORES.random(random)
        val metadata = METADATA.random(random) ?: RandomValues(random).metadata()
    }

    private val rows =
        mutableListOf<Row>().apply {
            // Some repeat an earlier one, which gives way to them.
            repeat(random.nextInt(12)) {
                add(if (isEmpty() || random.nextInt(4) > 0) Row(random) else random(random))
            }
        }

    override val size: Int
        get() = rows.size

    override fun targetKind(row: Int) = rows[row].targetKind

    override fun targetId(row: Int) = rows[row].text[0]

    override fun documentPosition(row: Int) = rows[row].position

    override fun name(row: Int) = rows[row].text[1]

    override fun annotatorKind(row: Int) = rows[row].kind

    override fun label(row: Int) = rows[row].text[2]

    override fun score(row: Int) = rows[row].score

    override fun explanation(row: Int) = rows[row].text[3]

    override fun metadata(row: Int): Map<String, Any?> = rows[row].metadata

    override fun identifier(row: Int) = rows[row].text[4]

    private companion object {
        val TEXTS =
            listOf(
                null,
                "",
                " ",
                "a",
                "b ",
                "note",
                "\uD800",
                "\u0000",
                // Longer than a name and an identifier may be.
                "x".repeat(2_700),
                "a/b?c",
                "ü😀",
                "\u2028",
            )
        val SCORES =
            listOf(
                null,
                0.0,
                -0.0,
                0.5,
                Double.NaN,
                Double.POSITIVE_INFINITY,
                Double.MIN_VALUE,
                Double.MAX_VALUE,
            )
        val ITSELF = mutableListOf<Any?>().apply { add(this) }
        val METADATA: List<Map<String, Any?>?> =
            listOf(
                null,
                emptyMap(),
                mapOf("loop" to ITSELF),
                mapOf("nan" to Double.NaN),
                mapOf("object" to Any()),
                mapOf("\uD800" to "\uDC00"),
                mapOf("deep" to (1..200).fold<Int, Any>(1) { inner, _ -> listOf(inner) }),
            )
    }
}
