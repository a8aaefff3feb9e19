package io.github.phoenixkt.configs

import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.json
import io.github.phoenixkt.shouldBeJson
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain

private val STORED = json("""{"data":{"id":"C","name":"c","type":"FREEFORM"}}""")

/** What the caller is told of a config that cannot be created; nothing was sent. */
private suspend fun refusalOf(config: AnnotationConfig): String {
    val server = MockPhoenix { STORED }
    val error =
        shouldThrow<IllegalArgumentException> { server.client().annotationConfigs.create(config) }
    server.requests.shouldBeEmpty()
    return error.message.orEmpty()
}

class AnnotationConfigSpec :
    FunSpec({
        val why =
            freeformAnnotationConfig("why") {
                lowerBound = 0.0
                upperBound = 1.0
            }

        test("the score of a free text fits within the bounds only, and may be absent") {
            fun check(score: Double?) =
                why.check(SpanAnnotationData("s", "why", score = score, explanation = "so"))
            listOf(null, 0.0, 0.5, 1.0).forEach { check(it).fits shouldBe true }
            listOf(7.0, -0.1).forEach {
                val problem = check(it).problems.single()
                problem.field shouldBe "score"
                problem.hint shouldContain "from 0.0 to 1.0"
            }
        }

        test("a free text with a score out of bounds and no text has two problems") {
            why.check(SpanAnnotationData("s", "why", score = 7.0)).problems.map {
                it.field
            } shouldBe listOf("explanation", "score")
        }

        test("equal bounds are told to differ") {
            shouldThrow<IllegalArgumentException> {
                    continuousAnnotationConfig("grade") {
                        lowerBound = 1.0
                        upperBound = 1.0
                    }
                }
                .message shouldContain "must be below the upper bound"
            shouldThrow<IllegalArgumentException> {
                    continuousAnnotationConfig("grade") {
                        lowerBound = 2.0
                        upperBound = 1.0
                    }
                }
                .message shouldContain "is 2.0: it must be below the upper bound, 1.0."
        }

        test("names, labels and descriptions that Phoenix cannot store are refused") {
            for (bad in listOf("a\u0000", "\ud83d")) {
                refusalOf(freeformAnnotationConfig(bad)) shouldContain "name of the config"
                refusalOf(freeformAnnotationConfig("c") { description = bad }) shouldContain
                    "description"
                val labelled =
                    categoricalAnnotationConfig("c") { values = listOf(CategoricalValue(bad)) }
                refusalOf(labelled) shouldContain "label"
            }
        }

        test("the name is trimmed before it is compared and sent, and so are labels") {
            refusalOf(freeformAnnotationConfig(" note\u00A0")) shouldContain "reserved"
            refusalOf(freeformAnnotationConfig("\u00A0")) shouldContain "blank"
            refusalOf(
                categoricalAnnotationConfig("c") { values = listOf(CategoricalValue(" ")) }
            ) shouldContain "label"
            val server = MockPhoenix { STORED }
            server
                .client()
                .annotationConfigs
                .create(
                    categoricalAnnotationConfig(" c ") {
                        values = listOf(CategoricalValue(" good "))
                    }
                )
            server.single.body shouldBeJson
                """{"name":"c","description":null,"type":"CATEGORICAL","optimization_direction":"NONE",
                   "values":[{"label":"good","score":null}]}"""
        }

        test("labels that differ only in white space are one label twice") {
            refusalOf(
                categoricalAnnotationConfig("c") {
                    values = listOf("a", "a ").map { CategoricalValue(it) }
                }
            ) shouldContain "more than once"
        }

        test("a label fits whatever white space surrounds it in the config") {
            categoricalAnnotationConfig("c") { values = listOf(CategoricalValue(" good", 1.0)) }
                .check(SpanAnnotationData("s", "c", label = "good"))
                .annotation
                .score shouldBe 1.0
        }
    })
