package io.github.phoenixkt.queue

import io.github.phoenixkt.Answer
import io.github.phoenixkt.FakeTime
import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.PhoenixRuntime
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.contract.contractClient
import io.github.phoenixkt.support.TestClock
import io.github.phoenixkt.support.runMain
import io.github.phoenixkt.upload.spanId
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import java.io.OutputStream
import java.io.PrintStream
import java.net.URLClassLoader
import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration
import java.time.Instant
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield
import org.slf4j.LoggerFactory

private val PATIENCE = 120.seconds
private val FOREVER: Duration = Duration.ofDays(10_000)
private val START: Instant = Instant.parse("2026-01-05T10:00:00Z")

/** Says whether it can have the spool in the folder. */
object SpoolTaker {
    @JvmStatic
    fun main(args: Array<String>) {
        val client = contractClient("http://127.0.0.1:1")
        try {
            client.annotationQueue { spool = Path.of(args[0]) }
            println("taken")
        } catch (_: IllegalStateException) {
            println("in use")
        }
    }
}

/** Offers while another thread writes a warning about the spool to a slow log. */
object SlowLog {
    @JvmStatic
    fun main(args: Array<String>) {
        val main = Thread.currentThread()
        val writing = CountDownLatch(1)
        val goOn = CountDownLatch(1)
        val slow =
            object : OutputStream() {
                override fun write(byte: Int) {
                    if (Thread.currentThread() === main) return
                    writing.countDown()
                    goOn.await()
                }
            }
        System.setErr(PrintStream(slow))
        val disk = BreakableDisk(Path.of(args[0]))
        val client = MockPhoenix { it.stored() }.client {}
        val queue = client.annotationQueue {
            spool = disk.folder
            flushAfter = FOREVER
            maxAge = FOREVER
        }
        disk.breakDown()
        CompletableFuture.runAsync { queue.offer(row(1)) }
        if (!writing.await(60, TimeUnit.SECONDS)) return println("Nothing was logged.")
        val offer = CompletableFuture.supplyAsync { queue.offer(row(2)) }
        val isAccepted = runCatching { offer.get(20, TimeUnit.SECONDS).accepted }
        println(isAccepted.getOrNull() ?: "The offer waits for the log.")
        goOn.countDown()
        queue.close()
        client.close()
    }
}

/** What [SpoolTaker] says in another process. */
private fun toOthers(folder: Path) =
    runMain(SpoolTaker::class.java.name, "$folder").output.lines().single {
        it == "in use" || it == "taken"
    }

private fun itemsIn(folder: Path) =
    Files.newInputStream(folder.resolve("annotations.spool")).use(SpoolRecords::read).items

/** To the queue, the disk is broken until [mend]. */
private class BreakableDisk(val folder: Path) {
    private val away = folder.resolveSibling("${folder.fileName}-away")

    fun breakDown() = Files.move(folder, away)

    fun mend() = Files.move(away, folder)
}

