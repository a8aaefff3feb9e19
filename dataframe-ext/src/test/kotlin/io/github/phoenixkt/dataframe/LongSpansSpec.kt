package io.github.phoenixkt.dataframe

import io.github.phoenixkt.testing.FakePhoenix
import io.github.phoenixkt.testing.FakeSpan
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.time.Instant
import org.jetbrains.kotlinx.dataframe.AnyFrame

private val NO_START = Instant.parse("0001-01-01T00:00:00Z")
private val END = Instant.parse("2026-01-05T10:00:00Z")

private fun AnyFrame.millis(column: String, row: Int) = this[column][row] as Double

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
                spans["context.span_id"].toSet() shouldBe setOf("a1", "a2")
                val long = spans["context.span_id"].toList().indexOf("a1")
                spans.millis("latency_ms", long) shouldBe (centuries plusOrMinus 1.0)
                spans.millis("latency_ms", 1 - long) shouldBe 1_500.25
                val stats = spans.sessionStats()
                stats["session_id"].toList() shouldBe listOf("s1", "s2")
                stats.millis("latency_ms_max", 0) shouldBe (centuries plusOrMinus 1.0)
                stats.millis("latency_ms_max", 1) shouldBe 1_500.25
            }
        }
    })
