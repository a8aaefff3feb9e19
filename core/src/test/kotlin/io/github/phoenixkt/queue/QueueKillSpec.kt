package io.github.phoenixkt.queue

import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.contract.ContractServer
import io.github.phoenixkt.contract.Conversation
import io.github.phoenixkt.contract.FakeServer
import io.github.phoenixkt.contract.RealServer
import io.github.phoenixkt.contract.contractClient
import io.github.phoenixkt.support.ChildJvm
import io.github.phoenixkt.support.RealPhoenix
import io.github.phoenixkt.support.SkipWithoutServer
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldBeEmpty
import java.nio.file.Path
import java.time.Duration
import kotlin.random.Random
import kotlinx.coroutines.flow.toList

/** `scripts/proof kill` does it more often. */
private const val KILLS = 5
private const val LONGEST_DRAIN = 5L

/**
 * Gives feedback as fast as the queue takes it until it is killed, and says on its output what was
 * accepted: `a` and `n` for annotation and note, and a number.
 */
object KilledProgram {
    @JvmStatic
    fun main(args: Array<String>) {
        val (endpoint, folder, span, first) = args
        val queue = contractClient(endpoint).annotationQueue { spool = Path.of(folder) }
        var number = first.toInt()
        while (true) {
            if (number % 10 == 0) {
                if (queue.offer(NoteData.ofSpan(span, "note $number")).accepted)
                    println("n $number")
            } else if (queue.offer(feedback(span, number)).accepted) println("a $number")
            number++
        }
    }
}

private fun feedback(span: String, number: Int) =
    SpanAnnotationData(span, "killed", label = "l$number", identifier = "i$number")

/** @param before done while the program runs, after so many lines */
internal fun killAfter(lines: Int, vararg args: String, before: () -> Unit = {}): List<String> {
    val classPath = System.getProperty("java.class.path")
    val process =
        ProcessBuilder(ChildJvm.java(KilledProgram::class.java.name, classPath, listOf(), *args))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start()
    try {
        val output = process.inputStream.bufferedReader()
        val accepted = mutableListOf<String>()
        repeat(lines) { accepted += checkNotNull(output.readLine()) { "the program has ended" } }
        before()
        // By its handle, which leaves the output open.
        process.toHandle().destroyForcibly()
        // What was accepted and said before the end of the process counts, too. The last line may
        // be cut.
        accepted +=
            output.readText().substringBeforeLast('\n', "").lines().filter { it.isNotEmpty() }
        return accepted
    } finally {
        process.destroyForcibly().waitFor()
    }
}

/**
 * Kills a program that gives feedback, again and again on one spool.
 *
 * @return what was accepted and is not stored, or is stored twice
 */
internal suspend fun surviveKills(endpoint: String, kills: Int, folder: Path): List<String> =
    contractClient(endpoint).use { client ->
        val talk = Conversation().record(client)
        val random = Random(7)
        val accepted = mutableListOf<String>()
        repeat(kills) { time ->
            val first = 1 + time * 1_000_000
            val lines = random.nextInt(1, 800)
            accepted += killAfter(lines, endpoint, "$folder", talk.llmSpan, "$first")
        }
        // The last run sends what the killed ones left.
        val report =
            client.annotationQueue { spool = folder }.close(Duration.ofMinutes(LONGEST_DRAIN))
        val stored =
            client.spans
                .getSpanAnnotations(
                    listOf(talk.llmSpan),
                    includeAnnotationNames = listOf("killed", "note"),
                    project = talk.project,
                )
                .toList()
                .map {
                    // The identifiers of the notes are the queue's own.
                    if (it.isNote) "n ${it.explanation.orEmpty().removePrefix("note ")}"
                    else "a ${it.identifier.drop(1)}"
                }
        println("kill -9: $kills times, ${accepted.size} accepted, ${stored.size} found in Phoenix")
        val twice = stored.groupingBy { it }.eachCount().filterValues { it > 1 }.keys
        (accepted - stored.toSet()).map { "accepted and lost: $it" } +
            twice.map { "stored twice: $it" } +
            (if (report.drained) emptyList() else listOf("not drained: $report"))
    }

/** `kill -9` at any moment: what was accepted with a spool is stored, once. */
abstract class QueueKillSpec(server: ContractServer) :
    FunSpec({
        extension(SkipWithoutServer { server.missing })

        test("what was accepted before kill -9 is stored once") {
            surviveKills(server.endpoint, KILLS, tempdir().toPath()).shouldBeEmpty()
        }
    })

class FakeQueueKillSpec : QueueKillSpec(FakeServer())

class RealQueueKillSpec : QueueKillSpec(RealServer(RealPhoenix.SQLITE))
