package io.github.phoenixkt.annotations

import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.internal.presentOrNull
import io.github.phoenixkt.shouldBeJson
import io.github.phoenixkt.upload.BadRows
import io.github.phoenixkt.upload.Duplicates
import io.github.phoenixkt.upload.uploadOptions
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldEndWith
import io.kotest.property.Arb
import io.kotest.property.Exhaustive
import io.kotest.property.arbitrary.string
import io.kotest.property.checkAll
import io.kotest.property.exhaustive.collection
import java.util.Base64
import kotlinx.coroutines.flow.asFlow

private const val SPAN = "67f6740bbe1ddc3f"
private val BLANKS = listOf("", " ", "\t\n", "\u00A0", "\u0085", "\u2003\u3000", " \u00A0\u0085 ")
private val UNSTORABLE_TEXTS =
    listOf("a\u0000", "\u0000", "\ud83d", "\ude00", "x\ude00\ud83dy", " \ud83d ")

private fun globalId(text: String) = Base64.getEncoder().encodeToString(text.encodeToByteArray())

/** What is wrong with one annotation, as the caller is told; nothing may have been sent. */
private suspend fun problemsOf(vararg annotations: AnnotationData): List<AnnotationProblem> {
    val server = MockPhoenix()
    val client = server.client().annotations
    val error =
        shouldThrow<InvalidAnnotationsException> {
            when (annotations.first()) {
                is SpanAnnotationData ->
                    client.logSpanAnnotations(annotations.map { it as SpanAnnotationData })
                is SpanDocumentAnnotationData ->
                    client.logDocumentAnnotations(
                        annotations.map { it as SpanDocumentAnnotationData }
                    )
                is TraceAnnotationData ->
                    client.logTraceAnnotations(annotations.map { it as TraceAnnotationData })
                is SessionAnnotationData ->
                    client.logSessionAnnotations(annotations.map { it as SessionAnnotationData })
            }
        }
    (server.requests + server.versionRequests).shouldBeEmpty()
    return error.problems
}

private suspend fun problemOf(annotation: AnnotationData): AnnotationProblem =
    problemsOf(annotation).single()

/** The body of the one request that writes [annotation]. */
private suspend fun sentBody(annotation: SpanAnnotationData): String {
    val server = MockPhoenix()
    server.client().spans.addSpanAnnotation(annotation)
    return server.single.body
}

