package io.github.phoenixkt.dataframe

import io.github.phoenixkt.annotations.AnnotatorKind
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempfile
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.io.File
import org.jetbrains.kotlinx.dataframe.DataFrame
import org.jetbrains.kotlinx.dataframe.io.ColType
import org.jetbrains.kotlinx.dataframe.io.readCSV
import org.jetbrains.kotlinx.dataframe.io.readJson

fun frameFile(name: String): File =
    File(checkNotNull(object {}.javaClass.getResource("/frames/$name")).toURI())

/** Frames as DataFrame's own readers make them of files. */
class FilesSpec :
    FunSpec({
        test("a CSV file") {
            val rows =
                DataFrame.readCSV(frameFile("evaluations.csv"))
                    .toAnnotations(AnnotationTargets.spans())
            rows.allProblems().shouldBeEmpty()
            rows.all { targetId(it) }.first() shouldBe "67f6740bbe1ddc3f"
            rows.all { annotatorKind(it) } shouldBe
                listOf(
                    AnnotatorKind.LLM,
                    AnnotatorKind.LLM,
                    AnnotatorKind.CODE,
                    AnnotatorKind.HUMAN,
                    AnnotatorKind.LLM,
                )
            rows.all { label(it) } shouldBe listOf("good", "bad", null, "two\nlines", null)
            rows.all { score(it) } shouldBe listOf(0.9, null, 0.0, null, null)
            rows.all { explanation(it)?.trim()?.ifEmpty { null } } shouldBe
                listOf("It answers, and cites \"two\" sources", null, null, null, null)
            rows.all { identifier(it) } shouldBe
                listOf("2026-01-05", "2026-01-05", "2026-01-06", null, "2026-01-06")
            rows.all { metadata(it)?.toString() } shouldBe
                listOf("{\"model\":\"m\",\"tokens\":12}", null, null, "{}", null)
        }

        test("a JSON file") {
            val rows = spansOf(DataFrame.readJson(frameFile("evaluations.json")))
            rows.allProblems().shouldBeEmpty()
            rows.all { targetId(it) } shouldBe
                listOf("67f6740bbe1ddc3f", "00f067aa0ba902b7", "00f067aa0ba902b8")
            rows.all { label(it) } shouldBe listOf("good", null, "true")
            rows.all { score(it) } shouldBe listOf(1.0, 0.5, null)
            rows.all { metadata(it) } shouldBe
                listOf(
                    mapOf(
                        "model" to "m",
                        "usage" to mapOf("total" to 7),
                        "steps" to listOf(mapOf("n" to 1), mapOf("n" to 2, "ok" to true)),
                        "tags" to listOf("a", "b"),
                    ),
                    null,
                    null,
                )
        }

        test("ids that were read as numbers are refused, and the advice helps") {
            val file = frameFile("numbers.csv")
            val problems = spansOf(DataFrame.readCSV(file)).allProblems()
            problems.map { it.row to it.field } shouldBe listOf(0 to "span_id", 1 to "span_id")
            problems.forEach { it.hint shouldContain "ColType.String" }
            val rows =
                spansOf(DataFrame.readCSV(file, colTypes = mapOf("span_id" to ColType.String)))
            rows.targetId(0) shouldBe "0012345678901234"
            rows.all { label(it) } shouldBe listOf("A", "B")
        }

        test("what the CSV reader does to words and times, and how to keep them") {
            val file = tempfile(suffix = ".csv")
            file.writeText("span_id,label,identifier\na,yes,2026-01-05T10:00:00\n")
            val rows = spansOf(DataFrame.readCSV(file))
            rows.label(0) shouldBe "true"
            rows.identifier(0) shouldBe "2026-01-05T10:00"
            val types = listOf("label", "identifier").associateWith { ColType.String }
            val texts = spansOf(DataFrame.readCSV(file, colTypes = types))
            texts.label(0) shouldBe "yes"
            texts.identifier(0) shouldBe "2026-01-05T10:00:00"
        }
    })
