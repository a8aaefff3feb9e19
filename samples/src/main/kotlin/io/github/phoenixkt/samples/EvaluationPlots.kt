package io.github.phoenixkt.samples

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixSettings
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.dataframe.getSpanAnnotationsDataframe
import io.github.phoenixkt.dataframe.getSpansDataframe
import io.github.phoenixkt.spans.spanData
import io.github.phoenixkt.spans.spanFilter
import io.github.phoenixkt.testing.FakePhoenix
import java.nio.file.Path
import java.time.Instant
import java.util.UUID
import kotlin.io.path.createDirectories
import kotlin.io.path.writeText
import kotlin.system.exitProcess
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.count
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.jetbrains.kotlinx.dataframe.api.filter

/**
 * Plots latencies, scores and labels of the Phoenix that the environment names, or of an in-memory
 * one, as SVG and PNG.
 *
 * ```
 * mvn -q -pl samples -am compile exec:java -Dexec.mainClass=io.github.phoenixkt.samples.EvaluationPlotsKt
 * ```
 *
 * `-Dexec.args="FOLDER PROJECT NAME"` plots the annotations of that name of a project of yours;
 * without a project, some sessions are recorded first.
 */
fun main(arguments: Array<String>) {
    System.setProperty("java.awt.headless", "true")
    val folder = Path.of(arguments.getOrElse(0) { "samples/target/plots" })
    val settings = PhoenixSettings.fromEnvironment()
    val files =
        if (settings.endpointGiven) {
            plot(settings, folder, arguments.getOrNull(1), arguments.getOrNull(2))
        } else {
            FakePhoenix.start().use { fake ->
                val inMemory =
                    PhoenixSettings.builder().endpoint(fake.endpoint().toString()).build()
                plot(inMemory, folder, project = null, annotationName = null)
            }
        }
    files.forEach { println(it.toAbsolutePath()) }
    // As in the quick start: Maven unloads our classes when main returns.
    exitProcess(0)
}

private fun plot(
    settings: PhoenixSettings,
    folder: Path,
    project: String?,
    annotationName: String?,
): List<Path> = runBlocking {
    PhoenixClient(settings).use { client ->
        if (project == null) recordJudgedSessions(client)
        plotEvaluations(client, folder, project ?: PLOTTED_PROJECT, annotationName ?: JUDGED)
    }
}

/** Reads spans and the annotations of one name, plots them, and returns the files written. */
suspend fun plotEvaluations(
    client: PhoenixClient,
    folder: Path,
    project: String,
    annotationName: String,
): List<Path> {
    val spans = client.spans.getSpansDataframe(project = project)
    val annotations =
        client.spans.getSpanAnnotationsDataframe(
            spans,
            includeAnnotationNames = listOf(annotationName),
            project = project,
        )
    folder.createDirectories()
    val plots =
        mapOf(
            "latency-per-session" to
                latencyPerSession(spans.filter { it["attributes.session.id"] != null }),
            "scores" to scoreDistribution(annotations),
            "labels" to labelCounts(annotations),
        )
    return plots.flatMap { (name, plot) ->
        val svg = svg(plot)
        val files = listOf(folder.resolve("$name.svg"), folder.resolve("$name.png"))
        files[0].writeText(svg)
        writePng(svg, files[1])
        files
    }
}

/** Some users' sessions whose answers a judge has found more or less correct. */
suspend fun recordJudgedSessions(client: PhoenixClient) {
    val turns =
        (0 until SESSIONS).flatMap { user -> List(TURNS) { turn -> JudgedTurn(user, turn) } }
    client.projects.ensure(PLOTTED_PROJECT)
    client.spans.logSpans(turns.map { it.span }, PLOTTED_PROJECT)
    val filter = spanFilter { spanIds = turns.map { it.span.spanId } }
    withTimeout(60.seconds) {
        while (client.spans.getSpans(filter, PLOTTED_PROJECT).count() < turns.size) {
            delay(100.milliseconds)
        }
    }
    client.spans.logSpanAnnotations(turns.map { it.verdict }, sync = true)
}

private class JudgedTurn(user: Int, turn: Int) {
    private val start = Instant.now().minusSeconds(60L * (TURNS - turn))
    private val number = user * TURNS + turn

    val span =
        spanData(
            "chat-turn",
            randomHex().take(16),
            randomHex(),
            start,
            start.plusMillis(400L + 150 * user + 37L * (number * number % 11)),
        ) {
            spanKind = "LLM"
            statusCode = "OK"
            attributes = mapOf("session.id" to "user-${'a' + user}")
        }

    private val score = (number * number % 19) / 20.0

    val verdict =
        SpanAnnotationData(
            span.spanId,
            JUDGED,
            AnnotatorKind.LLM,
            label = if (score < 0.4) "incorrect" else "correct",
            score = score,
        )

    private fun randomHex() = UUID.randomUUID().toString().replace("-", "")
}

/** Where [recordJudgedSessions] writes. */
const val PLOTTED_PROJECT = "phoenix-kt-plots"

/** The name of the annotations that [recordJudgedSessions] writes. */
const val JUDGED = "correctness"

private const val SESSIONS = 5
private const val TURNS = 12
