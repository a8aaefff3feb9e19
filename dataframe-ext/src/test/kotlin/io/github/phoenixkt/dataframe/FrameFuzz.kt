package io.github.phoenixkt.dataframe

import io.github.phoenixkt.annotations.AnnotationRows
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.support.ChosenBy
import io.github.phoenixkt.support.FuzzTarget
import java.math.BigDecimal
import java.math.BigInteger
import java.time.Instant
import java.time.LocalDate
import kotlin.random.Random
import kotlin.reflect.typeOf
import org.jetbrains.kotlinx.dataframe.AnyFrame
import org.jetbrains.kotlinx.dataframe.DataColumn
import org.jetbrains.kotlinx.dataframe.api.dataFrameOf

private const val MOST_COLUMNS = 7
private const val MOST_ROWS = 5
private val NAMES =
    listOf(
        "span_id",
        "context.span_id",
        "context",
        "trace_id",
        "session_id",
        "session.id",
        "attributes",
        "document_position",
        "position",
        "annotation_name",
        "name",
        "span_kind",
        "annotator_kind",
        "label",
        "score",
        "explanation",
        "identifier",
        "metadata",
        "metadata.a",
        "metadata.a.b",
        "metadata.",
        "metadata.a..b",
        "label1",
        "",
    )
private val ITSELF = mutableListOf<Any?>().apply { add(this) }
private val SILENT =
    object {
        override fun toString(): String = error("no text")
    }
private val CELLS: List<Any?> =
    listOf(
        null,
        "",
        " \u0085\u00a0",
        "a",
        "b ",
        "note",
        "HUMAN",
        "llm",
        "true",
        "nan",
        "1e999",
        "-0.5",
        "0x1p3",
        "\u0661",
        "\uD800",
        "\u0000",
        "x".repeat(2_700),
        "{}",
        """{"a":{"b":1},"a":2}""",
        """{"a":""" + "[".repeat(600) + "]".repeat(600) + "}",
        """{"n":123456789012345678901234567890}""",
        "[1]",
        "{",
        'x',
        '\uD800',
        true,
        0,
        -1,
        1.9,
        -0.0,
        Double.NaN,
        Double.NEGATIVE_INFINITY,
        Float.NaN,
        0.1f,
        Float.MAX_VALUE,
        1.toByte(),
        Long.MAX_VALUE,
        ULong.MAX_VALUE,
        9_007_199_254_740_993.0,
        BigInteger.TEN.pow(40),
        BigDecimal("1e400"),
        BigDecimal("1e-400"),
        BigDecimal("1E+2000000000"),
        AnnotatorKind.CODE,
        Instant.MAX,
        LocalDate.MIN,
        emptyList<Any>(),
        listOf(1, null, Double.NaN),
        ITSELF,
        (1..200).fold<Int, Any>(1) { inner, _ -> listOf(inner) },
        emptyMap<Any, Any>(),
        mapOf("a" to mapOf("b" to null), "\uD800" to 1),
        mapOf(null to 1, 2 to 3),
        mapOf("loop" to ITSELF, "text" to SILENT),
        intArrayOf(1),
        arrayOf<Any?>(null),
        SILENT,
        Any(),
        frameOf("span_id" to listOf("s"), "a" to listOf(1))[0],
        frameOf("b" to listOf(null, 1)),
    )

/** What reads the data frames of others. */
fun fuzzTargets(): List<FuzzTarget> =
    listOf(
        FuzzTarget(
            "data frames",
            percent = 3,
            List(20) { Random(it).nextBytes(20 + it * 4) },
            listOf("a", "\u0000", "\u0010"),
        ) { input ->
            val chosen = ChosenBy(input)
            frame(chosen)?.let { read(it, chosen) }
        }
    )

/** Null if the library itself does not make a frame of such cells. */
private fun frame(chosen: Random): AnyFrame? {
    val rows = 1 + chosen.nextInt(MOST_ROWS)
    val names = List(1 + chosen.nextInt(MOST_COLUMNS)) { NAMES.random(chosen) }.distinct()
    return try {
        dataFrameOf(names.map { column(it, List(rows) { CELLS.random(chosen) }, chosen) })
    } catch (@Suppress("TooGenericExceptionCaught") _: Exception) {
        null
    }
}

private fun column(name: String, cells: List<Any?>, chosen: Random): DataColumn<Any?> =
    when (chosen.nextInt(3)) {
        0 -> DataColumn.createByInference(name, cells)
        // As readers make them: all cells of one kind.
        1 -> DataColumn.createByInference(name, List(cells.size) { cells[0] })
        else -> DataColumn.createValueColumn(name, cells, typeOf<Any?>())
    }

private fun read(frame: AnyFrame, chosen: Random) {
    val target =
        listOf(
                AnnotationTargets.spans<Any?>(),
                AnnotationTargets.documents(),
                AnnotationTargets.traces(),
                AnnotationTargets.sessions(),
            )
            .random(chosen)
    val name = listOf(null, "quality", " ").random(chosen)
    val kind = listOf(null, AnnotatorKind.LLM).random(chosen)
    val rows =
        try {
            frame.toAnnotations(target, name, kind)
        } catch (_: IllegalArgumentException) {
            return
        }
    check(rows.size == frame.rowsCount()) { "a row is lost" }
    for (row in 0 until rows.size) checkRow(frame, rows, row)
}

private fun checkRow(frame: AnyFrame, rows: AnnotationRows, row: Int) {
    val refused = rows.problems(row).map { it.field }
    for ((field, read) in
        listOf("label" to rows.label(row), "identifier" to rows.identifier(row))) {
        val cell = frame.columns().find { it.name() == field }?.get(row)
        check(cell !is String || field in refused || read.orEmpty().trim() == cell.trim()) {
            "the $field $cell was read as $read"
        }
    }
    val cell = frame.columns().find { it.name() == "score" }?.get(row)
    val score = rows.score(row)
    check(cell !is Double || "score" in refused || score == cell || score == null && cell.isNaN()) {
        "the score $cell was read as $score"
    }
    rows.targetId(row)
    rows.documentPosition(row)
    rows.name(row)
    rows.annotatorKind(row)
    rows.explanation(row)
    rows.metadata(row)
}
