package io.github.phoenixkt

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.time.Duration

class RetrySettingsSpec :
    StringSpec({
        fun refused(expected: String, configure: RetrySettings.Builder.() -> Unit) =
            withClue(expected) {
                shouldThrow<IllegalArgumentException> {
                        RetrySettings.builder().apply(configure).build()
                    }
                    .message shouldContain expected
            }

        "values that make no sense are refused with the name and the range" {
            refused("maxAttempts is 0") { maxAttempts = 0 }
            refused("multiplier is 0.9") { multiplier = 0.9 }
            refused("multiplier is NaN") { multiplier = Double.NaN }
            refused("multiplier is Infinity") { multiplier = Double.POSITIVE_INFINITY }
            refused("initialDelay is PT-0.001S") { initialDelay = Duration.ofMillis(-1) }
            refused("maxDelay is PT25H: use a duration from PT0S to PT24H") {
                maxDelay = Duration.ofHours(25)
            }
            refused("maxRetryAfter is PT-0.001S") { maxRetryAfter = Duration.ofMillis(-1) }
            refused("totalTimeout is PT0S") { totalTimeout = Duration.ZERO }
            refused("initialDelay (PT0.5S) is longer than maxDelay (PT0.499S)") {
                maxDelay = Duration.ofMillis(499)
            }
        }

        "values at the edge are accepted" {
            RetrySettings.builder()
                .maxAttempts(1)
                .initialDelay(Duration.ZERO)
                .multiplier(1.0)
                .maxDelay(Duration.ZERO)
                .maxRetryAfter(Duration.ofHours(24))
                .totalTimeout(Duration.ofMillis(1))
                .build()
                .toString() shouldBe
                "RetrySettings(maxAttempts=1, initialDelay=PT0S, multiplier=1.0, maxDelay=PT0S, " +
                    "maxRetryAfter=PT24H, totalTimeout=PT0.001S)"
        }

        "a builder made of settings keeps what is not changed" {
            val six =
                RetrySettings.builder()
                    .maxAttempts(6)
                    .initialDelay(Duration.ofSeconds(1))
                    .multiplier(3.0)
                    .maxDelay(Duration.ofSeconds(2))
                    .maxRetryAfter(Duration.ofSeconds(3))
                    .totalTimeout(Duration.ofSeconds(4))
                    .build()

            six.toBuilder().build().toString() shouldBe six.toString()
            six.toBuilder().maxAttempts(7).build().toString() shouldBe
                six.toString().replace("=6", "=7")
        }

        "time limits are bounded" {
            listOf(Duration.ZERO, Duration.ofMillis(-1), Duration.ofHours(25), Duration.ofNanos(1))
                .forEach {
                    withClue(it) {
                        shouldThrow<IllegalArgumentException> {
                                TimeoutSettings.builder().connect(it).build()
                            }
                            .message shouldContain "connect is"
                        shouldThrow<IllegalArgumentException> {
                                TimeoutSettings.builder().request(it).build()
                            }
                            .message shouldContain "request is"
                    }
                }
            val short =
                TimeoutSettings.builder()
                    .connect(Duration.ofSeconds(1))
                    .request(Duration.ofSeconds(2))
                    .build()
            short.toBuilder().build().toString() shouldBe
                "TimeoutSettings(connect=PT1S, request=PT2S)"
        }
    })
