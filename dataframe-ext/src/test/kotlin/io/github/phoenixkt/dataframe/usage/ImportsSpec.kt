package io.github.phoenixkt.dataframe.usage

import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.configs.freeformAnnotationConfig
import io.github.phoenixkt.dataframe.toDataFrame
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import org.jetbrains.kotlinx.dataframe.api.toDataFrame

class ImportsSpec :
    FunSpec({
        test("our frame of problems is taken where DataFrame's own function is imported, too") {
            val problems =
                freeformAnnotationConfig("why").check(SpanAnnotationData("a", "why")).problems
            problems.size shouldBe 1
            problems.toDataFrame().columnNames().first() shouldBe "row"
            listOf("x" to 1).toDataFrame().columnNames() shouldBe listOf("first", "second")
        }
    })
