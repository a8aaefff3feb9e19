// What docs/testing.md shows, between the marks; a test compares the two.
// begin queue
package io.github.phoenixkt.samples.guides

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.queue.QueueOutcome
import io.github.phoenixkt.testing.FakePhoenix
import io.github.phoenixkt.testing.FakeSpan
import io.github.phoenixkt.testing.FakeTargetKind
import io.github.phoenixkt.testing.Fault
import java.time.Duration
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

private const val SPAN_ID = "67f6740bbe1ddc3f"

class FeedbackQueueTest {
    private val thumbsUp = SpanAnnotationData(SPAN_ID, "user feedback", label = "thumbs-up")

    @Test
    fun `stores a rating after Phoenix was down`() = runBlocking {
        FakePhoenix.start().use { fake ->
            fake.addSpan(FakeSpan.of(SPAN_ID))
            fake.failNext(Fault.status(503).times(2).on("POST", "/v1/span_annotations"))
            PhoenixClient { endpoint = fake.endpoint().toString() }
                .use { client ->
                    val queue = client.annotationQueue()
                    val offer = queue.offer(thumbsUp)
                    assertTrue(offer.accepted)
                    assertTrue(queue.flush(Duration.ofMinutes(1)))
                    assertTrue(offer.outcome.await() is QueueOutcome.Stored)
                }
            assertEquals("thumbs-up", fake.annotations(FakeTargetKind.SPAN).single().label())
        }
    }

    @Test
    fun `refuses a rating when the queue is closed`() = runBlocking {
        FakePhoenix.start().use { fake ->
            PhoenixClient { endpoint = fake.endpoint().toString() }
                .use { client ->
                    val queue = client.annotationQueue()
                    queue.close(Duration.ofMinutes(1))
                    assertFalse(queue.offer(thumbsUp).accepted)
                }
        }
    }
}
// end queue
