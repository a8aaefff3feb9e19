package io.github.phoenixkt.dataframe

import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.annotations.AnnotatorKind.CODE
import io.github.phoenixkt.annotations.AnnotatorKind.HUMAN
import io.github.phoenixkt.annotations.AnnotatorKind.LLM
import io.github.phoenixkt.annotations.TargetKind
import io.github.phoenixkt.annotations.TargetKind.DOCUMENT
import io.github.phoenixkt.annotations.TargetKind.SESSION
import io.github.phoenixkt.annotations.TargetKind.SPAN
import io.github.phoenixkt.annotations.TargetKind.TRACE
import io.github.phoenixkt.support.SkipWithoutServer
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith

private const val UNKNOWN_SPAN = "00f067aa0ba902b7"
private const val WORLD = "Grüße, 世界 🙂"

/**
 * The same frame, written by Phoenix's own Python client about one conversation and by ours about
 * another like it: the same rows are stored, except where a test says what ours does better.
 */
class RealOfficialFramesSpec :
    FunSpec({
        val server = realServerAndPython()
        extension(SkipWithoutServer { server.missing })
        val both = Comparison(server)
        beforeTest { both.start() }
        afterTest { both.end() }
        afterSpec { both.close() }

        suspend fun byPython(
            targetKind: TargetKind = SPAN,
            name: String? = "quality",
            kind: String? = "CODE",
            columns: Recorded.() -> Columns,
        ): Outcome = both.byPython(targetKind, name, kind, columns = columns)

        suspend fun byOurs(
            targetKind: TargetKind = SPAN,
            name: String? = "quality",
            kind: AnnotatorKind? = CODE,
            columns: Recorded.() -> Columns,
        ): Outcome = both.byOurs(targetKind, name, kind, columns = columns)

        suspend fun same(
            targetKind: TargetKind = SPAN,
            name: String? = "quality",
            kind: AnnotatorKind? = CODE,
            columns: Recorded.() -> Columns,
        ): List<Row> = both.same(targetKind, name, kind, columns = columns)

        fun Recorded.ids(targetKind: TargetKind): Pair<String, List<String>> =
            when (targetKind) {
                SPAN,
                DOCUMENT -> "span_id" to spans
                TRACE -> "trace_id" to traces
                SESSION -> "session_id" to sessions
            }

        // --- the same
        // -----------------------------------------------------------------------------

        for (targetKind in listOf(SPAN, TRACE, SESSION)) {
            test(
                "the same: a ${targetKind.name.lowercase()} with every column, of each type that agrees"
            ) {
                val rows =
                    same(targetKind, name = null, kind = null) {
                        listOf(
                            ids(targetKind),
                            "annotation_name" to listOf("tone", "tone", " truth "),
                            "annotator_kind" to listOf("LLM", "CODE", "HUMAN"),
                            "label" to listOf("calm", "loud", WORLD),
                            "score" to listOf(0.1, -2.5, 1e-7),
                            "explanation" to listOf("because", "two\nlines", WORLD),
                            "metadata" to
                                listOf(
                                    mapOf("model" to "m1", "n" to 7),
                                    mapOf("deep" to mapOf("list" to listOf(1, 2.5, null, true))),
                                    emptyMap<String, Any?>(),
                                ),
                            "identifier" to listOf("run-1", "run 2", "ü"),
                            "unknown" to listOf(1, 2, 3),
                        )
                    }
                rows.map { it.name } shouldBe listOf("tone", "tone", "truth")
                rows.map { it.kind } shouldBe listOf("LLM", "CODE", "HUMAN")
                rows.map { it.score } shouldBe listOf(0.1, -2.5, 1e-7)
                rows.map { it.identifier } shouldBe listOf("run-1", "run 2", "ü")
                rows[0].metadata shouldBe mapOf("model" to "m1", "n" to 7L)
            }
        }

        test("the same: documents, by the number of ids and by what the web page shows") {
            val rows =
                same(DOCUMENT) {
                    listOf(
                        "span_id" to listOf(spans[0], spans[0], spans[1], spans[0]),
                        "document_position" to listOf(0, 2, 1, 0),
                        "label" to listOf("x", " relevant ", "irrelevant", "x again"),
                        "score" to listOf(1, 0.5, 0, 0.25),
                        "metadata" to List(4) { mapOf("rank" to it) },
                    )
                }
            rows.map { it.target to it.position } shouldBe listOf(0 to 0, 0 to 2, 1 to 1)
            rows.map { it.label } shouldBe listOf("x again", "relevant", "irrelevant")
        }

        test("the same: name and kind for the whole frame win over its columns") {
            val rows =
                same(name = "given", kind = HUMAN) {
                    listOf(
                        "span_id" to spans,
                        "name" to listOf("a", "b", "c"),
                        "annotator_kind" to listOf("LLM", "CODE", "LLM"),
                        "label" to listOf("x", "y", "z"),
                    )
                }
            rows.map { it.name to it.kind }.distinct() shouldBe listOf("given" to "HUMAN")
        }

        test("the same: a name for the whole frame with blanks around it") {
            val rows = same(name = " given ") { listOf(ids(SPAN), "score" to listOf(1, 2, 3)) }
            rows.map { it.name }.distinct() shouldBe listOf("given")
        }

        test("the same: ids in context.span_id, and of traces in context.trace_id") {
            same(SPAN) { listOf("context.span_id" to spans, "score" to listOf(1, 2, 3)) }
                .map { it.target } shouldBe listOf(0, 1, 2)
            same(TRACE) { listOf("context.trace_id" to traces, "score" to listOf(1, 2, 3)) }
                .map { it.target } shouldBe listOf(0, 1, 2)
        }

        test("the same: a label, an explanation and an identifier that are integers") {
            val integers = listOf(1, 22, 12345678901L)
            val rows = same {
                listOf("span_id" to spans) +
                    listOf("label", "explanation", "identifier").map { it to integers }
            }
            val texts = listOf("1", "22", "12345678901")
            rows.map { it.label } shouldBe texts
            rows.map { it.explanation } shouldBe texts
            rows.map { it.identifier } shouldBe texts
        }

        test("the same: a label that is not an integer") {
            same { listOf("span_id" to spans, "label" to listOf(0.5, 2.25, -1.125)) }
                .map { it.label } shouldBe listOf("0.5", "2.25", "-1.125")
        }

        test("the same: a score that is an integer, a flag, or text") {
            val scores =
                listOf(listOf(0, 1, -7), listOf(true, false, true), listOf("0.5", "1", "-2e3"))
            val stored = scores.map { score ->
                same { listOf("span_id" to spans, "score" to score) }.map { it.score }
            }
            stored shouldBe
                listOf(listOf(0.0, 1.0, -7.0), listOf(1.0, 0.0, 1.0), listOf(0.5, 1.0, -2000.0))
        }

        test("the same: texts are trimmed of Unicode's blanks, and blank ones are absent") {
            val rows = same {
                listOf(
                    "span_id" to spans.map { " $it\t" },
                    "label" to listOf(" a ", "\u00a0b\u0085", " "),
                    "explanation" to listOf("", "\n c \n", "d"),
                    "identifier" to listOf(" i ", "\u3000", ""),
                )
            }
            rows.map { listOf(it.label, it.explanation, it.identifier) } shouldBe
                listOf(listOf("a", null, "i"), listOf("b", "c", ""), listOf(null, "d", ""))
        }

        test(
            "the same: identifiers keep rows of one span apart, and a repeated key keeps the last"
        ) {
            val rows = same {
                listOf(
                    "span_id" to List(4) { spans[0] },
                    "label" to listOf("a", "b", "c", "d"),
                    "score" to listOf(1, 2, 3, 4),
                    "identifier" to listOf("x", "y", "x", ""),
                )
            }
            rows.map { it.identifier to it.label } shouldBe
                listOf("" to "d", "x" to "c", "y" to "b")
        }

        test("the same: 250 rows, more than go in one request") {
            val rows = same {
                listOf(
                    "span_id" to List(250) { spans[it % 3] },
                    "score" to List(250) { it / 8.0 },
                    "identifier" to List(250) { "row-$it" },
                )
            }
            rows shouldHaveSize 250
            rows.single { it.identifier == "row-249" }.score shouldBe 31.125
        }

        // --- better
        // -------------------------------------------------------------------------------

        test("better: null and NaN in a label and an explanation are absent, not the text nan") {
            val columns: Recorded.() -> Columns = {
                listOf(
                    "span_id" to spans,
                    "label" to listOf("a", null, Double.NaN),
                    "explanation" to listOf(null, Double.NaN, "b"),
                    "score" to listOf(1, 2, 3),
                )
            }
            byPython(columns = columns).rows.map { it.label to it.explanation } shouldBe
                listOf("a" to "nan", "nan" to "nan", "nan" to "b")
            byOurs(columns = columns).rows.map { it.label to it.explanation } shouldBe
                listOf("a" to null, null to null, null to "b")
        }

        test("better: null and NaN in an identifier are absent, not the text nan") {
            val columns: Recorded.() -> Columns = {
                listOf(
                    "span_id" to spans,
                    "label" to listOf("a", "b", "c"),
                    "identifier" to listOf("x", null, Double.NaN),
                )
            }
            byPython(columns = columns).rows.map { it.identifier } shouldBe
                listOf("x", "nan", "nan")
            byOurs(columns = columns).rows.map { it.identifier } shouldBe listOf("x", "", "")
        }

        test("better: null and NaN in a score are absent, and do not stop the frame") {
            for (nothing in listOf(null, Double.NaN)) {
                val columns: Recorded.() -> Columns = {
                    listOf(
                        "span_id" to spans,
                        "label" to listOf("a", "b", "c"),
                        "score" to listOf(0.5, nothing, 1.5),
                    )
                }
                val python = byPython(columns = columns)
                python.error shouldBe "ValueError: Out of range float values are not JSON compliant"
                python.rows.shouldBeEmpty()
                byOurs(columns = columns).rows.map { it.score } shouldBe listOf(0.5, null, 1.5)
            }
        }

        test("better: a label False or 0 is a value, not dropped") {
            for ((falsy, text) in listOf(false to "false", 0 to "0")) {
                val columns: Recorded.() -> Columns = {
                    listOf(
                        "span_id" to spans,
                        "label" to List(3) { falsy },
                        "identifier" to List(3) { 0 },
                        "score" to listOf(1, 2, 3),
                    )
                }
                byPython(columns = columns)
                    .rows
                    .map { it.label to it.identifier }
                    .distinct() shouldBe listOf(null to "")
                byOurs(columns = columns).rows.map { it.label to it.identifier }.distinct() shouldBe
                    listOf(text to "0")
            }
        }

        test("better: a row whose one result is False is written, not refused") {
            val columns: Recorded.() -> Columns = {
                listOf("span_id" to spans, "label" to List(3) { false })
            }
            val python = byPython(columns = columns)
            python.error shouldBe
                "ValueError: Error processing row 0: At least one of label, score, or explanation must be provided"
            python.rows.shouldBeEmpty()
            byOurs(columns = columns).rows.map { it.label } shouldBe List(3) { "false" }
        }

        test("better: flags are written as in JSON, whole numbers without .0") {
            val columns: Recorded.() -> Columns = {
                listOf(
                    "span_id" to spans,
                    "label" to List(3) { true },
                    "explanation" to listOf(1.0, 2.5, 1e3),
                )
            }
            byPython(columns = columns).rows.map { it.label to it.explanation } shouldBe
                listOf("True" to "1.0", "True" to "2.5", "True" to "1000.0")
            byOurs(columns = columns).rows.map { it.label to it.explanation } shouldBe
                listOf("true" to "1", "true" to "2.5", "true" to "1000")
        }

        test("better: a list is no label, and is refused") {
            val columns: Recorded.() -> Columns = {
                listOf("span_id" to spans, "label" to List(3) { listOf("x", "y") })
            }
            byPython(columns = columns).rows.map { it.label } shouldBe List(3) { "['x', 'y']" }
            val kotlin = byOurs(columns = columns)
            kotlin.error shouldContain "label is of type list where text is wanted"
            kotlin.rows.shouldBeEmpty()
        }

        test("better: metadata as the text of a JSON object is read, not refused") {
            val columns: Recorded.() -> Columns = {
                listOf(
                    "span_id" to spans,
                    "label" to listOf("a", "b", "c"),
                    "metadata" to List(3) { "{\"n\": $it}" },
                )
            }
            val python = byPython(columns = columns)
            python.error shouldStartWith "ValueError: Error processing row 0: dictionary update"
            python.rows.shouldBeEmpty()
            byOurs(columns = columns).rows.map { it.metadata } shouldBe
                List(3) { mapOf("n" to it.toLong()) }
        }

        test("better: a row without metadata among rows that have some is written") {
            val columns: Recorded.() -> Columns = {
                listOf(
                    "span_id" to spans,
                    "label" to listOf("a", "b", "c"),
                    "metadata" to listOf(mapOf("n" to 1), null, Double.NaN),
                )
            }
            val python = byPython(columns = columns)
            python.error shouldBe
                "ValueError: Error processing row 1: 'float' object is not iterable"
            python.rows.shouldBeEmpty()
            byOurs(columns = columns).rows.map { it.metadata } shouldBe
                listOf(mapOf("n" to 1L), emptyMap<String, Any?>(), emptyMap())
        }

        test("better: a kind in lower case is taken") {
            val columns: Recorded.() -> Columns = {
                listOf(
                    "span_id" to spans,
                    "annotator_kind" to List(3) { "llm" },
                    "score" to listOf(1, 2, 3),
                )
            }
            val python = byPython(kind = null, columns = columns)
            python.error shouldStartWith "ValueError: Invalid annotator_kind values"
            python.rows.shouldBeEmpty()
            byOurs(kind = null, columns = columns).rows.map { it.kind } shouldBe List(3) { "LLM" }
        }

        test("better: columns that name and kind for the whole frame override are not checked") {
            val columns: Recorded.() -> Columns = {
                listOf(
                    "span_id" to spans,
                    "name" to listOf("a", "", null),
                    "annotator_kind" to List(3) { "robot" },
                    "score" to listOf(1, 2, 3),
                )
            }
            val python = byPython(kind = "LLM", columns = columns)
            python.error shouldStartWith "ValueError: "
            python.rows.shouldBeEmpty()
            byOurs(kind = LLM, columns = columns).rows.map { it.name to it.kind } shouldBe
                List(3) { "quality" to "LLM" }
        }

        test("better: a frame without a kind is refused before it is sent, and told why") {
            val columns: Recorded.() -> Columns = {
                listOf("span_id" to spans, "score" to listOf(1, 2, 3))
            }
            byPython(kind = null, columns = columns).error shouldStartWith "HTTPStatusError: 422"
            byOurs(kind = null, columns = columns).error shouldContain
                "The annotations have no kind"
        }

        test("better: a frame without a name is refused with a reason") {
            val columns: Recorded.() -> Columns = {
                listOf("span_id" to spans, "score" to listOf(1, 2, 3))
            }
            byPython(name = null, columns = columns).error shouldBe
                "ValueError: Error processing row 0: "
            byOurs(name = null, columns = columns).error shouldContain
                "The annotations have no name"
        }

        test("better: a blank name for the whole frame is refused, not stored as an empty one") {
            val columns: Recorded.() -> Columns = {
                listOf("span_id" to spans, "score" to listOf(1, 2, 3))
            }
            byPython(name = "  ", columns = columns).rows.map { it.name } shouldBe List(3) { "" }
            val kotlin = byOurs(name = "  ", columns = columns)
            kotlin.error shouldContain "The name that was given is blank."
            kotlin.rows.shouldBeEmpty()
        }

        test("better: an id in both spellings is fine where they agree") {
            val columns: Recorded.() -> Columns = {
                listOf("span_id" to spans, "context.span_id" to spans, "score" to listOf(1, 2, 3))
            }
            val python = byPython(columns = columns)
            python.error shouldStartWith
                "ValueError: DataFrame cannot have both primary and fallback ID columns"
            python.rows.shouldBeEmpty()
            byOurs(columns = columns).rows.map { it.target } shouldBe listOf(0, 1, 2)
        }

        test("better: an id that is a number is refused with advice") {
            val columns: Recorded.() -> Columns = {
                listOf("span_id" to listOf(1, 2, 3), "score" to listOf(1, 2, 3))
            }
            byPython(columns = columns).error shouldStartWith "AttributeError: "
            byOurs(columns = columns).error shouldContain "read the column as text"
        }

        test("better: a session's id is found under the name that spans have for it") {
            val columns: Recorded.() -> Columns = {
                listOf("attributes.session.id" to sessions, "score" to listOf(1, 2, 3))
            }
            val python = byPython(SESSION, columns = columns)
            python.error shouldStartWith "ValueError: "
            python.rows.shouldBeEmpty()
            byOurs(SESSION, columns = columns).rows.map { it.target } shouldBe listOf(0, 1, 2)
        }

        fun document(column: String, position: Any): Recorded.() -> Columns = {
            listOf(
                "span_id" to spans.take(1),
                column to listOf(position),
                "label" to listOf("x"),
            )
        }

        test(
            "better: the position of a document may be whole without being an int, and go by position"
        ) {
            val accepted =
                listOf("document_position" to "1", "document_position" to 1.0, "position" to 1)
            for ((column, position) in accepted) {
                val python = byPython(DOCUMENT, columns = document(column, position))
                python.error shouldStartWith "ValueError: "
                python.error shouldContain "document_position"
                python.rows.shouldBeEmpty()
                val kotlin =
                    byOurs(
                        DOCUMENT,
                        name = "$column $position",
                        columns = document(column, position),
                    )
                kotlin.error.shouldBeNull()
                kotlin.rows.single { it.name == "$column $position" }.position shouldBe 1
            }
        }

        test("better: a flag is no position of a document") {
            byPython(DOCUMENT, columns = document("document_position", true)).rows.map {
                it.position
            } shouldBe listOf(1)
            val kotlin = byOurs(DOCUMENT, columns = document("document_position", true))
            kotlin.error shouldContain
                "document_position is of type Boolean where an integer is wanted (it is \"true\"); positions count from 0"
            kotlin.rows.shouldBeEmpty()
        }

        test("the same: half a position is refused, and nothing is sent") {
            val python = byPython(DOCUMENT, columns = document("document_position", 1.9))
            python.error shouldBe "ValueError: document_position values must be of type int"
            python.rows.shouldBeEmpty()
            val kotlin = byOurs(DOCUMENT, columns = document("document_position", 1.9))
            kotlin.error shouldContain "is not an integer"
            kotlin.rows.shouldBeEmpty()
        }

        test("better: an identifier of a document is refused, not dropped") {
            val columns: Recorded.() -> Columns = {
                listOf(
                    "span_id" to List(2) { spans[0] },
                    "document_position" to listOf(1, 1),
                    "label" to listOf("x", "y"),
                    "identifier" to listOf("a", "b"),
                )
            }
            // One row: the second has replaced the first.
            byPython(DOCUMENT, columns = columns).rows.map { it.label } shouldBe listOf("y")
            val kotlin = byOurs(DOCUMENT, columns = columns)
            kotlin.error shouldContain "identifier"
            kotlin.rows.shouldBeEmpty()
        }

        fun late(bad: Any): Recorded.() -> Columns = {
            listOf(
                "span_id" to List(250) { spans[it % 3] },
                "label" to List(250) { "x" },
                "score" to List(250) { if (it == 230) bad else 0.5 },
                "identifier" to List(250) { "row-$it" },
            )
        }

        test("better: a bad row far down is found before anything is sent") {
            val python = byPython(columns = late("high"))
            python.error shouldBe
                "ValueError: Error processing row 230: Score value 'high' cannot be converted to float"
            python.rows shouldHaveSize 200
            val kotlin = byOurs(columns = late("high"))
            kotlin.error shouldContain "row 230"
            kotlin.error shouldContain "nothing was sent"
            kotlin.rows.shouldBeEmpty()
        }

        test("better: an infinite score far down is found before anything is sent, and named") {
            val python = byPython(columns = late(Double.POSITIVE_INFINITY))
            python.error shouldBe "ValueError: Out of range float values are not JSON compliant"
            python.rows shouldHaveSize 200
            val kotlin = byOurs(columns = late(Double.POSITIVE_INFINITY))
            kotlin.error shouldContain "row 230"
            kotlin.rows.shouldBeEmpty()
        }

        test("better: a blank score is absent, like every blank text") {
            val columns: Recorded.() -> Columns = {
                listOf(
                    "span_id" to spans,
                    "label" to listOf("a", "b", "c"),
                    "score" to listOf("0.5", "", " "),
                )
            }
            val python = byPython(columns = columns)
            python.error shouldBe
                "ValueError: Error processing row 1: Score value '' cannot be converted to float"
            python.rows.shouldBeEmpty()
            byOurs(columns = columns).rows.map { it.score } shouldBe listOf(0.5, null, null)
        }

        test("better: a row without a kind is found before anything is sent, and named") {
            val columns: Recorded.() -> Columns = {
                listOf(
                    "span_id" to spans,
                    "annotator_kind" to listOf("LLM", null, "CODE"),
                    "label" to listOf("a", "b", "c"),
                )
            }
            val python = byPython(kind = null, columns = columns)
            python.error shouldStartWith "HTTPStatusError: 422"
            python.error shouldContain "\"input\":\"nan\""
            python.rows.shouldBeEmpty()
            val kotlin = byOurs(kind = null, columns = columns)
            kotlin.error shouldContain "row 1"
            kotlin.error shouldContain "nothing was sent"
            kotlin.rows.shouldBeEmpty()
        }

        test("better: NaN inside metadata is found before anything is sent, and named") {
            fun columns(recorded: Recorded): Columns =
                listOf(
                    "span_id" to List(250) { recorded.spans[it % 3] },
                    "label" to List(250) { "x" },
                    "metadata" to
                        List(250) { mapOf("deep" to listOf(if (it == 230) Double.NaN else 1.0)) },
                    "identifier" to List(250) { "row-$it" },
                )
            val python = byPython { columns(this) }
            python.error shouldBe "ValueError: Out of range float values are not JSON compliant"
            python.rows shouldHaveSize 200
            val kotlin = byOurs { columns(this) }
            kotlin.error shouldContain "row 230"
            kotlin.error shouldContain "metadata.deep[0]"
            kotlin.rows.shouldBeEmpty()
        }

        test("different: a list of pairs is no metadata") {
            val columns: Recorded.() -> Columns = {
                listOf(
                    "span_id" to spans,
                    "label" to listOf("a", "b", "c"),
                    "metadata" to List(3) { listOf(listOf("n", it)) },
                )
            }
            byPython(columns = columns).rows.map { it.metadata } shouldBe
                List(3) { mapOf("n" to it.toLong()) }
            val kotlin = byOurs(columns = columns)
            kotlin.error shouldContain "metadata is of type list where a map"
            kotlin.rows.shouldBeEmpty()
        }

        test("better: a span that Phoenix does not know takes no other row with it") {
            val columns: Recorded.() -> Columns = {
                listOf(
                    "span_id" to listOf(spans[0], UNKNOWN_SPAN, spans[2]),
                    "score" to listOf(1, 2, 3),
                )
            }
            val python = byPython(columns = columns)
            python.error shouldStartWith "HTTPStatusError: 404"
            python.rows.shouldBeEmpty()
            val kotlin = byOurs(columns = columns)
            kotlin.error shouldContain UNKNOWN_SPAN
            kotlin.rows.map { it.target } shouldBe listOf(0, 2)
        }
    })
