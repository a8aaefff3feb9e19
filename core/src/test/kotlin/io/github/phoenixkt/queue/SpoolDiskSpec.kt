package io.github.phoenixkt.queue

import io.github.phoenixkt.FakeTime
import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.PhoenixRuntime
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.contract.Conversation
import io.github.phoenixkt.contract.FakeServer
import io.github.phoenixkt.contract.contractClient
import io.github.phoenixkt.ids
import io.github.phoenixkt.support.ChildJvm
import io.github.phoenixkt.support.TestClock
import io.github.phoenixkt.upload.items
import io.github.phoenixkt.upload.spanId
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration
import java.time.Instant
import kotlinx.coroutines.flow.count
import kotlinx.coroutines.runBlocking

/** No file may get larger: to the program, the disk is full then. */
private const val LARGEST_FILE_KIB = 64

/** Fills the disk that a queue has its spool on, and says what the queue says. */
object FullDiskProgram {
    @JvmStatic
    fun main(args: Array<String>): Unit = runBlocking {
        val (url, folder, span) = args
        var moved = Duration.ZERO
        val client = PhoenixClient {
            environment = PhoenixEnvironment(emptyMap())
            endpoint = url
            runtime = PhoenixRuntime(TestClock.showing { Instant.now() + moved })
        }
        val queue = client.annotationQueue {
            spool = Path.of(folder)
            flushRows = 10_000
            flushAfter = Duration.ofHours(1)
        }
        val offers = mutableListOf<Offer>()
        fun offer() {
            val text = "x".repeat(1_000)
            val identifier = "${offers.size}"
            offers +=
                queue.offer(
                    SpanAnnotationData(span, "disk", explanation = text, identifier = identifier)
                )
        }
        while (queue.state.spoolProblem == null) offer()
        repeat(10) { offer() }
        println(queue.state.spoolProblem)
        queue.flush(Duration.ofMinutes(1))
        moved = Duration.ofMinutes(1)
        offer()
        queue.flush(Duration.ofMinutes(1))
        println("in the end: ${queue.state.spoolProblem}")
        println("${offers.count { it.accepted }} of ${offers.size} accepted")
        println("${offers.count { it.outcome.await() is QueueOutcome.Stored }} stored")
        client.close()
    }
}

private fun outputOf(vararg args: String): List<String> {
    val program =
        ChildJvm.java(
            FullDiskProgram::class.java.name,
            System.getProperty("java.class.path"),
            listOf("-XX:-UsePerfData"),
            *args,
        )
    val limit = listOf("bash", "-c", "ulimit -f $LARGEST_FILE_KIB && exec \"$@\"", "bash")
    return ChildJvm.run(limit + program).output.lines().filter { it.isNotEmpty() }
}

/** What can be wrong with the folder of a spool. */
class SpoolDiskSpec :
    FunSpec({
        test("on a full disk the queue goes on in memory, says so, and comes back to the disk") {
            val server = FakeServer()
            contractClient(server.endpoint).use { client ->
                val talk = Conversation().record(client)
                val folder = tempdir().toPath()
                val said = outputOf(server.endpoint, "$folder", talk.llmSpan)
                withClue(said.joinToString("\n")) {
                    val stored =
                        client.spans
                            .getSpanAnnotations(listOf(talk.llmSpan), project = talk.project)
                            .count()
                    stored shouldBeGreaterThan LARGEST_FILE_KIB / 2
                    said.takeLast(3) shouldBe
                        listOf(
                            "in the end: null",
                            "$stored of $stored accepted",
                            "$stored stored",
                        )
                    said.filter { it.startsWith("The spool ") }.single() shouldContain
                        "cannot be written"
                }
            }
        }

        test("another process that uses the folder is an error, until it ends") {
            val server = FakeServer()
            contractClient(server.endpoint).use { client ->
                val talk = Conversation().record(client)
                val folder = tempdir().toPath()
                killAfter(1, server.endpoint, "$folder", talk.llmSpan, "1") {
                    shouldThrow<IllegalStateException> {
                            client.annotationQueue { spool = folder }
                        }
                        .message shouldContain "in use by another queue"
                }
                client.annotationQueue { spool = folder }.close()
            }
        }

        test("a spool that is damaged at any byte is opened, and costs one record at most") {
            val folder = tempdir().toPath()
            val file = folder.resolve("annotations.spool")
            val server = MockPhoenix { sent -> ids(*Array(sent.items().size) { "id" }) }
            val time = FakeTime()
            val client = server.client { runtime = time.runtime() }
            val rows = (1..3).map { SpanAnnotationData(spanId(it), "a", label = "l$it") }
            val records = rows.mapIndexed { index, row ->
                SpoolRecords.accepted(QueueEntry(index + 1L, QueueItem.of(row), time.now))
            }
            val whole = (listOf(SpoolRecords.header) + records).reduce(ByteArray::plus)
            for (position in whole.indices) {
                val damaged = whole.clone()
                damaged[position] = (damaged[position].toInt() xor 0x55).toByte()
                Files.write(file, damaged)
                val queue = client.annotationQueue { spool = folder }
                queue.close(Duration.ofMinutes(1))
                withClue("byte $position") {
                    val expected = if (position < SpoolRecords.header.size) 3L else 2L
                    (queue.state.outcomes.getValue("Stored") >= expected) shouldBe true
                }
            }
        }
    })
