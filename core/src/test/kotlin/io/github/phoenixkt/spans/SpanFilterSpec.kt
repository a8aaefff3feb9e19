package io.github.phoenixkt.spans

import io.github.phoenixkt.contract.contractClient
import io.github.phoenixkt.contract.newSpanId
import io.github.phoenixkt.contract.newTraceId
import io.github.phoenixkt.testing.FakePhoenix
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.time.Instant
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.flow.toList

class SpanFilterSpec :
    FunSpec({
        test("attributes are looked for as what they are: text, number or boolean") {
            val filter = spanFilter {
                attributes = mapOf("a.b" to "x:y", "t" to "1", "q" to "\"", "n" to 1.5, "f" to true)
            }
            filter.parts.single().map { it.second } shouldBe
                listOf("a.b:\"x:y\"", "t:\"1\"", "q:\"\\\"\"", "n:1.5", "f:true")
        }

        test("what Phoenix could not look for is refused") {
            mapOf(
                    ("a:b" to "x") to "colon",
                    (" " to "x") to "blank",
                    ("k" to Double.NaN) to "finite",
                    ("k" to listOf("x")) to "texts, numbers and booleans",
                    ("k" to mapOf("x" to 1)) to "texts, numbers and booleans",
                    ("k" to "\ud83d") to "surrogate",
                )
                .forEach { (attribute, reason) ->
                    shouldThrow<IllegalArgumentException> {
                            spanFilter { attributes = mapOf(attribute) }
                        }
                        .message shouldContain reason
                }
        }

        test("a text that looks like a number finds the text, and the number the number") {
            FakePhoenix.start().use { fake ->
                contractClient(fake.endpoint().toString()).use { client ->
                    fun span(name: String, value: Any) =
                        spanData(name, newSpanId(), newTraceId(), Instant.EPOCH, Instant.EPOCH) {
                            attributes = mapOf("k" to value)
                        }
                    client.spans.logSpans(listOf(span("text", "1"), span("number", 1)))
                    suspend fun found(filter: SpanFilter) =
                        client.spans.getSpans(filter).toList().map { it.name }.sorted()
                    eventually(60.seconds) { found(spanFilter()) shouldBe listOf("number", "text") }
                    found(spanFilter { attributes = mapOf("k" to "1") }) shouldBe listOf("text")
                    found(spanFilter { attributes = mapOf("k" to 1) }) shouldBe listOf("number")
                }
            }
        }
    })
