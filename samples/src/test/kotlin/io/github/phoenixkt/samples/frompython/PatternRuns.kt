package io.github.phoenixkt.samples.frompython

import io.github.phoenixkt.annotations.AnnotatorKind.HUMAN
import io.github.phoenixkt.annotations.AnnotatorKind.LLM
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain

/** What the guide shows of annotations of every level. */
fun Runs.annotationPatterns() {
    listing(
        6,
        kotlin = { makeClient().use { "$it" } },
        java = { JavaAnnotationPatterns.makeClient().use { "$it" } },
    ) { shown ->
        // Where the endpoint comes from is the environment's business, and tested elsewhere.
        shown shouldContain "http"
    }
    listing(
        7,
        kotlin = { annotateSpan(client, llmSpanId()) },
        java = { JavaAnnotationPatterns.annotateSpan(phoenix, llmSpanId()) },
    ) { inserted ->
        val stored = onSpan(llmSpanId(), "quality")
        stored.found shouldBe Found(HUMAN, "high_quality", 0.95, "Correct, and easy to read.")
        stored.metadata shouldBe mapOf("reviewer" to "alice")
        stored.id shouldBe inserted?.id
    }
    listing(
        8,
        kotlin = { annotateDocument(client, retrieverSpanId()) },
        java = { JavaAnnotationPatterns.annotateDocument(phoenix, retrieverSpanId()) },
    ) {
        onDocuments(retrieverSpanId(), "relevance", count = 1) shouldBe
            mapOf(0 to Found(LLM, "relevant", 0.95))
    }
    listing(
        9,
        kotlin = { annotateTraceQueued(client, traceId()) },
        java = { JavaAnnotationPatterns.annotateTrace(phoenix, traceId()) },
    ) {
        onTrace(traceId(), "correctness").found shouldBe Found(HUMAN, "correct", 1.0)
    }
    notesAndRetrieval()
}

private fun Runs.notesAndRetrieval() {
    listing(
        10,
        kotlin = { noteOnSpan(client, llmSpanId()) },
        java = { JavaAnnotationPatterns.noteOnSpan(phoenix, llmSpanId()) },
    ) { note ->
        val stored = onSpan(llmSpanId(), "note")
        stored.explanation shouldBe "Odd token at the end, to be reviewed."
        stored.id shouldBe note.id
    }
    listing(
        11,
        kotlin = { annotateSessionQueued(client, sessionId()) },
        java = { JavaAnnotationPatterns.annotateSession(phoenix, sessionId()) },
    ) {
        onSession(sessionId(), "user_satisfaction").found shouldBe Found(HUMAN, "satisfied", 0.85)
    }
    listing(
        12,
        kotlin = { annotateRetrieval(client, retrieverSpanId(), llmSpanId(), traceId()) },
        java = {
            JavaAnnotationPatterns.annotateRetrieval(
                phoenix,
                retrieverSpanId(),
                llmSpanId(),
                traceId(),
            )
        },
    ) {
        onDocuments(retrieverSpanId(), "relevance", count = 3) shouldBe
            mapOf(
                0 to Found(LLM, "relevant", 0.95),
                1 to Found(LLM, "relevant", 0.80),
                2 to Found(LLM, "irrelevant", 0.10),
            )
        onSpan(llmSpanId(), "faithfulness").found shouldBe Found(LLM, "faithful", 0.90)
        onTrace(traceId(), "correctness").found shouldBe Found(HUMAN, "correct", 1.0)
    }
}
