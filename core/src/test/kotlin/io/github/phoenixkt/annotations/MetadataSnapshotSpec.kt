package io.github.phoenixkt.annotations

import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.internal.findJsonValueProblem
import io.github.phoenixkt.shouldBeJson
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.nio.file.Path
import java.util.Date
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicLong

private fun annotation(metadata: Map<String, Any?>) =
    SpanAnnotationData("s", "a", label = "x", metadata = metadata)

private suspend fun problemOf(metadata: Map<String, Any?>): AnnotationProblem =
    shouldThrow<InvalidAnnotationsException> {
            MockPhoenix().client().spans.addSpanAnnotation(annotation(metadata))
        }
        .problems
        .single()

class MetadataSnapshotSpec :
    FunSpec({
        test("a sequence, which may be read only once, is refused with what to do") {
            val problem = problemOf(mapOf("k" to listOf(1, 2).iterator().asSequence()))
            problem.field shouldBe "metadata.k"
            problem.reason shouldContain "sequence"
            problem.hint shouldContain "list"
        }

        test("a path is written as text") {
            findJsonValueProblem(Path.of("a", "b")) shouldBe null
            val server = MockPhoenix()
            server.client().spans.addSpanAnnotation(annotation(mapOf("k" to listOf(Path.of("a")))))
            server.single.body shouldContain """"metadata":{"k":["a"]}"""
        }

        test("what changes after construction does not change the annotation") {
            val list = mutableListOf<Any?>(1)
            val array = intArrayOf(1)
            val objects = arrayOf<Any>(list)
            val map = mutableMapOf<String, Any?>("inner" to list)
            val annotation =
                annotation(mapOf("list" to list, "array" to array, "o" to objects, "map" to map))
            list += Double.NaN
            array[0] = 2
            objects[0] = Any()
            map["more"] = Any()
            val server = MockPhoenix()
            server.client().spans.addSpanAnnotation(annotation)
            server.single.body shouldBeJson
                """{"data":[{"span_id":"s","name":"a","annotator_kind":"HUMAN","result":{"label":"x"},
                   "metadata":{"list":[1],"array":[1],"o":[[1]],"map":{"inner":[1]}}}]}"""
        }

        test("values that hold themselves, in whichever way, are told as such") {
            val map = mutableMapOf<String, Any?>()
            map["a"] = map
            map["b"] = listOf(map, map)
            problemOf(map).reason shouldContain "contains itself"
            val list = mutableListOf<Any?>()
            repeat(3) { list.add(list) }
            problemOf(mapOf("k" to list)).reason shouldContain "contains itself"
            var deep: Any? = 1
            repeat(200_000) { deep = listOf(deep) }
            problemOf(mapOf("k" to deep)).reason shouldContain "nested more than 100 levels deep"
        }

        test("what cannot change is kept as it is") {
            val text = String(charArrayOf('x'))
            annotation(mapOf("k" to text)).metadata.shouldNotBeNull()["k"] shouldBeSameInstanceAs
                text
        }

        test("counters, builders and dates are sent with the value that they had when given") {
            val counter = AtomicInteger(1)
            val long = AtomicLong(1)
            val text = StringBuilder("x")
            val date = Date(0)
            val inner = listOf(counter, long, text, date)
            val given =
                annotation(
                    mapOf("c" to counter, "l" to long, "t" to text, "d" to date, "i" to inner)
                )
            counter.set(2)
            long.set(2)
            text.append('\u0000')
            date.time = 1_000
            val server = MockPhoenix()
            server.client().spans.addSpanAnnotation(given)
            server.single.body shouldBeJson
                """{"data":[{"span_id":"s","name":"a","annotator_kind":"HUMAN","result":{"label":"x"},
                   "metadata":{"c":1,"l":1,"t":"x","d":"1970-01-01T00:00:00Z","i":[1,1,"x","1970-01-01T00:00:00Z"]}}]}"""
        }

        test("a key that changes after construction is sent as it was given") {
            val key = StringBuilder("k")
            val given = annotation(mapOf("m" to mapOf(key to listOf(mapOf(key to 1)))))
            key.append('\u0000')
            val server = MockPhoenix()
            server.client().spans.addSpanAnnotation(given)
            server.single.body shouldContain """"metadata":{"m":{"k":[{"k":1}]}}"""
        }

        test("two keys that are one in JSON are refused") {
            val kinds = mapOf(AnnotatorKind.LLM to 1, "LLM" to 2)
            val problem = problemOf(mapOf("m" to kinds))
            problem.field shouldBe "metadata.m"
            problem.reason shouldContain "two keys"
            problem.value shouldBe "LLM"
            val builders = mapOf(StringBuilder("a") to 1, StringBuilder("a") to 2)
            problemOf(mapOf("m" to listOf(builders))).field shouldBe "metadata.m[0]"
            findJsonValueProblem(mapOf(AnnotatorKind.LLM to 1, "CODE" to 2)) shouldBe null
        }

        test("rows that are added to or replaced in a list that was given are not sent") {
            val list = mutableListOf(annotation(mapOf("k" to 1)))
            val rows = AnnotationRows.of(list)
            list[0] = annotation(mapOf("k" to 2))
            list += list[0]
            rows.size shouldBe 1
            rows.metadata(0) shouldBe mapOf("k" to 1)
        }
    })
