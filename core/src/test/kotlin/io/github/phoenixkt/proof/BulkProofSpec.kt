package io.github.phoenixkt.proof

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.SentRequest
import io.github.phoenixkt.annotations.AnnotationData
import io.github.phoenixkt.annotations.TargetKind
import io.github.phoenixkt.contract.ContractServer
import io.github.phoenixkt.contract.RealServer
import io.github.phoenixkt.contract.contractClient
import io.github.phoenixkt.support.RealPhoenix
import io.github.phoenixkt.support.SkipWithoutServer
import io.github.phoenixkt.upload.Delivery
import io.github.phoenixkt.upload.RowOutcome
import io.github.phoenixkt.upload.UploadOptions
import io.github.phoenixkt.upload.UploadReport
import io.github.phoenixkt.upload.uploadOptions
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.comparables.shouldBeGreaterThan
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.time.Instant
import kotlinx.coroutines.flow.toList
import kotlinx.serialization.json.jsonPrimitive

private const val CONFIRMED_ROWS = 1_000
private const val VERIFIED_ROWS = 6_000
private const val WINDOW = 2_500

/** The first chunk of a verified upload is confirmed, and nothing else unless it is missing. */
private const val CHUNK = 100

/** Bulk uploads at their real size, row by row and value by value, on one database. */
abstract class BulkProofSpec(server: ContractServer) :
    FunSpec({
        extension(SkipWithoutServer { server.missing })
        lateinit var corpus: Corpus
        lateinit var client: PhoenixClient

        beforeSpec {
            if (server.missing == null) {
                client = contractClient(server.endpoint)
                corpus = Corpus(server.endpoint).record(client)
            }
        }
        afterSpec { if (server.missing == null) client.close() }

        suspend fun upload(
            rows: List<AnnotationData>,
            options: UploadOptions,
            engine: ObservedEngine,
        ): UploadReport = engine.use { observed ->
            // Under a name of its own: rows that other tests left waiting would make its windows
            // smaller.
            val endpoint = server.endpoint.replace("127.0.0.1", "localhost")
            observed.client(endpoint).use { it.annotations.upload(rows, options) }
        }

        suspend fun stored(name: String, targetKind: TargetKind = TargetKind.SPAN) =
            corpus.read(client, targetKind, name)

        fun verified() = uploadOptions { project = corpus.project }

        for (targetKind in TargetKind.entries) {
            test(
                "$CONFIRMED_ROWS confirmed rows on level $targetKind are there, each with its id"
            ) {
                val rows = corpus.rows(targetKind, CONFIRMED_ROWS, "sync")
                val report =
                    client.annotations.upload(rows, uploadOptions { delivery = Delivery.CONFIRMED })
                val found = stored("sync", targetKind)
                differences(rows, found).shouldBeEmpty()
                report.remarks.shouldBeEmpty()
                report.outcomes.map { (it as RowOutcome.Stored).id } shouldBe
                    rows.map { found.getValue(it.key).id }
            }
        }

        test("$VERIFIED_ROWS queued rows arrive in windows, and none is sent twice") {
            val rows = corpus.rows(TargetKind.SPAN, VERIFIED_ROWS, "queued")
            suspend fun uploadOnce(): Map<Key, Found> {
                val before = lastWritten(client, corpus, "queued") ?: Instant.EPOCH
                val watch = WindowWatch { lastWritten(client, corpus, "queued", it) }
                val engine = ObservedEngine(before = watch::see)
                val report = upload(rows, verified(), engine)
                val found = stored("queued")
                differences(rows, found).shouldBeEmpty()
                report.remarks.shouldBeEmpty()
                report.stoppedBy.shouldBeNull()
                report.outcomes.forEachIndexed { index, outcome ->
                    val stored = outcome.shouldBeInstanceOf<RowOutcome.Stored>()
                    stored.id shouldBe found.getValue(rows[index].key).id
                    stored.overwritten shouldBe false
                }
                engine.confirmedRows shouldBe CHUNK
                engine.queuedRows shouldBe VERIFIED_ROWS - CHUNK
                // Each window was seen to be written before the next one began.
                watch.written shouldHaveSize (VERIFIED_ROWS - CHUNK) / WINDOW
                watch.written.forEach { it.shouldNotBeNull() shouldBeGreaterThan before }
                return found
            }
            val first = uploadOnce()
            // Now everything is there before it is sent, and only its time tells old from new.
            val second = withClue("the same once more") { uploadOnce() }
            second.mapValues { it.value.id } shouldBe first.mapValues { it.value.id }
        }
    })

/** When Phoenix got the latest of these rows; null when none is there. */
private suspend fun lastWritten(
    client: PhoenixClient,
    corpus: Corpus,
    name: String,
    identifiers: List<String>? = null,
): Instant? =
    client.spans
        .getSpanAnnotations(
            corpus.spans,
            identifiers = identifiers,
            includeAnnotationNames = listOf(name),
            project = corpus.project,
        )
        .toList()
        .maxOfOrNull { it.updatedAt }

/** Looks, before a window is begun, at what has become of the last request of the one before. */
private class WindowWatch(private val lastWritten: suspend (List<String>) -> Instant?) {
    private var queued = 0
    private var lastRequest = emptyList<String>()

    /** When Phoenix wrote the last rows of each window, as seen then. */
    val written = mutableListOf<Instant?>()

    suspend fun see(sent: SentRequest) {
        if (sent.method != "POST" || sent.query == "sync=true") return
        if (queued > 0 && queued % WINDOW == 0) written += lastWritten(lastRequest)
        lastRequest = sent.items().map { it.getValue("identifier").jsonPrimitive.content }
        queued += lastRequest.size
    }
}

class RealBulkProofSpec : BulkProofSpec(RealServer(RealPhoenix.SQLITE))

class RealPostgresBulkProofSpec : BulkProofSpec(RealServer(RealPhoenix.POSTGRESQL))
