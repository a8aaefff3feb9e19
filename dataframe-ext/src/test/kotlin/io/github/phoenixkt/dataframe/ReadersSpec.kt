package io.github.phoenixkt.dataframe

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.testing.FakePhoenix
import io.github.phoenixkt.testing.FakeSpan
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempfile
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import org.jetbrains.kotlinx.dataframe.AnyFrame
import org.jetbrains.kotlinx.dataframe.DataFrame
import org.jetbrains.kotlinx.dataframe.api.ParserOptions
import org.jetbrains.kotlinx.dataframe.io.ColType
import org.jetbrains.kotlinx.dataframe.io.JSON
import org.jetbrains.kotlinx.dataframe.io.readCSV
import org.jetbrains.kotlinx.dataframe.io.readDelimStr
import org.jetbrains.kotlinx.dataframe.io.readJson
import org.jetbrains.kotlinx.dataframe.io.readJsonStr
import org.jetbrains.kotlinx.dataframe.io.writeCSV
import org.jetbrains.kotlinx.dataframe.io.writeJson

private fun json(vararg metadata: String) =
    metadata.withIndex().joinToString(prefix = "[", postfix = "]") { (index, value) ->
        """{"span_id": "a$index", "label": "x", "metadata": $value}"""
    }

private val ANY = JSON.TypeClashTactic.ANY_COLUMNS

