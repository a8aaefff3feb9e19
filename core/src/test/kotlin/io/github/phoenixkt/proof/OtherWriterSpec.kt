package io.github.phoenixkt.proof

import io.github.phoenixkt.annotations.AnnotationData
import io.github.phoenixkt.annotations.AnnotationRows
import io.github.phoenixkt.annotations.RowChunk
import io.github.phoenixkt.annotations.TargetKind
import io.github.phoenixkt.annotations.encode
import io.github.phoenixkt.contract.ContractServer
import io.github.phoenixkt.contract.RealServer
import io.github.phoenixkt.contract.contractClient
import io.github.phoenixkt.support.RealPhoenix
import io.github.phoenixkt.support.SkipWithoutServer
import io.github.phoenixkt.testing.FakeClock
import io.github.phoenixkt.testing.FakePhoenix
import io.github.phoenixkt.upload.RowOutcome
import io.github.phoenixkt.upload.uploadOptions
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse.BodyHandlers
import java.time.Duration
import java.time.Instant
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.delay
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock

private const val CONTESTED = 777

/** Someone else writes a row of ours between its arrival and our look at it. */
abstract class OtherWriterSpec(server: ContractServer) :
    FunSpec({
        extension(SkipWithoutServer { server.missing })

        // In a later second than the window: SQLite dates a confirmed write back to the beginning
        // of
        // its second, so that one of the same second is not known to be newer.
        test("a row that another writer changes before it is read back is left to them") {
            contractClient(server.endpoint).use { other ->
                val corpus = Corpus(server.endpoint).record(other)
                val rows = corpus.rows(TargetKind.SPAN, 1_200, "shared")
                val theirs =
                    corpus.row(TargetKind.SPAN, CONTESTED, "shared", seed = CONTESTED + 10_000)
                suspend fun stored() = corpus.read(other, TargetKind.SPAN, "shared")
                val once = Mutex()
                var written = false
                val engine = ObservedEngine { sent ->
                    if (sent.method == "GET" && "identifier=" in sent.query) {
                        once.withLock {
                            if (!written && rows[CONTESTED].key in stored()) {
                                server.letTimePass()
                                delay(1.seconds)
                                writeElsewhere(server.endpoint, theirs)
                                written = true
                            }
                        }
                    }
                }
                val options = uploadOptions {
                    project = corpus.project
                    queueWindow = 500
                }
                val report = engine.use { observed ->
                    observed.client(server.endpoint).use {
                        it.annotations.upload(rows, options)
                    }
                }
                written shouldBe true
                differences(rows.toMutableList().also { it[CONTESTED] = theirs }, stored())
                    .shouldBeEmpty()
                report.outcomes.indices.filter {
                    (report.outcomes[it] as RowOutcome.Stored).overwritten
                } shouldBe listOf(CONTESTED)
                engine.confirmedRows shouldBe 100
            }
        }
    })

/** As another process does: within this one, the write would wait until the window is verified. */
private fun writeElsewhere(endpoint: String, annotation: AnnotationData) {
    val rows = AnnotationRows.of(listOf(annotation))
    val request =
        HttpRequest.newBuilder(URI.create("$endpoint/v1/span_annotations?sync=true"))
            .header("Content-Type", "application/json")
            .POST(
                BodyPublishers.ofByteArray(
                    encode(RowChunk(rows, annotation.targetKind, intArrayOf(0)))
                )
            )
            .build()
    val http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()
    http.send(request, BodyHandlers.discarding()).statusCode() shouldBe 200
}

/** Late in a second: SQLite dates a confirmed write back to the beginning of its second. */
private class LateInASecond : ContractServer {
    private val phoenix by lazy {
        FakePhoenix.builder()
            .clock(FakeClock.stoppedAt(Instant.parse("2026-01-05T10:00:00.900Z")))
            .start()
    }

    override val endpoint: String
        get() = phoenix.endpoint().toString()

    override fun letTimePass() = phoenix.advance(Duration.ofSeconds(1))
}

class FakeOtherWriterSpec : OtherWriterSpec(LateInASecond())

class RealOtherWriterSpec : OtherWriterSpec(RealServer(RealPhoenix.SQLITE))

class RealPostgresOtherWriterSpec : OtherWriterSpec(RealServer(RealPhoenix.POSTGRESQL))
