package io.github.phoenixkt.samples

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixSettings
import io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind.LLM
import io.github.phoenixkt.opentelemetry.PhoenixContext
import io.github.phoenixkt.opentelemetry.PhoenixTracing
import io.github.phoenixkt.opentelemetry.annotateCurrent
import io.github.phoenixkt.opentelemetry.annotateWhere
import io.github.phoenixkt.opentelemetry.phoenixContext
import io.github.phoenixkt.opentelemetry.withPhoenixContext
import io.github.phoenixkt.opentelemetry.withSpanCapture
import io.github.phoenixkt.phoenixSettings
import io.github.phoenixkt.queue.AnnotationQueue
import io.opentelemetry.api.common.AttributeKey
import java.time.Duration
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow

// What docs/tracing.md shows, between the marks; a test compares the two and runs this.

fun tracingOfProcess(): PhoenixTracing {
    // begin register
    val tracing = PhoenixTracing.register("chatbot") // for the whole process
    val tracer = tracing.tracer("com.example.chatbot")
    tracer.spanBuilder("answer").startSpan().end()
    // end register
    return tracing
}

fun tracingWithSettings(url: String, currentKey: () -> String): PhoenixTracing {
    // begin settings
    val settings = phoenixSettings {
        endpoint = url
        apiKey { currentKey() } // called for every export
    }
    val client = PhoenixClient(settings)
    val tracing =
        PhoenixTracing.builder()
            .settings(settings)
            .project("chatbot")
            .exportDelay(Duration.ofSeconds(1))
            .resourceAttribute(AttributeKey.stringKey("service.name"), "chatbot-eu")
            .build() // or register(), for the whole process
    // end settings
    client.close()
    return tracing
}

fun tracingInNotebook(settings: PhoenixSettings): Boolean {
    // begin notebook
    val tracing = PhoenixTracing.builder().settings(settings).simple().build()
    tracing.use {
        it.tracer("notebook").spanBuilder("cell").startSpan().end()
        check(it.flush(Duration.ofSeconds(30))) { "Phoenix did not get all spans" }
    }
    // end notebook
    return true
}

suspend fun underTheAgent(sessionId: String, userId: String, answer: suspend () -> String): String {
    // begin agent
    val context = PhoenixContext.builder().sessionId(sessionId).userId(userId).build()
    val response = withPhoenixContext(context.withBaggage()) { answer() }
    // end agent
    return response
}

suspend fun inScope(question: String, answer: suspend (String) -> String): String {
    // begin context
    val context = phoenixContext { sessionId("chat-7").userId("42").tags("beta") }
    val reply = withPhoenixContext(context) { answer(question) }
    // end context
    return reply
}

suspend fun feedback(queue: AnnotationQueue, question: String, answer: suspend (String) -> Unit) {
    // begin feedback
    queue.annotateCurrent("relevance") { score(0.9) } // the active span
    withSpanCapture { capture ->
        answer(question)
        capture.annotateWhere(queue, { it.kind() == LLM }, "tone") { label("calm") }
    }
    // end feedback
}

fun streamed(sessionId: String, model: () -> Sequence<String>): Flow<String> {
    // begin flow
    return flow { model().forEach { emit(it) } }
        .withPhoenixContext(PhoenixContext.session(sessionId))
    // end flow
}
