package io.github.phoenixkt.samples.frompython

import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.annotations.AnnotatorKind.LLM
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.dataframe.EvaluationsReport
import io.github.phoenixkt.samples.frompython.JavaEvaluations.Correctness
import io.github.phoenixkt.samples.frompython.JavaEvaluations.Relevance
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import org.jetbrains.kotlinx.dataframe.api.dataFrameOf
import org.jetbrains.kotlinx.dataframe.api.rows

internal val JOKES = listOf("A fsh.", "An impasta.", "A fsh.", "Two tired.", "A fsh.")
/** Which of [JOKES] were told before. */
private val REPEATED = listOf(false, false, true, false, true)

/** What the guide shows of evaluating what was traced. */
fun Runs.evaluations() {
    listing(
        43,
        kotlin = { JOKES.iterator().let { told -> tellJokes(client, project) { told.next() } } },
        java = {
            JOKES.iterator().let { told ->
                JavaEvaluations.tellJokes(phoenix, project) { told.next() }
            }
        },
    ) { spans ->
        val stored = stored(spans)
        stored.map { it.attributes["llm.output_messages.0.message.content"] } shouldBe JOKES
        stored.map { it.spanKind }.distinct() shouldBe listOf("LLM")
    }
    listing(
        44,
        kotlin = {
            told()
            pullSpans(client, project).rows().map { it["context.span_id"] as String }
        },
        java = {
            told()
            JavaEvaluations.pullSpans(phoenix, project).map { it.spanId }
        },
    ) {
        it shouldContainExactlyInAnyOrder told()
    }
    duplicates()
}

private fun Runs.duplicates() {
    listing(
        45,
        46,
        kotlin = {
            told()
            findDuplicates(pullSpans(client, project)).rows().map {
                Triple(it["context.span_id"] as String, it["label"] as String, it["score"])
            }
        },
        java = {
            told()
            JavaEvaluations.findDuplicates(JavaEvaluations.pullSpans(phoenix, project)).map {
                Triple(it.spanId, it.label, it.score)
            }
        },
    ) { verdicts ->
        verdicts shouldBe
            told().zip(REPEATED) { id, repeated ->
                Triple(id, "$repeated", if (repeated) 1.0 else 0.0)
            }
    }
    listing(
        47,
        kotlin = {
            told()
            val verdicts = findDuplicates(pullSpans(client, project))
            logDuplicates(client, verdicts).map { it.complete }
        },
        java = {
            told()
            val verdicts =
                JavaEvaluations.findDuplicates(JavaEvaluations.pullSpans(phoenix, project))
            listOf(JavaEvaluations.logDuplicates(phoenix, verdicts).complete)
        },
    ) { complete ->
        complete shouldBe listOf(true)
        told().map { onSpan(it, "Duplicate").found } shouldBe
            REPEATED.map { Found(LLM, "$it", if (it) 1.0 else 0.0) }
    }
    loggedEvaluations()
}

private fun Runs.loggedEvaluations() {
    listing(
        49,
        kotlin = { logCorrectness(client, llmSpanId(0), llmSpanId(1)).allComplete() },
        java = { JavaEvaluations.logCorrectness(phoenix, llmSpanId(0), llmSpanId(1)).complete },
    ) { complete ->
        complete shouldBe true
        checkCorrectness()
    }
    listing(
        50,
        kotlin = { logRelevance(client, retrieverSpanId()).allComplete() },
        java = { JavaEvaluations.logRelevance(phoenix, retrieverSpanId()).complete },
    ) { complete ->
        complete shouldBe true
        checkRelevance()
    }
    listing(
        51,
        kotlin = {
            logSeveral(client, correctnessFrame(), relevanceFrame(), hallucinationFrame())
                .also { it.size shouldBe 3 }
                .allComplete()
        },
        java = {
            JavaEvaluations.logSeveral(
                    phoenix,
                    correctnessRecords(),
                    listOf(
                        Relevance(retrieverSpanId(), 0, "relevant", "It defines the term."),
                        Relevance(retrieverSpanId(), 1, "irrelevant", "It is about bridges."),
                    ),
                    listOf(
                        SpanAnnotationData(
                            llmSpanId(),
                            "Hallucination",
                            AnnotatorKind.LLM,
                            label = "factual",
                        )
                    ),
                )
                .complete
        },
    ) { complete ->
        complete shouldBe true
        checkCorrectness()
        checkRelevance()
        onSpan(llmSpanId(), "Hallucination").found shouldBe Found(LLM, "factual")
    }
    listing(
        52,
        kotlin = { logInProject(client, correctnessFrame(), project).allComplete() },
        java = { JavaEvaluations.logInProject(phoenix, correctnessRecords(), project).complete },
    ) { complete ->
        complete shouldBe true
        checkCorrectness()
    }
}

private fun List<EvaluationsReport>.allComplete() = all { it.complete }

private suspend fun Guide.correctnessFrame() =
    dataFrameOf(
        "span_id" to listOf(llmSpanId(0), llmSpanId(1)),
        "label" to listOf("correct", "incorrect"),
        "explanation" to listOf("The sum is right.", "Off by one."),
    )

private suspend fun Guide.correctnessRecords() =
    listOf(
        Correctness(llmSpanId(0), "correct", "The sum is right."),
        Correctness(llmSpanId(1), "incorrect", "Off by one."),
    )

private suspend fun Guide.relevanceFrame() =
    dataFrameOf(
        "span_id" to List(2) { retrieverSpanId() },
        "document_position" to listOf(0, 1),
        "label" to listOf("relevant", "irrelevant"),
        "explanation" to listOf("It defines the term.", "It is about bridges."),
    )

private suspend fun Guide.hallucinationFrame() =
    dataFrameOf("span_id" to listOf(llmSpanId()), "label" to listOf("factual"))

private suspend fun Guide.checkCorrectness() {
    onSpan(llmSpanId(0), "Q&A Correctness").found shouldBe
        Found(LLM, "correct", explanation = "The sum is right.")
    onSpan(llmSpanId(1), "Q&A Correctness").found shouldBe
        Found(LLM, "incorrect", explanation = "Off by one.")
}

private suspend fun Guide.checkRelevance() {
    onDocuments(retrieverSpanId(), "Relevance", count = 2) shouldBe
        mapOf(
            0 to Found(LLM, "relevant", explanation = "It defines the term."),
            1 to Found(LLM, "irrelevant", explanation = "It is about bridges."),
        )
}
