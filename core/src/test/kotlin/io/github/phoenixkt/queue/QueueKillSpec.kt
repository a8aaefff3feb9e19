package io.github.phoenixkt.queue

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.contract.ContractServer
import io.github.phoenixkt.contract.Conversation
import io.github.phoenixkt.contract.FakeServer
import io.github.phoenixkt.contract.RealServer
import io.github.phoenixkt.contract.contractClient
import io.github.phoenixkt.support.RealPhoenix
import io.github.phoenixkt.support.SkipWithoutServer
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.shouldBe
import java.nio.file.Path
import java.time.Duration
import kotlin.random.Random
import kotlinx.coroutines.flow.toList

/** Kills of one run; `scripts/proof kill` asks for more. */
private val KILLS = Integer.getInteger("phoenix.proof.kills", 4)

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
                if (queue.offer(NoteData.ofSpan(span, "note $number", "n$number")).accepted)
                    println("n $number")
            } else if (queue.offer(feedback(span, number)).accepted) println("a $number")
            number++
        }
    }
}

private fun feedback(span: String, number: Int) =
    SpanAnnotationData(span, "killed", label = "l$number", identifier = "i$number")

private fun killAfter(lines: Int, vararg args: String): List<String> {
    val java = Path.of(System.getProperty("java.home"), "bin", "java").toString()
    val process =
        ProcessBuilder(
                listOf(java, "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-Xmx128m", "-cp") +
                    System.getProperty("java.class.path") +
                    KilledProgram::class.java.name +
                    args
            )
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start()
    try {
        val output = process.inputStream.bufferedReader()
        val accepted = mutableListOf<String>()
        repeat(lines) { accepted += checkNotNull(output.readLine()) { "the program has ended" } }
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

/** `kill -9` at any moment: what was accepted with a spool is stored, once. */
abstract class QueueKillSpec(server: ContractServer) :
    FunSpec({
        extension(SkipWithoutServer { server.missing })

        test("what was accepted before kill -9 is stored once") {
            val client: PhoenixClient = contractClient(server.endpoint)
            val talk = Conversation().record(client)
            val folder = tempdir().toPath()
            val random = Random(7)
            val accepted = mutableListOf<String>()
            repeat(KILLS) { time ->
                accepted +=
                    killAfter(
                        random.nextInt(1, 800),
                        server.endpoint,
                        folder.toString(),
                        talk.llmSpan,
                        (1 + time * 1_000_000).toString(),
                    )
            }
            withClue("the last run, which sends what the killed ones left") {
                val queue = client.annotationQueue { spool = folder }
                queue.close(Duration.ofMinutes(3)).drained shouldBe true
            }
            val stored =
                client.spans
                    .getSpanAnnotations(
                        listOf(talk.llmSpan),
                        includeAnnotationNames = listOf("killed", "note"),
                        project = talk.project,
                    )
                    .toList()
                    .map { "${if (it.name == "note") "n" else "a"} ${it.identifier.drop(1)}" }
            stored.size shouldBe stored.toSet().size
            stored.shouldContainAll(accepted)
            println("kill -9: $KILLS times, ${accepted.size} accepted, all stored once")
            client.close()
        }
    })

class FakeQueueKillSpec : QueueKillSpec(FakeServer())

class RealQueueKillSpec : QueueKillSpec(RealServer(RealPhoenix.SQLITE))