/** What happens to a spool at the wrong moment. */
class SpoolTroubleSpec :
    FunSpec({
        fun disk() = BreakableDisk(Files.createDirectory(tempdir().toPath().resolve("spool")))

        test("a queue that has nothing to do goes back to a disk that works again") {
            val disk = disk()
            var now = START
            val runtime =
                PhoenixRuntime(
                    clock = TestClock.showing { now },
                    sleep = {
                        // Nothing but another try of the disk is due so soon.
                        if (it > 60.seconds) awaitCancellation()
                        now += it.toJavaDuration()
                    },
                )
            val client = MockPhoenix { it.stored() }.client { this.runtime = runtime }
            val queue = client.annotationQueue {
                spool = disk.folder
                flushAfter = FOREVER
                maxAge = FOREVER
            }
            disk.breakDown()
            queue.offer(row(1)).accepted shouldBe true
            withTimeout(PATIENCE) {
                while (queue.state.spoolProblem == null) yield()
                disk.mend()
                while (queue.state.spoolProblem != null) yield()
            }
            itemsIn(disk.folder).size shouldBe 1
            queue.close(LONG).drained shouldBe true
        }

        test("an offer does not wait for a log that is slow to take a warning of the spool") {
            val log = "-Dorg.slf4j.simpleLogger.log.io.github.phoenixkt=warn"
            val ended = runMain(SlowLog::class.java.name, "${disk().folder}", options = listOf(log))
            ended.output.trim() shouldBe "true"
        }

        test("a queue that is empty says so when its disk works again") {
            val disk = disk()
            val client = MockPhoenix { it.stored() }.client { runtime = FakeTime().runtime() }
            val queue = client.annotationQueue { spool = disk.folder }
            disk.breakDown()
            queue.offer(row(1)).outcome.await().shouldBeInstanceOf<QueueOutcome.Stored>()
            withTimeout(PATIENCE) {
                while (queue.state.spoolProblem == null) yield()
                disk.mend()
                while (queue.state.spoolProblem != null) yield()
            }
            queue.close(LONG).drained shouldBe true
        }

        test("a spool that is full when its disk breaks accepts in memory") {
            val disk = disk()
            val client = MockPhoenix {
                Answer(503, "busy")
            }
                .client { runtime = FakeTime().runtime() }
            val queue = client.annotationQueue {
                spool = disk.folder
                maxSpoolBytes = 2_000
                maxAge = FOREVER
            }
            fun offer(number: Int) =
                queue.offer(SpanAnnotationData(spanId(number), "a", explanation = "x".repeat(500)))
            var rows = 0
            while (offer(rows).accepted) rows++
            disk.breakDown()
            // The queue notices that when it looks at the disk again.
            withTimeout(PATIENCE) { while (!offer(rows).accepted) yield() }
            queue.state.spoolProblem.orEmpty() shouldContain "cannot be written"
            queue.close(Duration.ZERO).unfinishedRows shouldBe rows + 1
        }

        test("a full spool on a broken disk is not written again for each row") {
            val disk = disk()
            var now = START
            val runtime =
                PhoenixRuntime(
                    clock = TestClock.showing { now },
                    sleep = { awaitCancellation() },
                )
            val queue = MockPhoenix {
                it.stored()
            }
                .client { this.runtime = runtime }
                .annotationQueue {
                    spool = disk.folder
                    maxSpoolBytes = 2_000
                }
            suspend fun store(number: Int) {
                val text = "x".repeat(700)
                val row = SpanAnnotationData(spanId(number), "a", explanation = text)
                queue.offer(row).accepted shouldBe true
                queue.flush(LONG) shouldBe true
            }
            store(1)
            disk.breakDown()
            // Of these, one does not fit into the file unless what is done leaves it.
            (2..4).forEach { store(it) }
            withTimeout(PATIENCE) { while (queue.state.spoolProblem == null) yield() }
            store(5)
            disk.mend()
            store(6)
            queue.state.spoolProblem.orEmpty() shouldContain "cannot be written"
            now += Duration.ofSeconds(11)
            store(7)
            withTimeout(PATIENCE) { while (queue.state.spoolProblem != null) yield() }
            queue.close(LONG).drained shouldBe true
        }

        test("what was stored while the disk was broken is not sent again by the next queue") {
            val disk = disk()
            val server = MockPhoenix { it.stored() }
            // Time stands still: the queue tries the disk again once, at once.
            val still =
                PhoenixRuntime(
                    clock = TestClock.showing { START },
                    sleep = { awaitCancellation() },
                )
            fun queue() =
                server
                    .client { runtime = still }
                    .annotationQueue {
                        spool = disk.folder
                        flushRows = 2
                    }
            val queue = queue()
            queue.offer(row(1)).accepted shouldBe true
            disk.breakDown()
            val offer = queue.offer(row(2))
            offer.outcome.await().shouldBeInstanceOf<QueueOutcome.Stored>()
            withTimeout(PATIENCE) { while (queue.state.spoolProblem == null) yield() }
            disk.mend()
            queue.close(LONG).drained shouldBe true
            queue().close(LONG).drained shouldBe true
            server.requests.size shouldBe 1
        }

        test("rows of a process whose clock was ahead are sent at once") {
            val folder = tempdir().toPath()
            val ahead = FakeTime().apply { now += Duration.ofMinutes(30) }
            val left = MockPhoenix {
                awaitCancellation()
            }
                .client { runtime = ahead.runtime() }
                .annotationQueue { spool = folder }
            left.offer(row(1))
            left.close(Duration.ZERO).spooledRows shouldBe 1
            val still =
                PhoenixRuntime(
                    clock = TestClock.showing { START },
                    sleep = { awaitCancellation() },
                )
            val queue = MockPhoenix {
                it.stored()
            }
                .client { runtime = still }
                .annotationQueue { spool = folder }
            queue.close(Duration.ofMinutes(2)).drained shouldBe true
        }

        test("a folder stays in use by its queue after another queue of the process asked for it") {
            val folder = tempdir().toPath()
            val client = contractClient("http://127.0.0.1:1")
            val queue = client.annotationQueue { spool = folder }
            val another =
                Files.createSymbolicLink(folder.resolveSibling("${folder.fileName}-link"), folder)
            for (path in listOf(folder, another)) {
                shouldThrow<IllegalStateException> { client.annotationQueue { spool = path } }
                    .message shouldContain "in use by another queue"
            }
            toOthers(folder) shouldBe "in use"
            queue.close(Duration.ZERO)
            toOthers(folder) shouldBe "taken"
            Files.delete(another)
            client.close()
        }

        test("a folder stays in use by a queue of another class loader") {
            val folder = tempdir().toPath()
            val classes =
                listOf(SpoolFolder::class, Unit::class, LoggerFactory::class).map {
                    it.java.protectionDomain.codeSource.location
                }
            URLClassLoader(classes.toTypedArray(), ClassLoader.getPlatformClassLoader()).use {
                val other =
                    it.loadClass(SpoolFolder::class.java.name).getField("Companion").get(null)
                val take = other.javaClass.getMethod("take", Path::class.java)
                (take.invoke(other, folder) as AutoCloseable).use {
                    shouldThrow<IllegalStateException> { SpoolFolder.take(folder) }
                    toOthers(folder) shouldBe "in use"
                }
            }
            toOthers(folder) shouldBe "taken"
        }

        test("a row that is removed after the end leaves the spool to the next queue") {
            val folder = tempdir().toPath()
            fun line(): WaitingLine {
                val opened = Spool.open(folder, 10_000)
                return WaitingLine(annotationQueueOptions {}, opened.spool, opened.content, START)
            }
            val ended = line()
            (1..2).forEach { ended.admit(QueueItem.of(row(it)), START) }
            val late = ended.flush()
            ended.abandon().map(ended::isSpooled) shouldBe listOf(true, true)
            val next = line()
            next.admit(QueueItem.of(row(3)), START)
            ended.remove(late.first())
            ended.tendSpool(START)
            ended.spoolProblem shouldBe null
            ended.isSpooled(late.first()) shouldBe true
            itemsIn(folder).map { it.number } shouldBe listOf(1L, 2L, 3L)
            next.abandon()
            Files.delete(folder.resolve("annotations.spool"))
            ended.tendSpool(START)
            ended.spoolProblem shouldBe null
        }

        test("no row gets older than maxAge because the clock was set back") {
            val folder = tempdir().toPath()
            val ahead = FakeTime().apply { now = START + Duration.ofMinutes(30) }
            val left = MockPhoenix {
                awaitCancellation()
            }
                .client { runtime = ahead.runtime() }
                .annotationQueue { spool = folder }
            left.offer(row(1))
            left.close(Duration.ZERO).spooledRows shouldBe 1
            val waits = CompletableDeferred<Unit>()
            var now = START
            val runtime =
                PhoenixRuntime(
                    clock = TestClock.showing { now },
                    sleep = {
                        waits.complete(Unit)
                        awaitCancellation()
                    },
                )
            val queue = MockPhoenix {
                it.stored()
            }
                .client { this.runtime = runtime }
                .annotationQueue {
                    spool = folder
                    flushAfter = FOREVER
                    maxAge = Duration.ofHours(1)
                }
            withTimeout(PATIENCE) { waits.await() }
            now += Duration.ofMinutes(61)
            queue.close(LONG).drained shouldBe true
            queue.state.outcomes shouldBe mapOf("Expired" to 1L)
        }

        test("a damaged file of which no copy can be kept costs no good record") {
            val folder = tempdir().toPath()
            val record = SpoolRecords.accepted(QueueEntry(1, QueueItem.of(row(1)), START))
            Files.write(
                folder.resolve("annotations.spool"),
                SpoolRecords.header + record + "\ntorn".encodeToByteArray(),
            )
            Files.createDirectories(
                folder.resolve("annotations.spool.damaged").resolve("in the way")
            )
            val queue = MockPhoenix {
                it.stored()
            }
                .client { runtime = FakeTime().apply { now = START }.runtime() }
                .annotationQueue { spool = folder }
            queue.close(LONG).drained shouldBe true
            queue.state.outcomes shouldBe mapOf("Stored" to 1L)
        }

        test("a queue that is opened on a full disk goes on with the old file") {
            val folder = tempdir().toPath()
            fun record(number: Int) =
                SpoolRecords.accepted(QueueEntry(number.toLong(), QueueItem.of(row(number)), START))
            Files.write(
                folder.resolve("annotations.spool"),
                SpoolRecords.header + record(1) + record(2) + SpoolRecords.done(2),
            )
            // No other file can be made.
            val obstacle = folder.resolve("annotations.spool.new").resolve("in the way")
            Files.createDirectories(obstacle)
            fun queue(server: MockPhoenix) =
                server
                    .client { runtime = FakeTime().apply { now = START }.runtime() }
                    .annotationQueue { spool = folder }
            val first = MockPhoenix {
                if (spanId(1) in it.body) it.stored() else awaitCancellation()
            }
            val full = queue(first)
            full.flush(LONG) shouldBe true
            full.offer(row(3)).accepted shouldBe true
            full.close(Duration.ZERO).spooledRows shouldBe 1
            Files.delete(obstacle)
            Files.delete(obstacle.parent)
            val second = MockPhoenix { it.stored() }
            queue(second).close(LONG).drained shouldBe true
            second.requests.single().labels() shouldBe listOf("l3")
        }
    })
