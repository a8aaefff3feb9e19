package io.github.phoenixkt.dataframe

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.annotations.AnnotationRows
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.annotations.InvalidAnnotationsException
import io.github.phoenixkt.annotations.TargetKind
import io.github.phoenixkt.upload.BadRows
import io.github.phoenixkt.upload.RowOutcome
import io.github.phoenixkt.upload.UploadReport
import io.github.phoenixkt.upload.uploadOptions
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import java.math.BigDecimal
import java.math.BigInteger
import java.net.URI
import java.time.Instant
import java.time.LocalDate
import java.util.UUID
import kotlin.time.Duration.Companion.minutes

private enum class Verdict {
    GOOD
}

private val ID = UUID.fromString("7f3b5a3e-9f1b-4a49-9df3-0f6f1b5b6d1a")

private val FEW_WRONG = listOf(null, null, listOf(7), null, null)

/** A second cell that every reader takes, so that a wrong one is its row's problem alone. */
private fun cellOf(column: String, cell: Any?, other: Any): AnnotationRows {
    val columns = mapOf("label" to listOf("good", "good"), column to listOf(cell, other))
    return spansOf(labelled(*columns.toList().toTypedArray()))
}

private fun refusal(column: String, cell: Any, other: Any): String {
    val rows = cellOf(column, cell, other)
    rows.problems(1).shouldBeEmpty()
    val problem = rows.problems(0).single()
    problem.row shouldBe 0
    problem.targetId shouldBe "a0"
    problem.field shouldBe column
    problem.value.shouldNotBeNull()
    return problem.reason
}

/** Cells of a type that their column never takes. */
private val WRONG: List<Pair<String, Any>> =
    listOf(
        "span_id" to 7,
        "span_id" to listOf("a"),
        "label" to listOf("x"),
        "label" to mapOf("x" to 1),
        "label" to frameOf("x" to listOf(1))[0],
        "label" to frameOf("x" to listOf(1)),
        "label" to Any(),
        "score" to LocalDate.EPOCH,
        "score" to listOf(1),
        "explanation" to listOf("x"),
        "identifier" to mapOf("x" to 1),
        "annotator_kind" to 7,
        "annotator_kind" to listOf("LLM"),
        "document_position" to true,
        "document_position" to listOf(1),
        "annotation_name" to listOf("x"),
        "metadata" to listOf(1),
        "metadata" to 7,
        "metadata" to "[1]",
        "metadata" to true,
    )

private fun wrong(column: String, cell: Any, rows: Int): AnnotationRows {
    val targetKind = if (column == "document_position") TargetKind.DOCUMENT else TargetKind.SPAN
    return labelled(column to List(rows) { cell })
        .toAnnotations(
            AnnotationTargets.of(targetKind),
            "quality".takeIf { column != "annotation_name" },
            AnnotatorKind.CODE.takeIf { column != "annotator_kind" },
        )
}

/** Where nothing listens: it must not come to sending. */
private suspend fun uploaded(rows: AnnotationRows, bad: BadRows): UploadReport = PhoenixClient {
    environment = PhoenixEnvironment(emptyMap())
    endpoint = "http://127.0.0.1:1"
}
    .use { it.annotations.upload(rows, uploadOptions { onInvalid = bad }) }

