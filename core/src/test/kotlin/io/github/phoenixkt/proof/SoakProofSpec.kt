package io.github.phoenixkt.proof

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty

/** The short form of `scripts/proof soak`, on the fake. */
class FakeSoakProofSpec :
    FunSpec({
        test("two uploads, a queue and single calls report the truth through 5 % of faults") {
            listOf(1, 4).forEach { attempts ->
                proveSoak(real = null, rows = 10_000, attempts).shouldBeEmpty()
            }
        }
    })
