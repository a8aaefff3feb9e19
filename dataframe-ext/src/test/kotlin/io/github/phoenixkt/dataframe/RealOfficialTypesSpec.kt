package io.github.phoenixkt.dataframe

import io.github.phoenixkt.annotations.AnnotatorKind.CODE
import io.github.phoenixkt.annotations.TargetKind.DOCUMENT
import io.github.phoenixkt.annotations.TargetKind.SPAN
import io.github.phoenixkt.support.SkipWithoutServer
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import java.math.BigDecimal
import org.jetbrains.kotlinx.dataframe.api.groupBy

private fun dtypes(vararg dtypes: Pair<String, String>) = mapOf("dtypes" to dtypes.toMap())

/**
 * What pandas has beside its plain columns: nullable and categorical types, float32, Decimal and
 * the index. Written by Phoenix's own client and by ours, the same rows are stored, except where a
 * test says what ours does better.
 */
class RealOfficialTypesSpec :
    FunSpec({
        val server = realServerAndPython()
        extension(SkipWithoutServer { server.missing })
        val both = Comparison(server)
        beforeTest { both.start() }
        afterTest { both.end() }
        afterSpec { both.close() }

        fun columns(vararg columns: Pair<String, List<Any?>>): Recorded.() -> Columns = {
            listOf("span_id" to spans) + columns
        }

        // --- nullable types

        for ((dtype, scores) in
            listOf("Int64" to listOf(0, 1, -7), "boolean" to listOf(true, false, true))) {
            test("the same: a score of $dtype without a gap") {
                both
                    .same(options = dtypes("score" to dtype), columns = columns("score" to scores))
                    .map { it.score } shouldBe
                    scores.map { if (it is Int) it.toDouble() else if (it == true) 1.0 else 0.0 }
            }
        }

        test("the same: texts of the type string, ids among them") {
            both
                .same(
                    options = dtypes("span_id" to "string", "label" to "string"),
                    columns = columns("label" to listOf(" a ", "b", "c")),
                )
                .map { it.label } shouldBe listOf("a", "b", "c")
        }

        test("the same: labels and identifiers of Int64") {
            both
                .same(
                    options = dtypes("label" to "Int64", "identifier" to "Int64"),
                    columns = columns("label" to listOf(1, 2, 3), "identifier" to listOf(7, 8, 9)),
                )
                .map { it.label to it.identifier } shouldBe
                listOf("1" to "7", "2" to "8", "3" to "9")
        }

        for ((dtype, cells) in
            listOf(
                "string" to listOf("a", null, "c"),
                "Int64" to listOf(1, null, 3),
                "boolean" to listOf(true, null, true),
            )) {
            test("better: a gap in a label of $dtype is absent, and does not stop the frame") {
                val frame = columns("label" to cells, "score" to listOf(1, 2, 3))
                val python = both.byPython(options = dtypes("label" to dtype), columns = frame)
                python.error shouldContain "ambiguous"
                python.rows.shouldBeEmpty()
                both.byOurs(columns = frame).rows.map { it.label } shouldBe
                    cells.map { it?.toString() }
            }
        }

        for ((dtype, cells) in
            listOf("Int64" to listOf(1, null, 3), "Float64" to listOf(1.0, null, 3.0))) {
            test("better: a gap in a score of $dtype is absent, and does not stop the frame") {
                val frame = columns("label" to listOf("a", "b", "c"), "score" to cells)
                val python = both.byPython(options = dtypes("score" to dtype), columns = frame)
                python.error shouldStartWith "ValueError: "
                python.rows.shouldBeEmpty()
                both.byOurs(columns = frame).rows.map { it.score } shouldBe listOf(1.0, null, 3.0)
            }
        }

        // --- categories

        test("the same: labels, ids, names and kinds that are categories") {
            val category =
                listOf("span_id", "label", "name", "annotator_kind").map { it to "category" }
            both
                .same(
                    name = null,
                    kind = null,
                    options = dtypes(*category.toTypedArray()),
                    columns =
                        columns(
                            "label" to listOf("good", "bad", "good"),
                            "name" to listOf("n", "n", "m"),
                            "annotator_kind" to listOf("LLM", "CODE", "LLM"),
                        ),
                )
                .map { it.label to it.name } shouldBe
                listOf("good" to "n", "bad" to "n", "good" to "m")
        }

        test("better: a gap among categories is absent, not the text nan") {
            val frame = columns("label" to listOf("good", null, "bad"), "score" to listOf(1, 2, 3))
            both.byPython(options = dtypes("label" to "category"), columns = frame).rows.map {
                it.label
            } shouldBe listOf("good", "nan", "bad")
            both.byOurs(columns = frame).rows.map { it.label } shouldBe listOf("good", null, "bad")
        }

        // --- numbers

        test("the same: a score of float32 that a double has as well") {
            val frame = columns("score" to listOf(0.5f, 1.25f, -2f))
            both.same(options = dtypes("score" to "float32"), columns = frame).map {
                it.score
            } shouldBe listOf(0.5, 1.25, -2.0)
        }

        test("better: a score of float32 is the number that was meant") {
            val frame = columns("score" to listOf(0.1f, 0.2f, 0.3f))
            both.byPython(options = dtypes("score" to "float32"), columns = frame).rows.map {
                it.score
            } shouldBe listOf(0.1f, 0.2f, 0.3f).map { it.toDouble() }
            both.byOurs(columns = frame).rows.map { it.score } shouldBe listOf(0.1, 0.2, 0.3)
        }

        test("the same: a score that is a Decimal") {
            val scores = listOf("0.1", "-2.5", "7").map(::BigDecimal)
            val frame = columns("score" to scores)
            both.same(options = dtypes("score" to "Decimal"), columns = frame).map {
                it.score
            } shouldBe listOf(0.1, -2.5, 7.0)
        }

        test("the same: a label that is a Decimal") {
            val frame = columns("label" to listOf("0.1", "-2.5", "7.25").map(::BigDecimal))
            both.same(options = dtypes("label" to "Decimal"), columns = frame).map {
                it.label
            } shouldBe listOf("0.1", "-2.5", "7.25")
        }

        // --- ids elsewhere than in a column

        for (index in listOf("span_id", "context.span_id", "question")) {
            test("the same: ids in an index $index are a key, a group or a map here") {
                val frame: Recorded.() -> Columns = {
                    listOf(index to spans, "score" to listOf(1, 2, 3))
                }
                val python =
                    both.byPython(options = mapOf("index" to listOf(index)), columns = frame)
                val ways =
                    listOf(
                        both.byOurs(frame) {
                            it.toAnnotations(
                                AnnotationTargets.spans { index<String>() },
                                "quality",
                                CODE,
                            )
                        },
                        both.byOurs(frame) {
                            it.groupBy(index)
                                .toAnnotations(AnnotationTargets.spans(), "quality", CODE)
                        },
                        both.byOurs(frame) { all ->
                            (0 until all.rowsCount())
                                .associate { all[index][it].toString() to all[it] }
                                .toAnnotations(AnnotationTargets.spans(), "quality", CODE)
                        },
                    )
                ways.forEach {
                    both.same(python, it).map { row -> row.target } shouldBe listOf(0, 1, 2)
                }
            }
        }

        test("the same: ids and positions of documents in an index are selectors here") {
            val frame: Recorded.() -> Columns = {
                listOf(
                    "span_id" to listOf(spans[0], spans[0], spans[2]),
                    "document_position" to listOf(0, 2, 1),
                    "label" to listOf("a", "b", "c"),
                )
            }
            val index = mapOf("index" to listOf("span_id", "document_position"))
            val python = both.byPython(DOCUMENT, options = index, columns = frame)
            val kotlin =
                both.byOurs(frame) {
                    it.toAnnotations(
                        AnnotationTargets.documents(position = { "document_position"<Int>() }) {
                            "span_id"<String>()
                        },
                        "quality",
                        CODE,
                    )
                }
            both.same(python, kotlin).map { it.target to it.position } shouldBe
                listOf(0 to 0, 0 to 2, 2 to 1)
        }

        // --- arguments

        test("the same: without sync nothing is answered, and all rows arrive") {
            val frame = columns("score" to listOf(0.25, 1, -1), "label" to listOf("a", "b", "c"))
            val python = both.byPython(options = mapOf("sync" to false), columns = frame)
            val kotlin = both.byOurs(SPAN, sync = false, columns = frame)
            listOf(python, kotlin).forEach {
                it.error.shouldBeNull()
                it.ids.shouldBeEmpty()
            }
            val (theirs, ours) = both.stored(3)
            ours shouldBe theirs
        }

        test("the same: both columns of names are refused where no name is given for the frame") {
            val names = listOf("a", "b", "c")
            val frame =
                columns("name" to names, "annotation_name" to names, "score" to listOf(1, 2, 3))
            val python = both.byPython(name = null, columns = frame)
            python.error shouldStartWith "ValueError: "
            python.rows.shouldBeEmpty()
            val kotlin = both.byOurs(name = null, columns = frame)
            kotlin.error shouldContain "both a column annotation_name and a column name"
            kotlin.rows.shouldBeEmpty()
        }

        test("better: both columns of names are left aside where one name is given") {
            val names = listOf("a", "b", "c")
            val frame =
                columns("name" to names, "annotation_name" to names, "score" to listOf(1, 2, 3))
            val python = both.byPython(columns = frame)
            python.error shouldStartWith "ValueError: "
            python.rows.shouldBeEmpty()
            both.byOurs(columns = frame).rows.map { it.name } shouldBe List(3) { "quality" }
        }
    })
