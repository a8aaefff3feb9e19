package io.github.phoenixkt.samples.frompython

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.opentelemetry.SessionIds
import io.github.phoenixkt.opentelemetry.SessionManager
import io.github.phoenixkt.spans.spanData
import java.io.IOException
import java.time.Instant

// What docs/from-python.md shows, between the marks; a test compares the two and runs this.

// begin chatApplication
class Chat(
    private val client: PhoenixClient,
    private val userId: String,
    private val model: suspend (List<String>) -> String,
) {
    val sessionId: String = SessionIds.conversation()
    private val messages = mutableListOf<String>()

    suspend fun chat(question: String): String {
        val turn = messages.size / 2 + 1
        val start = Instant.now()
        return try {
            val answer = model(messages + question)
            messages += listOf(question, answer)
            record(start, turn, question, answer)
            answer
        } catch (e: IOException) {
            record(start, turn, question, answer = null, problem = e.message)
            throw e
        }
    }

    private suspend fun record(
        start: Instant,
        turn: Int,
        question: String,
        answer: String?,
        problem: String? = null,
    ) {
        val span =
            spanData("chat-turn", randomHex(16), randomHex(32), start, Instant.now()) {
                spanKind = "CHAIN"
                statusCode = if (problem == null) "OK" else "ERROR"
                statusMessage = problem.orEmpty()
                attributes =
                    mapOf(
                        "session.id" to sessionId,
                        "input.value" to question,
                        "output.value" to answer,
                        "metadata" to mapOf("user_id" to userId, "turn_number" to turn),
                    )
            }
        client.spans.logSpans(listOf(span), project = "chatbot")
    }
}

// end chatApplication

fun chats(
    client: PhoenixClient,
    model: suspend (List<String>) -> String,
): SessionManager<Chat> {
    // begin chatSessions
    val chats = SessionManager.builder { userId -> Chat(client, userId, model) }.build()
    // end chatSessions
    return chats
}

suspend fun chatInterface(chats: SessionManager<Chat>, userId: String, message: String): String {
    // begin chatInterface
    val answer = chats.get(userId).chat(message)
    // end chatInterface
    return answer
}
