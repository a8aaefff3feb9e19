package io.github.phoenixkt.dataframe

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.annotations.InvalidAnnotationsException
import io.github.phoenixkt.testing.FakePhoenix
import io.github.phoenixkt.testing.FakeSpan
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain

class LogDataframesSpec :
    FunSpec({
        val phoenix = FakePhoenix.start()
        val client = PhoenixClient {
            environment = PhoenixEnvironment(emptyMap())
            endpoint = phoenix.endpoint().toString()
        }
        afterSpec {
            client.close()
            phoenix.close()
        }
        beforeTest { phoenix.clearRequests() }
        (0 until 250).forEach { phoenix.addSpan(FakeSpan.of("%016x".format(it))) }
        val ids = (0 until 250).map { "%016x".format(it) }

        test("a frame goes a hundred rows per request, and gives its ids in its order") {
            val frame = frameOf("span_id" to ids, "score" to ids.indices.toList())
            val stored =
                client.spans.logSpanAnnotationsDataframe(
                    frame,
                    "quality",
                    AnnotatorKind.LLM,
                    sync = true,
                )
            stored.orEmpty().distinct() shouldHaveSize 250
            phoenix.requests().count { it.method() == "POST" } shouldBe 3
        }

        test("bad rows are told all at once, and nothing is sent") {
            val frame =
                frameOf(
                    "span_id" to listOf(ids[0], 7, ids[2], null),
                    "score" to listOf(Double.POSITIVE_INFINITY, 1, Double.NaN, 2),
                    "metadata" to listOf(null, mapOf("a" to listOf(1, Double.NaN)), null, null),
                )
            val error =
                shouldThrow<InvalidAnnotationsException> {
                    client.spans.logSpanAnnotationsDataframe(frame, "quality", AnnotatorKind.LLM)
                }
            error.problems.map { it.row to it.field } shouldBe
                listOf(
                    0 to "score",
                    1 to "span_id",
                    1 to "metadata.a[1]",
                    2 to "result",
                    3 to "span_id",
                )
            error.message shouldContain "row 1: span_id is of type Int where text is wanted"
            phoenix.requests().shouldBeEmpty()
        }
    })
