package io.github.phoenixkt.dataframe

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import org.jetbrains.kotlinx.dataframe.columns.ColumnGroup

class NestAttributesSpec :
    FunSpec({
        val flat =
            frameOf(
                "context.span_id" to listOf("a1", "a2"),
                "label" to listOf("good", "bad"),
                "metadata.a" to listOf(1, null),
                "metadata.value" to listOf(null, 2),
                "judge.score" to listOf(0.5, 1.0),
                "attributes.judge.score" to listOf(0.25, 0.75),
                "contexts.of" to listOf("mine", "mine"),
            )

        test("only the columns of spans are nested") {
            val nested = flat.nestAttributes()
            nested.columnNames() shouldBe
                listOf(
                    "label",
                    "metadata.a",
                    "metadata.value",
                    "judge.score",
                    "contexts.of",
                    "context",
                    "attributes",
                )
            nested["judge.score"].toList() shouldBe listOf(0.5, 1.0)
            (nested["attributes"] as ColumnGroup<*>).columnNames() shouldBe listOf("judge")
        }

        test("flat metadata is read as before") {
            for (frame in listOf(flat, flat.nestAttributes())) {
                val rows = spansOf(frame)
                rows.allProblems().shouldBeEmpty()
                rows.all { metadata(it) } shouldBe listOf(mapOf("a" to 1), mapOf("value" to 2))
            }
        }
    })
