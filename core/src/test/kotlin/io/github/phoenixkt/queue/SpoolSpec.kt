package io.github.phoenixkt.queue

import io.github.phoenixkt.Answer
import io.github.phoenixkt.FakeTime
import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.PhoenixRuntime
import io.github.phoenixkt.annotations.AnnotationData
import io.github.phoenixkt.annotations.SessionAnnotationData
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.annotations.SpanDocumentAnnotationData
import io.github.phoenixkt.annotations.TraceAnnotationData
import io.github.phoenixkt.ids
import io.github.phoenixkt.json
import io.github.phoenixkt.upload.items
import io.github.phoenixkt.upload.spanId
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.attribute.FileTime
import java.nio.file.attribute.PosixFilePermissions
import java.time.Duration
import java.time.Instant
import java.util.concurrent.CopyOnWriteArrayList
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.yield

private val NOW = Instant.parse("2026-01-05T10:00:00Z")
private val METADATA = mapOf("n" to 7, "deep" to listOf(1.5, null, mapOf("ü" to "line\nbreak")))

private val EVERYTHING: List<AnnotationData> =
    listOf(
        SpanAnnotationData(spanId(1), "a", label = "l", metadata = METADATA, identifier = "i"),
        SpanDocumentAnnotationData(spanId(1), 3, "a", score = 0.1),
        TraceAnnotationData("trace", "a", explanation = "two\nlines  \u2028 and a 😀"),
        SessionAnnotationData("session 1", "a", score = -0.0, identifier = " x "),
    )

private fun newItem(note: NoteData) = QueueItem.of(note) { "made" }

private fun records(): List<ByteArray> {
    val items = EVERYTHING.map { QueueItem.of(it) } + newItem(NoteData.ofTrace("t", "a note"))
    return items.mapIndexed { index, item ->
        SpoolRecords.accepted(QueueEntry(index + 1L, item, NOW))
    }
}

private fun read(bytes: ByteArray) = SpoolRecords.read(bytes.inputStream())

private fun spoolFile(folder: Path) = folder.resolve("annotations.spool")

