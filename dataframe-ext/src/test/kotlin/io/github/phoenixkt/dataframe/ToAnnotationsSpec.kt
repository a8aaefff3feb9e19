package io.github.phoenixkt.dataframe

import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.annotations.TargetKind
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import org.jetbrains.kotlinx.dataframe.AnyFrame
import org.jetbrains.kotlinx.dataframe.api.concat
import org.jetbrains.kotlinx.dataframe.api.emptyDataFrame
import org.jetbrains.kotlinx.dataframe.api.groupBy

private val LABELS = listOf("good", "bad")

private fun refusalOf(
    frame: AnyFrame,
    target: AnnotationTargets<out Any?> = AnnotationTargets.spans<Any?>(),
    name: String? = "quality",
    kind: AnnotatorKind? = AnnotatorKind.LLM,
): String {
    @Suppress("UNCHECKED_CAST")
    val read = { frame.toAnnotations(target as AnnotationTargets<Any?>, name, kind) }
    return shouldThrow<IllegalArgumentException> { read() }.message.shouldNotBeNull()
}

class ToAnnotationsSpec :
    FunSpec({
        context("ids from columns") {
            val ids = listOf("x1", "x2")
            fun nested(vararg columns: Pair<String, List<Any?>>) =
                frameOf(*columns).let { inner -> (0..1).map { inner[it] } }
            val spellings: List<Triple<TargetKind, String, List<Any?>>> =
                listOf(
                    Triple(TargetKind.SPAN, "span_id", ids),
                    Triple(TargetKind.SPAN, "context.span_id", ids),
                    Triple(TargetKind.SPAN, "context", nested("span_id" to ids)),
                    Triple(TargetKind.TRACE, "trace_id", ids),
                    Triple(TargetKind.TRACE, "context.trace_id", ids),
                    Triple(TargetKind.TRACE, "context", nested("trace_id" to ids)),
                    Triple(TargetKind.SESSION, "session_id", ids),
                    Triple(TargetKind.SESSION, "session.id", ids),
                    Triple(TargetKind.SESSION, "attributes.session.id", ids),
                    Triple(TargetKind.SESSION, "session", nested("id" to ids)),
                    Triple(TargetKind.SESSION, "attributes", nested("session.id" to ids)),
                    Triple(
                        TargetKind.SESSION,
                        "attributes",
                        nested("session" to nested("id" to ids)),
                    ),
                    Triple(TargetKind.SESSION, "attributes.session", nested("id" to ids)),
                )
            spellings.forEach { (targetKind, column, cells) ->
                test("$targetKind: $column of ${cells.first()?.javaClass?.simpleName}") {
                    val target =
                        when (targetKind) {
                            TargetKind.SPAN -> AnnotationTargets.spans<Any?>()
                            TargetKind.TRACE -> AnnotationTargets.traces()
                            else -> AnnotationTargets.sessions()
                        }
                    val rows =
                        frameOf(column to cells, "label" to LABELS)
                            .toAnnotations(target, "quality", AnnotatorKind.LLM)
                    rows.all { targetId(it) } shouldBe ids
                    rows.all { targetKind(it) } shouldBe listOf(targetKind, targetKind)
                }
            }

            listOf("document_position", "position").forEach { column ->
                test("documents: $column") {
                    val rows =
                        labelled(column to listOf(0, 1))
                            .toAnnotations(
                                AnnotationTargets.documents(),
                                "quality",
                                AnnotatorKind.LLM,
                            )
                    rows.all { documentPosition(it) } shouldBe listOf(0, 1)
                }
            }

            test("two columns that agree, or of which one is empty, are one") {
                val rows =
                    spansOf(
                        labelled(
                            "span_id" to listOf("a", null, " ", "d "),
                            "context.span_id" to listOf("a", "b", "c", "d"),
                        )
                    )
                rows.all { targetId(it)?.trim() } shouldBe listOf("a", "b", "c", "d")
                rows.allProblems().shouldBeEmpty()
            }

            test("two columns that differ are the row's problem") {
                val problem =
                    spansOf(
                            labelled(
                                "span_id" to listOf("a", "b"),
                                "context.span_id" to listOf("a", "c"),
                            )
                        )
                        .allProblems()
                        .single()
                problem.row shouldBe 1
                problem.field shouldBe "span_id"
                problem.value shouldBe "b and c"
                problem.reason shouldBe "differs between the columns span_id and context.span_id"
            }

            test("the flat and the nested form of one name must agree, too") {
                val frame =
                    labelled(
                        "context.span_id" to listOf("a", "b"),
                        "context" to nested("span_id" to listOf("a", "c")),
                        "span_id" to listOf("a", "b"),
                    )
                val problem = spansOf(frame).allProblems().single()
                problem.row shouldBe 1
                problem.reason shouldBe
                    "differs between the columns span_id and context.span_id and context.span_id (nested)"
            }

            test("long ids that differ are shown short") {
                val problem =
                    spansOf(
                            labelled(
                                "span_id" to listOf("b".repeat(100_000)),
                                "context.span_id" to listOf("c\r\n"),
                            )
                        )
                        .allProblems()
                        .single()
                problem.toString().length shouldBeLessThanOrEqual 1_000
                problem.toString().lines().size shouldBe 1
            }
        }

        context("ids from elsewhere") {
            test("a selector beats every column") {
                val frame =
                    labelled(
                        "span_id" to listOf(1, 2),
                        "mine" to listOf("m1", "m2"),
                        "place" to listOf(4, 5),
                    )
                frame
                    .toAnnotations(
                        AnnotationTargets.spans { it["mine"] },
                        "quality",
                        AnnotatorKind.LLM,
                    )
                    .all { targetId(it) } shouldBe listOf("m1", "m2")
                val documents =
                    frame.toAnnotations(
                        AnnotationTargets.documents(key = { "mine"() }, position = { "place"() }),
                        "quality",
                        AnnotatorKind.LLM,
                    )
                documents.all { documentPosition(it) } shouldBe listOf(4, 5)
            }

            test("the key of a grouped frame, whatever its column is called") {
                val frame =
                    frameOf(
                        "question" to listOf("s1", "s2", "s1"),
                        "label" to listOf("a", "b", "c"),
                    )
                val rows =
                    frame
                        .groupBy("question")
                        .toAnnotations(AnnotationTargets.spans(), "quality", AnnotatorKind.LLM)
                rows.all { targetId(it) to label(it) } shouldBe
                    listOf("s1" to "a", "s1" to "c", "s2" to "b")
            }

            listOf(listOf("judge"), listOf("judge", "session_id")).forEach { columns ->
                test("a frame grouped by $columns keeps the ids of its own column") {
                    val frame =
                        frameOf(
                            "judge" to listOf("x", "y"),
                            "session_id" to listOf("s1", "s2"),
                            "label" to LABELS,
                        )
                    val rows =
                        frame
                            .groupBy(*columns.toTypedArray())
                            .toAnnotations(
                                AnnotationTargets.sessions(),
                                "quality",
                                AnnotatorKind.LLM,
                            )
                    rows.all { targetId(it) } shouldBe listOf("s1", "s2")
                }
            }

            test("a frame grouped by several columns that are no ids has none") {
                val frame = frameOf("a" to LABELS, "b" to LABELS, "label" to LABELS)
                shouldThrow<IllegalArgumentException> {
                        frame
                            .groupBy("a", "b")
                            .toAnnotations(AnnotationTargets.spans(), "quality", AnnotatorKind.LLM)
                    }
                    .message shouldContain "There is no column with the ids"
            }

            test("the keys of a map of rows") {
                val frame = frameOf("label" to LABELS, "score" to listOf(1, null))
                val rows =
                    linkedMapOf("s2" to frame[1], "s1" to frame[0])
                        .toAnnotations(AnnotationTargets.traces(), "quality", AnnotatorKind.LLM)
                rows.all { targetId(it) to label(it) } shouldBe
                    listOf("s2" to "bad", "s1" to "good")
                rows.all { score(it) } shouldBe listOf(null, 1.0)
            }
        }

        context("names and kinds") {
            listOf("annotation_name", "name").forEach { column ->
                test("a name per row from $column") {
                    val rows =
                        labelled(column to listOf("n1", "n2"))
                            .toAnnotations(AnnotationTargets.spans(), kind = AnnotatorKind.LLM)
                    rows.all { name(it) } shouldBe listOf("n1", "n2")
                }
            }

            test("what is given for all wins over the columns, which need not even be readable") {
                val rows =
                    spansOf(
                        labelled(
                            "annotation_name" to listOf("n1", ""),
                            "name" to listOf(listOf(1), 2),
                            "annotator_kind" to listOf("HUMAN", "ROBOT"),
                        )
                    )
                rows.all { name(it) } shouldBe listOf("quality", "quality")
                rows.all { annotatorKind(it) } shouldBe
                    listOf(AnnotatorKind.CODE, AnnotatorKind.CODE)
                rows.allProblems().shouldBeEmpty()
            }

            val spanColumns =
                arrayOf(
                    "name" to listOf("answer", "retrieve"),
                    "span_kind" to listOf("LLM", "RETRIEVER"),
                    "context.span_id" to listOf("a0", "a1"),
                )
            test("the name of a span is none of an annotation") {
                val message = refusalOf(labelled(*spanColumns), name = null)
                message shouldContain "has the names of spans"
            }
            test("context.span_id alone makes no frame of spans") {
                labelled("context.span_id" to listOf("a0", "a1"), "name" to listOf("n1", "n2"))
                    .toAnnotations(AnnotationTargets.spans(), kind = AnnotatorKind.LLM)
                    .all { name(it) } shouldBe listOf("n1", "n2")
            }
            test("in a frame of spans, annotation_name stands beside the span's name") {
                labelled(*spanColumns, "annotation_name" to listOf("n1", "n2"))
                    .toAnnotations(AnnotationTargets.spans(), kind = AnnotatorKind.LLM)
                    .all { name(it) } shouldBe listOf("n1", "n2")
            }
        }

        test("a frame without rows is no annotations, whatever its columns") {
            for (frame in listOf(emptyDataFrame<Any?>(), frameOf("score" to emptyList()))) {
                frame.toAnnotations(AnnotationTargets.spans()).size shouldBe 0
                frame.toAnnotations(AnnotationTargets.documents(), "a").size shouldBe 0
            }
        }

        context("a frame that cannot be read") {
            val good = labelled("score" to listOf(1, 2))
            test("without ids") {
                val message = refusalOf(frameOf("label" to LABELS, "spanId" to LABELS))
                message shouldContain "span_id or context.span_id"
                message shouldContain "AnnotationTargets.spans(key = { … })"
                message shouldContain "label, spanId"
            }
            test("without positions of documents") {
                refusalOf(good, AnnotationTargets.documents<Any?>()) shouldContain
                    "document_position or position"
            }
            test("without a name") { refusalOf(good, name = null) shouldContain "annotation_name" }
            test("with a blank name") { refusalOf(good, name = " ") shouldContain "blank" }
            test("without a kind") { refusalOf(good, kind = null) shouldContain "HUMAN, LLM, CODE" }
            test("with two columns of names") {
                val frame = labelled("name" to LABELS, "annotation_name" to LABELS)
                refusalOf(frame, name = null) shouldContain
                    "both a column annotation_name and a column name"
            }
            test("without a result") {
                refusalOf(frameOf("span_id" to LABELS)) shouldContain "label, score or explanation"
            }
            test("with very many columns, in few words") {
                val columns = Array(2_000) { "column\n$it" to LABELS }
                refusalOf(frameOf(*columns)).length shouldBeLessThanOrEqual 2_000
            }
            test("for all reasons at once") {
                val message = refusalOf(frameOf("other" to LABELS), name = null, kind = null)
                listOf("span_id", "no name", "no kind", "label, score").forEach {
                    message shouldContain it
                }
            }
            test("says which level was wanted, and that nothing was sent") {
                val message =
                    refusalOf(frameOf("label" to LABELS), AnnotationTargets.traces<Any?>())
                message shouldContain "annotations of traces; nothing was sent"
                message shouldNotContain "span"
            }
            test("two columns of one name cannot even be in a frame") {
                shouldThrow<RuntimeException> { frameOf("label" to LABELS, "label" to LABELS) }
            }
        }

        test("problems of many rows and fields are told apart") {
            val frame =
                labelled(
                    "span_id" to listOf("a", 2, "c"),
                    "score" to listOf("high", 1, 2),
                    "label" to listOf(listOf(1), "x", "y"),
                )
            spansOf(frame).allProblems().map { it.row to it.field } shouldBe
                listOf(0 to "label", 0 to "score", 1 to "span_id")
        }

        test("rows keep their numbers when frames are put together") {
            val frame =
                listOf(labelled("score" to listOf(1)), labelled("score" to listOf("x"))).concat()
            spansOf(frame).allProblems().single().row shouldBe 1
        }
    })
