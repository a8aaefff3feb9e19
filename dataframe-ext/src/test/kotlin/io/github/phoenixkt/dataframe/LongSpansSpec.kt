package io.github.phoenixkt.dataframe

import io.github.phoenixkt.testing.FakePhoenix
import io.github.phoenixkt.testing.FakeSpan
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.time.Instant

private val NO_START = Instant.parse("0001-01-01T00:00:00Z")
private val END = Instant.parse("2026-01-05T10:00:00Z")

class LongSpansSpec :
    FunSpec({
        test("a span that begins in year 1 keeps no frame from being read") {
            FakePhoenix.start().use { fake ->
                fake.addSpan(FakeSpan.of("a1").session("s1").time(NO_START, END))
                fake.addSpan(
                    FakeSpan.of("a2").session("s2").time(END, END.plusNanos(1_500_250_000))
                )
                val spans =
                    clientOf(fake.endpoint().toString(), "default").use {
                        it.spans.getSpansDataframe()
                    }
                val centuries = Duration.between(NO_START, END).toMillis().toDouble()
                spans["context.span_id"].toList().zip(spans["latency_ms"].toList()).toMap() shouldBe
                    mapOf("a1" to centuries, "a2" to 1_500.25)
            }
        }
    })
