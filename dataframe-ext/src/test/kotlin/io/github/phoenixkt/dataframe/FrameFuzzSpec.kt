package io.github.phoenixkt.dataframe

import io.github.phoenixkt.support.fuzz
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty

private const val INPUTS = 3_500L

/** A short form of `scripts/proof fuzz`. */
class FrameFuzzSpec :
    FunSpec({
        for (target in fuzzTargets()) {
            test("${target.name}: only documented errors") {
                fuzz(listOf(target), INPUTS, seed = 1, threads = 2).shouldBeEmpty()
            }
        }
    })
