package io.github.phoenixkt.samples.frompython

import io.github.phoenixkt.opentelemetry.SessionIds
import io.github.phoenixkt.opentelemetry.SessionManager
import io.github.phoenixkt.opentelemetry.withSession
import java.time.Clock
import java.time.Duration

// What docs/from-python.md shows, between the marks; a test compares the two and runs this.

suspend fun twoQuestions(sessionId: String, model: suspend (List<String>) -> String): List<String> {
    val messages = mutableListOf<String>()
    // begin usingSession
    withSession(sessionId) {
        messages += "Hello!"
        messages += model(messages)
        messages += "What's the weather?"
        messages += model(messages)
    }
    // end usingSession
    return messages
}

// begin sessionPerUser
suspend fun perUser(userId: String, message: String, answer: suspend (String) -> String): String =
    withSession(SessionIds.user(userId)) { answer(message) }

// end sessionPerUser

// begin sessionPerConversation
class ChatSession(private val model: suspend (List<String>) -> String) {
    val sessionId: String = SessionIds.conversation()
    private val messages = mutableListOf<String>()

    suspend fun sendMessage(message: String): String =
        withSession(sessionId) {
            messages += message
            model(messages).also { messages += it }
        }
}

// end sessionPerConversation

suspend fun chatTwice(model: suspend (List<String>) -> String): Pair<String, String> {
    // begin chatTwice
    val chat = ChatSession(model)
    chat.sendMessage("Hello!")
    val answer = chat.sendMessage("How are you?") // the same session
    // end chatTwice
    return chat.sessionId to answer
}

// begin sessionPerHour
suspend fun perHour(
    userId: String,
    message: String,
    clock: Clock,
    answer: suspend (String) -> String,
): String = withSession(SessionIds.hourly(userId, clock)) { answer(message) }

// end sessionPerHour

/** What the workflow is made of; all of it is traced. */
interface Pipeline {
    suspend fun chunk(documentId: String): List<String>

    suspend fun embed(chunks: List<String>): List<FloatArray>

    suspend fun store(embeddings: List<FloatArray>)
}

suspend fun processDocument(documentId: String, pipeline: Pipeline) {
    // begin sessionPerWorkflow
    withSession(SessionIds.workflow("doc", documentId)) {
        val chunks = pipeline.chunk(documentId)
        val embeddings = pipeline.embed(chunks)
        pipeline.store(embeddings)
    }
    // end sessionPerWorkflow
}

fun sessionsThatExpire(
    model: suspend (List<String>) -> String,
    clock: Clock,
): SessionManager<ChatSession> {
    // begin expiry
    val sessions =
        SessionManager.builder { _ -> ChatSession(model) }
            .idleTimeout(Duration.ofHours(1)) // the default
            .clock(clock) // default: the system clock
            .onEnd { user, session, reason -> println("$user, ${session.sessionId}: $reason") }
            .build()
    // end expiry
    return sessions
}

suspend fun answerInSession(
    sessions: SessionManager<ChatSession>,
    userId: String,
    message: String,
): String {
    // begin getSession
    val answer = sessions.get(userId).sendMessage(message)
    // end getSession
    return answer
}
