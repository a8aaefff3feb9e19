package io.github.phoenixkt.samples

import io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind.LLM
import io.github.phoenixkt.opentelemetry.annotateWhere
import io.github.phoenixkt.opentelemetry.withSession
import io.github.phoenixkt.opentelemetry.withSpanCapture
import io.github.phoenixkt.queue.AnnotationQueue

// What the README shows besides the quick start, between the marks; a test compares the two and
// runs this.

suspend fun tracedAnswer(queue: AnnotationQueue, question: String, answer: (String) -> String) {
    // begin session
    withSession("user-42-conv-7") { // every span that starts here gets the session
        withSpanCapture { capture ->
            answer(question) // traced by any instrumentation
            capture.annotateWhere(queue, { it.kind() == LLM }, "user feedback") {
                label("thumbs-up").score(1.0)
            }
        }
    }
    // end session
}
