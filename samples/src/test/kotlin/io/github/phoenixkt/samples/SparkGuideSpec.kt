package io.github.phoenixkt.samples

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import kotlin.io.path.readText

/** The guide to Spark shows only code that `scripts/proof spark` runs on a cluster. */
class SparkGuideSpec :
    FunSpec({
        val guide = CHECKOUT.resolve("docs/spark.md").readText()
        val folder = CHECKOUT.resolve("samples-spark")

        test("every block of Python in the guide stands in guide.py, and vice versa") {
            val marked =
                Regex("( *)# begin (\\w+)\n(.*?)\\1# end \\2\n", RegexOption.DOT_MATCHES_ALL)
                    .findAll(folder.resolve("guide.py").readText())
                    .map { it.groupValues[3].trimIndent().trim() }
                    .toList()
            shownCode(guide, "python") shouldContainExactlyInAnyOrder marked
        }

        test("the SQL of the guide is that of guide.sql") {
            shownCode(guide, "sql") shouldBe listOf(folder.resolve("guide.sql").readText().trim())
        }
    })
