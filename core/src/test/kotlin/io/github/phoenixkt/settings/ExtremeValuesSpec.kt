package io.github.phoenixkt.settings

import io.github.phoenixkt.CallOptions
import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixSettings
import io.github.phoenixkt.RetrySettings
import io.github.phoenixkt.TimeoutSettings
import io.github.phoenixkt.json
import io.github.phoenixkt.queue.annotationQueueOptions
import io.github.phoenixkt.upload.uploadOptions
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.time.Duration
import java.time.temporal.ChronoUnit

/** Every duration of every builder is bounded, and says so when it is built. */
class ExtremeValuesSpec :
    FunSpec({
        val durations: Map<String, (Duration) -> Any> =
            mapOf(
                "timeout" to { CallOptions.builder().timeout(it).build() },
                "connect" to { TimeoutSettings.builder().connect(it).build() },
                "request" to { TimeoutSettings.builder().request(it).build() },
                "initialDelay" to { RetrySettings.builder().initialDelay(it).build() },
                "maxDelay" to { RetrySettings.builder().maxDelay(it).build() },
                "maxRetryAfter" to { RetrySettings.builder().maxRetryAfter(it).build() },
                "totalTimeout" to { RetrySettings.builder().totalTimeout(it).build() },
                "outageTolerance" to { value -> uploadOptions { outageTolerance = value } },
                "awaitTarget" to { value -> uploadOptions { awaitTarget = value } },
                "flushAfter" to { value -> annotationQueueOptions { flushAfter = value } },
                "awaitTarget" to { value -> annotationQueueOptions { awaitTarget = value } },
                "maxAge" to { value -> annotationQueueOptions { maxAge = value } },
                "closeTimeout" to { value -> annotationQueueOptions { closeTimeout = value } },
                "requestTimeout" to { value -> annotationQueueOptions { requestTimeout = value } },
            )
        val extremes =
            listOf(
                Duration.ofMillis(-1),
                Duration.ofSeconds(Long.MIN_VALUE),
                Duration.ofSeconds(Long.MAX_VALUE),
                ChronoUnit.FOREVER.duration,
                Duration.ofMillis(Long.MAX_VALUE),
            )

        durations.forEach { (name, build) ->
            test("$name refuses what is negative or without end") {
                extremes.forEach { value ->
                    withClue(value) {
                        shouldThrow<IllegalArgumentException> { build(value) }.message shouldContain
                            name
                    }
                }
            }
        }

        test("the longest durations and the largest numbers that are allowed work") {
            val day = Duration.ofDays(1)
            val server = MockPhoenix {
                json("""{"data":{"id":"1","name":"p","description":null}}""")
            }
            val client: PhoenixClient = server.client {
                fun PhoenixSettings.Builder.large() {
                    maxConcurrentCalls = Int.MAX_VALUE
                    replyLimit = Int.MAX_VALUE
                    timeouts = TimeoutSettings.builder().connect(day).request(day).build()
                    retry =
                        RetrySettings.builder()
                            .maxAttempts(Int.MAX_VALUE)
                            .initialDelay(day)
                            .maxDelay(day)
                            .maxRetryAfter(day)
                            .totalTimeout(day)
                            .multiplier(Double.MAX_VALUE)
                            .build()
                }
                large()
            }
            client.projects.get("p").name shouldBe "p"
            client
                .withOptions(CallOptions.builder().timeout(day).build())
                .projects
                .get("p")
                .name shouldBe "p"
        }
    })
