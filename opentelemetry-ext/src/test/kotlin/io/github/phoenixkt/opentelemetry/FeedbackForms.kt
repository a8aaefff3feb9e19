package io.github.phoenixkt.opentelemetry

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.annotations.InsertedAnnotation
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.java.PhoenixAsyncClient
import io.github.phoenixkt.java.PhoenixBlockingClient
import java.time.Duration
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.future.await
import kotlinx.coroutines.withContext

typealias Judgement = SpanAnnotationData.Builder.() -> Unit

/** One of the ways to give feedback; without `sync` nothing comes back. */
interface FeedbackForm {
    suspend fun current(name: String, sync: Boolean, judgement: Judgement): InsertedAnnotation?

    suspend fun last(
        capture: SpanCapture,
        name: String,
        sync: Boolean,
        judgement: Judgement,
    ): InsertedAnnotation?

    suspend fun all(
        capture: SpanCapture,
        name: String,
        sync: Boolean,
        judgement: Judgement,
    ): List<InsertedAnnotation>?

    suspend fun where(
        capture: SpanCapture,
        condition: (CapturedSpan) -> Boolean,
        name: String,
        sync: Boolean,
        judgement: Judgement,
    ): List<InsertedAnnotation>?
}

/** All forms, by name; each waits for spans so long. */
val FEEDBACK_FORMS: Map<String, (PhoenixClient, Duration) -> FeedbackForm> =
    mapOf("Kotlin" to ::Suspending, "futures" to ::Futures, "blocking Java" to ::Blocking)

private class Suspending(val client: PhoenixClient, val patience: Duration) : FeedbackForm {
    override suspend fun current(name: String, sync: Boolean, judgement: Judgement) =
        client.annotateCurrent(name, sync, patience, judgement)

    override suspend fun last(
        capture: SpanCapture,
        name: String,
        sync: Boolean,
        judgement: Judgement,
    ) = capture.annotateLast(client, name, sync, patience, judgement)

    override suspend fun all(
        capture: SpanCapture,
        name: String,
        sync: Boolean,
        judgement: Judgement,
    ) = capture.annotateAll(client, name, sync, patience, judgement)

    override suspend fun where(
        capture: SpanCapture,
        condition: (CapturedSpan) -> Boolean,
        name: String,
        sync: Boolean,
        judgement: Judgement,
    ) = capture.annotateWhere(client, condition, name, sync, patience, judgement)
}

private class Futures(client: PhoenixClient, patience: Duration) : FeedbackForm {
    private val feedback = SpanFeedback.of(PhoenixAsyncClient.of(client)).withAwaitTarget(patience)

    override suspend fun current(name: String, sync: Boolean, judgement: Judgement) =
        if (sync) feedback.annotateCurrentSync(name, judgement).await()
        else feedback.annotateCurrent(name, judgement).await().let { null }

    override suspend fun last(
        capture: SpanCapture,
        name: String,
        sync: Boolean,
        judgement: Judgement,
    ) =
        if (sync) feedback.annotateLastSync(capture, name, judgement).await()
        else feedback.annotateLast(capture, name, judgement).await().let { null }

    override suspend fun all(
        capture: SpanCapture,
        name: String,
        sync: Boolean,
        judgement: Judgement,
    ) =
        if (sync) feedback.annotateAllSync(capture, name, judgement).await()
        else feedback.annotateAll(capture, name, judgement).await().let { null }

    override suspend fun where(
        capture: SpanCapture,
        condition: (CapturedSpan) -> Boolean,
        name: String,
        sync: Boolean,
        judgement: Judgement,
    ) =
        if (sync) feedback.annotateWhereSync(capture, condition, name, judgement).await()
        else feedback.annotateWhere(capture, condition, name, judgement).await().let { null }
}

/** The thread that waits is one that may; the context goes along with the coroutine. */
private class Blocking(client: PhoenixClient, patience: Duration) : FeedbackForm {
    private val feedback =
        BlockingSpanFeedback.of(PhoenixBlockingClient.of(client)).withAwaitTarget(patience)

    private suspend fun <T> waiting(call: () -> T): T = withContext(Dispatchers.IO) { call() }

    override suspend fun current(name: String, sync: Boolean, judgement: Judgement) = waiting {
        if (sync) feedback.annotateCurrentSync(name, judgement)
        else feedback.annotateCurrent(name, judgement).let { null }
    }

    override suspend fun last(
        capture: SpanCapture,
        name: String,
        sync: Boolean,
        judgement: Judgement,
    ) = waiting {
        if (sync) feedback.annotateLastSync(capture, name, judgement)
        else feedback.annotateLast(capture, name, judgement).let { null }
    }

    override suspend fun all(
        capture: SpanCapture,
        name: String,
        sync: Boolean,
        judgement: Judgement,
    ) = waiting {
        if (sync) feedback.annotateAllSync(capture, name, judgement)
        else feedback.annotateAll(capture, name, judgement).let { null }
    }

    override suspend fun where(
        capture: SpanCapture,
        condition: (CapturedSpan) -> Boolean,
        name: String,
        sync: Boolean,
        judgement: Judgement,
    ) = waiting {
        if (sync) feedback.annotateWhereSync(capture, condition, name, judgement)
        else feedback.annotateWhere(capture, condition, name, judgement).let { null }
    }
}
