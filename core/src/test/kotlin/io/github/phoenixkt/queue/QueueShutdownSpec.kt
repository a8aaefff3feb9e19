package io.github.phoenixkt.queue

import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.contract.Conversation
import io.github.phoenixkt.contract.FakeServer
import io.github.phoenixkt.contract.contractClient
import io.github.phoenixkt.support.runMain
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.time.Duration
import kotlinx.coroutines.flow.count

private const val ROWS = 20

/** Ends right after it has given feedback: by the end of `main` or, if told so, by `exit`. */
object ShortProgram {
    @JvmStatic
    fun main(args: Array<String>) {
        val (endpoint, span, end) = args
        val queue =
            contractClient(endpoint).annotationQueue {
                drainOnShutdown = true
                flushAfter = Duration.ofHours(1)
            }
        repeat(ROWS) {
            queue.offer(SpanAnnotationData(span, end, label = "l", identifier = "i$it"))
        }
        if (end == "exit") Runtime.getRuntime().exit(3)
    }
}

class QueueShutdownSpec :
    FunSpec({
        test("a queue that drains on shutdown loses nothing when the program ends") {
            val server = FakeServer()
            contractClient(server.endpoint).use { client ->
                val talk = Conversation().record(client)
                for ((end, code) in listOf("return" to 0, "exit" to 3)) {
                    val ended =
                        runMain(
                            "io.github.phoenixkt.queue.ShortProgram",
                            server.endpoint,
                            talk.llmSpan,
                            end,
                        )
                    ended.exitCode shouldBe code
                    client.spans
                        .getSpanAnnotations(
                            listOf(talk.llmSpan),
                            includeAnnotationNames = listOf(end),
                            project = talk.project,
                        )
                        .count() shouldBe ROWS
                }
            }
        }
    })
