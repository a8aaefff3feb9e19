@file:OptIn(kotlinx.serialization.ExperimentalSerializationApi::class)

package io.github.phoenixkt.annotations

import com.fasterxml.jackson.databind.ObjectMapper
import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.internal.BestEffortJson
import io.github.phoenixkt.internal.findJsonValueProblem
import io.github.phoenixkt.shouldBeJson
import io.github.phoenixkt.spans.SpanData
import io.github.phoenixkt.spans.SpanEventData
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.nio.file.Path
import java.sql.SQLException
import java.time.Instant
import java.util.BitSet
import java.util.Optional
import java.util.concurrent.DelayQueue
import java.util.concurrent.Delayed
import kotlinx.serialization.json.JsonUnquotedLiteral

private val TREE = ObjectMapper().readTree("""{"model":"gpt","usage":{"in":12}}""")

/** Iterable, or of no form, and no list. */
private val FOREIGN: List<Pair<String, Any>> =
    listOf(
        "a tree of a JSON library" to TREE,
        "a text in such a tree" to TREE["model"],
        "an exception of a database" to SQLException("broken", SQLException("cause")),
        "a range" to 1..3,
        "a range of characters" to ('a'..'c'),
        "an iterable" to Iterable { listOf(1).iterator() },
        "an iterator" to listOf(1).iterator(),
        "a stream" to java.util.stream.Stream.of(1),
        "a set of bits" to BitSet(3),
        "an optional" to Optional.of(1),
        "a literal that is no JSON" to JsonUnquotedLiteral("1d"),
        "a word that is no JSON" to JsonUnquotedLiteral("TRUE"),
        "an object that cannot say what it is" to
            object {
                override fun toString() = error("not now")
            },
    )

private fun spanWith(attributes: Map<String, Any?>, events: Map<String, Any?> = emptyMap()) =
    SpanData.builder(
            "n",
            "67f6740bbe1ddc3f",
            "67f6740bbe1ddc3f67f6740bbe1ddc3f",
            Instant.EPOCH,
            Instant.EPOCH,
        )
        .attributes(attributes)
        .event(SpanEventData("e", Instant.EPOCH, events))
        .build()

class ForeignValuesSpec :
    FunSpec({
        for ((what, value) in FOREIGN) {
            test("$what is refused with its place, wherever values are taken") {
                val metadata = mapOf("a" to 1, "x" to listOf(mapOf("y" to value)))
                for (annotation in
                    listOf(
                        SpanAnnotationData("s", "n", label = "l", metadata = metadata),
                        SpanDocumentAnnotationData("s", 0, "n", label = "l", metadata = metadata),
                        TraceAnnotationData("t", "n", label = "l", metadata = metadata),
                        SessionAnnotationData("s", "n", label = "l", metadata = metadata),
                    )) {
                    val server = MockPhoenix()
                    val problem =
                        shouldThrow<InvalidAnnotationsException> {
                                server.client().annotations.upload(listOf(annotation))
                            }
                            .problems
                            .single()
                    problem.field shouldBe "metadata.x[0].y"
                    server.requests.shouldBeEmpty()
                }
                shouldThrow<IllegalArgumentException> { spanWith(metadata) }.message shouldContain
                    "attributes.x[0].y"
                shouldThrow<IllegalArgumentException> { spanWith(emptyMap(), metadata) }
                    .message shouldContain "attributes.x[0].y"
            }
        }

        test("a tree that is alone in its field is no empty list") {
            findJsonValueProblem(mapOf("x" to TREE))?.reason shouldContain "ObjectNode"
            findJsonValueProblem(mapOf("x" to TREE))?.hint shouldContain "use a map"
        }

        test("maps, collections, arrays and what is documented as text are taken") {
            val server = MockPhoenix()
            val delayed = DelayQueue<Delayed>()
            server
                .client()
                .spans
                .addSpanAnnotation(
                    SpanAnnotationData(
                        "s",
                        "n",
                        label = "l",
                        metadata =
                            mapOf(
                                "path" to Path.of("a", "b"),
                                "queue" to delayed,
                                "unsigned" to listOf(1u, UInt.MAX_VALUE),
                                "keys" to mapOf("k" to 1).keys,
                                "values" to mapOf("k" to setOf(1)).values,
                                "arrays" to arrayOf<Any>(intArrayOf(1), arrayOf("a", null)),
                            ),
                    )
                )
            server.single.body shouldBeJson
                """{"data":[{"span_id":"s","name":"n","annotator_kind":"HUMAN","result":{"label":"l"},
                   "metadata":{"path":"a/b","queue":[],"unsigned":[1,4294967295],"keys":["k"],
                   "values":[[1]],"arrays":[[1],["a",null]]}}]}"""
        }

        test("the text of a value of an unknown class is its toString()") {
            BestEffortJson.encode(mapOf("tree" to TREE, "range" to 1..3)) shouldBeJson
                """{"tree":"{\"model\":\"gpt\",\"usage\":{\"in\":12}}","range":"1..3"}"""
        }
    })