class AnnotationValidationSpec :
    FunSpec({
        for (blank in BLANKS) {
            val shown = blank.map { it.code }

            test("a blank $shown is no id and no name") {
                problemOf(SpanAnnotationData(blank, "a", label = "x")).field shouldBe "span_id"
                problemOf(TraceAnnotationData(blank, "a", label = "x")).field shouldBe "trace_id"
                problemOf(SessionAnnotationData(blank, "a", label = "x")).field shouldBe
                    "session_id"
                val problem = problemOf(SpanAnnotationData(SPAN, blank, label = "x"))
                problem.field shouldBe "name"
                problem.reason shouldContain "blank"
                problem.targetId shouldBe SPAN
            }

            test("a blank $shown in the result counts as absent") {
                val problem =
                    problemOf(SpanAnnotationData(SPAN, "a", label = blank, explanation = blank))
                problem.field shouldBe "result"
                sentBody(
                    SpanAnnotationData(SPAN, "a", label = blank, score = 1.0, identifier = blank)
                ) shouldBeJson
                    """{"data":[{"span_id":"$SPAN","name":"a","annotator_kind":"HUMAN","result":{"score":1.0}}]}"""
            }

            test("a blank $shown is no note") {
                val server = MockPhoenix()
                shouldThrow<InvalidAnnotationsException> {
                        server.client().spans.addSpanNote(SPAN, blank)
                    }
                    .problems
                    .single()
                    .field shouldBe "note"
                shouldThrow<InvalidAnnotationsException> {
                        server.client().sessions.addSessionNote(blank, "x")
                    }
                    .problems
                    .single()
                    .field shouldBe "session_id"
                (server.requests + server.versionRequests).shouldBeEmpty()
            }
        }

        test("every text is trimmed of any white space before it is sent") {
            checkAll(Exhaustive.collection(BLANKS)) { blank ->
                sentBody(
                    SpanAnnotationData(
                        "$blank$SPAN$blank",
                        blank + "a b" + blank,
                        label = "${blank}x$blank",
                        explanation = "${blank}y$blank",
                        identifier = "${blank}i$blank",
                    )
                ) shouldBeJson
                    """{"data":[{"span_id":"$SPAN","name":"a b","annotator_kind":"HUMAN",
                       "result":{"label":"x","explanation":"y"},"identifier":"i"}]}"""
            }
        }

        test("trimming takes white space and nothing else, and once is enough") {
            checkAll(300, Arb.string()) { text ->
                val trimmed = text.presentOrNull()
                trimmed.presentOrNull() shouldBe trimmed
                if (trimmed == null)
                    text.all { it.toString().presentOrNull() == null } shouldBe true
                else {
                    val (before, after) = text.split(trimmed, limit = 2)
                    (before + after).all { it.toString().presentOrNull() == null } shouldBe true
                }
            }
        }

        for (bad in UNSTORABLE_TEXTS) {
            test(
                "NUL or half a surrogate pair, as in ${bad.map { it.code }}, is refused in every field"
            ) {
                suspend fun fieldsOf(annotation: AnnotationData) =
                    problemsOf(annotation).map { it.field }
                fieldsOf(SpanAnnotationData(bad, "a", label = "x")) shouldBe listOf("span_id")
                fieldsOf(SpanAnnotationData(SPAN, bad, label = "x")) shouldBe listOf("name")
                fieldsOf(SpanAnnotationData(SPAN, "a", label = bad)) shouldBe listOf("label")
                fieldsOf(SpanAnnotationData(SPAN, "a", explanation = bad)) shouldBe
                    listOf("explanation")
                fieldsOf(SpanAnnotationData(SPAN, "a", label = "x", identifier = bad)) shouldBe
                    listOf("identifier")
                fieldsOf(
                    SpanAnnotationData(SPAN, "a", label = "x", metadata = mapOf("k" to listOf(bad)))
                ) shouldBe listOf("metadata.k[0]")
                problemOf(SpanAnnotationData(SPAN, "a", label = "x", metadata = mapOf(bad to 1)))
                    .reason shouldContain "key"
                fieldsOf(TraceAnnotationData(bad, "a", label = "x")) shouldBe listOf("trace_id")
                fieldsOf(SpanDocumentAnnotationData(SPAN, 0, bad, label = "x")) shouldBe
                    listOf("name")
                val server = MockPhoenix()
                shouldThrow<InvalidAnnotationsException> {
                    server.client().spans.addSpanNote(SPAN, "x$bad", identifier = "i")
                }
                shouldThrow<InvalidAnnotationsException> {
                    server.client().spans.addSpanNote(SPAN, "x", identifier = bad)
                }
                server.requests.shouldBeEmpty()
            }
        }

        test("a message with an unprintable value can be printed") {
            val problem = problemOf(SpanAnnotationData(SPAN, "a\u0000\ud83d\n", label = "x"))
            problem.value shouldBe "a\\u0000\\ud83d\\n"
        }

        test("whole surrogate pairs and every other character pass") {
            sentBody(SpanAnnotationData(SPAN, "😀", label = "é\u0001\uFFFF\uFEFFz")) shouldBeJson
                """{"data":[{"span_id":"$SPAN","name":"😀","annotator_kind":"HUMAN",
                   "result":{"label":"é\u0001\uFFFF\uFEFFz"}}]}"""
        }

        test("no label, score or explanation is refused, a score of zero is not") {
            problemOf(SpanAnnotationData(SPAN, "a")).field shouldBe "result"
            sentBody(SpanAnnotationData(SPAN, "a", score = 0.0)) shouldContain "\"score\":0.0"
        }

        test("of a row view, NaN alone is no result, and the hint says so") {
            val rows =
                object :
                    AnnotationRows by AnnotationRows.of(listOf(SpanAnnotationData(SPAN, "a"))) {
                    override fun score(row: Int) = Double.NaN
                }
            val problem = findProblems(rows).single()
            problem.field shouldBe "result"
            problem.hint shouldContain "NaN counts as absent"
        }

        test("2,000 rows with different keys make no long message") {
            val rows =
                List(2_000) {
                    SpanAnnotationData(SPAN, "a", label = "x", metadata = mapOf("key $it" to Any()))
                }
            val message =
                shouldThrow<InvalidAnnotationsException> {
                        MockPhoenix().client().spans.logSpanAnnotations(rows)
                    }
                    .message
                    .orEmpty()
            message.length shouldBeLessThanOrEqual 2_000
            message shouldContain "2000 of 2000 annotations"
            message shouldContain "metadata.key 0 is a java.lang.Object"
            message shouldContain "more (metadata: 19"
        }

        test("fields that are all different are counted together") {
            val rows =
                object :
                    AnnotationRows by AnnotationRows.of(
                        List(500) { SpanAnnotationData(SPAN, "a", label = "x") }
                    ) {
                    override fun problems(row: Int) =
                        listOf(AnnotationProblem(row, SPAN, "column $row", "v", "is odd", null))
                }
            val message =
                shouldThrow<InvalidAnnotationsException> {
                        MockPhoenix().client().annotations.upload(rows)
                    }
                    .message
                    .orEmpty()
            message.length shouldBeLessThanOrEqual 2_000
            message shouldContain "and 490 more (column 10: 1,"
            message shouldContain "others: 482)"
        }

        test("a row without a result names the way out that its caller has") {
            val client = MockPhoenix().client()
            val rows =
                listOf(SpanAnnotationData(SPAN, "a"), SpanAnnotationData(SPAN, "b", label = "x"))
            suspend fun refusal(call: suspend () -> Unit) =
                shouldThrow<InvalidAnnotationsException> { call() }.message
            val what = "result is empty; give at least one of label, score and explanation"
            refusal { client.annotations.upload(rows) } shouldContain
                "$what, or upload with onEmpty = BadRows.SKIP"
            refusal {
                client.annotations.uploadStream(rows.asFlow()).stoppedBy?.let { throw it }
            } shouldContain "$what, or upload with onEmpty = BadRows.SKIP"
            refusal { client.spans.logSpanAnnotations(rows) } shouldContain
                "$what, or leave the row out"
            refusal { client.spans.addSpanAnnotation(rows[0]) } shouldEndWith what
            val report = client.annotations.upload(rows, uploadOptions { onEmpty = BadRows.SKIP })
            report.outcomes[0].toString() shouldContain "$what)"
        }

        test("only a row without a result is empty, whatever a field is called") {
            val rows =
                object :
                    AnnotationRows by AnnotationRows.of(
                        listOf(SpanAnnotationData(SPAN, "a", label = "x"))
                    ) {
                    override fun problems(row: Int) =
                        listOf(AnnotationProblem(row, SPAN, "result", "v", "is odd", null))
                }
            val problem =
                shouldThrow<InvalidAnnotationsException> {
                        MockPhoenix()
                            .client()
                            .annotations
                            .upload(rows, uploadOptions { onEmpty = BadRows.SKIP })
                    }
                    .problems
                    .single()
            problem.kind shouldBe AnnotationProblem.Kind.INVALID
        }

        test("problems have a kind") {
            suspend fun kindOf(annotation: AnnotationData) = problemOf(annotation).kind
            kindOf(SpanAnnotationData(SPAN, "a")) shouldBe AnnotationProblem.Kind.NO_RESULT
            kindOf(SpanAnnotationData(" ", "a", label = "x")) shouldBe
                AnnotationProblem.Kind.MISSING
            kindOf(SpanAnnotationData(SPAN, "", label = "x")) shouldBe
                AnnotationProblem.Kind.MISSING
            kindOf(SpanAnnotationData(SPAN, "a", score = Double.NaN)) shouldBe
                AnnotationProblem.Kind.INVALID
            val twice = List(2) { SpanAnnotationData(SPAN, "a", label = "x") }
            shouldThrow<InvalidAnnotationsException> {
                    MockPhoenix()
                        .client()
                        .annotations
                        .upload(twice, uploadOptions { duplicates = Duplicates.FAIL })
                }
                .problems
                .single()
                .kind shouldBe AnnotationProblem.Kind.DUPLICATE
        }

        test("name and identifier are bounded together, in bytes") {
            suspend fun sizeProblem(name: String, identifier: String?) =
                problemOf(SpanAnnotationData(SPAN, name, label = "x", identifier = identifier))
            sizeProblem("n".repeat(2601), null).reason shouldContain "2601 bytes"
            sizeProblem("ü".repeat(1000), "😀".repeat(151)).reason shouldContain "2604 bytes"
            sentBody(
                SpanAnnotationData(
                    SPAN,
                    "ü".repeat(1000),
                    label = "x",
                    identifier = " " + "😀".repeat(150) + " ",
                )
            )
        }

        test("the name note is reserved on spans, traces and sessions, and only in this spelling") {
            problemOf(SpanAnnotationData(SPAN, " note ", label = "x")).hint shouldContain
                "addSpanNote"
            problemOf(TraceAnnotationData("t", "note", label = "x")).hint shouldContain
                "addTraceNote"
            problemOf(SessionAnnotationData("s", "note", label = "x")).hint shouldContain
                "addSessionNote"
            for (name in listOf("Note", "NOTE", "notes")) {
                sentBody(SpanAnnotationData(SPAN, name, label = "x")) shouldContain name
            }
        }

        listOf("Span:12", "Trace:1", "ProjectSession:3", "SpanAnnotation:9", "Project:1").forEach {
            test("Phoenix's own id of $it is no target") {
                val problem =
                    problemOf(SpanAnnotationData(" " + globalId(it) + " ", "a", label = "x"))
                problem.field shouldBe "span_id"
                problem.reason shouldContain it
            }
        }

        test("an id that merely looks like base64 is a target") {
            for (id in
                listOf("deadbeefdeadbeef", globalId("Space:12"), globalId("Span:x"), "abcd")) {
                sentBody(SpanAnnotationData(id, "a", label = "x")) shouldContain id
            }
        }

        test("a negative document position is refused") {
            problemOf(SpanDocumentAnnotationData(SPAN, -1, "a", label = "x")).field shouldBe
                "document_position"
        }

        test("all problems of all rows are told, and nothing is sent") {
            val rows =
                listOf(SpanAnnotationData(SPAN, "good", label = "x")) +
                    (1..20).map {
                        SpanAnnotationData(" ", "note", score = Double.POSITIVE_INFINITY)
                    }
            val problems = problemsOf(*rows.toTypedArray())
            problems shouldHaveSize 60
            problems.map { it.row }.distinct() shouldBe (1..20).toList()
            problems.take(3).map { it.field }.shouldContainExactly("span_id", "name", "score")
            val message =
                shouldThrow<InvalidAnnotationsException> {
                        MockPhoenix().client().spans.logSpanAnnotations(rows)
                    }
                    .message
                    .orEmpty()
            message shouldContain "20 of 21 annotations"
            message shouldContain "row 1"
            message shouldContain "50 more (name: 17, score: 17, span_id: 16)"
        }

        test("a custom view of rows is checked for what a class makes impossible") {
            val rows =
                object :
                    AnnotationRows by AnnotationRows.of(
                        listOf(SpanDocumentAnnotationData(SPAN, 0, "a", label = "x"))
                    ) {
                    override fun targetId(row: Int) = null

                    override fun annotatorKind(row: Int) = null

                    override fun documentPosition(row: Int) = null

                    override fun identifier(row: Int) = "i"
                }
            findProblems(rows).map { it.field } shouldBe
                listOf("span_id", "document_position", "annotator_kind", "identifier")
        }

        test("the metadata of an annotation is its own copy") {
            val metadata = mutableMapOf<String, Any?>("k" to 1)
            val annotation = SpanAnnotationData(SPAN, "a", label = "x", metadata = metadata)
            metadata["k"] = Double.NaN
            sentBody(annotation) shouldContain "\"metadata\":{\"k\":1}"
        }
    })
