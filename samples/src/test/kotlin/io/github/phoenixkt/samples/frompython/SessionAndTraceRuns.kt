package io.github.phoenixkt.samples.frompython

import io.github.phoenixkt.annotations.AnnotatorKind.HUMAN
import io.github.phoenixkt.annotations.AnnotatorKind.LLM
import io.github.phoenixkt.java.AsyncSessionsResource
import io.github.phoenixkt.java.AsyncTracesResource
import io.github.phoenixkt.sessions.SessionsResource
import io.github.phoenixkt.traces.TracesResource
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf

/** What the guide shows of annotations of sessions. */
fun Runs.sessionAnnotations() {
    listing(
        1,
        kotlin = { annotateSessionWithAll(client, sessionId()) },
        java = { JavaSessionAnnotations.annotateWithAll(phoenix, sessionId()) },
    ) { inserted ->
        val stored = onSession(sessionId(), "helpfulness")
        stored.found shouldBe Found(HUMAN, "helpful", 0.9, "All questions were answered.")
        stored.metadata shouldBe mapOf("channel" to "web")
        stored.identifier shouldBe "reviewer-1"
        stored.id shouldBe inserted?.id
    }
    listing(
        2,
        kotlin = { sessionsOf(client) },
        java = { JavaSessionAnnotations.resources(phoenix) },
    ) { resource ->
        // Each is the one that knows the session of this project.
        when (resource) {
            is SessionsResource -> resource.get(sessionId()).sessionId shouldBe sessionId()
            else ->
                resource
                    .shouldBeInstanceOf<AsyncSessionsResource>()
                    .get(sessionId())
                    .get()
                    .sessionId
                    .shouldBe(sessionId())
        }
    }
    listing(
        3,
        kotlin = { annotateSession(client, sessionId()) },
        java = { JavaSessionAnnotations.annotate(phoenix, sessionId()) },
    ) { inserted ->
        val stored = onSession(sessionId(), "helpfulness")
        stored.found shouldBe Found(HUMAN, "helpful", 0.9, "Clear answers, no detours.")
        stored.id shouldBe inserted?.id
    }
    listing(
        4,
        kotlin = { annotateSessions(client, sessionId(0), sessionId(1)) },
        java = { JavaSessionAnnotations.annotateMany(phoenix, sessionId(0), sessionId(1)) },
    ) {
        onSession(sessionId(0), "toxicity").found shouldBe Found(LLM, "safe", 0.05)
        onSession(sessionId(1), "toxicity").found shouldBe Found(LLM, "safe", 0.02)
    }
    listing(
        5,
        kotlin = { annotateSessionsOfFrame(client, sessionId(0), sessionId(1)) },
        java = { JavaSessionAnnotations.annotateRecords(phoenix, sessionId(0), sessionId(1)) },
    ) {
        onSession(sessionId(0), "sentiment").found shouldBe Found(LLM, "positive", 0.9)
        onSession(sessionId(1), "sentiment").found shouldBe Found(LLM, "negative", 0.3)
    }
}

/** What the guide shows of annotations of traces. */
fun Runs.traceAnnotations() {
    listing(
        13,
        kotlin = { annotateTraceWithAll(client, traceId()) },
        java = { JavaTraceAnnotations.annotateWithAll(phoenix, traceId()) },
    ) { inserted ->
        val stored = onTrace(traceId(), "correctness")
        stored.found shouldBe Found(HUMAN, "correct", 0.95, "The steps hold.")
        stored.metadata shouldBe mapOf("rubric" to 2L)
        stored.identifier shouldBe "reviewer-1"
        stored.id shouldBe inserted?.id
    }
    listing(
        14,
        kotlin = { tracesOf(client) },
        java = { JavaTraceAnnotations.resources(phoenix) },
    ) { resource ->
        traceId() // a trace to be found
        val page =
            when (resource) {
                is TracesResource -> resource.getTracesPage()
                else -> resource.shouldBeInstanceOf<AsyncTracesResource>().getTracesPage().get()
            }
        page.items shouldHaveSize 2
    }
    listing(
        15,
        kotlin = { annotateTrace(client, traceId()) },
        java = { JavaTraceAnnotations.annotate(phoenix, traceId()) },
    ) { inserted ->
        val stored = onTrace(traceId(), "correctness")
        stored.found shouldBe Found(HUMAN, "correct", 0.95, "Right, and for the right reasons.")
        stored.id shouldBe inserted?.id
    }
    manyTraceAnnotations()
}

private fun Runs.manyTraceAnnotations() {
    listing(
        16,
        kotlin = { annotateTraces(client, traceId(0), traceId(1)) },
        java = { JavaTraceAnnotations.annotateMany(phoenix, traceId(0), traceId(1)) },
    ) {
        onTrace(traceId(0), "toxicity").found shouldBe Found(LLM, "safe", 0.01)
        onTrace(traceId(1), "toxicity").found shouldBe Found(LLM, "safe", 0.03)
    }
    listing(
        17,
        kotlin = { annotateTracesOfFrame(client, traceId(0), traceId(1)) },
        java = { JavaTraceAnnotations.annotateRecords(phoenix, traceId(0), traceId(1)) },
    ) { results ->
        val first = onTrace(traceId(0), "correctness")
        val second = onTrace(traceId(1), "correctness")
        first.found shouldBe Found(HUMAN, "correct", 0.95, "It adds up.")
        second.found shouldBe Found(HUMAN, "incorrect", 0.2, "A step is missing.")
        results?.map { it.id } shouldBe listOf(first.id, second.id)
    }
    listing(
        18,
        kotlin = { annotateTraceMeanwhile(client, traceId()) },
        java = { JavaTraceAnnotations.annotateMeanwhile(phoenix.async(), traceId()).get() },
    ) { inserted ->
        val stored = onTrace(traceId(), "relevance")
        stored.found shouldBe Found(HUMAN, label = null, score = 0.8)
        stored.id shouldBe inserted.shouldNotBeNull().id
    }
}
