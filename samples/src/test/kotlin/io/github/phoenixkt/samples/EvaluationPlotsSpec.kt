package io.github.phoenixkt.samples

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.testing.FakePhoenix
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import java.nio.file.Path
import javax.imageio.ImageIO
import kotlin.io.path.name
import kotlin.io.path.readText

class EvaluationPlotsSpec :
    FunSpec({
        test("each plot is written as SVG and PNG, and shows the data") {
            val files = plottedFiles(tempdir().toPath())
            files.map { it.name } shouldContainExactlyInAnyOrder
                listOf("latency-per-session", "scores", "labels").flatMap {
                    listOf("$it.svg", "$it.png")
                }

            val latency = files.texts("latency-per-session.svg")
            latency.filter { it.startsWith("user-") } shouldContainExactly
                ('a'..'e').map { "user-$it" }
            files.texts("scores.svg").filter { it in LABELS } shouldContainExactly LABELS
            val labels = files.texts("labels.svg")
            labels.filter { it in LABELS } shouldContainExactly LABELS
            // Of 60 scores, 24 are 0.4 or more.
            labels shouldContainAll listOf("24", "36")
        }

        test("a PNG has the size of its plot, and more in it than a background") {
            for (file in plottedFiles(tempdir().toPath()).filter { it.name.endsWith(".png") }) {
                val image = ImageIO.read(file.toFile())
                (image.width to image.height) shouldBe (700 to 400)
                val colors = buildSet {
                    for (x in 0 until image.width) {
                        for (y in 0 until image.height) add(image.getRGB(x, y))
                    }
                }
                colors.size shouldBeGreaterThan 20
            }
        }
    })

private val LABELS = listOf("correct", "incorrect")

private suspend fun plottedFiles(folder: Path): List<Path> =
    FakePhoenix.start().use { fake ->
        PhoenixClient {
            environment = PhoenixEnvironment.empty()
            endpoint = fake.endpoint().toString()
        }
            .use { client ->
                recordJudgedSessions(client)
                plotEvaluations(client, folder, PLOTTED_PROJECT, JUDGED)
            }
    }

/** What a plot says in words. */
private fun List<Path>.texts(file: String): List<String> =
    Regex("<(?:text|tspan)[^>]*>([^<]+)<")
        .findAll(single { it.name == file }.readText())
        .map { it.groupValues[1].trim() }
        .filter { it.isNotEmpty() }
        .toList()
