package io.github.phoenixkt.samples

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.shouldBe
import java.nio.file.Path
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.readText
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive

/** `scripts/notebook` executes the notebooks; this is about what it replaces or does not see. */
class NotebookSpec :
    FunSpec({
        val root =
            generateSequence(Path.of("").toAbsolutePath()) { it.parent }
                .first { it.resolve("README.md").toFile().exists() }
        val pom = root.resolve("pom.xml").readText()
        val notebooks =
            listOf("samples/notebooks", "dataframe-ext/src/test/notebooks").flatMap {
                root.resolve(it).listDirectoryEntries("*.ipynb")
            }

        fun version(element: String) =
            Regex("<$element>([^<]+)</$element>").find(pom)!!.groupValues[1]

        test("the cell that names the library names the versions of this build") {
            val versions =
                mapOf(
                    "io.github.phoenix-kt:phoenix-kt-dataframe" to version("version"),
                    "org.jetbrains.lets-plot:lets-plot-kotlin-jvm" to
                        version("lets-plot-kotlin.version"),
                    "org.jetbrains.lets-plot:lets-plot-batik" to version("lets-plot.version"),
                )
            notebooks.shouldNotBeEmpty()
            for (notebook in notebooks) {
                val named =
                    Regex("DependsOn\\(\\\\\"([^:]+:[^:]+):([^\\\\]+)\\\\\"\\)")
                        .findAll(notebook.readText())
                        .associate { it.groupValues[1] to it.groupValues[2] }
                named.keys.shouldNotBeEmpty()
                named shouldBe versions.filterKeys { it in named }
            }
        }

        test("the guide shows only code of the sample notebook") {
            val cells =
                codeCells(root.resolve("samples/notebooks/joke-duplicates.ipynb")).map { cell ->
                    cell.getValue("source").jsonArray.joinToString("") { it.jsonPrimitive.content }
                }
            val shown = shownCode(root.resolve("docs/notebooks.md").readText(), "kotlin")
            shown.shouldNotBeEmpty()
            shown.filterNot { code -> cells.any { code.trim() in it } }.shouldBeEmpty()
        }

        test("notebooks are committed without outputs") {
            for (notebook in notebooks) {
                val cells = codeCells(notebook)
                cells.shouldNotBeEmpty()
                cells.filter { it.getValue("outputs").jsonArray.isNotEmpty() }.shouldBeEmpty()
                cells.filter { it["execution_count"] != JsonNull }.shouldBeEmpty()
            }
        }
    })

private fun codeCells(notebook: Path): List<JsonObject> =
    Json.parseToJsonElement(notebook.readText())
        .jsonObject
        .getValue("cells")
        .jsonArray
        .map { it.jsonObject }
        .filter { it.getValue("cell_type").jsonPrimitive.content == "code" }
