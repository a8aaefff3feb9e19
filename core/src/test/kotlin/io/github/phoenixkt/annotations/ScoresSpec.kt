package io.github.phoenixkt.annotations

import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.configs.CategoricalAnnotationConfig
import io.github.phoenixkt.configs.ContinuousAnnotationConfig
import io.github.phoenixkt.configs.FreeformAnnotationConfig
import io.github.phoenixkt.upload.BadRows
import io.github.phoenixkt.upload.RowOutcome
import io.github.phoenixkt.upload.uploadOptions
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeInstanceOf

private const val SPAN = "67f6740bbe1ddc3f"

private val CALLS: Map<String, suspend PhoenixClient.(Double) -> Any?> =
    mapOf(
        "addSpanAnnotation" to { spans.addSpanAnnotation(SPAN, "n", label = "x", score = it) },
        "addSpanAnnotation without more" to { spans.addSpanAnnotation(SPAN, "n", score = it) },
        "addDocumentAnnotation" to
            {
                spans.addDocumentAnnotation(SPAN, 0, "n", label = "x", score = it)
            },
        "addTraceAnnotation" to { traces.addTraceAnnotation("t", "n", label = "x", score = it) },
        "addSessionAnnotation" to
            {
                sessions.addSessionAnnotation("s", "n", label = "x", score = it)
            },
        "a data class" to
            {
                spans.addSpanAnnotation(SpanAnnotationData(SPAN, "n", label = "x", score = it))
            },
        "a builder" to
            {
                val data = SpanAnnotationData.builder(SPAN, "n").label("x").score(it).build()
                annotations.addSpanAnnotation(data, sync = true)
            },
        "withScore" to
            {
                val data = SpanAnnotationData(SPAN, "n", label = "x").withScore(it)
                annotations.upload(listOf(data))
            },
        "a list" to
            {
                spans.logSpanAnnotations(listOf(SpanAnnotationData(SPAN, "n", score = it)))
            },
        "rows of a list" to
            {
                val data = listOf(SpanAnnotationData(SPAN, "n", label = "x", score = it))
                annotations.logSpanAnnotations(AnnotationRows.of(data))
            },
    )

/** As a frame is seen: a column of scores has NaN where a row has none. */
private class ScoreColumn(private val scores: List<Double?>) :
    AnnotationRows by AnnotationRows.of(scores.map { SpanAnnotationData(SPAN, "n", label = "x") }) {
    override fun score(row: Int) = scores[row]

    override fun name(row: Int) = "n$row"
}

class ScoresSpec :
    FunSpec({
        for ((what, call) in CALLS) {
            for (score in listOf(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY)) {
                test("$what with a score of $score names the score, and sends nothing") {
                    val server = MockPhoenix()
                    val problem =
                        shouldThrow<InvalidAnnotationsException> { server.client().call(score) }
                            .problems
                            .single()
                    problem.field shouldBe "score"
                    problem.value shouldBe "$score"
                    problem.reason shouldBe "is not a finite number"
                    server.requests.shouldBeEmpty()
                }
            }
        }

        test("such a row can be skipped, as any other that cannot be sent") {
            val rows = listOf(SpanAnnotationData(SPAN, "n", label = "x", score = Double.NaN))
            val report =
                MockPhoenix()
                    .client()
                    .annotations
                    .upload(rows, uploadOptions { onInvalid = BadRows.SKIP })
            report.outcomes.single().shouldBeInstanceOf<RowOutcome.Skipped>()
        }

        test("in a column NaN is a gap, also in what is left to send") {
            val server = MockPhoenix()
            val spans = server.client().spans
            spans.logSpanAnnotations(ScoreColumn(listOf(Double.NaN, null)))
            server.single.body shouldNotContain "score"
            shouldThrow<InvalidAnnotationsException> {
                    spans.logSpanAnnotations(ScoreColumn(listOf(Double.NEGATIVE_INFINITY)))
                }
                .problems
                .single()
                .field shouldBe "score"
            ScoreColumn(listOf(Double.NaN)).toAnnotationData(0).score.shouldBeNull()
        }

        test("a config does not take NaN for a score that is missing") {
            val data = SpanAnnotationData(SPAN, "n", label = "a", score = Double.NaN)
            listOf(
                    CategoricalAnnotationConfig.builder("n").value("a", 1.0).build(),
                    ContinuousAnnotationConfig.builder("n").lowerBound(0.0).build(),
                )
                .forEach { config ->
                    val check = config.check(data)
                    check.problems.single().field shouldBe "score"
                    check.problems.single().reason shouldBe "is not a finite number"
                }
            FreeformAnnotationConfig.builder("n").build().check(data).problems.map {
                it.field
            } shouldBe listOf("explanation", "score")
        }
    })
