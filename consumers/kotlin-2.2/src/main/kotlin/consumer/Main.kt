package consumer

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.dataframe.logSpanAnnotationsDataframe
import io.github.phoenixkt.testing.FakePhoenix
import io.github.phoenixkt.testing.FakeSpan
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import org.jetbrains.kotlinx.dataframe.api.dataFrameOf

private const val SPAN = "00000000000000a1"

/** Does not close the client: its threads must not keep the JVM. */
fun main(): Unit = runBlocking {
    FakePhoenix.start().use { phoenix ->
        phoenix.addSpan(FakeSpan.of(SPAN))
        val client = PhoenixClient {
            environment = PhoenixEnvironment.empty()
            endpoint = phoenix.endpoint().toString()
        }
        val evaluations = dataFrameOf("span_id", "label", "score")(SPAN, "correct", 1)
        val stored =
            client.spans.logSpanAnnotationsDataframe(
                evaluations,
                annotationName = "correctness",
                annotatorKind = AnnotatorKind.LLM,
                sync = true,
            )
        check(stored?.size == 1) { "stored: $stored" }
        val read = client.spans.getSpanAnnotations(listOf(SPAN)).toList().single()
        check(read.label == "correct" && read.score == 1.0) { "read: $read" }
        println("Kotlin ${KotlinVersion.CURRENT}: ${read.name} of ${read.targetId} is ${read.label}")
    }
}
