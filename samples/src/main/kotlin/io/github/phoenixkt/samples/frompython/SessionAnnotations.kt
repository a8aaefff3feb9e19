package io.github.phoenixkt.samples.frompython

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.annotations.InsertedAnnotation
import io.github.phoenixkt.annotations.SessionAnnotationData
import io.github.phoenixkt.dataframe.logSessionAnnotationsDataframe
import io.github.phoenixkt.sessions.SessionsResource
import org.jetbrains.kotlinx.dataframe.AnyFrame
import org.jetbrains.kotlinx.dataframe.api.dataFrameOf

// What docs/from-python.md shows, between the marks; a test compares the two and runs this.

suspend fun annotateSessionWithAll(client: PhoenixClient, sessionId: String): InsertedAnnotation? {
    // begin sessionParameters
    val inserted: InsertedAnnotation? =
        client.sessions.addSessionAnnotation(
            sessionId = sessionId,
            annotationName = "helpfulness",
            annotatorKind = AnnotatorKind.HUMAN, // the default
            label = "helpful",
            score = 0.9,
            explanation = "All questions were answered.",
            metadata = mapOf("channel" to "web"),
            identifier = "reviewer-1",
            sync = true, // default: false, which returns null
        )
    // end sessionParameters
    return inserted
}

fun sessionsOf(client: PhoenixClient): SessionsResource {
    // begin sessionsResource
    val sessions: SessionsResource = client.sessions // io.github.phoenixkt.sessions
    // end sessionsResource
    return sessions
}

suspend fun annotateSession(client: PhoenixClient, sessionId: String): InsertedAnnotation? {
    // begin addSession
    val annotation =
        client.sessions.addSessionAnnotation(
            sessionId = sessionId,
            annotationName = "helpfulness",
            annotatorKind = AnnotatorKind.HUMAN,
            label = "helpful",
            score = 0.9,
            explanation = "Clear answers, no detours.",
            sync = true,
        )
    println("stored as ${annotation?.id}")
    // end addSession
    return annotation
}

suspend fun annotateSessions(client: PhoenixClient, first: String, second: String) {
    // begin logSessions
    val annotations =
        listOf(
            SessionAnnotationData(
                first,
                "toxicity",
                AnnotatorKind.LLM,
                label = "safe",
                score = 0.05,
            ),
            SessionAnnotationData(
                second,
                "toxicity",
                AnnotatorKind.LLM,
                label = "safe",
                score = 0.02,
            ),
        )
    client.sessions.logSessionAnnotations(annotations)
    // end logSessions
}

suspend fun annotateSessionsOfFrame(client: PhoenixClient, first: String, second: String) {
    // begin logSessionsFrame
    val frame: AnyFrame =
        dataFrameOf(
            "session_id" to listOf(first, second),
            "label" to listOf("positive", "negative"),
            "score" to listOf(0.9, 0.3),
        )
    client.sessions.logSessionAnnotationsDataframe(
        frame,
        annotationName = "sentiment",
        annotatorKind = AnnotatorKind.LLM,
    )
    // end logSessionsFrame
}