class SpoolSpec :
    FunSpec({
        fun client(answer: suspend (io.github.phoenixkt.SentRequest) -> Answer) =
            MockPhoenix(answer = answer).client { runtime = FakeTime().runtime() }

        /** Leaves these in the folder, as a process does that ends before it could send. */
        suspend fun leave(folder: Path, vararg rows: AnnotationData) {
            val queue = client { awaitCancellation() }.annotationQueue { spool = folder }
            rows.forEach { queue.offer(it).accepted shouldBe true }
            queue.close(Duration.ZERO).spooledRows shouldBe rows.size
        }

        test("nothing stays in the file if everything is stored when the queue is closed") {
            val folder = tempdir().toPath()
            val queue = client {
                ids("id")
            }
                .annotationQueue { spool = folder }
            queue.offer(SpanAnnotationData(spanId(1), "tone", explanation = "private"))
            val before = Files.readString(spoolFile(folder))
            before shouldContain "private"
            queue.close(Duration.ofMinutes(1)).drained shouldBe true
            Files.readAllBytes(spoolFile(folder)) shouldBe SpoolRecords.header
        }

        test("every kind of annotation and note is read back as it was written") {
            val content = read(records().reduce(ByteArray::plus))
            content.damaged shouldBe 0
            content.items.map { it.number } shouldBe listOf(1L, 2L, 3L, 4L, 5L)
            content.items.map { it.item.body } shouldBe
                (EVERYTHING.map { QueueItem.of(it).body } +
                    newItem(NoteData.ofTrace("t", "a note", "made")).body)
            content.items.map { it.acceptedAt }.toSet() shouldBe setOf(NOW)
        }

        test("a damaged byte costs no other record, wherever it is") {
            val whole = listOf(SpoolRecords.header) + records() + SpoolRecords.done(2)
            val bytes = whole.reduce(ByteArray::plus)
            val ends = whole.runningFold(0) { end, record -> end + record.size }.drop(1)
            for (position in bytes.indices) {
                for (bit in 0..7) {
                    val damaged = bytes.clone()
                    damaged[position] = (damaged[position].toInt() xor (1 shl bit)).toByte()
                    val hit = ends.indexOfFirst { position < it }
                    val expected = (1L..5L).filter { it != hit.toLong() }
                    withClue("bit $bit of byte $position") {
                        val read = read(damaged).items.map { it.number }
                        // Number 2 is done, unless it is the record that says so which is hit.
                        read.filter { it != 2L && it != hit.toLong() } shouldBe
                            expected.filter { it != 2L }
                        if (hit != whole.lastIndex) (2L in read) shouldBe false
                    }
                }
            }
        }

        test("a torn last record costs no other record, wherever it is torn") {
            val records = records()
            val bytes = (listOf(SpoolRecords.header) + records).reduce(ByteArray::plus)
            val before = bytes.size - records.last().size
            for (length in before..bytes.size) {
                val numbers = read(bytes.copyOf(length)).items.map { it.number }
                numbers.take(4) shouldBe listOf(1L, 2L, 3L, 4L)
                // What is written after the torn record is whole.
                val more =
                    bytes.copyOf(length) +
                        SpoolRecords.accepted(
                            QueueEntry(
                                9,
                                QueueItem.of(TraceAnnotationData("t9", "a", score = 1.0)),
                                NOW,
                            )
                        )
                read(more).items.last().number shouldBe 9L
            }
        }

        test("an older value of a key does not come back when its end is damaged") {
            val old = QueueEntry(1, QueueItem.of(TraceAnnotationData("t", "a", label = "old")), NOW)
            val new = QueueEntry(2, QueueItem.of(TraceAnnotationData("t", "a", label = "new")), NOW)
            val bytes =
                SpoolRecords.accepted(old) + SpoolRecords.accepted(new) + SpoolRecords.done(2)
            read(bytes).items shouldBe emptyList()
        }

        test("a newer format is refused in words") {
            val bytes = SpoolRecords.header.decodeToString()
            val newer = "phoenix-kt-spool 2".encodeToByteArray()
            val crc =
                java.util.zip.CRC32().apply { update(newer) }.value.toString(16).padStart(8, '0')
            bytes shouldContain "phoenix-kt-spool 1"
            shouldThrow<IllegalArgumentException> {
                    read("\n$crc phoenix-kt-spool 2\n".encodeToByteArray())
                }
                .message shouldContain "format 2"
        }

        for ((minutes, outcome) in listOf(20L to "Stored", 40L to "Expired")) {
            test(
                "a row that is $minutes minutes old by its date is $outcome, whatever was counted"
            ) {
                /** Its steady clock is ahead of [date]. */
                fun runtimeAt(date: Instant, ahead: Duration): PhoenixRuntime {
                    val time = FakeTime().apply { now = date + ahead }
                    return time.runtime().also {
                        it.steadyClock.instant()
                        time.now = date
                    }
                }
                val folder = tempdir().toPath()
                val first = MockPhoenix {
                    awaitCancellation()
                }
                    .client { runtime = runtimeAt(NOW, Duration.ofHours(1)) }
                    .annotationQueue { spool = folder }
                first.offer(EVERYTHING.first()).accepted shouldBe true
                first.close(Duration.ZERO).spooledRows shouldBe 1
                val told = CopyOnWriteArrayList<String>()
                val next = MockPhoenix {
                    ids("id")
                }
                    .client {
                        val date = NOW + Duration.ofMinutes(minutes)
                        runtime = runtimeAt(date, Duration.ofHours(5))
                    }
                    .annotationQueue {
                        spool = folder
                        maxAge = Duration.ofMinutes(30)
                        listener =
                            object : AnnotationQueueListener {
                                override fun onOutcome(
                                    annotation: AnnotationData,
                                    outcome: QueueOutcome,
                                ) {
                                    told += outcome.name
                                }
                            }
                    }
                next.close(LONG).drained shouldBe true
                told shouldContainExactly listOf(outcome)
            }
        }

        test("what an earlier queue accepted is sent by the next one, once, and then forgotten") {
            val folder = tempdir().toPath()
            leave(folder, *EVERYTHING.toTypedArray())
            val stored = CopyOnWriteArrayList<String>()
            val outcomes = CopyOnWriteArrayList<QueueOutcome>()
            repeat(2) {
                val queue = client { sent ->
                    sent.items().forEach { stored += it.toString() }
                    ids(*Array(sent.items().size) { "id" })
                }
                    .annotationQueue {
                        spool = folder
                        listener =
                            object : AnnotationQueueListener {
                                override fun onOutcome(
                                    annotation: AnnotationData,
                                    outcome: QueueOutcome,
                                ) {
                                    outcomes += outcome
                                }
                            }
                    }
                queue.close(Duration.ofDays(1)).drained shouldBe true
            }
            stored.size shouldBe 4
            outcomes.map { it.name }.toSet() shouldBe setOf("Stored")
        }

        test("a note that was tried before is tried again under the same identifier") {
            val folder = tempdir().toPath()
            val bodies = CopyOnWriteArrayList<String>()
            val tried = CompletableDeferred<Unit>()
            val killed = client { sent ->
                bodies += sent.body
                tried.complete(Unit)
                awaitCancellation()
            }
                .annotationQueue { spool = folder }
            killed.offer(NoteData.ofSpan(spanId(1), "text"))
            tried.await()
            killed.close(Duration.ZERO).spooledRows shouldBe 1
            val next = client { sent ->
                bodies += sent.body
                json("""{"data":{"id":"n"}}""")
            }
                .annotationQueue { spool = folder }
            next.close(Duration.ofDays(1)).drained shouldBe true
            bodies.size shouldBe 2
            bodies.toSet().size shouldBe 1
        }

        test("entries older than maxAge are reported, not sent") {
            val folder = tempdir().toPath()
            leave(folder, EVERYTHING[0])
            val time = FakeTime().apply { now = now.plus(Duration.ofHours(2)) }
            val server = MockPhoenix()
            val outcomes = CopyOnWriteArrayList<QueueOutcome>()
            val queue =
                server
                    .client { runtime = time.runtime() }
                    .annotationQueue {
                        spool = folder
                        listener =
                            object : AnnotationQueueListener {
                                override fun onOutcome(
                                    annotation: AnnotationData,
                                    outcome: QueueOutcome,
                                ) {
                                    outcomes += outcome
                                }
                            }
                    }
            queue.close(Duration.ofDays(1)).drained shouldBe true
            outcomes.single().shouldBeInstanceOf<QueueOutcome.Expired>()
            server.requests.size shouldBe 0
        }

        test("one folder serves one queue; it is free again when that is closed") {
            val folder = tempdir().toPath()
            val first = client { Answer(503) }.annotationQueue { spool = folder }
            shouldThrow<IllegalStateException> {
                    client { Answer(503) }.annotationQueue { spool = folder }
                }
                .message shouldContain "in use by another queue"
            first.close(Duration.ZERO)
            client { Answer(503) }.annotationQueue { spool = folder }.close(Duration.ZERO)
        }

        test("a folder that cannot be used is an error that names it") {
            val file = Files.createFile(tempdir().toPath().resolve("file"))
            // The last takes no new files, not even from root.
            for (path in listOf(file, file.resolve("below"), Path.of("/proc"))) {
                shouldThrow<IllegalArgumentException> {
                        client { Answer(503) }.annotationQueue { spool = path }
                    }
                    .message shouldContain "$path"
            }
        }

        test("only the owner may read the folder and the file") {
            val folder = tempdir().toPath().resolve("new")
            leave(folder, EVERYTHING[0])
            PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)) shouldBe
                "rwx------"
            Files.list(folder).use { files ->
                files.toList().map { Files.getPosixFilePermissions(it) }.toSet() shouldBe
                    setOf(PosixFilePermissions.fromString("rw-------"))
            }
        }

        test("a damaged file is kept, and what is whole in it is sent") {
            val folder = tempdir().toPath()
            leave(folder, *EVERYTHING.toTypedArray())
            val bytes = Files.readAllBytes(spoolFile(folder))
            bytes[bytes.size - 10] = 'X'.code.toByte()
            Files.write(spoolFile(folder), bytes)
            val queue = client { sent ->
                ids(*Array(sent.items().size) { "id" })
            }
                .annotationQueue { spool = folder }
            queue.close(Duration.ofDays(1)).drained shouldBe true
            queue.state.outcomes shouldBe mapOf("Stored" to 3L)
            Files.readAllBytes(folder.resolve("annotations.spool.damaged")) shouldBe bytes
        }

        /** Leaves a spool with a damaged record, opens it, and returns what was in the file. */
        suspend fun damageAndOpen(folder: Path, label: String): ByteArray {
            leave(folder, SpanAnnotationData(spanId(1), "a", label = label))
            val bytes = Files.readAllBytes(spoolFile(folder))
            bytes[bytes.size - 10] = 'X'.code.toByte()
            Files.write(spoolFile(folder), bytes)
            leave(folder)
            return bytes
        }

        fun copies(folder: Path): List<Path> =
            Files.list(folder).use { files -> files.toList().filter { ".damaged" in "$it" } }

        test("a second damaged file costs the copy of the first nothing") {
            val folder = tempdir().toPath()
            val damaged = List(3) { damageAndOpen(folder, "l$it") }
            copies(folder).map { it.fileName.toString() }.sorted() shouldBe
                listOf("", "-1", "-2").map { "annotations.spool.damaged$it" }
            copies(folder).sorted().map { Files.readString(it) } shouldBe
                damaged.map { it.decodeToString() }
        }

        test("the copies of damaged files are bounded, and the oldest goes first") {
            val folder = tempdir().toPath()
            val damaged =
                List(12) {
                    damageAndOpen(folder, "l$it").also { _ ->
                        // Two files may have one time.
                        val time = FileTime.from(NOW + Duration.ofSeconds(it.toLong()))
                        val latest =
                            copies(folder).single { copy -> "l$it\"" in Files.readString(copy) }
                        Files.setLastModifiedTime(latest, time)
                    }
                }
            copies(folder).map { Files.readString(it) } shouldContainExactlyInAnyOrder
                damaged.takeLast(10).map { it.decodeToString() }
        }

        test("no earlier copy of a damaged file goes before the new one is made") {
            val folder = tempdir().toPath()
            repeat(10) { damageAndOpen(folder, "l$it") }
            val earlier = copies(folder).map { Files.readString(it) }
            // Nothing can be made under this name.
            val fresh = folder.resolve("annotations.spool.damaged.new")
            Files.createDirectories(fresh.resolve("not empty"))
            damageAndOpen(folder, "l10")
            copies(folder)
                .filter { it != fresh }
                .map { Files.readString(it) } shouldContainExactlyInAnyOrder earlier
        }

        test("a damaged file that is still there after a restart is copied once") {
            val folder = tempdir().toPath()
            val bytes = damageAndOpen(folder, "l")
            Files.write(spoolFile(folder), bytes)
            leave(folder)
            copies(folder).size shouldBe 1
        }

        test("the file is bounded: done records make room, and a full spool refuses") {
            val folder = tempdir().toPath()
            val queue = client { sent ->
                ids(*Array(sent.items().size) { "id" })
            }
                .annotationQueue {
                    spool = folder
                    maxSpoolBytes = 20_000
                    flushRows = 1
                }
            repeat(200) {
                queue.send(SpanAnnotationData(spanId(it), "a", explanation = "x".repeat(500)))
                (Files.size(spoolFile(folder)) <= 20_000 + 4_000) shouldBe true
            }
            queue.close(Duration.ofDays(1)).drained shouldBe true
            queue.state.outcomes shouldBe mapOf("Stored" to 200L)
            val stuck = client {
                awaitCancellation()
            }
                .annotationQueue {
                    spool = folder
                    maxSpoolBytes = 2_000
                }
            val offers =
                (0 until 5).map {
                    stuck.offer(SpanAnnotationData(spanId(it), "a", explanation = "x".repeat(500)))
                }
            offers.map { it.accepted }.distinct().shouldContainExactly(true, false)
            stuck.state.status shouldBe QueueStatus.FULL
            stuck.close(Duration.ZERO)
        }

        test("a record that no file may hold is an error, also for those who wait for room") {
            val queue = client {
                Answer(503)
            }
                .annotationQueue {
                    spool = tempdir().toPath()
                    maxSpoolBytes = 2_000
                }
            val large = SpanAnnotationData(spanId(1), "a", explanation = "x".repeat(2_000))
            shouldThrow<IllegalArgumentException> { queue.send(large) }.message shouldContain
                "maxSpoolBytes = 2000"
            queue.state.rows shouldBe 0
            queue.close(Duration.ZERO).drained shouldBe true
        }

        test("a file that is deleted is written again, and a folder that is gone is said to be") {
            val folder = tempdir().toPath()
            val queue = client {
                Answer(503, "busy")
            }
                .annotationQueue {
                    spool = folder
                    // Time flies: the row must not expire.
                    maxAge = Duration.ofDays(10_000)
                }
            queue.offer(EVERYTHING[0])
            Files.delete(spoolFile(folder))
            while (!Files.exists(spoolFile(folder))) yield()
            read(Files.readAllBytes(spoolFile(folder))).items.size shouldBe 1
            // In one step: the queue may write the file again while it is deleted.
            Files.move(folder, folder.resolveSibling("${folder.fileName}-gone"))
            while (queue.state.spoolProblem == null) yield()
            queue.offer(EVERYTHING[1]).accepted shouldBe true
            queue.close(Duration.ZERO).spooledRows shouldBe 0
        }

        test("a thread that is interrupted writes to the spool all the same") {
            val folder = tempdir().toPath()
            val queue = client { awaitCancellation() }.annotationQueue { spool = folder }
            Thread.currentThread().interrupt()
            val accepted = queue.offer(EVERYTHING[0]).accepted
            Thread.interrupted() shouldBe true
            accepted shouldBe true
            queue.state.spoolProblem shouldBe null
            queue.close(Duration.ZERO).spooledRows shouldBe 1
        }
    })
