package io.github.phoenixkt.samples.frompython

import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.PhoenixSettings
import io.github.phoenixkt.annotations.AnnotatorKind.HUMAN
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.coroutines.flow.toList

private val feedback = UserFeedback("thumbs-up", 1.0, "Just what I needed.")
private val given = Found(HUMAN, "thumbs-up", 1.0, "Just what I needed.")
private val correct = Found(HUMAN, "correct", 0.85, "It answers what was asked.")
private val values = mapOf("model" to "gpt-4", "threshold_ms" to 500L, "confidence" to "high")

/** What the guide shows of feedback on spans, and of the settings for it. */
fun Runs.feedback() {
    listing(
        40,
        48,
        kotlin = { clientOfCloud("secret-key").use { "$it" } },
        java = { JavaFeedback.clientOfCloud("secret-key").use { "$it" } },
    ) { shown ->
        shown shouldContain "https://app.phoenix.arize.com"
        shown shouldNotContain "secret-key"
        // The variables of the listings mean the same.
        val variables =
            mapOf(
                "PHOENIX_CLIENT_HEADERS" to "api_key=secret-key",
                "PHOENIX_COLLECTOR_ENDPOINT" to "https://app.phoenix.arize.com",
            )
        val settings = PhoenixSettings.builder().environment(PhoenixEnvironment(variables)).build()
        settings.endpoint shouldBe "https://app.phoenix.arize.com"
        settings.describe() shouldContain "PHOENIX_CLIENT_HEADERS"
    }
    feedbackOnSpans()
    feedbackWithoutIds()
}

private fun Runs.feedbackWithoutIds() {
    listing(
        36,
        kotlin = { feedbackOnCaptured(queue, traced::answer) { feedback } },
        java = { JavaFeedback.feedbackOnCaptured(blockingQueue, traced::answer) { feedback } },
    ) {
        traced.spanIds.size shouldBe 3
        for (id in traced.spanIds) onSpan(id, "user_feedback_all").found shouldBe given
        onSpan(traced.spanIds.last(), "user_feedback").found shouldBe given
        annotated(traced.spanIds.dropLast(1), "user_feedback").shouldBeEmpty()
    }
    listing(
        37,
        kotlin = { feedbackOnModels(queue, traced::answer) { feedback } },
        java = { JavaFeedback.feedbackOnModels(blockingQueue, traced::answer) { feedback } },
    ) {
        val (chain, retriever, model) = traced.spanIds
        onSpan(model, "llm_feedback").found shouldBe given
        annotated(listOf(chain, retriever), "llm_feedback").shouldBeEmpty()
    }
    listing(
        54,
        56,
        kotlin = { traced.inSpan { feedbackOnCurrent(queue) } },
        java = { traced.inSpan { JavaFeedback.feedbackOnCurrent(blockingQueue) } },
    ) { spanId ->
        traced.spanIds shouldBe listOf(spanId)
        onSpan(spanId, "user feedback").found shouldBe Found(HUMAN, "thumbs-up", 1.0)
    }
}

private fun Runs.feedbackOnSpans() {
    listing(
        53,
        kotlin = { correctness(client, llmSpanId()) },
        java = { JavaFeedback.correctness(phoenix, llmSpanId()) },
    ) { inserted ->
        val stored = onSpan(llmSpanId(), "correctness")
        stored.found shouldBe correct
        stored.metadata shouldBe values
        stored.identifier shouldBe "user-123"
        stored.id shouldBe inserted?.id
    }
    listing(
        55,
        kotlin = { thumbsUp(client, llmSpanId()) },
        java = { JavaFeedback.thumbsUp(phoenix, llmSpanId()) },
    ) {
        onSpan(llmSpanId(), "user feedback").found shouldBe Found(HUMAN, "thumbs-up", 1.0)
    }
    listing(
        57,
        kotlin = {
            clientWithKey(baseUrl, "any").use {
                postFeedback(it, llmSpanId(), "tone", "kind", 0.7, metadata = mapOf("n" to 1))
            }
        },
        java = {
            JavaFeedback.clientWithKey(baseUrl, "any").use {
                JavaFeedback.postFeedback(
                    it,
                    llmSpanId(),
                    "tone",
                    "kind",
                    0.7,
                    null,
                    mapOf("n" to 1),
                )
            }
        },
    ) { id ->
        val stored = onSpan(llmSpanId(), "tone")
        stored.found shouldBe Found(HUMAN, "kind", 0.7)
        stored.metadata shouldBe mapOf("n" to 1L)
        stored.id shouldBe id
    }
    listing(
        58,
        kotlin = { postAsCurlDoes(client, llmSpanId()) },
        java = { JavaFeedback.postAsCurlDoes(phoenix, llmSpanId()) },
    ) {
        val stored = onSpan(llmSpanId(), "correctness")
        stored.found shouldBe correct
        stored.metadata shouldBe values
    }
}

private suspend fun Guide.annotated(spanIds: List<String>, name: String) =
    client.spans
        .getSpanAnnotations(spanIds, includeAnnotationNames = listOf(name), project = project)
        .toList()
