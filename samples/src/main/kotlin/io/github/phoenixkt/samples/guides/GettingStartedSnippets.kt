// What docs/getting-started.md shows, between the marks; a test compares the two and runs this.
// begin kotlin
package io.github.phoenixkt.samples.guides

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.annotations.AnnotatorKind
import kotlinx.coroutines.flow.toList

suspend fun annotate(spanId: String) {
    // In a service, create one client and share it.
    PhoenixClient().use { client -> // PHOENIX_ENDPOINT, PHOENIX_API_KEY, PHOENIX_PROJECT
        client.spans.addSpanAnnotation(
            spanId,
            "correctness",
            annotatorKind = AnnotatorKind.HUMAN,
            label = "correct",
            score = 0.85,
            sync = true,
        )
        client.spans.getSpanAnnotations(listOf(spanId)).toList().forEach(::println)
    }
}
// end kotlin