/** What DataFrame's readers of CSV and JSON have changed, and what becomes of it. */
class ReadersSpec :
    FunSpec({
        context("JSON of types that clash") {
            test("metadata that is an object here and a text there") {
                val text = json("""{"a": 1}""", """"{\"b\": 2}"""", "null", "{}")
                val problem = spansOf(DataFrame.readJsonStr(text)).allProblems().single()
                problem.row shouldBe 1
                problem.field shouldBe "metadata.value"
                problem.value shouldBe "{\"b\": 2}"
                problem.hint shouldContain "typeClashTactic = JSON.TypeClashTactic.ANY_COLUMNS"
                val rows = spansOf(DataFrame.readJsonStr(text, typeClashTactic = ANY))
                rows.allProblems().shouldBeEmpty()
                rows.all { metadata(it)?.toString() } shouldBe
                    listOf("{a=1}", "{\"b\":2}", null, null)
            }

            test("a key of metadata that is a number, an object and an array") {
                val text = json("""{"m": 1}""", """{"m": {"n": 2}}""", """{"m": [1, 2]}""")
                val problems = spansOf(DataFrame.readJsonStr(text)).allProblems()
                problems.map { it.row to it.field } shouldBe
                    listOf(0 to "metadata.m.value", 2 to "metadata.m.array")
                spansOf(DataFrame.readJsonStr(text, typeClashTactic = ANY)).all {
                    metadata(it)
                } shouldBe
                    listOf(
                        mapOf("m" to 1),
                        mapOf("m" to mapOf("n" to 2)),
                        mapOf("m" to listOf(1, 2)),
                    )
            }

            test("a number and an array, without an object") {
                spansOf(DataFrame.readJsonStr(json("""{"m": 1}""", """{"m": [1, 2]}""")))
                    .allProblems()
                    .map { it.row } shouldBe listOf(0, 1)
            }

            test("beside a key that is called value") {
                val text = json("""{"m": {"value": 1}}""", """{"m": 2}""")
                spansOf(DataFrame.readJsonStr(text)).allProblems().map {
                    it.row to it.field
                } shouldBe listOf(1 to "metadata.m.value1")
            }

            test("a list of several types") {
                val text = json("""{"x": [1, "x", {"y": 1}]}""", """{"x": []}""")
                val problem = spansOf(DataFrame.readJsonStr(text)).allProblems().single()
                problem.row shouldBe 0
                problem.field shouldBe "metadata.x[0].value"
                spansOf(DataFrame.readJsonStr(text, typeClashTactic = ANY)).metadata(0) shouldBe
                    mapOf("x" to listOf(1, "x", mapOf("y" to 1)))
            }

            listOf(
                    """{"value": 1}""" to """{"value": 2, "a": 1}""",
                    """{"value": 1}""" to """{"a": 2}""",
                    """{"value": 1}""" to """{"value": 2}""",
                    """{"a": 1, "value": 1, "array": [1]}""" to """{"value": 3}""",
                    """{"x": [{"array": [1]}]}""" to """{"x": [{"array": [2]}]}""",
                )
                .forEach { (first, second) ->
                    test("$first and $second have keys of that name, and no clash") {
                        val rows = spansOf(DataFrame.readJsonStr(json(first, second)))
                        rows.allProblems().shouldBeEmpty()
                        rows.metadata(0)?.isEmpty() shouldBe false
                    }
                }
        }

        test("what was read from Phoenix outlives a CSV file and a JSON file") {
            val metadata =
                listOf(
                    mapOf(
                        "a" to listOf(mapOf("b" to null), 1L, 0.5, true, "x, \"y\"\n"),
                        "big" to java.math.BigInteger.TWO.pow(63),
                        "e" to 1e-300,
                    ),
                    emptyMap(),
                    mapOf("a" to emptyMap<String, Any?>()),
                )
            FakePhoenix.start().use { phoenix ->
                val ids = List(3) { "%016x".format(it + 1) }
                ids.forEach { phoenix.addSpan(FakeSpan.of(it)) }
                PhoenixClient {
                    environment = PhoenixEnvironment(emptyMap())
                    endpoint = phoenix.endpoint().toString()
                }
                    .use { client ->
                        val frame =
                            frameOf("span_id" to ids, "label" to ids, "metadata" to metadata)
                        client.spans.logSpanAnnotationsDataframe(
                            frame,
                            "quality",
                            AnnotatorKind.LLM,
                            sync = true,
                        )
                        val read = client.spans.getSpanAnnotationsDataframe(ids)
                        fun AnyFrame.metadata() =
                            (0 until rowsCount()).associate {
                                this["context.span_id"][it] to this["metadata"][it]
                            }
                        read.metadata() shouldBe ids.zip(metadata).toMap()
                        val csv = tempfile(suffix = ".csv").also { read.writeCSV(it) }
                        val json = tempfile(suffix = ".json").also { read.writeJson(it) }
                        val types =
                            mapOf("context.span_id" to ColType.String, "label" to ColType.String)
                        for (again in
                            listOf(
                                DataFrame.readCSV(csv, colTypes = types),
                                DataFrame.readJson(json),
                            )) {
                            client.spans.logSpanAnnotationsDataframe(again, sync = true)
                            client.spans.getSpanAnnotationsDataframe(ids).metadata() shouldBe
                                ids.zip(metadata).toMap()
                        }
                    }
            }
        }

        context("CSV") {
            fun csv(text: String) = DataFrame.readDelimStr(text)

            test("long identifiers that have lost digits are refused, and the advice helps") {
                val text =
                    "span_id,label,identifier\na,x,12345678901234567890\nb,y,12345678901234567891\nc,z,\n"
                val problems = spansOf(csv(text)).allProblems()
                problems.map { it.row to it.field } shouldBe
                    listOf(0 to "identifier", 1 to "identifier")
                problems.first().reason shouldContain "may have lost digits"
                problems.first().hint shouldContain "ColType.String"
                spansOf(
                        DataFrame.readDelimStr(
                            text,
                            colTypes = mapOf("identifier" to ColType.String),
                        )
                    )
                    .all { identifier(it) } shouldBe
                    listOf("12345678901234567890", "12345678901234567891", null)
            }

            test("as well where a fraction made the column one of doubles") {
                spansOf(csv("span_id,label,identifier\na,x,12345678901234567\nb,y,1.5\n"))
                    .allProblems()
                    .single()
                    .row shouldBe 0
            }

            listOf("true\nfalse", "2026-01-05\n2026-01-06", "60m\n1h", "http://a/b\nhttp://a/c")
                .forEach { ids ->
                    test("ids that were read as ${ids.lines().first()} are refused with advice") {
                        val (first, second) = ids.lines()
                        val frame = csv("span_id,label\n$first,x\n$second,y\n")
                        val problems = spansOf(frame).allProblems()
                        problems.map { it.row } shouldBe listOf(0, 1)
                        problems.forEach {
                            it.hint shouldContain "name it in colTypes as ColType.String"
                        }
                    }
                }

            test("the text NaN is a text, in a column of texts; null and NA are absent") {
                val rows =
                    spansOf(csv("span_id,label,score\na,good,1\nb,NaN,1\nc,NA,1\nd,null,NaN\n"))
                rows.all { label(it) } shouldBe listOf("good", "NaN", null, null)
                rows.all { score(it) } shouldBe listOf(1.0, 1.0, 1.0, null)
            }

            test("unless the reader is told that it stands for nothing") {
                val file = tempfile(suffix = ".csv")
                file.writeText("span_id,label,score\na,good,1\nb,NaN,1\nc,,1\nd,None,1\n")
                val options = ParserOptions(nullStrings = setOf("", "NaN", "None"))
                spansOf(DataFrame.readCSV(file, parserOptions = options)).all {
                    label(it)
                } shouldBe listOf("good", null, null, null)
            }

            test("what cannot be seen of what the reader did, as the documentation says") {
                val text = "span_id,label,score,identifier\na,60m,\"0,5\",01\nb,1h,\"0,7\",1\n"
                val rows = spansOf(csv(text))
                rows.all { label(it) } shouldBe listOf("1h", "1h")
                rows.all { score(it) } shouldBe listOf(5.0, 7.0)
                rows.all { identifier(it) } shouldBe listOf("1", "1")
                spansOf(csv("span_id,label,label\na,x,y\n")).label(0) shouldBe "x"
            }
        }

        test(
            "a frame without ids cannot be asked for what is stored, and nothing is said of sending"
        ) {
            FakePhoenix.start().use { phoenix ->
                PhoenixClient {
                    environment = PhoenixEnvironment(emptyMap())
                    endpoint = phoenix.endpoint().toString()
                }
                    .use { client ->
                        val message =
                            shouldThrow<IllegalArgumentException> {
                                    client.spans.getSpanAnnotationsDataframe(
                                        frameOf("label" to listOf("x"))
                                    )
                                }
                                .message
                                .shouldNotBeNull()
                        message shouldContain "span_id or context.span_id"
                        message shouldNotContain "sent"
                    }
            }
        }
    })