class CellsSpec :
    FunSpec({
        context("text") {
            val texts =
                listOf<Pair<Any, String>>(
                    "plain" to "plain",
                    " kept as it is " to " kept as it is ",
                    'c' to "c",
                    StringBuilder("built") to "built",
                    true to "true",
                    false to "false",
                    0 to "0",
                    7 to "7",
                    7L to "7",
                    7.toShort() to "7",
                    7.toByte() to "7",
                    7u to "7",
                    ULong.MAX_VALUE to "18446744073709551615",
                    7.0 to "7",
                    0.1 to "0.1",
                    0.1f to "0.1",
                    9_007_199_254_740_991.0 to "9007199254740991",
                    BigDecimal("1E+300") to "1E+300",
                    BigDecimal("-1E-300") to "-1E-300",
                    BigDecimal("7.50") to "7.5",
                    BigDecimal("100") to "100",
                    BigInteger.TWO.pow(80) to "1208925819614629174706176",
                    Verdict.GOOD to "GOOD",
                    LocalDate.of(2026, 1, 5) to "2026-01-05",
                    kotlinx.datetime.LocalDate(2026, 1, 5) to "2026-01-05",
                    Instant.EPOCH to "1970-01-01T00:00:00Z",
                    java.util.Date(0) to "1970-01-01T00:00:00Z",
                    java.sql.Timestamp(1) to "1970-01-01T00:00:00.001Z",
                    java.sql.Date.valueOf("2026-01-05") to "2026-01-05",
                    java.sql.Time.valueOf("10:20:30") to "10:20:30",
                    3.minutes to "3m",
                    ID to "$ID",
                    URI("http://localhost/a") to "http://localhost/a",
                    URI("http://localhost/a").toURL() to "http://localhost/a",
                    "nan" to "nan",
                )
            listOf("label", "explanation", "identifier").forEach { column ->
                texts.forEach { (cell, text) ->
                    test("$column: ${cell::class.simpleName} $cell") {
                        val rows = cellOf(column, cell, "other")
                        rows.allProblems().shouldBeEmpty()
                        val field =
                            when (column) {
                                "label" -> rows.label(0)
                                "explanation" -> rows.explanation(0)
                                else -> rows.identifier(0)
                            }
                        field shouldBe text
                    }
                }
            }
            listOf(null, Double.NaN, Float.NaN).forEach { cell ->
                test("$cell (${cell?.javaClass?.simpleName}) is absent") {
                    val rows = cellOf("identifier", cell, "other")
                    rows.identifier(0).shouldBeNull()
                    rows.allProblems().shouldBeEmpty()
                }
            }
            listOf(listOf("x"), mapOf("a" to 1), Any(), Double.POSITIVE_INFINITY).forEach { cell ->
                test("${cell.javaClass.simpleName} $cell is refused") {
                    refusal("explanation", cell, "other").shouldNotBeNull()
                }
            }
            listOf(9_007_199_254_740_992.0, -1.2345678901234567E19, 1e300, 16_777_216f).forEach {
                test("${it.javaClass.simpleName} $it may have lost digits") {
                    listOf("label", "explanation", "identifier").forEach { column ->
                        refusal(column, it, "other") shouldContain "may have lost digits"
                    }
                }
            }
            listOf(
                    BigDecimal("1E+500000000"),
                    BigDecimal("-1E-500000000"),
                    BigInteger.TWO.pow(3_000_000),
                )
                .forEach { cell ->
                    test("a number of ${cell.javaClass.simpleName} with very many digits") {
                        refusal("identifier", cell, "other") shouldContain "more than 400 digits"
                    }
                }
        }

        context("score") {
            val scores =
                listOf<Pair<Any?, Double?>>(
                    1 to 1.0,
                    1L to 1.0,
                    1.toByte() to 1.0,
                    1.toShort() to 1.0,
                    1u to 1.0,
                    0.25 to 0.25,
                    0.1f to 0.1,
                    -0.0 to -0.0,
                    BigDecimal("0.125") to 0.125,
                    BigInteger.TEN to 10.0,
                    true to 1.0,
                    false to 0.0,
                    "0.5" to 0.5,
                    " -1e-3 " to -0.001,
                    '7' to 7.0,
                    "" to null,
                    "  " to null,
                    "nan" to null,
                    "NaN" to null,
                    null to null,
                    Double.NaN to null,
                    Float.NaN to null,
                    // Told by the check of all rows.
                    Double.NEGATIVE_INFINITY to Double.NEGATIVE_INFINITY,
                    BigDecimal("1e400") to Double.POSITIVE_INFINITY,
                    "1e400" to Double.POSITIVE_INFINITY,
                )
            scores.forEach { (cell, score) ->
                test("${cell?.javaClass?.simpleName} \"$cell\" is $score") {
                    val rows = cellOf("score", cell, 1)
                    rows.allProblems().shouldBeEmpty()
                    rows.score(0) shouldBe score
                }
            }
            listOf(
                    "high",
                    "1,5",
                    ".5",
                    "0x10",
                    "1d",
                    "Infinity",
                    "+1",
                    "null",
                    listOf(1),
                    Verdict.GOOD,
                    LocalDate.EPOCH,
                )
                .forEach { cell ->
                    test("${cell.javaClass.simpleName} \"$cell\" is refused") {
                        refusal("score", cell, 1).shouldNotBeNull()
                    }
                }
        }

        context("position of a document") {
            fun positions(cell: Any?): AnnotationRows =
                labelled("document_position" to listOf(cell, 3))
                    .toAnnotations(AnnotationTargets.documents(), "quality", AnnotatorKind.CODE)
            listOf<Pair<Any?, Int?>>(
                    0 to 0,
                    2L to 2,
                    2.toByte() to 2,
                    2u to 2,
                    2.0 to 2,
                    BigDecimal("2.00") to 2,
                    "2" to 2,
                    " 2 " to 2,
                    '2' to 2,
                    // Told by the check of all rows.
                    null to null,
                    "" to null,
                    -1 to -1,
                    "-7" to -1,
                )
                .forEach { (cell, position) ->
                    test("${cell?.javaClass?.simpleName} \"$cell\" is $position") {
                        val rows = positions(cell)
                        rows.allProblems().shouldBeEmpty()
                        rows.documentPosition(0) shouldBe position
                    }
                }
            listOf(
                    1.9,
                    "1.9",
                    "2.0",
                    true,
                    "first",
                    4_000_000_000L,
                    listOf(1),
                    "9".repeat(1_000_000),
                    BigInteger.TWO.pow(300_000),
                    BigDecimal("1E+500000000"),
                )
                .forEach { cell ->
                    test(
                        "${cell.javaClass.simpleName} \"${cell.toString().take(20)}\" is refused"
                    ) {
                        val problem = positions(cell).allProblems().single()
                        problem.field shouldBe "document_position"
                        problem.hint shouldBe "positions count from 0"
                    }
                }
        }

        context("kind") {
            fun kinds(cell: Any?): AnnotationRows =
                labelled("annotator_kind" to listOf(cell, "CODE"))
                    .toAnnotations(AnnotationTargets.spans(), "quality")
            listOf("LLM", "llm", " Llm ", AnnotatorKind.LLM).forEach { cell ->
                test("\"$cell\" is LLM") { kinds(cell).annotatorKind(0) shouldBe AnnotatorKind.LLM }
            }
            test("a character is a text that is no kind") {
                kinds('L').allProblems().single().reason shouldBe "is none of Phoenix's kinds"
            }
            listOf("ROBOT", Verdict.GOOD, 7).forEach { cell ->
                test("\"$cell\" is refused, and the message lists the kinds") {
                    val problem = kinds(cell).allProblems().single()
                    problem.hint shouldContain "HUMAN, LLM, CODE"
                }
            }
            test("none in a row is left to the check of all rows") {
                listOf(null, "").forEach {
                    kinds(it).allProblems().shouldBeEmpty()
                    kinds(it).annotatorKind(0).shouldBeNull()
                }
            }
        }

        context("id") {
            fun ids(cell: Any?): AnnotationRows = spansOf(labelled("span_id" to listOf(cell, "a1")))
            listOf<Pair<Any, String>>("a0" to "a0", ID to "$ID", 'a' to "a").forEach { (cell, id) ->
                test("${cell::class.simpleName} \"$cell\"") { ids(cell).targetId(0) shouldBe id }
            }
            test("a number among texts is the row's problem, and the hint says how to convert") {
                val problem = ids(7).allProblems().single()
                problem.field shouldBe "span_id"
                problem.value shouldBe "7"
                problem.hint shouldContain "ColType.String"
            }
        }

        context("a column of which no cell can be read") {
            WRONG.forEach { (column, cell) ->
                for (rows in 1..2) {
                    test(
                        "$column of ${cell.javaClass.simpleName}, in $rows rows, is each row's problem"
                    ) {
                        val read = wrong(column, cell, rows)
                        val problems = read.allProblems()
                        problems.map { it.row } shouldBe List(rows) { it }
                        problems.map { it.field }.distinct() shouldBe
                            listOf(column.removePrefix("annotation_"))
                        val report = uploaded(read, BadRows.SKIP)
                        report.outcomes.forEach { it.shouldBeInstanceOf<RowOutcome.Skipped>() }
                        val error =
                            shouldThrow<InvalidAnnotationsException> {
                                uploaded(read, BadRows.FAIL)
                            }
                        error.problems.map { it.reason }.distinct().size shouldBe 1
                        error.message.shouldNotBeNull().length shouldBeLessThanOrEqual 2_000
                    }
                }
            }
            test("a key that throws in every row") {
                val read =
                    labelled("label" to listOf("x"))
                        .toAnnotations(
                            AnnotationTargets.spans { error("no key") },
                            "quality",
                            AnnotatorKind.CODE,
                        )
                uploaded(read, BadRows.SKIP)
                    .outcomes
                    .single()
                    .shouldBeInstanceOf<RowOutcome.Skipped>()
            }
        }

        context("a column that few rows have, and wrong") {
            listOf("label", "score", "explanation", "identifier", "metadata").forEach { column ->
                test("$column is the problem of these rows alone") {
                    val cells = mapOf("label" to List(5) { "x" }) + (column to FEW_WRONG)
                    val rows = spansOf(labelled(*cells.toList().toTypedArray()))
                    val problem = rows.allProblems().single()
                    problem.row shouldBe 2
                    problem.field shouldBe column
                    problem.targetId shouldBe "a2"
                }
            }
        }
    })
